"""What isn't right in a draft, and on which screen is it mended?"""

from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from compass.engine.framework import Framework, FrameworkErrors, load_framework
from compass.engine.sections import header_lines
from compass.queries import checked

from .document import language, name_of, rows
from .parts import PARTS

BY_TABLE = {part.table: part.slug for part in PARTS.values()}
KINDS = {"error": "error", "warning": "warning", "note": "info"}


@dataclass(frozen=True)
class Problem:
    """One thing to look at. `place` counts from 1; `part` is blank for the file as a whole."""

    part: str
    place: int | None
    text: str
    kind: str = "error"  # error, warning or info
    expected: str = ""  # what the reader of files says, in English
    because: str = ""


@lru_cache(maxsize=8)
def framework_of(source: str) -> Framework | None:
    """Load a draft; None while something is wrong with it."""
    try:
        return load_framework(source)
    except FrameworkErrors:
        return None


def problems_of(source: str, document: dict, prove: bool = True) -> list[Problem]:
    """List what keeps a draft from loading; when it loads, what the proof finds (about a second)."""
    try:
        load_framework(source)
    except FrameworkErrors as errors:
        lines = header_lines(source)
        return [_of_reading(error, lines) for error in errors.errors]
    return [_of_check(finding, document) for finding in checked(source)] if prove else []


def _of_reading(error, lines) -> Problem:
    starts = lines.get(error.table, [])
    place = starts.index(error.line) + 1 if error.line in starts else None
    text = _("“%(field)s” isn't there yet, or isn't right.") % {"field": error.key or _("the text")}
    return Problem(BY_TABLE.get(error.table, ""), place, text, expected=error.expected)


def _of_check(finding, document) -> Problem:
    part, place = _where(finding.subjects, document)
    because = finding.because[language()] if finding.because else ""
    text = finding.text[language()]
    return Problem(part, place, text, KINDS.get(finding.severity, "info"), because=because)


def _where(subjects, document) -> tuple[str, int | None]:
    """Find the first thing a finding is about; the others are named in its sentence."""
    for subject in subjects:
        for part in PARTS.values():
            for place, row in enumerate(rows(document, part.table), start=1):
                if name_of(row, part.table) == subject:
                    return part.slug, place
    return "", None
