"""Writer of framework files: TOML that a person can read and that a program reads the same."""

from collections.abc import Mapping

import tomli_w

from compass.engine.anatomy import EFFECTS

FIRST = ("format", "key", "version", "title", "valid_from")
TABLES = (
    "levels",
    "questions",
    "scores",
    "rules",
    "promises",
    "methods",
    "cases",
    "explained",
    "compare",
)
ROW_FIRST = ("id", "key", "finding", "kind", "when", *EFFECTS, "off")


def write_framework(document: Mapping) -> str:
    """Write a framework document as TOML: its tables in one order, the short keys of each first.

    Reading it again gives the same document. Comments of a file that was read are not in a document.
    """
    ordered = {key: document[key] for key in FIRST if key in document}
    ordered |= {key: document[key] for key in document if key not in FIRST + TABLES}
    ordered |= {key: _tidied(document[key]) for key in TABLES if document.get(key)}
    return tomli_w.dumps(ordered)


def _tidied(table):
    if isinstance(table, list):
        return [_row(each) if isinstance(each, dict) else each for each in table]
    return table


def _row(row: Mapping) -> dict:
    first = [key for key in ROW_FIRST if key in row]
    return {key: row[key] for key in (*first, *(key for key in row if key not in first))}
