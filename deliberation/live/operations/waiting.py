"""The extra time that a closing poll gives people who just lost their connection."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused
from deliberation.people.operations import operation, record_audit
from deliberation.people.permissions import require

from .. import state_machine
from ..counting.rounds import last_round
from ..events import append, lock_run
from ..models import Activity, Run
from .doubted_phones import check_heads
from .poll_closing import LONGEST_GRACE

WAIT = timedelta(seconds=30)
State = Activity.State


@operation
def extend_closing(*, actor, activity, now) -> Activity:
    """Give who has no connection 30 seconds more: before closing, or while the grace runs.

    An open poll begins to close, later than usual; votes still count until then. Refused when the room
    would wait longer than two minutes.
    """
    run = lock_run(activity.run_id)
    activity = Activity.objects.get(pk=activity.pk)
    activity.run = run
    require("live.extend_closing", actor, activity, now)
    if run.state not in (Run.State.OPEN, Run.State.PAUSED):
        raise Refused(_("The session is not under way."), code="state")
    if activity.state == State.CLOSING and activity.closes_at > now:
        closes_at = activity.closes_at + WAIT
    else:
        activity.state = _begin_closing(run, activity)
        closes_at = now + max(WAIT, timedelta(seconds=run.grace_seconds))
    if closes_at - now > LONGEST_GRACE:
        raise Refused(_("You waited long enough. People can still vote with a card."), code="state")
    activity.closes_at = closes_at
    activity.save(update_fields=["state", "closes_at"])
    data = {"activity": activity.pk, "state": activity.state, "reveal": activity.reveal}
    append(run, "activity_closing", data, now, by=actor)
    record_audit(actor=actor, action="extend_closing", obj=activity, now=now)
    return activity


def _begin_closing(run, activity) -> str:
    if activity.state in state_machine.DONE_ALREADY["close_activity"]:
        raise Refused(_("Too late: this poll is closed."), code="state")
    after = state_machine.step(state_machine.ACTIVITY_STEPS, "close_activity", activity.state)
    check_heads(run, last_round(activity))
    return after
