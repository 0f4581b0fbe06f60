"""The footer of every page of a DOCX file: whose it is, and which page of how many."""

import re

from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from .anatomy import Document
from .docx_style import TEXT_WIDTH
from .kinds import page_words
from .typography import printable

FIELDS = {"{page}": "PAGE", "{pages}": "NUMPAGES"}


def number_pages(file, document: Document) -> None:
    """Put the municipality, the title and the day at the left, the page and their number at the right."""
    foot, numbers = page_words(document)
    paragraph = file.sections[0].footer.paragraphs[0]
    paragraph.style.font.size = Pt(8.5)
    stops = paragraph.paragraph_format.tab_stops
    stops.add_tab_stop(Cm(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    paragraph.add_run(printable(foot) + "\t")
    for part in re.split(r"(\{pages?\})", numbers):
        run = paragraph.add_run()
        if part in FIELDS:
            _add_field(run, FIELDS[part])
        else:
            run.text = part


def _add_field(run, name: str) -> None:
    """Add a number that the office program counts; until then it is 1."""
    parts = (("begin", ""), ("", f" {name} "), ("separate", ""), ("shown", "1"), ("end", ""))
    for kind, text in parts:
        run._r.append(_field_part(kind, text))


def _field_part(kind: str, text: str):
    if kind in ("", "shown"):
        part = OxmlElement("w:t" if kind else "w:instrText")
        part.text = text
        part.set(qn("xml:space"), "preserve")
        return part
    part = OxmlElement("w:fldChar")
    part.set(qn("w:fldCharType"), kind)
    return part
