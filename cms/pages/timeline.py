"""The timeline of a project: its decisions in order of their day, and what became of each."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from deliberation.projects.decision_standing import anchor
from deliberation.projects.models import DecisionOutcome, DecisionPoint
from deliberation.projects.queries import Promise
from deliberation.projects.reporting.outcomes import tell_before, told_on


@dataclass(frozen=True)
class DecisionView:
    """One decision on the timeline; status is decided, postponed, late (its day passed) or coming."""

    anchor: str
    point: DecisionPoint
    promise: Promise | None
    phase: str
    day: date
    who: str
    outcome: DecisionOutcome | None
    status: str
    tell_before: date | None
    told_on: date | None


def decision_timeline(overview, now) -> list[DecisionView]:
    """Put all decisions of a project in order of their day."""
    views = [*overview.points_now, *overview.points_other]
    rows = [_row(view, timezone.localdate(now)) for view in views]
    return sorted(rows, key=lambda row: (row.day, row.point.pk))


def _row(view, today) -> DecisionView:
    point, outcome = view.point, view.standing.outcome
    had_a_say = bool(view.promise and view.promise.influence > 0)
    return DecisionView(
        anchor=anchor(point),
        point=point,
        promise=view.promise,
        phase=view.phase.title,
        day=view.standing.day,
        who=point.get_decided_by_display(),
        outcome=outcome,
        status=_status(view.standing, today),
        tell_before=tell_before(point, outcome) if had_a_say else None,
        told_on=told_on(outcome),
    )


def _status(standing, today) -> str:
    if standing.decided:
        return "decided"
    if standing.day < today:
        return "late"
    return "postponed" if standing.outcome else "coming"
