"""The event by which the screens of runs hear at once that another promise is in force."""

from .events import append, lock_run
from .models import Run

GOING_ON = (Run.State.DRAFT, Run.State.READY, Run.State.LOBBY, Run.State.OPEN, Run.State.PAUSED)


def tell_runs(projects, now) -> None:
    """Log in every run of projects that is not over that its promise may read differently; rings after commit."""
    runs = Run.objects.filter(session__project__in=projects, state__in=GOING_ON).order_by("pk")
    for run_id in runs.values_list("pk", flat=True):
        append(lock_run(run_id), "promise_changed", {}, now)
