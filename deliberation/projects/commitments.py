"""Commitments: what was promised to residents by a day, and whether it was kept in time."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.utils import timezone

from deliberation.registry import Plugin, gather_all, plugins

from .models import Project
from .working_days import add_working_days

# We tell within this time after the decision what we did with what residents gave.
TELL_WITHIN = timedelta(days=14)
SOON = 3  # working days


class Standing(StrEnum):
    """How a promise stands on a day: each is in one of these."""

    OPEN = "open"
    KEPT = "kept"
    KEPT_LATE = "kept_late"
    BROKEN = "broken"


@dataclass(frozen=True)
class Commitment:
    """One thing owed to residents by a day. `kept_on` None: not yet.

    `what` is for the desk; residents get counts. What is not `public`, as about what was withdrawn, is in no count
    and owed to nobody any more. `due_on` is the day that counts: who gives a new day after the old one passed is
    late all the same.
    """

    project_id: int
    kind: str
    what: str
    due_on: date
    kept_on: date | None
    desk_href: str
    public: bool = True

    @property
    def is_owed(self) -> bool:
        """Tell whether it is still to be kept: what `standings` counts as open or broken."""
        return self.public and self.kept_on is None

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


@dataclass(frozen=True)
class Asked:
    """Which commitments somebody asks for: those still owed, due between days, the first so many by day.

    A plugin that has many looks up no more than these; one that has few may give more.
    """

    only_open: bool = False
    since: date | None = None
    until: date | None = None
    most: int | None = None

    def fits(self, one: Commitment) -> bool:
        """Tell whether a commitment is one of them, however many there are."""
        return not (
            (self.only_open and not one.is_owed)
            or (self.since and one.due_on < self.since)
            or (self.until and one.due_on > self.until)
        )


EVERYTHING = Asked()


def commitments(projects, now, asked: Asked = EVERYTHING) -> list[Commitment]:
    """List what is owed in these projects, what is due first in front; what was kept too, unless asked otherwise."""
    found = [one for one in gather_all("commitments", projects, now, asked) if asked.fits(one)]
    return sorted(found, key=by_day)[: asked.most]


def by_day(one: Commitment):
    """Order commitments as every plugin cuts its own, so that no page of a long list misses one."""
    return one.due_on, one.project_id


def open_commitments(projects, now, **asked) -> list[Commitment]:
    """List what is still owed: late ones come first, as they were due first."""
    return commitments(projects, now, Asked(only_open=True, **asked))


def standings(projects, now, of: Plugin | None = None) -> Counter:
    """Count public promises by (project id, Standing) as of today; of one plugin only when named."""
    counts: Counter = Counter()
    for plugin in [of] if of else plugins():
        counted = plugin.standings(projects, now)
        counts += _counted(plugin, projects, now) if counted is None else counted
    return counts


def _counted(plugin: Plugin, projects, now) -> Counter:
    day = timezone.localdate(now)
    found = plugin.commitments(projects, now, EVERYTHING)
    return Counter((one.project_id, one.standing(day)) for one in found if one.public)


def commitments_kept_and_open(project, now, of: Plugin | None = None) -> Kept:
    """Count the public promises of a project by how they stand today; of one plugin only when named."""
    counts = standings([project], now, of)
    return Kept(**{standing.value: counts[project.pk, standing] for standing in Standing})


@dataclass(frozen=True)
class Due:
    """One promise that is still owed: of which project, and how it stands today (late, soon or later)."""

    commitment: Commitment
    project: Project
    urgency: str


class Owed:
    """All that is still owed in projects, for a paginator: counted, and looked up no further than a page asks."""

    def __init__(self, projects, counts: Counter, now):
        self.projects, self.now = {project.pk: project for project in projects}, now
        waiting = (Standing.OPEN, Standing.BROKEN)
        self.number = sum(number for (_pk, name), number in counts.items() if name in waiting)

    def __len__(self):
        return self.number

    def __getitem__(self, cut: slice) -> list[Due]:
        today = timezone.localdate(self.now)
        soon = add_working_days(today, SOON)
        found = open_commitments(list(self.projects.values()), self.now, most=cut.stop)
        return [
            Due(one, self.projects[one.project_id], _urgency(one.due_on, today, soon))
            for one in found[cut.start :]
        ]


def _urgency(due_on, today, soon) -> str:
    return "late" if due_on < today else "soon" if due_on <= soon else "later"
