"""File format versions: a framework file of any former format is brought to the newest, so all stay readable.

A version that was used never changes, so what it was written in may not be forgotten either. Whoever
changes what a file may say: give NEWEST a number more, add the step from the former one, and freeze a file.
"""

from collections.abc import Callable, Mapping

from compass.engine.toml import read_toml, wrong

NEWEST = 2  # formats 1 and 2 carry no number; a next one says `format = 3`


def read_document(source: str) -> dict:
    """Read the tables of a framework file as the newest format has them; FrameworkErrors as read_toml."""
    document = read_toml(source)
    for number in range(format_of(document), NEWEST):
        document = STEPS[number](document)
    return document


def format_of(document: Mapping) -> int:
    """Tell which format a file was written in: by its number, or by what only the first one had."""
    number = document.get("format", 1 if _has_methods_in_levels(document) else 2)
    if type(number) is not int or number not in range(1, NEWEST + 1):
        raise wrong(f"a format up to {NEWEST}: a newer version of the platform reads this file")
    return number


def _has_methods_in_levels(document: Mapping) -> bool:
    levels = document.get("levels")
    rows = levels if isinstance(levels, list) else []
    listed = any(isinstance(row, dict) and isinstance(row.get("methods"), list) for row in rows)
    return listed and "methods" not in document


def _without_methods_in_levels(document: Mapping) -> dict:
    """Leave out the names of methods that format 1 had per level.

    No page ever showed them, and without hours and weeks they can't be offered as methods are now.
    """
    levels = [
        {key: value for key, value in row.items() if key != "methods"}
        if isinstance(row, dict)
        else row
        for row in document["levels"]
    ]
    return {key: value for key, value in document.items() if key != "format"} | {"levels": levels}


STEPS: Mapping[int, Callable[[Mapping], dict]] = {1: _without_methods_in_levels}
