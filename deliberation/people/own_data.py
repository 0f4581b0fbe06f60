"""What did this person join and give, what goes in their export, and what goes when they are erased?

Every slice that keeps something of people registers here, in its app's `ready`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

_gave: list[Callable] = []
_exports: dict[str, "Part"] = {}
_erasures: dict[Callable, tuple] = {}


@dataclass(frozen=True)
class Given:
    """One thing somebody joined or gave, and what happened with it. Never what they voted.

    `at` None: we keep no date. `joined`: they took part, and left nothing we could show. `changed`:
    what was promised there changed since; `differences` each have a label, and lines before and after.
    """

    kind_label: str
    title: str
    href: str = ""
    text: str = ""
    at: date | None = None
    happened: str = ""
    why: str = ""  # in the words of who works there
    joined: bool = False
    changed: bool = False
    differences: tuple = ()
    english: dict = field(default_factory=dict)  # of `title` and `why`, where somebody gave it
    language: str = "nl"  # of the text


def register_gave(function: Callable) -> Callable:
    """Tell "Mijn deelname" what people gave: `function(participants, municipality | None) -> list[Given]`."""
    if function not in _gave:
        _gave.append(function)
    return function


def gave(participants, municipality) -> list[Given]:
    """List what these participants joined and gave, the newest first, what has no date last."""
    if not participants:
        return []
    found = [one for function in _gave for one in function(participants, municipality)]
    return sorted(found, key=lambda one: one.at or date.min, reverse=True)


@dataclass(frozen=True)
class Part:
    """One part of the export: how to gather it, what people call it and its fields."""

    gather: Callable
    label: str
    fields: dict


def register_export(name: str, function: Callable, label: str = "", fields=None) -> None:
    """Add a part to the export file: `function(user | None, participants, municipality | None)`.

    It gives something JSON-able: a dict, or a list of dicts. `label` and `fields` (lazily
    translated, by key) are the words on the readable page.
    """
    _exports[name] = Part(function, label or name.replace("_", " ").capitalize(), fields or {})


def export_parts() -> dict[str, Part]:
    """Give the registered parts by name, in order of registration."""
    return dict(_exports)


def export_of(user, participants, municipality) -> dict:
    """Gather everything we keep of this person in this municipality, by the names parts registered."""
    return {name: part.gather(user, participants, municipality) for name, part in _exports.items()}


def register_erasure(function: Callable, goes=(), stays=()) -> Callable:
    """Take part in erasing a person: `function(*, participants, user | None, now, municipality=None)`.

    With a municipality only what that one keeps goes, and the person stays. Runs inside the operation,
    before the account and the participants go. It takes away or blanks who it was; results and totals
    stay. It may raise Refused (state) to say "not at this moment". What it leaves pointing at the
    person is moved to nobody in particular afterwards. `goes` and
    `stays` are sentences (lazily translated) that people read before they confirm.
    """
    _erasures[function] = (tuple(goes), tuple(stays))
    return function


def said_before_erasing() -> tuple[list, list]:
    """List in words what goes and what stays."""
    goes = [line for said, _stays in _erasures.values() for line in said]
    stays = [line for _goes, said in _erasures.values() for line in said]
    return goes, stays


def erase_in_slices(*, participants, user, now, municipality=None) -> None:
    """Let every slice erase its part; with a municipality only what is kept there."""
    for function in _erasures:
        function(participants=participants, user=user, now=now, municipality=municipality)
