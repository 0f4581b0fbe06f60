"""What of a project can residents search for, besides its pages? Slices register what they show."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from .models import DecisionPoint
from .outcomes import anchor, outcomes_of

_findable: list[Callable] = []
_kinds: dict[str, object] = {}
_listeners: list[Callable] = []


@dataclass(frozen=True)
class Findable:
    """One thing on a project's public page: `key` is unique in its kind, `anchor` its place there."""

    kind: str
    key: str
    title: str
    text: str
    anchor: str


def register_findable(kind: str, label, function: Callable) -> None:
    """Let residents find something: `function(project) -> list[Findable]`, published things only."""
    if kind not in _kinds:
        _kinds[kind] = label
        _findable.append(function)


def findables(project) -> list[Findable]:
    """List all that was registered and is public in a project."""
    return [one for function in _findable for one in function(project)]


def findable_kinds() -> dict[str, object]:
    """Give the label of every registered kind."""
    return dict(_kinds)


def on_findable_changed(function: Callable) -> Callable:
    """Hear after commit that what can be found in a project changed: `function(project_id)`."""
    _listeners.append(function)
    return function


def findable_changed(project_id: int) -> None:
    """Tell, after commit, that something of a project was published, changed or taken away."""
    for function in _listeners:
        transaction.on_commit(lambda function=function: function(project_id))


def decision_points(project) -> list[Findable]:
    """List a project's decision points with their lists, and what was decided."""
    points = list(DecisionPoint.objects.filter(phase__project=project))
    outcomes = outcomes_of(points)
    return [
        Findable("decision", str(point.pk), point.question, _text(point, outcomes), anchor(point))
        for point in points
    ]


def _text(point, outcomes) -> str:
    outcome = outcomes.get(point.pk)
    told = [outcome.outcome, outcome.what_we_did] if outcome else []
    return " ".join([*told, *point.open, *point.fixed, *point.outside, *point.groups])


DECISION = _("Decision")
