"""Calendar events of evenings: the live sessions of projects, for the public calendar."""

from datetime import timedelta

from compass.dates import LAST
from deliberation.projects.agenda import CalendarEvent

from .models import Run

EVENING = timedelta(hours=2)


def evenings(projects, now, window) -> list[CalendarEvent]:
    """List the real sessions that were not cancelled; a session is on the calendar for two hours."""
    runs = Run.objects.filter(session__project__in=projects, kind=Run.Kind.REAL)
    runs = runs.exclude(state=Run.State.CANCELLED).select_related("session")
    runs = runs.filter(session__starts_at__year__lte=LAST.year)  # a clock ends after year 9999
    runs = window.cut(runs, "session__starts_at__date")
    sessions = {run.session_id: run.session for run in runs}
    return [
        CalendarEvent(
            uid=f"session-{session.pk}",
            project_id=session.project_id,
            title=session.title,
            starts=session.starts_at,
            ends=session.starts_at + EVENING,
            text=session.intro,
            place=session.place,
            anchor="sessions",
        )
        for session in sessions.values()
    ]
