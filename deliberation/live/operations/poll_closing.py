"""Closing a poll for good: when the grace is over devices are shut, it is counted out, and the log gets the result."""

from dataclasses import fields
from datetime import timedelta

from django.db.models import Q

from compass.refusal import Refused
from deliberation.people.operations import operation, record_audit

from ..counting import totals
from ..counting.rounds import agreed, devices_of, headcount_for, parts_needed
from ..events import append, lock_run
from ..models import Activity
from ..state_machine import ACTIVITY_STEPS, step
from .ballots import current_round, seal_round

State = Activity.State
LONGEST_GRACE = timedelta(minutes=2)  # with all the waiting; the room waits as well


def finish_closing(*, run, now, actor=None) -> None:
    """Shut the devices of every poll whose grace is over. Done by the clock, by whoever comes first.

    A poll then counts hands, or has its result at once when there is no hall. Doing it twice is
    doing it once. Screens call this before they read, so without such a poll nothing is locked.
    """
    if _overdue(run, now).exists():
        _finish_overdue(actor=actor, run=run, now=now)


@operation
def _finish_overdue(*, actor, run, now) -> None:
    run = lock_run(run.pk)
    for activity in _overdue(run, now):
        activity.run = run
        shut(run, activity, now)
        record_audit(actor=actor, action="finish_closing", obj=activity, now=now)


def _overdue(run, now):
    """Find the polls whose grace is over. A clock that was put back meanwhile would hold one open for hours."""
    over = Q(closes_at__lte=now) | Q(closes_at__gt=now + LONGEST_GRACE)
    return Activity.objects.filter(over, run=run, state=State.CLOSING)


def shut(run, activity, now) -> None:
    """End the taking of ballots for good, and wait for the hands or give the result. Inside a lock."""
    round_ = current_round(activity)
    devices = seal_round(round_, now)
    round_.tally = {
        "total": devices.total,
        "hall": devices.hall,
        "online": devices.online,
        "hall_voters": devices.hall_voters,
        "online_voters": devices.online_voters,
        "card_voters": devices.card_voters,
    }
    round_.save(update_fields=["tally"])
    if parts_needed(activity, round_):
        activity.state = step(ACTIVITY_STEPS, "count_hands", activity.state)
        activity.save(update_fields=["state"])
    data = {
        "activity": activity.pk,
        "state": activity.state,
        "tally": round_.tally,
        "digest": round_.digest,
    }
    append(run, "activity_shut", data, now)
    settle(run, activity, now)


def settle(run, activity, now) -> None:
    """Give the result when devices are shut and the hands agree; give it anew after a correction.

    Does nothing while hands are still out, or while they do not fit the headcount.
    """
    round_ = current_round(activity)
    if round_.tally is None:
        return
    counted, headcount = agreed(activity, round_), headcount_for(run, round_)
    if counted is None:
        return
    try:
        outcome = totals.combine(
            activity.hall_mode,
            devices_of(round_),
            counted,
            headcount,
            dont_know=activity.dont_know,
            small_group=run.municipality.small_group,
        )
    except Refused:
        return
    _close(run, activity, round_, {**_as_json(outcome), "headcount": headcount}, now)


def _close(run, activity, round_, result, now) -> None:
    round_.result = result
    round_.save(update_fields=["result"])
    corrected = activity.state == State.CLOSED
    if not corrected:
        activity.state = step(ACTIVITY_STEPS, "finish_activity", activity.state)
        activity.save(update_fields=["state"])
    kind = "result_corrected" if corrected else "activity_closed"
    data = {"activity": activity.pk, "state": activity.state, "result": result}
    append(run, kind, data, now)


def _as_json(outcome) -> dict:
    return {field.name: getattr(outcome, field.name) for field in fields(outcome)}
