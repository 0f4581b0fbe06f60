"""What the site's search finds of a project besides its pages, as each plugin says."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from deliberation.people.commit_hooks import tell_after_commit
from deliberation.registry import Plugin, plugins

from .decision_standing import anchor, outcomes_of
from .models import DecisionPoint


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


def findables(project) -> list[Findable]:
    """List all that was registered and is public in a project."""
    return [
        one
        for plugin in plugins()
        for kind in plugin.findable_kinds
        for one in plugin.findable(project, kind)
    ]


def findable(project, kind: str, key: str) -> list[Findable]:
    """Find one thing of a project: it, or nothing when it is not public."""
    return _whose(kind).findable(project, kind, key)


def own_address(kind: str, project_id: int, key: str) -> str:
    """Give where a found thing is read; empty when that is on the project's page."""
    return _whose(kind).found_at(kind, project_id, key)


def findable_kinds() -> dict[str, object]:
    """Give the label of every registered kind."""
    return {kind: label for plugin in plugins() for kind, label in plugin.findable_kinds.items()}


def _whose(kind: str) -> Plugin:
    return next((plugin for plugin in plugins() if kind in plugin.findable_kinds), Plugin())


def findable_changed(project_id: int, kind: str = "", key: str = "") -> None:
    """Tell, after commit, that something of a project was published, changed or taken away; blank: its own texts."""
    tell_after_commit("findable_changed", project_id, kind, key)


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
