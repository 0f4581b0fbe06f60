"""Answer terms: whether something can be given now, by which day it is answered, and if the decision leaves time."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from deliberation import tools
from deliberation.projects.decision_standing import standings_of
from deliberation.projects.models import DecisionPoint
from deliberation.projects.queries import decision_points, tool_statuses
from deliberation.projects.working_days import (
    add_working_days,
    last_working_day_before,
    working_days_between,
)

# A team needs at least this long to answer before the decision; after that nobody can give anything any more.
LEAST_WORKING_DAYS = 2
DEFAULT_TERM = 10  # working days


@dataclass(frozen=True)
class Opening:
    """Whether residents can give something about this now: by when we answer, or why not."""

    about: object
    open: bool
    due_on: date | None
    decides_on: date | None
    reason: str = ""


def promised_day(today: date, working_days: int, decides_on: date) -> date | None:
    """Give the day an answer is promised: within the term and before the decision. None: too late."""
    last = last_working_day_before(decides_on)
    if working_days_between(today, last, LEAST_WORKING_DAYS) < LEAST_WORKING_DAYS:
        return None
    return min(add_working_days(today, working_days), last)


def openings(instrument, points, now) -> list[Opening]:
    """Say for each decision point whether it is open to an instrument. The number of queries is constant."""
    points = list(points)
    statuses = tool_statuses(instrument.tool, points, now)
    terms, standings = instrument.answer_terms(points), standings_of(points)
    return [
        _opening(instrument, standings[one.pk], statuses[one.pk], terms[one.pk], now)
        for one in points
    ]


def opening_in(instrument, project, found: list[Opening]) -> Opening:
    """Say it for the project as a whole: open while one of its points is, with the earliest day of those."""
    open_ones = [one for one in found if one.open]
    if open_ones:
        first = min(open_ones, key=lambda one: one.due_on)
        return Opening(project, True, first.due_on, first.decides_on)
    reason = found[0].reason if len({one.reason for one in found}) == 1 else ""
    return Opening(project, False, None, None, reason or instrument.why_nothing_open(bool(found)))


def opening_of(instrument, about, now) -> Opening:
    """Say it for one decision point, or for a project as a whole."""
    if isinstance(about, DecisionPoint):
        return openings(instrument, [about], now)[0]
    return opening_in(instrument, about, openings(instrument, decision_points(about), now))


def _opening(instrument, standing, status, term: int, now) -> Opening:
    today, point, day = timezone.localdate(now), standing.point, standing.day
    if status.closed == tools.Closed.DECIDED:
        return Opening(point, False, None, day, instrument.why_too_late(day, True))
    if not status.open:
        return Opening(point, False, None, day, status.reason)
    due_on = promised_day(today, term, day)
    if due_on is None:
        return Opening(point, False, None, day, instrument.why_too_late(day, day < today))
    return Opening(point, True, due_on, day)
