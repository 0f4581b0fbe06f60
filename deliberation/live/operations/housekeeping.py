"""Housekeeping of evenings: what nobody closed is closed a day later, so that nobody's vote stays open for ever."""

import logging
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q

from compass.refusal import Refused
from deliberation.people.operations import operation, record_audit

from ..counting.rounds import open_rounds
from ..events import append, lock_run
from ..models import Activity, LiveSession, Round, Run
from ..state_machine import ACTIVITY_STEPS, RUN_STEPS, step
from .poll_closing import shut
from .silence import forget_silence

LEFT_AFTER = timedelta(days=1)  # of the announced end, and of whatever staff did last
UNDER_WAY = (Run.State.OPEN, Run.State.PAUSED)
WHY = {"why": "nobody_closed_it"}
logger = logging.getLogger(__name__)


def end_all_left_open(now) -> None:
    """Close the polls and rehearsals that nobody closed; what can't be closed now is tried again later."""
    for run in _perhaps_left_open(now):
        try:
            end_left_open(actor=None, run=run, now=now)
        except (OSError, Refused):
            logger.exception("run %s was left open and can't be ended", run.pk)


@operation
def end_left_open(*, actor, run, now) -> None:
    """Close what was left open in a run: its poll, with the result hidden, and a rehearsal itself.

    The log says that nobody closed it. An evening is ended by who leads it, as more may have to be counted there.
    Does nothing while somebody may still come back to it. For the worker: nobody asks.
    """
    run = lock_run(run.pk)
    if run.events.filter(at__gt=now - LEFT_AFTER).exists():
        return
    for round_ in open_rounds(run):
        _close_poll(run, round_.activity, now)
    if run.is_rehearsal and run.state in UNDER_WAY:
        _close_rehearsal(run, now)
    record_audit(actor=actor, action="end_left_open", obj=run, now=now)


def _perhaps_left_open(now) -> list[Run]:
    """List the runs where something is open; of an evening only once it would be over for a day."""
    votes = Exists(Round.objects.filter(activity__run=OuterRef("pk"), closed_at=None))
    rehearsal = Q(kind=Run.Kind.REHEARSAL)
    over = rehearsal | Q(session__starts_at__lt=now - LEFT_AFTER - LiveSession.LENGTH)
    return list(Run.objects.filter(Q(votes) | rehearsal & Q(state__in=UNDER_WAY), over))


def _close_poll(run, activity, now) -> None:
    if activity.state != Activity.State.CLOSING:
        _step(run, activity, "close_activity", "activity_closing", now)
    shut(run, activity, now)
    if activity.state == Activity.State.CLOSING:  # what was counted can't be added up
        _step(run, activity, "void_activity", "activity_voided", now)


def _step(run, activity, name, kind, now) -> None:
    activity.state = step(ACTIVITY_STEPS, name, activity.state)
    activity.closes_at = now
    activity.save(update_fields=["state", "closes_at"])
    data = {"activity": activity.pk, "state": activity.state, "reveal": activity.reveal}
    append(run, kind, data | WHY, now)


def _close_rehearsal(run, now) -> None:
    run.state, run.closed_at = step(RUN_STEPS, "close_run", run.state), now
    run.save(update_fields=["state", "closed_at"])
    forget_silence(run)
    append(run, "run_closed", {"run_state": run.state, **WHY}, now)
