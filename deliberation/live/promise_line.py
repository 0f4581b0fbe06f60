"""The event by which the screens of runs hear at once that another promise is in force."""

from .events import append, lock_run
from .models import Run

GOING_ON = (Run.State.DRAFT, Run.State.READY, Run.State.LOBBY, Run.State.OPEN, Run.State.PAUSED)


def tell_runs(decision_point, now) -> None:
    """Log in every run of the project that is not over that its promise may read differently; rings after commit."""
    project = decision_point.phase.project_id
    runs = Run.objects.filter(session__project=project, state__in=GOING_ON).order_by("pk")
    for run_id in runs.values_list("pk", flat=True):
        append(lock_run(run_id), "promise_changed", {}, now)
