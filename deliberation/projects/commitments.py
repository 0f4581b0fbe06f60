"""Commitments: what was promised to residents by a day, and whether it was kept in time."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils import timezone

from deliberation.registry import Plugin, gather_all


class Standing(StrEnum):
    """How a promise stands on a day: each is in one of these."""

    OPEN = "open"
    KEPT = "kept"
    KEPT_LATE = "kept_late"
    BROKEN = "broken"


@dataclass(frozen=True)
class Commitment:
    """One thing owed to residents by a day. `kept_on` None: not yet.

    `what` is for the desk; residents get counts, and only of what is `public`. `due_on` is the day
    that counts: who gives a new day after the old one passed is late all the same.
    """

    project_id: int
    kind: str
    what: str
    due_on: date
    kept_on: date | None
    public_href: str
    desk_href: str
    public: bool = True

    def standing(self, day: date) -> Standing:
        """Tell whether it was kept, and in time; due today is still in time."""
        if self.kept_on is not None:
            return Standing.KEPT if self.kept_on <= self.due_on else Standing.KEPT_LATE
        return Standing.OPEN if day <= self.due_on else Standing.BROKEN


@dataclass(frozen=True)
class Kept:
    """How many public promises of a project stand how."""

    kept: int
    kept_late: int
    open: int
    broken: int

    @property
    def late(self) -> int:
        return self.kept_late + self.broken

    @property
    def total(self) -> int:
        return self.kept + self.kept_late + self.open + self.broken


def commitments(projects, now) -> list[Commitment]:
    """List all that is owed in these projects, what is due first in front; what was kept too."""
    return sorted(
        gather_all("commitments", projects, now),
        key=lambda one: (one.due_on, one.project_id, one.kind, one.what),
    )


def open_commitments(projects, now) -> list[Commitment]:
    """List what was not kept yet: late ones come first, as they were due first."""
    return [one for one in commitments(projects, now) if one.kept_on is None]


def commitments_kept_and_open(project, now, of: Plugin | None = None) -> Kept:
    """Count the public promises of a project by how they stand today; of one plugin only when named."""
    day = timezone.localdate(now)
    found = of.commitments([project], now) if of else commitments([project], now)
    counts = Counter(one.standing(day) for one in found if one.public)
    return Kept(**{standing.value: counts[standing] for standing in Standing})
