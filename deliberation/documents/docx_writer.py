"""DOCX writer: a document as an office file with real headings, lists and tables."""

from io import BytesIO

from django.utils.translation import gettext as _
from django.utils.translation import override
from docx import Document as new_file
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph as Line

from .anatomy import Bullets, Document, DocumentSection, Missing, Table
from .docx_foot import number_pages
from .docx_style import (
    add_line,
    add_text,
    describe_table,
    dress,
    flag,
    rule_rows,
    set_style,
    set_widths,
    shade,
)
from .gap_links import gap_words
from .kinds import gap_sentence
from .page_breaks import stays_together
from .typography import printable


def as_docx(document: Document, now) -> bytes:
    """Write it with python-docx; signs that no XML may hold are left out."""
    with override(document.language):
        file = new_file()
        dress(file, document, now)
        _open(file, document)
        for section in document.sections:
            _add_section(file, section)
        number_pages(file, document)
    written = BytesIO()
    file.save(written)
    return written.getvalue()


def _open(file, document: Document) -> None:
    add_line(file, "Letterhead", printable(document.author))
    add_line(file, "Title", printable(document.title))
    add_line(file, "Subtitle", printable(document.subject))
    file.add_paragraph(_("Made on %s") % document.made_on)
    if document.missing:
        file.add_paragraph().add_run(gap_sentence(document)).bold = True


def _add_section(file, section: DocumentSection) -> None:
    """Add a heading with its blocks; what is short moves to the next page as a whole."""
    number = f"{section.number}. " if section.number else ""
    heading = file.add_heading(number + printable(section.heading), level=1)
    begun = len(file.element.body)
    for block in section.blocks:
        at = len(file.element.body)
        _add(file, block)
        if stays_together(block):
            _keep(file, at)
    if stays_together(section):
        _keep(file, begun)
    heading.paragraph_format.keep_with_next = True


def _keep(file, since: int) -> None:
    """Keep every line since this place with the next one, but for the last."""
    lines = [
        line
        for element in list(file.element.body)[since - 1 : -1]
        for line in element.iter(qn("w:p"))
    ]
    for line in lines[:-1]:
        Line(line, file).paragraph_format.keep_with_next = True


def _add(file, block) -> None:
    if isinstance(block, Bullets):
        _add_list(file, block)
    elif isinstance(block, Table):
        _add_table(file, block)
    elif isinstance(block, Missing):
        named, where = gap_words(block)
        paragraph = add_line(file, "Gap")
        paragraph.add_run(printable(named)).bold = True
        paragraph.add_run(printable(where))
    else:
        for line in filter(None, block.text.split("\n")):
            add_text(file.add_paragraph(), line)


def _add_list(file, block: Bullets) -> None:
    file.add_paragraph(printable(block.title) + ":").paragraph_format.keep_with_next = True
    for item in block.items:
        last = add_line(file, "List Bullet", printable(item))
    last.paragraph_format.space_after = Pt(6)


def _add_table(file, block: Table) -> None:
    add_line(file, "Caption", printable(block.caption))
    table = file.add_table(rows=1, cols=len(block.header), style="Normal Table")
    describe_table(table, block)
    for cell, text in zip(table.rows[0].cells, block.header, strict=True):
        cell.paragraphs[0].add_run(printable(text)).bold = True
        shade(cell)
    for row in block.rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            add_text(cell.paragraphs[0], text)
    rule_rows(table)
    for row in table.rows:
        flag(row._tr.get_or_add_trPr(), "w:cantSplit")
        for cell in row.cells:
            set_style(cell.paragraphs[0], "Table Text")
    for row in table.rows[-3:-1]:  # no row is left alone on the next page
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True
    set_widths(table)
    flag(table.rows[0]._tr.get_or_add_trPr(), "w:tblHeader")
    add_line(file, "After Table")
