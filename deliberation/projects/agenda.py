"""The calendar of a project as events: phases, decisions, and what instruments add."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from deliberation.registry import gather_all

from .decision_standing import anchor, decision_day, outcomes_of, with_day
from .models import DecisionPoint, Phase


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


@dataclass(frozen=True)
class Window:
    """Which part of a calendar is asked for: what ends from a day on, before a day, and at most so many.

    The first of what comes; where it has an end, the last before that.
    """

    since: date | None = None
    until: date | None = None
    most: int | None = None

    def cut(self, rows, ends: str):
        """Find the rows of a plugin in this window; `ends` names the column with their last day."""
        if self.since:
            rows = rows.filter(**{f"{ends}__gte": self.since})
        if self.until:
            rows = rows.filter(**{f"{ends}__lt": self.until})
        return rows.order_by(f"-{ends}" if self.until else ends, "pk")[: self.most]

    def cut_events(self, found: list[CalendarEvent]) -> list[CalendarEvent]:
        """Keep what of events in order of time is in this window."""
        kept = [one for one in found if self._holds(_last_day(one))]
        if self.most is None:
            return kept
        return kept[-self.most :] if self.until else kept[: self.most]

    def _holds(self, day) -> bool:
        return not (self.since and day < self.since) and not (self.until and day >= self.until)


WHOLE = Window()


def _last_day(event) -> date:
    end = event.ends or event.starts
    return timezone.localdate(end) if isinstance(end, datetime) else end


def events(projects, now, window: Window = WHOLE) -> list[CalendarEvent]:
    """List what is on the calendar of these projects in a window. The number of queries is constant."""
    found = gather_all("events", projects, now, window)
    return window.cut_events(sorted(found, key=lambda one: (one.starts.isoformat(), one.uid)))


def phases(projects, now, window: Window) -> list[CalendarEvent]:
    """Put every phase on the calendar."""
    found = Phase.objects.filter(project__in=projects).select_related("project")
    return [
        CalendarEvent(
            uid=f"phase-{phase.pk}",
            project_id=phase.project_id,
            title=f"{phase.project.title}: {phase.title}",
            starts=phase.starts_on,
            ends=phase.ends_on,
            text=phase.get_kind_display(),
        )
        for phase in window.cut(found, "ends_on")
    ]


def decisions(projects, now, window: Window) -> list[CalendarEvent]:
    """Put the day of every decision on the calendar; a postponed one moves."""
    found = with_day(DecisionPoint.objects.filter(phase__project__in=projects))
    points = list(window.cut(found.select_related("phase__project"), "day"))
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
