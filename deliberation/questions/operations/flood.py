"""Operations on questions set apart in a flood: taken over into the queue, or put away together."""

from django.db.models import F
from django.utils import timezone

from deliberation.people.operations import operation, record_audit
from deliberation.people.permissions import require

from ..models import Question

State = Question.State


@operation
def take_over_questions(*, actor, project, questions, now) -> int:
    """Put questions of a project that were set apart into its queue; gives how many were."""
    changes = {"state": State.PENDING}
    return _settle("take_over_questions", actor, project, questions, changes, now)


@operation
def discard_questions(*, actor, project, questions, now) -> int:
    """Don't place questions that were set apart; gives how many were. Their askers read why by their receipt.

    Nobody is mailed and the addresses go: a machine wrote down those of others.
    """
    changes = {
        "state": State.REJECTED,
        "rejection": Question.Rejection.FLOOD,
        "closed_on": timezone.localdate(now),
        "email": "",
    }
    return _settle("discard_questions", actor, project, questions, changes, now)


def _settle(name: str, actor, project, questions, changes: dict, now) -> int:
    # What a colleague settled meanwhile is left as it is.
    require(f"questions.{name}", actor, project, now)
    apart = Question.objects.filter(project=project, state=State.APART)
    found = apart.filter(pk__in=[one.pk for one in questions])
    settled = found.update(**changes, version=F("version") + 1)
    record_audit(actor=actor, action=name, obj=project, now=now, detail={"questions": settled})
    return settled
