"""Operations of who answers: the answer, what was done with a question, and by which day more is promised."""

from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused
from deliberation.people.names import clean_line, clean_text
from deliberation.people.operations import operation, record_audit
from deliberation.people.permissions import require
from deliberation.people.tasks import do_later

from ..models import Answer, AnswerTerm, PromiseChange, Question
from .locking import State, keep, locked
from .mailing import mail_outcome
from .moderating import WAITING, approve

LONGEST_TERM = 60  # working days: a quarter of a year
LONGEST_WAIT = timedelta(days=366)
Disposition = Answer.Disposition


@operation
def answer_question(
    *,
    actor,
    question,
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
) -> Answer:
    """Answer a question, say what was done with it and why; what waited is published with it.

    Again for a question that has an answer: the newer one takes its place and the older stays on
    record. "Still looking" needs a day, which is a new promise. Who asked to hear gets mail.
    """
    states = (*WAITING, State.ANSWERED)
    question = locked("answer_question", actor, question, seen, states)
    if question.state == State.PENDING:
        approve(question, shown, show_name, personal_checked, now)
    answer = Answer(
        question=question,
        text=_needed(clean_text(text, 4000, "text"), "text", _("Write the answer.")),
        team=_needed(clean_line(team, 100, "team"), "team", _("Say which team answers.")),
        disposition=_disposition(question, disposition),
        reason=_reason_of(disposition, reason),
        look_until=_look_until(disposition, look_until, now),
        answered_at=now,
        answered_by=actor,
    )
    answer.save()
    question.state, question.answer = State.ANSWERED, answer
    question.first_answered_on = question.first_answered_on or timezone.localdate(now)
    keep(question, actor, "answer_question", now, disposition=str(disposition))
    do_later(mail_outcome, question.pk)
    return answer


@operation
def park_question(
    *,
    actor,
    question,
    owner,
    until,
    reason,
    shown=None,
    show_name=True,
    personal_checked=False,
    seen,
    now,
) -> Question:
    """Say who answers later, by which day and why. The new day is a promise; the old one stays visible."""
    question = locked("park_question", actor, question, seen, WAITING)
    if question.state == State.PENDING:
        approve(question, shown, show_name, personal_checked, now)
    question.parked_with = _needed(
        clean_line(owner, 100, "owner"), "owner", _("Say who answers it.")
    )
    question.parked_reason = _reason(reason)
    question.state = State.PARKED
    _move_promise(question, until, question.parked_reason, "until", actor, now)
    return keep(question, actor, "park_question", now)


@operation
def change_promise(*, actor, question, due_on, reason, seen, now) -> Question:
    """Give another day for the answer, with a reason. Residents read both days.

    Refused for the same day, a day that passed, and a day after the decision that is still to come.
    A promise that was missed already stays missed.
    """
    question = locked("change_promise", actor, question, seen, WAITING)
    reason = _reason(reason)
    if due_on == question.due_on:
        raise Refused(_("That is the day that was promised already."), field="due_on")
    _move_promise(question, due_on, reason, "due_on", actor, now)
    return keep(question, actor, "change_promise", now, to=str(due_on))


@operation
def set_answer_term(*, actor, decision_point, working_days, now) -> AnswerTerm:
    """Set within how many working days new questions are answered; earlier promises stay as they were."""
    require("questions.set_answer_term", actor, decision_point, now)
    if not 1 <= working_days <= LONGEST_TERM:
        reason = _("Choose 1 to %d working days.") % LONGEST_TERM
        raise Refused(reason, code="malformed", field="working_days")
    term, _made = AnswerTerm.objects.update_or_create(
        decision_point=decision_point, defaults={"working_days": working_days}
    )
    record_audit(
        actor=actor, action="set_answer_term", obj=term, now=now, detail={"days": working_days}
    )
    return term


def _move_promise(question, day: date, reason: str, field: str, actor, now) -> None:
    if day == question.due_on:
        return
    today = timezone.localdate(now)
    if not today < day <= today + LONGEST_WAIT:
        raise Refused(_("Choose a day after today, within a year."), field=field)
    decides_on = question.decision_point.decides_on if question.decision_point else None
    if decides_on and today < decides_on <= day:
        raise Refused(_("Answer before the decision is taken. Choose an earlier day."), field=field)
    if question.due_on < today:
        question.missed_on = question.missed_on or question.due_on
    PromiseChange.objects.create(
        question=question,
        old_day=question.due_on,
        new_day=day,
        reason=reason,
        changed_at=now,
        changed_by=actor,
    )
    question.due_on = day


def _disposition(question, disposition) -> str:
    if disposition not in Disposition.values:
        raise Refused(_("Choose what you did with it."), code="malformed", field="disposition")
    if disposition == Disposition.EXPLAINED and question.kind == Question.Kind.CONCERN:
        reason = _("Somebody is worried. Say what you do with that, explaining is not enough.")
        raise Refused(reason, field="disposition")
    return disposition


def _reason_of(disposition, reason: str) -> str:
    # Who only asked something is told; the answer is all there is to say.
    if disposition == Disposition.EXPLAINED:
        return clean_line(reason, 400, "reason")
    needed = _("Give a reason. Only with “We explained it” you need none.")
    return _needed(clean_line(reason, 400, "reason"), "reason", needed)


def _reason(reason: str) -> str:
    return _needed(clean_line(reason, 400, "reason"), "reason", _("Give the reason, always."))


def _look_until(disposition, day: date | None, now) -> date | None:
    if disposition != Disposition.LOOKING:
        return None
    today = timezone.localdate(now)
    if day is None or not today < day <= today + LONGEST_WAIT:
        raise Refused(_("Until when do you look? Choose a day within a year."), field="look_until")
    return day


def _needed(text: str, field: str, reason) -> str:
    if not text:
        raise Refused(reason, field=field)
    return text
