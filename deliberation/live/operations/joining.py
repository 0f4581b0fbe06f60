"""How does somebody take part in a run, in the hall or online? No audit row, no event: who came when is theirs."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused
from deliberation.people.permissions import require

from ..events import lock_run, ring_live
from ..models import Attendance, Run, Spent
from ..queries import run_by_code

State = Run.State
NOT_NOW = {
    State.DRAFT: _("This session has not started yet. Try again later."),
    State.READY: _("This session has not started yet. Try again later."),
    State.CLOSED: _("This session is over."),
    State.ARCHIVED: _("This session is over."),
    State.CANCELLED: _("This session was cancelled."),
}


@transaction.atomic
def join_run(*, actor, code, now) -> Attendance:
    """Let a participant in by a hall or online code, which sets the lane.

    Coming back gives the same attendance; the other code moves it while it has not voted. Refused
    with an unknown code, and before the doors open or after closing.
    """
    found = run_by_code(code)
    if found is None:
        raise Refused(_("We do not know this code. Look at it again."), field="code")
    run, lane = found
    require("live.join_run", actor, run)
    run = lock_run(run.pk)
    if run.state in NOT_NOW:
        raise Refused(NOT_NOW[run.state], code="state")
    attendance, made = Attendance.objects.get_or_create(
        run=run, participant=actor, defaults={"lane": lane}
    )
    if not made and attendance.lane != lane and not has_voted(attendance):
        _move(attendance, lane)
    ring_live(run)
    return attendance


@transaction.atomic
def change_lane(*, actor, run, lane, now) -> Attendance:
    """Correct the lane, until the first vote: after that it is in a tally."""
    run = lock_run(run.pk)
    require("live.change_lane", actor, run)
    attendance = Attendance.objects.get(run=run, participant=actor)
    if attendance.lane == lane:
        return attendance
    if has_voted(attendance):
        raise Refused(_("You voted already, so this cannot change any more."), code="state")
    _move(attendance, lane)
    ring_live(run)
    return attendance


def has_voted(attendance) -> bool:
    """Tell whether this attendance used a vote in any round of the run."""
    return Spent.objects.filter(attendance=attendance).exists()


def _move(attendance, lane) -> None:
    attendance.lane = lane
    attendance.save(update_fields=["lane"])
