"""Operations of moderation: publish, reject, merge, hide and show again what others asked."""

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused
from deliberation.people.names import clean_line, clean_text
from deliberation.people.operations import operation
from deliberation.people.tasks import do_later

from ..models import LONGEST, Question
from ..personal_data import personal_data_in
from .locking import VISIBLE, State, keep, locked
from .mailing import mail_outcome

WAITING = (State.PENDING, State.PUBLISHED, State.PARKED)
TARGETS = (*WAITING, State.ANSWERED)


@operation
def publish_question(
    *, actor, question, shown=None, show_name=True, personal_checked=False, seen, now
) -> Question:
    """Show a question to everybody, in its own words or in `shown`, from which personal data was left out.

    Refused while the text seems to hold personal data that nobody looked at.
    """
    question = locked("publish_question", actor, question, seen, (State.PENDING,))
    approve(question, shown, show_name, personal_checked, now)
    question.state = State.PUBLISHED
    return keep(question, actor, "publish_question", now)


@operation
def reject_question(*, actor, question, rejection, reason="", seen, now) -> Question:
    """Don't place a question; its asker reads why. Refused for what others can see: hide that."""
    question = locked("reject_question", actor, question, seen, (State.PENDING,))
    if rejection not in Question.Rejection.values:
        raise Refused(_("Choose why it is not placed."), code="malformed", field="rejection")
    question.rejection = rejection
    question.rejection_reason = clean_line(reason, 400, "reason")
    if rejection == Question.Rejection.OTHER and not question.rejection_reason:
        raise Refused(_("Write why, for who asked it."), field="reason")
    question.state, question.closed_on = State.REJECTED, timezone.localdate(now)
    do_later(mail_outcome, question.pk)
    return keep(question, actor, "reject_question", now, why=str(rejection))


@operation
def merge_question(*, actor, question, into, seen, now) -> Question:
    """Put a question together with one that asks the same: it gets the same answer; its text is kept.

    What was put together with this one moves along. Refused with one of another project, with
    itself, and with one that is not there to answer any more.
    """
    question = locked("merge_question", actor, question, seen, WAITING)
    into = Question.objects.select_for_update().filter(pk=into.pk).first()
    if into is None or into.project_id != question.project_id or into.pk == question.pk:
        raise Refused(_("Choose another question of this project."), field="into")
    if into.state not in TARGETS:
        raise Refused(_("That question can't get an answer any more."), field="into")
    children = Question.objects.filter(merged_into=question)
    children.update(merged_into=into, version=F("version") + 1)
    question.state, question.merged_into = State.MERGED, into
    question.closed_on = timezone.localdate(now)
    keep(question, actor, "merge_question", now, into=into.pk)
    if into.answer_id:
        do_later(mail_outcome, into.pk)
    return question


@operation
def hide_question(*, actor, question, now) -> Question:
    """Take what everybody can see away at once, whatever a colleague did meanwhile. Twice is once."""
    question = locked("hide_question", actor, question, None, VISIBLE)
    if question.hidden:
        return question
    question.hidden = True
    return keep(question, actor, "hide_question", now)


@operation
def show_question(*, actor, question, seen, now) -> Question:
    """Show again what was hidden."""
    question = locked("show_question", actor, question, seen, VISIBLE)
    question.hidden = False
    return keep(question, actor, "show_question", now)


def approve(question, shown, show_name, personal_checked, now) -> None:
    """Fill in what others will read of a question. Refused: empty, or personal data nobody looked at."""
    shown = clean_text(question.text if shown is None else shown, LONGEST, "shown")
    if not shown:
        raise Refused(_("Write what others read of it."), field="shown")
    found = personal_data_in(shown)
    if found and not personal_checked:
        reason = _(
            "There seems to be personal data in it: %s. Leave it out, or say that you checked."
        )
        raise Refused(reason % ", ".join(str(one) for one in found), field="shown")
    question.shown = shown
    question.shown_name = question.name if show_name else ""
    question.published_at = now
