"""Contributions about a decision point: in numbers and words for its documents, and quoted on a page of results."""

from django.utils.translation import gettext as _

from deliberation.documents.contributions import Contributions
from deliberation.projects.extension_points import Answer, Answered

from .models import Disposition
from .queries import State, visible

MOST = 10  # answered ones that are quoted; their own page shows all


def given(instrument, decision_point) -> list[Contributions]:
    """Count what everybody may read, and quote the latest that were answered."""
    found = visible(instrument, [decision_point.project]).filter(decision_point=decision_point)
    number, answered = found.count(), found.filter(state=State.ANSWERED)
    if not number:
        return []
    done = _("Answered so far: %(count)d.") % {"count": answered.count()}
    lines = [
        f"{instrument.counted(number)}. {done}",
        *(f"{one.kind_label}: {one.shown}" for one in answered[:MOST]),
    ]
    return [Contributions(str(instrument.label), tuple(lines))]


def answered(instrument, decision_point) -> Answered | None:
    """Quote what everybody may read and was answered, with what was done with it; the latest first."""
    found = visible(instrument, [decision_point.project])
    found = found.filter(decision_point=decision_point, state=State.ANSWERED)
    latest = found.select_related("answer").order_by("-answer__answered_at", "-pk")
    latest = list(latest[:MOST])
    if not latest:
        return None
    href = instrument.list_path(decision_point.project.pk) + "?state=answered"
    return Answered(found.count(), [_quoted(instrument, one) for one in latest], href)


def _quoted(instrument, contribution) -> Answer:
    answer = contribution.answer
    return Answer(
        given=contribution.shown,
        language=contribution.language,
        outcome=answer.outcome,
        explanation=answer.text if answer.outcome == Disposition.Outcome.EXPLAINED else "",
        reason=answer.reason,
        until=answer.look_until,
        href=instrument.public_path(contribution.project_id, contribution.pk),
    )
