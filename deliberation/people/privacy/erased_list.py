"""The list of who must be erased again after a backup is put back, outside the database; it names nobody.

A line holds the day and a digest, of what only the erased row itself can tell: whoever has the list
without the backup learns nothing, and a number that is given out again means somebody else.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused

from ..atomic_files import alone_in, try_to_write, write_whole
from ..models import Participant, User

LINE = re.compile(r"\d{4}-\d\d-\d\d [0-9a-f]{64}")


class UnreadableList(Refused):
    """Nobody is erased while it can't be known who was: their names would come back with a backup."""

    def __init__(self, path: Path):
        reason = _(
            "Nobody can be erased right now: the list of who was erased can't be read. Nothing of you was "
            "removed. Tell the municipality, and try again later."
        )
        super().__init__(reason, code="state")
        self.path = path


def note_erased(user: User | None, participants: list[Participant], now, place: str = "") -> None:
    """Write down who is erased, for good, before it is said that they are. Twice is once.

    `place` is the slug of the municipality, for who is erased in one and goes on in another.
    """
    people = [*([user] if user else []), *participants]
    gone, day = [digest_of(one, place) for one in people], timezone.localdate(now).isoformat()
    path = settings.ERASED_LIST
    path.parent.mkdir(parents=True, exist_ok=True)
    with alone_in(path.parent):
        lines = _own_lines()
        known = {line.split()[-1] for line in lines}
        lines += [f"{day} {one}" for one in gone if one not in known]
        write_whole(path, "".join(f"{line}\n" for line in lines).encode(), mode=0o644)


def try_the_list() -> None:
    """Raise OSError when no list can be written where ours stands, and UnreadableList when it isn't whole."""
    folder = settings.ERASED_LIST.resolve().parent
    folder.mkdir(parents=True, exist_ok=True)
    try_to_write(folder)
    listed()


def can_erase() -> bool:
    """Tell whether somebody can be erased: a list can be written, and there is none yet or a whole one."""
    try:
        try_the_list()
    except (OSError, UnreadableList):
        return False
    return True


def listed(others: Iterable[Path] = ()) -> set[str]:
    """Read the digests on our list, and on others that have to be there."""
    lines = [*_own_lines(), *(line for path in others for line in _lines(path))]
    return {line.split()[-1] for line in lines}


def _own_lines() -> list[str]:
    """Read our list; none was made before somebody was erased."""
    try:
        settings.ERASED_LIST.stat()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise UnreadableList(settings.ERASED_LIST) from error
    return _lines(settings.ERASED_LIST)


def _lines(path: Path) -> list[str]:
    """Read a whole list; an empty or half one, or something else, is none: a disk was full or away."""
    try:
        text = path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableList(path) from error
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines or not text.endswith("\n") or not all(map(LINE.fullmatch, lines)):
        raise UnreadableList(path)
    return lines


def digest_of(person: User | Participant, place: str = "") -> str:
    """Give what the list knows a person by."""
    if isinstance(person, User):
        told = f"user {person.pk} {person.date_joined.timestamp():.6f}"
    else:
        told = f"participant {person.pk.hex}"
    told += f" {place}" if place else ""
    return hashlib.sha256(told.encode()).hexdigest()


def who_came_back(
    known: set[str], place: str = ""
) -> Iterator[tuple[User | None, list[Participant]]]:
    """List who is on the list and here: accounts with their participant, and participants without one."""
    users = [one for one in User.objects.iterator() if digest_of(one, place) in known]
    for user in users:
        yield user, list(Participant.objects.filter(user=user))
    others = Participant.objects.exclude(user__in=users)
    for participant in [one for one in others.iterator() if digest_of(one, place) in known]:
        yield None, [participant]
