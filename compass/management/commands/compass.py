"""What does the compass advise on answers in a file?"""

import json
from pathlib import Path

from django.core.management import BaseCommand, CommandError

from compass.engine.advise import AnswerErrors, advise
from compass.engine.anatomy import LANGUAGES
from compass.engine.framework import Framework
from compass.queries import parsed_shipped, shipped_frameworks

WRONG_INPUT = 2  # the exit code, the same as for a wrong option


class Command(BaseCommand):
    help = "Advise on answers: `compass advise nl answers.json`. Needs no database."
    requires_system_checks = ()

    def add_arguments(self, parser):
        commands = parser.add_subparsers(dest="do", required=True)
        asked = commands.add_parser("advise", help="print the advice as JSON")
        asked.add_argument("framework", help="the key of a framework that comes with the platform")
        asked.add_argument("answers", help="a JSON file: one set of answers, or a list of sets")
        asked.add_argument("--language", choices=LANGUAGES, default=LANGUAGES[0])

    def handle(self, *, framework, answers, language, **options):
        rulebook, given = self._framework(framework), self._read(answers)
        if isinstance(given, list):
            told = [
                self._advise(rulebook, each, language, f"answers[{number}]: ")
                for number, each in enumerate(given)
            ]
        else:
            told = self._advise(rulebook, given, language)
        self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))

    def _framework(self, key: str) -> Framework:
        try:
            return parsed_shipped(key)
        except KeyError as error:
            known = ", ".join(shipped_frameworks())
            raise wrong(f"framework {key!r}: expected one of {known}") from error

    def _read(self, path: str):
        try:
            return json.loads(Path(path).read_text(encoding="utf-8"))
        except OSError as error:
            raise wrong(f"answers: expected a file that can be read ({error.strerror})") from error
        except (ValueError, RecursionError) as error:
            raise wrong(f"answers: expected JSON in UTF-8 ({error})") from error

    def _advise(self, rulebook: Framework, answers, language: str, place: str = "") -> dict:
        try:
            return advise(rulebook, answers).as_dict(language)
        except AnswerErrors as errors:
            raise wrong(place + str(errors)) from errors


def wrong(message: str) -> CommandError:
    return CommandError(message, returncode=WRONG_INPUT)
