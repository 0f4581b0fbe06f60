"""Optimistic locking: a question is changed only as somebody saw it, by who may."""

from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused
from deliberation.people.operations import record_audit
from deliberation.people.permissions import require

from ..models import Question
from ..search import question_changed

State = Question.State
VISIBLE = (State.PUBLISHED, State.ANSWERED, State.PARKED)


def locked(name: str, actor, question, seen, states) -> Question:
    """Lock a question that the actor may change by this operation.

    Refused (state) when a colleague changed it after the actor looked: `seen` is the version on the
    screen, None where it doesn't matter. Refused too when it is in none of these states.
    """
    found = Question.objects.select_for_update().get(pk=question.pk)
    require(f"questions.{name}", actor, found)
    if seen is not None and seen != found.version:
        raise Refused(_("A colleague was just before you. Look at it again."), code="state")
    if found.state not in states:
        raise Refused(_("This can't be done with this question any more."), code="state")
    return found


def keep(question, actor, action: str, now, **detail) -> Question:
    """Write a changed question with its next version and its audit row; searching follows after commit."""
    question.version += 1
    question.save()
    question_changed(question)
    record_audit(actor=actor, action=action, obj=question, now=now, detail=detail)
    return question
