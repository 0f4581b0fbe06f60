"""Typesetting to PDF/UA-1 with Typst and the fonts it brings: nothing is fetched, no text is markup."""

import json
import re
from pathlib import Path

import typst

from compass.text import clean

INSTEAD = "?"
# Typst names every sign its fonts have no shape for, as Rust writes texts down.
_WITHOUT_SHAPE = re.compile(r"the text `\"((?:[^\"\\]|\\.)+)\"` could not be displayed")
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")


def typeset(sheet: Path, told: dict, **options) -> bytes:
    """Set what is told on a sheet; a sign without a shape becomes a question mark, and no other sign does."""
    told = _each_text(told, clean)
    try:
        return _compile(sheet, told, options)
    except typst.TypstError as error:
        strange = _without_shape(error)
        if not strange:
            raise
        return _compile(sheet, _each_text(told, lambda text: _shown(text, strange)), options)


def _compile(sheet: Path, told: dict, options: dict) -> bytes:
    return typst.compile(
        sheet.read_bytes(),
        format="pdf",
        sys_inputs={"data": json.dumps(told)},
        font_paths=typst.Fonts(include_system_fonts=False),
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
        **options,
    )


def _without_shape(error: typst.TypstError) -> set[str]:
    found = _WITHOUT_SHAPE.findall(error.diagnostic)
    return set("".join(_ESCAPED.sub(_sign, text) for text in found))


def _sign(escaped: re.Match) -> str:
    return chr(int(escaped[1], 16)) if escaped[1] else escaped[2]


def _shown(text: str, strange: set[str]) -> str:
    return "".join(INSTEAD if sign in strange else sign for sign in text)


def _each_text(told, change):
    """Change every text in what is told, however deep."""
    if isinstance(told, dict):
        return {name: _each_text(value, change) for name, value in told.items()}
    if isinstance(told, list):
        return [_each_text(value, change) for value in told]
    return change(told) if isinstance(told, str) else told
