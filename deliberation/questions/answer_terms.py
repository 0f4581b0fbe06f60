"""Answer terms: by which day an answer is promised, and whether there is time for one before the decision."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from deliberation.projects.queries import tool_statuses
from deliberation.projects.working_days import (
    add_working_days,
    last_working_day_before,
    working_days_between,
)

from .models import DEFAULT_TERM, AnswerTerm

TOOL = "questions_and_concerns"
# A team needs at least this long to answer before the decision; after that nobody can ask any more.
LEAST_WORKING_DAYS = 2


@dataclass(frozen=True)
class Asking:
    """Whether residents can ask something about this now: by when we answer, or why not."""

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


def asking_about(points, now) -> list[Asking]:
    """Say for each decision point whether it can be asked about. The number of queries is constant."""
    points = list(points)
    statuses = tool_statuses(TOOL, points, now)
    terms = terms_of(points)
    return [_asking(point, statuses[point.pk], terms[point.pk], now) for point in points]


def asking_in(project, askings: list[Asking]) -> Asking:
    """Say it for the project as a whole: open while one of its points is, with the earliest day of those."""
    open_ones = [one for one in askings if one.open]
    if open_ones:
        first = min(open_ones, key=lambda one: one.due_on)
        return Asking(project, True, first.due_on, first.decides_on)
    reason = askings[0].reason if len({one.reason for one in askings}) == 1 else ""
    return Asking(project, False, None, None, reason or _no_points(askings))


def terms_of(points) -> dict[int, int]:
    """Give the term of each decision point in working days, by its id."""
    found = AnswerTerm.objects.filter(decision_point__in=points)
    own = dict(found.values_list("decision_point_id", "working_days"))
    return {point.pk: own.get(point.pk, DEFAULT_TERM) for point in points}


def _asking(point, status, term: int, now) -> Asking:
    today = timezone.localdate(now)
    if not status.open:
        return Asking(point, False, None, point.decides_on, status.reason)
    due_on = promised_day(today, term, point.decides_on)
    if due_on is None:
        return Asking(point, False, None, point.decides_on, _too_late(point, today))
    return Asking(point, True, due_on, point.decides_on)


def _too_late(point, today) -> str:
    day = date_format(point.decides_on, "j F Y")
    if point.decides_on < today:
        return _("The decision was taken on %s. Asking about it opens with a next decision.") % day
    return (
        _("The decision is taken on %s. We can't answer before that any more, so asking is closed.")
        % day
    )


def _no_points(askings) -> str:
    if askings:
        return _("Nothing in this project can be asked about today.")
    return _(
        "It is not clear yet what will be decided here. Asking opens when that is written down."
    )
