"""Contributions about a decision point, in numbers and words for its documents."""

from django.utils.translation import gettext as _

from deliberation.documents.contributions import Contributions

from .queries import State, visible

MOST = 10  # answered ones that are quoted; the page shows all


def given(instrument, decision_point) -> list[Contributions]:
    """Count what everybody may read, and quote the latest that were answered."""
    found = visible(instrument, [decision_point.project]).filter(decision_point=decision_point)
    if not found:
        return []
    answered = [one for one in found if one.state == State.ANSWERED]
    done = _("Answered so far: %(count)d.") % {"count": len(answered)}
    lines = [
        f"{instrument.counted(len(found))}. {done}",
        *(f"{one.kind_label}: {one.shown}" for one in answered[:MOST]),
    ]
    return [Contributions(str(instrument.label), tuple(lines))]
