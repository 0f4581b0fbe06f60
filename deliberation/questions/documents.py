"""Questions about a decision point, in numbers and words for its documents."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deliberation.documents.contributions import Contributions

from .models import Question
from .queries import visible

MOST = 10  # answered ones that are quoted; the page shows all


def given(decision_point, now) -> list[Contributions]:
    """Count what everybody may read, and quote the latest that were answered."""
    found = list(visible([decision_point.project]).filter(decision_point=decision_point))
    if not found:
        return []
    answered = [one for one in found if one.state == Question.State.ANSWERED]
    lines = [
        _count(found, answered),
        *(f"{one.get_kind_display()}: {one.shown}" for one in answered[:MOST]),
    ]
    return [Contributions(_("Questions and concerns"), tuple(lines))]


def _count(found, answered) -> str:
    asked = ngettext(
        "%(count)d question or concern.", "%(count)d questions or concerns.", len(found)
    )
    done = _("Answered so far: %(count)d.")
    return f"{asked % {'count': len(found)}} {done % {'count': len(answered)}}"
