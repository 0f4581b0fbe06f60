"""The command `erase_again`: after a backup was put back, erase anew who was erased since."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from compass.refusal import Refused
from deliberation.live.operations import end_all_left_open
from deliberation.people.operations import erase_again
from deliberation.people.privacy.erased_list import (
    UnreadableList,
    digest_of_mark,
    listed,
    who_came_back,
    who_came_back_here,
)
from deliberation.people.privacy.own_data import left_here
from deliberation.projects.erasure import erase_here_again, erase_left_again
from deliberation.projects.models import Municipality


class Command(BaseCommand):
    help = "Erase again who was erased after the backup was made. Run it before anybody comes in."

    def add_arguments(self, parser):
        parser.add_argument(
            "--list",
            type=Path,
            action="append",
            default=[],
            help="one more list of who was erased, such as a copy that was kept elsewhere",
        )

    def handle(self, *args, **options):
        with translation.override("en"):  # as everything on the command line
            self._erase_again(options)

    def _erase_again(self, options):
        known = self._known(options["list"])
        done, waiting = 0, []
        end_all_left_open(timezone.now())  # who voted there would have to wait for it
        for erase in _everything(known):
            try:
                erase(actor=None, now=timezone.now())
                done += 1
            except Refused as refusal:
                waiting.append(str(refusal))
        self.stdout.write(f"{done} erased again; {len(known)} on the list")
        if waiting:
            reasons = "\n".join(waiting)
            raise CommandError(f"{len(waiting)} could not go yet. Run this again later:\n{reasons}")

    def _known(self, others) -> set[str]:
        try:
            known = listed(others)
        except UnreadableList as error:
            raise CommandError(
                f"{error.path} can't be read, or isn't whole. Put back a copy of it; "
                "is it empty and was nobody ever erased, then remove it."
            ) from error
        if not known:
            raise CommandError(
                "There is no list. Was it put back together with the backup? "
                "When nobody was ever erased there is nothing to do."
            )
        return known


def _everything(known) -> Iterator[Callable]:
    """Give what is to be done for everybody who came back: everywhere, or in the municipality that erased them."""
    for user, participants in who_came_back(known):
        yield partial(erase_again, user=user, participants=participants)
    for municipality in Municipality.objects.order_by("pk"):
        for user, participants, numbers in who_came_back_here(known, municipality.slug):
            who = {"user": user, "participants": participants, "numbers": numbers}
            yield partial(erase_here_again, municipality=municipality, **who)
        for mark, address in left_here(municipality).items():
            if digest_of_mark(mark) in known:
                yield partial(erase_left_again, municipality=municipality, left={mark: address})
