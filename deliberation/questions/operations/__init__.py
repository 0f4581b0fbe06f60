"""Operation on questions: within how many days they are answered. All else is done as with every contribution."""

from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused
from deliberation.people.operations import operation, record_audit
from deliberation.people.permissions import require

from ..models import AnswerTerm

LONGEST_TERM = 60  # working days: a quarter of a year


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
