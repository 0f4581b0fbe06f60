"""How many people sit in the hall, and how many hands went up?"""

from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused
from deliberation.people.operations import operation, record_audit
from deliberation.people.permissions import require

from .. import counting
from ..events import append, lock_run
from ..models import Activity, HallCount, Headcount, Run
from ..rounds import agreed_hands, current_count, hall_devices, headcount_for
from ..session import HALL_COUNT_STEPS, step
from .ballots import current_round
from .settling import settle

ActivityState, CountState = Activity.State, HallCount.State
COUNTING = (ActivityState.OPEN, ActivityState.PAUSED, ActivityState.CLOSING, ActivityState.TALLYING)
RUNNING = (Run.State.OPEN, Run.State.PAUSED, Run.State.CLOSED)


@operation
def record_headcount(*, actor, run, count, now) -> Headcount:
    """Record how many people sit in the hall now. Settles a poll that waited for it."""
    run = lock_run(run.pk)
    require("live.record_headcount", actor, run)
    if run.state not in (*RUNNING, Run.State.LOBBY):
        raise Refused(_("The doors are not open."), code="state")
    headcount = Headcount.objects.create(run=run, count=count, taken_at=now, by=actor)
    append(run, "headcount_recorded", {"headcount": count}, now, by=actor)
    record_audit(actor=actor, action="record_headcount", obj=headcount, now=now)
    for activity in run.activities.filter(state=ActivityState.TALLYING):
        settle(run, activity, now)
    return headcount


@operation
def enter_hall_count(*, actor, activity, hands, alone=False, now) -> HallCount:
    """Enter counted hands, one number per option. `alone`: nobody else is there to count too.

    Somebody else confirms it, unless counted alone. Refused before the hall was counted, and when the
    hands can't be explained by the people in the hall who did not vote on a phone.
    """
    run, activity = _lock("enter_hall_count", actor, activity)
    before = _counted(activity, COUNTING)
    if before and before.state == CountState.ENTERED and before.counted_by_id != actor.pk:
        raise Refused(_("A colleague entered a count. Confirm it with your own."), code="state")
    state = step(HALL_COUNT_STEPS, "count_alone" if alone else "enter", _state(before))
    return _record(
        "enter_hall_count", run, activity, actor, hands, now,
        state=state, confirms=before, alone=alone,
    )  # fmt: skip


@operation
def confirm_hall_count(*, actor, activity, hands, now) -> HallCount:
    """Enter the count of a second person. A small difference that can't change the order is accepted.

    The first count stands then and both are kept; otherwise the count is disputed, and a third decides.
    """
    run, activity = _lock("confirm_hall_count", actor, activity)
    before = _counted(activity, COUNTING)
    if before and before.counted_by_id == actor.pk:
        raise Refused(_("Somebody else must count too. Or choose: counted by one person."))
    _check_length(activity, hands)
    agree = before is not None and counting.accept_difference(tuple(before.hands), tuple(hands))
    state = step(HALL_COUNT_STEPS, "confirm" if agree else "dispute", _state(before))
    return _record(
        "confirm_hall_count", run, activity, actor, hands, now, state=state, confirms=before
    )


@operation
def correct_hall_count(*, actor, activity, hands, reason, now) -> HallCount:
    """Count once more, with a reason: after a dispute, or when a mistake shows later. Earlier counts stay."""
    run, activity = _lock("correct_hall_count", actor, activity)
    before = _counted(activity, (*COUNTING, ActivityState.CLOSED))
    state = step(HALL_COUNT_STEPS, "correct", _state(before))
    return _record(
        "correct_hall_count", run, activity, actor, hands, now,
        state=state, confirms=before, reason=reason,
    )  # fmt: skip


def _lock(name, actor, activity):
    run = lock_run(activity.run_id)
    activity = Activity.objects.get(pk=activity.pk)
    activity.run = run
    require(f"live.{name}", actor, activity)
    if run.state not in RUNNING:
        raise Refused(_("The session is not under way."), code="state")
    return run, activity


def _counted(activity, states) -> HallCount | None:
    if activity.state not in states:
        raise Refused(_("No hands are counted for this poll now."), code="state")
    return current_count(current_round(activity))


def _state(count) -> str:
    return count.state if count else ""


def _check_length(activity, hands) -> None:
    if len(hands) != len(activity.options):
        raise Refused(_("Give one number for every answer."), code="malformed", field="hands")


def _record(name, run, activity, actor, hands, now, **fields) -> HallCount:
    _check_length(activity, hands)
    round_ = current_round(activity)
    counting.check_hands(tuple(hands), headcount_for(run, round_), hall_devices(round_))
    count = HallCount.objects.create(
        round=round_,
        hands=list(hands),
        voters=sum(hands),
        counted_by=actor,
        counted_at=now,
        **fields,
    )
    data = {
        "activity": activity.pk,
        "hall_count": count.state,
        "hands": agreed_hands(round_),
        "counted": list(hands),
        "count": count.pk,
    }
    append(run, f"hall_count_{count.state}", data, now, by=actor, text=count.reason)
    record_audit(
        actor=actor, action=name, obj=count, now=now,
        detail={"hands": list(hands), "reason": count.reason},
    )  # fmt: skip
    settle(run, activity, now)
    return count
