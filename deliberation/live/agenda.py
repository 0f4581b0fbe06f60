"""Calendar events of evenings: the live sessions of projects, for the public calendar."""

from datetime import timedelta

from django.db.models import Case, DateTimeField, ExpressionWrapper, F, Q, Value, When
from django.utils import timezone

from compass.dates import LAST
from deliberation.projects.agenda import CalendarEvent

from .models import LiveSession, Run

A_DAY = timedelta(days=1)


def evenings(projects, now, window) -> list[CalendarEvent]:
    """List the real sessions that were not cancelled; a session is on the calendar for two hours.

    One that still runs the day after is on that day's calendar too. Only that day: who forgets to close an evening
    fills no calendar.
    """
    runs = Run.objects.filter(session__project__in=projects, kind=Run.Kind.REAL)
    runs = runs.exclude(state=Run.State.CANCELLED).select_related("session")
    runs = runs.filter(session__starts_at__year__lte=LAST.year)  # a clock ends after year 9999
    runs = window.cut(runs.annotate(ends=_ends(now)), "ends__date")
    return [
        CalendarEvent(
            uid=f"session-{run.session_id}",
            project_id=run.session.project_id,
            title=run.session.title,
            starts=run.session.starts_at,
            ends=run.ends,
            text=run.session.intro,
            place=run.session.place,
            anchor="sessions",
        )
        for run in runs
    ]


def _ends(now):
    as_announced = ExpressionWrapper(
        F("session__starts_at") + LiveSession.LENGTH, output_field=DateTimeField()
    )
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    began = (midnight - A_DAY, midnight - LiveSession.LENGTH)
    still_on = Q(state__in=Run.JOINABLE, session__starts_at__range=began)
    return Case(When(still_on, then=Value(midnight)), default=as_announced)
