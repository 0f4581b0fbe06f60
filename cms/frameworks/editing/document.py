"""The document of a draft: its TOML as data, whether or not it loads, and changes to one of its tables.

A document is what tomllib makes of a draft's text. Nothing here expects it to be right: what has the
wrong shape is passed over, so that it can be mended on a screen.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from copy import deepcopy

from django.utils.translation import get_language

from compass.engine.anatomy import EFFECTS
from compass.engine.notation import RESERVED, Vocabulary
from compass.engine.scores import Score

NAME_KEYS = {
    "levels": "key",
    "questions": "key",
    "scores": "key",
    "rules": "id",
    "methods": "id",
    "cases": "id",
}
LANGUAGES = ("nl", "en")


def rows(document: Mapping, table: str) -> list[dict]:
    """List the tables of one kind that have the shape of a table."""
    found = document.get(table)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def name_of(row: Mapping, table: str) -> str:
    return str(row.get(NAME_KEYS[table], ""))


def named(document: Mapping, table: str, name: str) -> dict | None:
    """Find one table by its key or id."""
    return next((row for row in rows(document, table) if name_of(row, table) == name), None)


def words(row: Mapping, key: str, code: str | None = None) -> str:
    """Give a text in a language (the reader's), in the other when it isn't there, else nothing."""
    given = row.get(key)
    if not isinstance(given, dict):
        return ""
    said = given.get(code or language())
    return str(said or next((given[one] for one in LANGUAGES if given.get(one)), ""))


def language() -> str:
    """Say in which of a framework's languages the officer reads."""
    return "en" if (get_language() or "nl").startswith("en") else "nl"


def mapping(row: Mapping, key: str) -> dict:
    """Give a table inside a table; an empty one when something else stands there."""
    return row[key] if isinstance(row.get(key), dict) else {}


def options(question: Mapping) -> list[dict]:
    given = question.get("options")
    return [row for row in given if isinstance(row, dict)] if isinstance(given, list) else []


def codes(question: Mapping) -> tuple:
    found = (option.get("code") for option in options(question))
    return tuple(code for code in found if isinstance(code, bool | int | str) and code != "")


def is_numbered(question: Mapping) -> bool:
    """Say whether the options have numbers, so that there is a lowest and a highest."""
    found = codes(question)
    return bool(found) and all(type(code) is int for code in found)


def vocabulary(document: Mapping, may_read_outcome: bool) -> Vocabulary:
    """Give the names and codes a condition in this draft may use."""
    scores = [name_of(row, "scores") for row in rows(document, "scores")]
    return Vocabulary(
        codes={name_of(row, "questions"): codes(row) for row in rows(document, "questions")},
        scores={key: Score(key, {}, ()) for key in scores},
        levels=tuple(name_of(row, "levels") for row in rows(document, "levels")),
        may_read_outcome=may_read_outcome,
    )


def effect_of(rule: Mapping) -> str:
    return next((effect for effect in EFFECTS if effect in rule), "")


# A changed copy of the document


def changed(document: Mapping, table: str, change: Callable[[list], None]) -> dict:
    """Copy the document with one list of tables changed."""
    copy = deepcopy(dict(document))
    copy[table] = rows(copy, table)
    change(copy[table])
    if not copy[table]:
        del copy[table]
    return copy


def with_row(document: Mapping, table: str, place: int | None, row: dict) -> dict:
    """Put a table at its place, or at the end when it is new."""

    def put(found):
        found[place : place + 1] = [row]

    return changed(document, table, put if place is not None else lambda found: found.append(row))


def without_row(document: Mapping, table: str, place: int) -> dict:
    return changed(document, table, lambda found: found.pop(place))


def moved(document: Mapping, table: str, place: int, by: int) -> dict:
    """Move a table up (-1) or down (1); at the ends it stays."""

    def move(found):
        to = min(max(place + by, 0), len(found) - 1)
        found.insert(to, found.pop(place))

    return changed(document, table, move)


def free_name(document: Mapping, table: str, said: str) -> str:
    """Make a key out of a name: small letters and _, not a word of the notation, used once."""
    plain = unicodedata.normalize("NFKD", said).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:40].strip("_")
    if not re.match(r"[a-z]", stem):
        stem = f"x_{stem}".strip("_")
    taken = taken_names(document, table)
    tries = [stem, *(f"{stem}_{number}" for number in range(2, len(taken) + 3))]
    return next(name for name in tries if name not in taken)


def taken_names(document: Mapping, table: str) -> set[str]:
    """List the names that a new table of this kind can't have."""
    shared = ("questions", "scores") if table in ("questions", "scores") else (table,)
    found = {name_of(row, kind) for kind in shared for row in rows(document, kind)}
    return found | RESERVED
