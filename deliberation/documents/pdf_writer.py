"""PDF writer: a document as PDF/UA-1 that a screen reader can read, set by Typst.

What people wrote goes in as data and is set as text: it never becomes source, so no markup can come of it.
"""

from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import override

from .addresses import with_addresses
from .anatomy import Bullets, Document, Missing, Table
from .gap_links import gap_words
from .kinds import gap_sentence, page_words
from .page_breaks import stays_together
from .typesetting import typeset
from .typography import printable

SHEET = Path(__file__).with_name("document.typ")


def as_pdf(document: Document, now) -> bytes:
    """Set it on A4, tagged, with its language and title. Signs without a shape become a question mark."""
    with override(document.language):
        told = _told(document)
    return typeset(SHEET, told, timestamp=int(now.timestamp()))


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
