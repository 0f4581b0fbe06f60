"""Personal data over all slices: what somebody joined and gave, their export, and what goes when they are erased.

Every slice that keeps something of people says so in its plugin.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from deliberation.registry import gather, gather_all, plugins, tell


@dataclass(frozen=True)
class PersonalEntry:
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
    take_back: str = ""  # where a form is sent that ends it


def gave(participants, municipality) -> list[PersonalEntry]:
    """List what these participants joined and gave, the newest first, what has no date last."""
    if not participants:
        return []
    return sorted(
        gather_all("gave", participants, municipality),
        key=lambda one: one.at or date.min,
        reverse=True,
    )


@dataclass(frozen=True)
class ExportPart:
    """One part of the export: how to gather it, what people call it and its fields (lazily translated, by key).

    `gather(user | None, participants, municipality | None)` gives something JSON-able: a dict, or a list of dicts.
    """

    gather: Callable
    label: str
    fields: dict = field(default_factory=dict)


def export_parts() -> dict[str, ExportPart]:
    """Give all parts by name."""
    return {name: part for plugin in plugins() for name, part in plugin.exports.items()}


def export_of(user, participants, municipality) -> dict:
    """Gather everything we keep of this person in this municipality, by the names parts registered."""
    return {
        name: part.gather(user, participants, municipality) for name, part in export_parts().items()
    }


def said_before_erasing() -> tuple[list, list]:
    """List in words what goes and what stays."""
    goes = [line for plugin in plugins() for line in plugin.goes]
    stays = [line for plugin in plugins() for line in plugin.stays]
    return goes, stays


def erase_in_slices(*, participants, user, now, municipality=None) -> None:
    """Let every slice erase its part; with a municipality only what is kept there."""
    tell("erase", participants=participants, user=user, now=now, municipality=municipality)


def left_here(municipality, **known_by) -> dict[str, str]:
    """Give what people left here without an account, as its mark -> their address: all, or by `email` or `receipt`."""
    answers = gather("left_here", municipality, **known_by)
    return {mark: address for left in answers for mark, address in left.items()}


def erase_left(marks, municipality, now) -> None:
    """Let every slice erase what has one of these marks in a municipality."""
    tell("erase_left", marks, municipality=municipality, now=now)
