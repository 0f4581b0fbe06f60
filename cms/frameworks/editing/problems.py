"""Problems of a draft: what isn't right, and the screen on which it is mended."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from compass.engine.framework import FrameworkErrors, Rulebook
from compass.engine.toml_table import header_lines
from compass.queries import checked, read_framework

from .document import language, name_of, rows
from .mistakes import BY_TABLE, field_called, said_of
from .parts import PARTS

KINDS = {"error": "error", "warning": "warning", "note": "info"}


@dataclass(frozen=True)
class DraftProblem:
    """One thing to look at. `place` counts from 1; `part` is blank for the file as a whole."""

    part: str
    place: int | None
    text: str
    kind: str = "error"  # error, warning or info
    expected: str = ""  # what the reader of files says, in English
    because: str = ""
    line: int = 0  # of the draft as a file; 0 when no line is to blame


def framework_of(source: str) -> Rulebook | None:
    """Load a draft; None while something is wrong with it."""
    try:
        return read_framework(source)
    except FrameworkErrors:
        return None


def problems_of(source: str, document: dict, prove: bool = True) -> list[DraftProblem]:
    """List what keeps a draft from loading; when it loads, what the proof finds (about a second)."""
    try:
        read_framework(source)
    except FrameworkErrors as errors:
        lines = header_lines(source)
        return [_of_reading(error, lines) for error in errors.errors]
    return [_of_check(finding, document) for finding in checked(source)] if prove else []


def _of_reading(error, lines) -> DraftProblem:
    starts = lines.get(error.table, [])
    place = starts.index(error.line) + 1 if error.line in starts else None
    part = BY_TABLE.get(error.table)
    saying = said_of(error.expected)
    if not error.table and error.key == "levels" and saying:
        return DraftProblem("niveaus", None, saying)
    field = field_called(error.table, error.key) or _("the text")
    text = _("“%(field)s” isn't there yet, or isn't right.") % {"field": field}
    text = f"{text} {saying}".strip()
    expected = "" if saying else error.expected
    return DraftProblem(part.slug if part else "", place, text, expected=expected, line=error.line)


def _of_check(finding, document) -> DraftProblem:
    part, place = _where(finding.subjects, document)
    because = finding.because[language()] if finding.because else ""
    text = finding.text[language()]
    return DraftProblem(part, place, text, KINDS.get(finding.severity, "info"), because=because)


def _where(subjects, document) -> tuple[str, int | None]:
    """Find the first thing a finding is about; the others are named in its sentence."""
    for subject in subjects:
        for part in PARTS.values():
            for place, row in enumerate(rows(document, part.table), start=1):
                if name_of(row, part.table) == subject:
                    return part.slug, place
    return "", None
