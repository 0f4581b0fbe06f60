"""Who must be erased again when a backup is put back? A list outside the database that names nobody.

A line holds the day and a digest, of what only the erased row itself can tell: whoever has the list
without the backup learns nothing, and a number that is given out again means somebody else.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from .models import Participant, User


def note_erased(user: User | None, participants: list[Participant], now, place: str = "") -> None:
    """Write down who is erased, for good, before it is said that they are. Twice is once.

    `place` is the slug of the municipality, for who is erased in one and goes on in another.
    """
    people = [*([user] if user else []), *participants]
    gone, known = [digest_of(one, place) for one in people], listed()
    day = timezone.localdate(now).isoformat()
    lines = [f"{day} {one}\n" for one in gone if one not in known]
    settings.ERASED_LIST.parent.mkdir(parents=True, exist_ok=True)
    with settings.ERASED_LIST.open("a") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())


def listed(others: Iterable[Path] = ()) -> set[str]:
    """Read the digests on our list, and on others that have to be there."""
    ours = [settings.ERASED_LIST] if settings.ERASED_LIST.exists() else []
    lines = [line for path in (*ours, *others) for line in path.read_text().splitlines()]
    return {line.split()[-1] for line in lines if line.strip()}


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
