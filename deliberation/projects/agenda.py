"""The calendar of a project as events: phases, decisions, and what instruments add."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from deliberation.registry import gather_all

from .models import DecisionPoint, Phase
from .reporting.outcomes import anchor, decision_day, outcomes_of


@dataclass(frozen=True)
class CalendarEvent:
    """One thing on the calendar. `uid` never changes; days are whole days (`ends` included), times aware."""

    uid: str
    project_id: int
    title: str
    starts: date | datetime
    ends: date | datetime | None
    text: str = ""
    place: str = ""
    anchor: str = ""


def events(projects, now) -> list[CalendarEvent]:
    """List all that is on the calendar of these projects. The number of queries is constant."""
    return sorted(
        gather_all("events", projects, now), key=lambda one: (one.starts.isoformat(), one.uid)
    )


def phases(projects, now) -> list[CalendarEvent]:
    """Put every phase on the calendar."""
    return [
        CalendarEvent(
            uid=f"phase-{phase.pk}",
            project_id=phase.project_id,
            title=f"{phase.project.title}: {phase.title}",
            starts=phase.starts_on,
            ends=phase.ends_on,
            text=phase.get_kind_display(),
        )
        for phase in Phase.objects.filter(project__in=projects).select_related("project")
    ]


def decisions(projects, now) -> list[CalendarEvent]:
    """Put the day of every decision on the calendar; a postponed one moves."""
    points = list(
        DecisionPoint.objects.filter(phase__project__in=projects).select_related("phase__project")
    )
    outcomes = outcomes_of(points)
    return [_decision(point, outcomes.get(point.pk)) for point in points]


def _decision(point, outcome) -> CalendarEvent:
    day = decision_day(point, outcome)
    who = point.get_decided_by_display()
    return CalendarEvent(
        uid=f"decision-{point.pk}",
        project_id=point.phase.project_id,
        title=_("Decision: %s") % point.question,
        starts=day,
        ends=day,
        text=outcome.outcome if outcome else _("Who decides: %s") % who,
        anchor=anchor(point),
    )
