"""How does a document become a PDF that a screen reader can read? Typst sets it, to PDF/UA-1.

What people wrote goes in as data and is set as text: it never becomes source, so no markup can come of it.
"""

import json
from pathlib import Path

import typst
from django.utils.translation import gettext as _
from django.utils.translation import override

from .addresses import with_addresses
from .anatomy import Bullets, Document, Missing, Table
from .keeping import stays_together
from .kinds import gap_sentence, page_words
from .lettering import printable
from .places import gap_words

SHEET = Path(__file__).with_name("document.typ")


def as_pdf(document: Document, now) -> bytes:
    """Set it on A4, tagged, with its language and title. Signs without a shape become a question mark."""
    with override(document.language):
        told = _told(document)
    try:
        return _compile(told, now)
    except typst.TypstError:
        return _compile(_only_known_signs(told), now)


def _compile(told: dict, now) -> bytes:
    return typst.compile(
        SHEET.read_bytes(),
        format="pdf",
        sys_inputs={"data": json.dumps(told)},
        font_paths=typst.Fonts(include_system_fonts=False),
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
        timestamp=int(now.timestamp()),
    )


def _told(document: Document) -> dict:
    foot, page = page_words(document)
    return {
        "language": document.language,
        "title": printable(document.title),
        "subject": printable(document.subject),
        "author": printable(document.author),
        "made": _("Made on %s") % document.made_on,
        "gaps": gap_sentence(document) if document.missing else "",
        "foot": printable(foot),
        "page": page,
        "sections": [
            {
                "heading": (f"{one.number}. " if one.number else "") + printable(one.heading),
                "together": stays_together(one),
                "blocks": [_block(block) for block in one.blocks],
            }
            for one in document.sections
        ],
    }


def _block(block) -> dict:
    told = {"kind": block.kind, "together": stays_together(block)}
    if isinstance(block, Bullets):
        return told | {"title": printable(block.title) + ":", "items": _all(block.items)}
    if isinstance(block, Table):
        rows = [[_parts(cell) for cell in row] for row in block.rows]
        return told | {
            "caption": printable(block.caption),
            "header": _all(block.header),
            "rows": rows,
        }
    if isinstance(block, Missing):
        named, where = gap_words(block)
        return told | {"named": printable(named), "where": printable(where)}
    return told | {"lines": [_parts(line) for line in block.text.split("\n") if line]}


def _parts(text: str) -> dict:
    """Cut a text into words and addresses; only http, https and mailto become links."""
    cut = with_addresses(printable(text))
    return {"parts": [{"words": words, "to": to} for words, to in cut]}


def _all(texts) -> list[str]:
    return [printable(text) for text in texts]


def _only_known_signs(told):
    """Replace in all texts what the letters at hand can't show: beyond Latin, Greek, Cyrillic and signs."""
    if isinstance(told, dict):
        return {name: _only_known_signs(value) for name, value in told.items()}
    if isinstance(told, list):
        return [_only_known_signs(value) for value in told]
    if isinstance(told, bool):
        return told
    return "".join(sign if _is_known(sign) else "?" for sign in told)


def _is_known(sign: str) -> bool:
    code = ord(sign)
    return code < 0x250 or 0x370 <= code < 0x530 or 0x2010 <= code < 0x2027 or sign in "→€✓"
