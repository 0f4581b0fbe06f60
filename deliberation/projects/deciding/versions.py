"""Versions of the frames of a decision point: a snapshot, and the diff of two in words."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import DecisionPoint, FrameChange
from ..naming import level_name
from ..queries import level_of

# What may change after a level was chosen, as residents call it. Another question is another point.
LABELS = {
    "open": gettext_lazy("What you can change"),
    "fixed": gettext_lazy("What is fixed"),
    "outside": gettext_lazy("What this is not about"),
    "groups": gettext_lazy("Who notices it"),
    "decided_by": gettext_lazy("Who decides"),
    "decides_on": gettext_lazy("When it is decided"),
    "formal_track": gettext_lazy("The formal procedure beside it"),
    "formal_track_until": gettext_lazy("Last day of the formal procedure"),
    "phase_ends_on": gettext_lazy("Last day on which you can take part"),
}
# Of the decision point itself; the last day is of its phase, and changes with that.
FRAMES = tuple(name for name in LABELS if name != "phase_ends_on")
DAYS = ("decides_on", "formal_track_until", "phase_ends_on")
# Bodies and days: said by the platform, in the language of the reader.
SAID_BY_US = ("decided_by", *DAYS)


@dataclass(frozen=True)
class FramesDifference:
    """One thing that changed: what went, and what came. Of a list (`listed`) the lines that stayed are left out."""

    label: str
    before: list[str]
    after: list[str]
    listed: bool = False
    english: dict = field(default_factory=dict)


@dataclass(frozen=True)
class FramesChange:
    """What changed on one day after it was promised, and why."""

    pk: int
    decision_point: DecisionPoint
    changed_at: datetime
    reason: str
    differences: list[FramesDifference]
    english: dict


def snapshot(point) -> dict:
    """Give all frames as they can be kept: days as text."""
    values = {name: getattr(point, name) for name in FRAMES}
    values["phase_ends_on"] = point.phase.ends_on
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }


def changed_fields(change: FrameChange) -> list[str]:
    """List which frames a change made different."""
    return [name for name in LABELS if change.before.get(name) != change.after.get(name)]


def in_words(change: FrameChange, language: str) -> FramesChange:
    """Put a change into the words of residents; `change` came with its decisions and municipality."""
    return FramesChange(
        pk=change.pk,
        decision_point=change.decision_point,
        changed_at=change.changed_at,
        reason=change.reason,
        differences=_level(change, language)
        + [_frame(change, one) for one in changed_fields(change)],
        english=change.english,
    )


def _level(change, language) -> list[FramesDifference]:
    if change.new_decision is None:
        return []
    municipality = change.decision_point.project.municipality
    before, after = (
        level_name(municipality, level_of(decision), language)
        for decision in (change.old_decision, change.new_decision)
    )
    if before == after:
        return []
    said = {"level": {before: before, after: after}}
    return [FramesDifference(_("How far you may go"), [before], [after], english=said)]


def _frame(change, name: str) -> FramesDifference:
    before, after = (_lines(name, version.get(name)) for version in (change.before, change.after))
    ours = {name: {line: line for line in (*before, *after)}} if name in SAID_BY_US else {}
    return FramesDifference(
        str(LABELS[name]),
        [line for line in before if line not in after],
        [line for line in after if line not in before],
        listed=isinstance(change.after.get(name), list),
        english=change.english | ours,
    )


def _lines(name: str, value) -> list[str]:
    if isinstance(value, list):
        return value
    if not value:
        return []
    if name == "decided_by":
        return [str(DecisionPoint.Body(value).label)]
    if name in DAYS:
        return [date_format(date.fromisoformat(value), "j F Y")]
    return [value]
