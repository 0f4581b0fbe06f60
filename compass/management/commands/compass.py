"""The command `compass`: advise on answers in a file, prove a framework, publish those that come with the platform."""

import json
import time
from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from compass.engine.advise import AnswerErrors, advise
from compass.engine.findings import ERROR, SEVERITIES, finding_as_dict
from compass.engine.framework import FrameworkErrors, Rulebook
from compass.operations import publish_shipped_frameworks
from compass.queries import parsed_shipped, read_framework, shipped_frameworks

WRONG_INPUT = 2  # the exit code, the same as for a wrong option
UNSOUND = 1
MOST_IN_WORDS = 8  # answers of a witness on one line


class Command(BaseCommand):
    help = (
        "Advise on answers (`compass advise nl answers.json`), prove a framework (`compass check nl`) "
        "or publish the frameworks that come with the platform (`compass publish`)."
    )
    requires_system_checks = ()

    def add_arguments(self, parser):
        languages = [code for code, _name in settings.LANGUAGES]
        spoken = {"choices": languages, "default": settings.LANGUAGE_CODE}
        commands = parser.add_subparsers(dest="do", required=True)
        asked = commands.add_parser("advise", help="print the advice as JSON")
        asked.add_argument("framework", help="the key of a framework that comes with the platform")
        asked.add_argument("answers", help="a JSON file: one set of answers, or a list of sets")
        asked.add_argument("--language", **spoken)
        proof = commands.add_parser(
            "check", help="prove a framework; exit code 1 when it has errors"
        )
        proof.add_argument("framework", help="a key, or the path of a framework file (.toml)")
        proof.add_argument("--language", **spoken)
        proof.add_argument("--json", action="store_true", help="print the findings as JSON")

        commands.add_parser("publish", help="publish the shipped frameworks; twice does no harm")

    def handle(self, *, do, **options):
        doing = {"advise": self._advise_file, "check": self._check, "publish": self._publish}
        doing[do](**options)

    def _publish(self, **options):
        for one in publish_shipped_frameworks(actor_id="command", now=timezone.now()):
            self.stdout.write(f"{one.key} {one.version}: counts from {one.valid_from}")

    def _advise_file(self, *, framework, answers, language, **options):
        rulebook, given = self._shipped(framework), self._read_json(answers)
        if isinstance(given, list):
            told = [
                self._advise(rulebook, each, language, f"answers[{number}]: ")
                for number, each in enumerate(given)
            ]
        else:
            told = self._advise(rulebook, given, language)
        self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))

    def _check(self, *, framework, language, json: bool, **options):
        from compass.engine.formulas import load_solver
        from compass.engine.verification import check

        rulebook = self._from_file(framework) if framework.endswith(".toml") else None
        rulebook = rulebook or self._shipped(framework)
        load_solver()  # a second by itself, which is no part of the proof
        began, worked = time.perf_counter(), time.process_time()
        found = check(rulebook)
        seconds = time.perf_counter() - began, time.process_time() - worked
        told = [finding_as_dict(rulebook, each, language) for each in found]
        (self._print_json if json else self._print)(rulebook, told, seconds)
        if any(each["severity"] == ERROR for each in told):
            raise CommandError("this framework has errors", returncode=UNSOUND)

    def _print_json(self, rulebook, told, seconds):
        self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))

    def _print(self, rulebook, told, seconds):
        for severity in SEVERITIES:
            rows = [each for each in told if each["severity"] == severity]
            self.stdout.write(f"{len(rows)} {severity}{'' if len(rows) == 1 else 's'}")
            for row in rows:
                self._print_row(row)
        waited, worked = seconds  # on a busy machine the first is longer
        took = f"{waited:.2f} s, of which {worked:.2f} s of computing"
        self.stdout.write(f"{rulebook.key} {rulebook.version}: proven in {took}")

    def _print_row(self, row):
        place = f" (line {row['line']})" if row["line"] else ""
        self.stdout.write(f"  {row['name']}{place}\n    {row['text']}")
        answers = [f"{each['question']}: {each['answer']}" for each in row["in_words"]]
        if answers:
            more = " …" if len(answers) > MOST_IN_WORDS else ""
            self.stdout.write(f"    [{'; '.join(answers[:MOST_IN_WORDS])}{more}]")
        if row["because"]:
            self.stdout.write(f"    = {row['because']}")

    def _shipped(self, key: str) -> Rulebook:
        try:
            return parsed_shipped(key)
        except KeyError as error:
            known = ", ".join(shipped_frameworks())
            raise wrong(f"framework {key!r}: expected one of {known}") from error

    def _from_file(self, path: str) -> Rulebook:
        try:
            return read_framework(self._read(path, "framework"))
        except FrameworkErrors as errors:
            raise wrong(str(errors)) from errors

    def _read(self, path: str, what: str) -> str:
        try:
            return Path(path).read_text(encoding="utf-8")
        except OSError as error:
            raise wrong(f"{what}: expected a file that can be read ({error.strerror})") from error
        except ValueError as error:
            raise wrong(f"{what}: expected text in UTF-8 ({error})") from error

    def _read_json(self, path: str):
        try:
            return json.loads(self._read(path, "answers"))
        except (ValueError, RecursionError) as error:
            raise wrong(f"answers: expected JSON in UTF-8 ({error})") from error

    def _advise(self, rulebook: Rulebook, answers, language: str, place: str = "") -> dict:
        try:
            return advise(rulebook, answers).as_dict(language)
        except AnswerErrors as errors:
            raise wrong(place + str(errors)) from errors


def wrong(message: str) -> CommandError:
    return CommandError(message, returncode=WRONG_INPUT)
