"""What of a project can residents search for, besides its pages? Slices register what they show."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from deliberation.people.commit_hooks import after_commit

from .models import DecisionPoint
from .outcomes import anchor, outcomes_of

_findable: dict[str, Callable] = {}
_kinds: dict[str, object] = {}
_addresses: dict[str, Callable] = {}
_listeners: list[Callable] = []


@dataclass(frozen=True)
class Findable:
    """One thing of a project that everybody may read: `key` is unique in its kind.

    `anchor` is its place on the project's public page; empty when it has an address of its own.
    """

    kind: str
    key: str
    title: str
    text: str
    anchor: str = ""


def register_findable(
    kind: str, label, function: Callable, address: Callable | None = None
) -> None:
    """Let residents find something: `function(project, key=None) -> list[Findable]`, published things only.

    With a key it gives that one thing, if it is public. `address(project_id, key)` says where it is
    read when that is not on the project's page; it is asked for every hit, so it may ask no database.
    """
    if kind not in _findable:
        _kinds[kind], _findable[kind] = label, function
        if address:
            _addresses[kind] = address


def findables(project) -> list[Findable]:
    """List all that was registered and is public in a project."""
    return [one for function in _findable.values() for one in function(project)]


def findable(project, kind: str, key: str) -> list[Findable]:
    """Find one thing of a project: it, or nothing when it is not public."""
    return _findable[kind](project, key)


def own_address(kind: str, project_id: int, key: str) -> str:
    """Give where a found thing is read; empty when that is on the project's page."""
    return _addresses[kind](project_id, key) if kind in _addresses else ""


def findable_kinds() -> dict[str, object]:
    """Give the label of every registered kind."""
    return dict(_kinds)


def on_findable_changed(function: Callable) -> Callable:
    """Hear after commit that what can be found changed: `function(project_id, kind, key)`.

    Without kind and key anything in the project may have changed.
    """
    _listeners.append(function)
    return function


def findable_changed(project_id: int, kind: str = "", key: str = "") -> None:
    """Tell, after commit, that something of a project was published, changed or taken away."""
    for function in _listeners:
        after_commit(function, project_id, kind, key)


def decision_points(project, key=None) -> list[Findable]:
    """List a project's decision points with their lists, and what was decided."""
    points = list(
        DecisionPoint.objects.filter(phase__project=project, **({"pk": key} if key else {}))
    )
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
