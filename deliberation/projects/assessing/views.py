"""Which questions does an officer answer? The gates on one screen, what weighs on the next."""

from django.utils import timezone

from ..desk import desk_screen
from ..wizard import point_for
from .answering import CRITERIA, GATES, Answering


@desk_screen
def assess_decision_point(request, pk):
    """Answer the gates of the framework, on one screen."""
    return _assess(request, pk, GATES)


@desk_screen
def assess_criteria(request, pk):
    """Answer the other questions, with the advice beside them."""
    return _assess(request, pk, CRITERIA)


def _assess(request, pk, part):
    point = point_for(request, pk, "projects.assess_decision_point")
    answering = Answering(point, part, timezone.now())
    return answering.receive(request) if request.method == "POST" else answering.page(request)
