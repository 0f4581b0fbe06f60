"""Closing a poll for good: devices are shut, it is counted out, and the log gets the result or that it is void."""

from dataclasses import fields
from datetime import timedelta

from compass.refusal import Refused
from deliberation.people.operations import operation, record_audit

from ..counting import totals
from ..counting.rounds import agreed, devices_of, headcount_for, open_rounds, parts_needed
from ..events import append, lock_run
from ..models import Activity
from ..round_secrets import is_lost
from ..state_machine import ACTIVITY_STEPS, step
from .ballots import count_round, current_round

State = Activity.State
LONGEST_GRACE = timedelta(minutes=2)  # with all the waiting; the room waits as well


def finish_closing(*, run, now, rounds=None, actor=None) -> bool:
    """Shut the devices of every poll whose grace is over. Done by the clock, by whoever comes first.

    A poll then counts hands, or has its result at once when there is no hall. One whose secret is lost is void at
    once. Doing it twice is doing it once. Screens call this before they read, so without such a poll nothing is
    locked. `rounds` are the open ones, where they were read already. Tells whether something ended.
    """
    overdue = bool(_overdue(open_rounds(run) if rounds is None else rounds, now))
    if overdue:
        _finish_overdue(actor=actor, run=run, now=now)
    return overdue


@operation
def _finish_overdue(*, actor, run, now) -> None:
    run = lock_run(run.pk)
    for activity in _overdue(open_rounds(run), now):
        shut(run, activity, now)
        record_audit(actor=actor, action="finish_closing", obj=activity, now=now)


def void_lost(run, now) -> None:
    """Declare void the polls whose votes nobody can read any more. Inside a lock."""
    for round_ in open_rounds(run):
        if is_lost(round_):
            shut(run, round_.activity, now)


def _overdue(rounds, now) -> list[Activity]:
    """List the polls whose grace is over, or whose votes nobody can read any more."""
    return [one.activity for one in rounds if _is_over(one.activity, now) or is_lost(one)]


def _is_over(activity, now) -> bool:
    """Tell whether a grace is over. A clock that was put back meanwhile would hold one open for hours."""
    return activity.state == State.CLOSING and not now < activity.closes_at <= now + LONGEST_GRACE


def shut(run, activity, now) -> None:
    """End the taking of ballots for good, and wait for the hands or give the result. Inside a lock.

    Declares the poll void when the secret of its round is lost.
    """
    round_ = current_round(activity)
    devices = count_round(round_, now)
    if devices is None:
        return _void(run, activity, now)
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
    return settle(run, activity, now)


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
            phones_doubted=round_.phones_doubted,
        )
    except Refused:
        return
    _close(run, activity, round_, {**_as_json(outcome), "headcount": headcount}, now)


def _void(run, activity, now) -> None:
    activity.state = step(ACTIVITY_STEPS, "void_activity", activity.state)
    activity.save(update_fields=["state"])
    data = {"activity": activity.pk, "state": activity.state, "reveal": activity.reveal}
    append(run, "activity_voided", {**data, "why": "secret_lost"}, now)


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
