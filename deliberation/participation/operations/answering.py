"""Operations of who answers: the answer, what was done with a contribution, and by which day more is promised."""

from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused
from deliberation.people.names import clean_line, clean_text
from deliberation.people.operations import operation
from deliberation.people.tasks import do_later
from deliberation.projects.decision_standing import standing_of

from ..models import CommitmentChange, Contribution, Disposition
from ..queries import WAITING, State
from .locking import in_its_words, keep, locked
from .mailing import mail_outcome
from .moderating import approve

LONGEST_WAIT = timedelta(days=366)
Outcome = Disposition.Outcome


@operation(named=in_its_words)
def answer_contribution(
    *,
    actor,
    contribution,
    text,
    team,
    disposition,
    reason,
    look_until=None,
    shown=None,
    show_name=True,
    personal_checked=False,
    seen,
    now,
) -> Disposition:
    """Answer a contribution, say what was done with it and why; what waited is published with it by who may.

    Again for one that has an answer: the newer one takes its place and the older stays on
    record. "Still looking" needs a day, which is a new promise. Who asked to hear gets mail.
    """
    name = "answer_contribution"
    contribution = locked(name, actor, contribution, seen, (*WAITING, State.ANSWERED))
    if contribution.state == State.PENDING:
        approve(actor, contribution, shown, show_name, personal_checked, now)
    answer = Disposition(
        contribution=contribution,
        text=_needed(clean_text(text, 4000, "text"), "text", _("Write the answer.")),
        team=_needed(clean_line(team, 100, "team"), "team", _("Say which team answers.")),
        outcome=_outcome(contribution, disposition),
        reason=_reason_of(disposition, reason),
        look_until=_look_until(disposition, look_until, now),
        answered_at=now,
        answered_by=actor,
    )
    answer.save()
    contribution.state, contribution.answer = State.ANSWERED, answer
    contribution.first_answered_on = contribution.first_answered_on or timezone.localdate(now)
    keep(contribution, actor, name, now, disposition=str(disposition))
    do_later(mail_outcome, contribution.pk)
    return answer


@operation(named=in_its_words)
def park_contribution(
    *,
    actor,
    contribution,
    owner,
    until,
    reason,
    shown=None,
    show_name=True,
    personal_checked=False,
    seen,
    now,
) -> Contribution:
    """Say who answers later, by which day and why. The new day is a promise; the old one stays visible."""
    name = "park_contribution"
    contribution = locked(name, actor, contribution, seen, WAITING)
    if contribution.state == State.PENDING:
        approve(actor, contribution, shown, show_name, personal_checked, now)
    contribution.parked_with = _needed(
        clean_line(owner, 100, "owner"), "owner", _("Say who answers it.")
    )
    contribution.parked_reason = _reason(reason)
    contribution.state = State.PARKED
    _move_due_day(contribution, until, contribution.parked_reason, "until", actor, now)
    return keep(contribution, actor, name, now)


@operation(named=in_its_words)
def change_promise(*, actor, contribution, due_on, reason, seen, now) -> Contribution:
    """Give another day for the answer, with a reason. Residents read both days.

    Refused for the same day, a day that passed, and a day after the decision that is still to come.
    A promise that was missed already stays missed.
    """
    contribution = locked("change_promise", actor, contribution, seen, WAITING)
    reason = _reason(reason)
    if due_on == contribution.due_on:
        raise Refused(_("That is the day that was promised already."), field="due_on")
    _move_due_day(contribution, due_on, reason, "due_on", actor, now)
    return keep(contribution, actor, "change_promise", now, to=str(due_on))


def _move_due_day(contribution, day: date, reason: str, field: str, actor, now) -> None:
    if day == contribution.due_on:
        return
    today = timezone.localdate(now)
    if not today < day <= today + LONGEST_WAIT:
        raise Refused(_("Choose a day after today, within a year."), field=field)
    standing = contribution.decision_point and standing_of(contribution.decision_point)
    if standing and not standing.decided and today < standing.day <= day:
        raise Refused(_("Answer before the decision is taken. Choose an earlier day."), field=field)
    if contribution.due_on < today:
        contribution.missed_on = contribution.missed_on or contribution.due_on
    CommitmentChange.objects.create(
        contribution=contribution,
        old_day=contribution.due_on,
        new_day=day,
        reason=reason,
        changed_at=now,
        changed_by=actor,
    )
    contribution.due_on = day


def _outcome(contribution, outcome) -> str:
    if outcome not in Outcome.values:
        raise Refused(_("Choose what you did with it."), code="malformed", field="disposition")
    if outcome not in contribution.way.outcomes(contribution.kind):
        raise Refused(contribution.way.why_not_outcome, field="disposition")
    return outcome


def _reason_of(outcome, reason: str) -> str:
    # Who only asked something is told; the answer is all there is to say.
    if outcome == Outcome.EXPLAINED:
        return clean_line(reason, 400, "reason")
    needed = _("Give a reason. Only with “We explained it” you need none.")
    return _needed(clean_line(reason, 400, "reason"), "reason", needed)


def _reason(reason: str) -> str:
    return _needed(clean_line(reason, 400, "reason"), "reason", _("Give the reason, always."))


def _look_until(outcome, day: date | None, now) -> date | None:
    if outcome != Outcome.LOOKING:
        return None
    today = timezone.localdate(now)
    if day is None or not today < day <= today + LONGEST_WAIT:
        raise Refused(_("Until when do you look? Choose a day within a year."), field="look_until")
    return day


def _needed(text: str, field: str, reason) -> str:
    if not text:
        raise Refused(reason, field=field)
    return text
