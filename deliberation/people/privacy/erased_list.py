"""The list of who must be erased again after a backup is put back, outside the database; it names nobody.

A line holds the day and a digest, of what only the erased row itself can tell: whoever has the list
without the backup learns nothing, and a number that is given out again means somebody else. Who was erased in
one municipality may take part there again: their line holds half a digest, and the number of that erasure. A
database that went through it holds the number too (models.LocalErasure), and keeps what they gave since.
"""

import hashlib
import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused

from ..atomic_files import alone_in, try_to_write, write_whole
from ..models import LocalErasure, Participant, User

HALF = 32  # signs of a line: of the digest, and of the number
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


def note_erased(user: User | None, participants: list[Participant], now) -> None:
    """Write down who is erased, for good, before it is said that they are. Twice is once."""
    people = [*([user] if user else []), *participants]
    _write_down([digest_of(one) for one in people], now)


def note_erased_here(people: list[User | Participant], place: str, now) -> None:
    """Write down who is erased in one municipality (its slug), and that this database went through it."""
    number = secrets.token_hex(HALF // 2)
    note_gone_through({number})
    _write_down([digest_of(one, place)[:HALF] + number for one in people], now)


def note_erased_left(marks: Iterable[str], now) -> None:
    """Write down what was erased that somebody left without an account, by its mark."""
    _write_down([digest_of_mark(one) for one in marks], now)


def note_gone_through(numbers: set[str]) -> None:
    """Keep that this database went through these erasures: what is given from now on is no part of them."""
    for number in numbers:
        LocalErasure.objects.get_or_create(number=number)


def _write_down(gone: list[str], now) -> None:
    day = timezone.localdate(now).isoformat()
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


def digest_of_mark(mark: str) -> str:
    """Give what the list knows something by that was left without an account."""
    return hashlib.sha256(f"left {mark}".encode()).hexdigest()


def who_came_back(known: set[str]) -> Iterator[tuple[User | None, list[Participant]]]:
    """List who is on the list and here: accounts with their participant, and participants without one."""
    return _people(lambda person: digest_of(person) in known)


def who_came_back_here(
    known: set[str], place: str
) -> Iterator[tuple[User | None, list[Participant], set[str]]]:
    """List who was erased in a municipality (its slug) since this database was copied, with these erasures' numbers."""
    gone_through = set(LocalErasure.objects.values_list("number", flat=True))
    numbers: dict[str, list[str]] = {}
    for one in known:
        if one[HALF:] not in gone_through:
            numbers.setdefault(one[:HALF], []).append(one[HALF:])

    def to_do(person) -> list[str]:
        return numbers.get(digest_of(person, place)[:HALF], [])

    for user, participants in _people(to_do):
        people = [*([user] if user else []), *participants]
        yield user, participants, {number for one in people for number in to_do(one)}


def _people(wanted: Callable) -> Iterator[tuple[User | None, list[Participant]]]:
    users = [one for one in User.objects.iterator() if wanted(one)]
    for user in users:
        yield user, list(Participant.objects.filter(user=user))
    others = Participant.objects.exclude(user__in=users)
    for participant in [one for one in others.iterator() if wanted(one)]:
        yield None, [participant]
