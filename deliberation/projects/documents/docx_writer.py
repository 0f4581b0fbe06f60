"""How does a document become a DOCX file that opens everywhere, with real headings, lists and tables?"""

from io import BytesIO

from django.utils.translation import override
from docx import Document as new_file
from docx.shared import Pt

from .anatomy import Bullets, Document, Missing, Table
from .docx_style import describe_table, dress, flag, number_pages, set_widths, shade
from .kinds import gap_sentence
from .lettering import printable
from .places import gap_words


def as_docx(document: Document, now) -> bytes:
    """Write it with python-docx; signs that no XML may hold are left out."""
    with override(document.language):
        file = new_file()
        dress(file, document, now)
        _open(file, document)
        for section in document.sections:
            number = f"{section.number}. " if section.number else ""
            file.add_heading(number + printable(section.heading), level=1)
            for block in section.blocks:
                _add(file, block)
        number_pages(file, document)
    written = BytesIO()
    file.save(written)
    return written.getvalue()


def _open(file, document: Document) -> None:
    file.add_paragraph(printable(document.title), style="Title")
    file.add_paragraph(printable(document.subject), style="Subtitle")
    file.add_paragraph(f"{printable(document.author)} · {document.made_on}")
    file.add_paragraph().add_run(gap_sentence(document)).bold = True


def _add(file, block) -> None:
    if isinstance(block, Bullets):
        _add_list(file, block)
    elif isinstance(block, Table):
        _add_table(file, block)
    elif isinstance(block, Missing):
        named, where = gap_words(block)
        paragraph = file.add_paragraph(style="Gap")
        paragraph.add_run(printable(named)).bold = True
        paragraph.add_run(printable(where))
    else:
        for line in filter(None, printable(block.text).split("\n")):
            file.add_paragraph(line)


def _add_list(file, block: Bullets) -> None:
    file.add_paragraph(printable(block.title) + ":").paragraph_format.keep_with_next = True
    for item in block.items:
        last = file.add_paragraph(printable(item), style="List Bullet")
    last.paragraph_format.space_after = Pt(6)


def _add_table(file, block: Table) -> None:
    file.add_paragraph(printable(block.caption), style="Caption")
    table = file.add_table(rows=1, cols=len(block.header), style="Table Grid")
    describe_table(table, block)
    for cell, text in zip(table.rows[0].cells, block.header, strict=True):
        cell.paragraphs[0].add_run(printable(text)).bold = True
        shade(cell)
    for row in block.rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.paragraphs[0].add_run(printable(text))
    for row in table.rows:
        flag(row._tr.get_or_add_trPr(), "w:cantSplit")
        for cell in row.cells:
            cell.paragraphs[0].style = "Table Text"
    set_widths(table)
    flag(table.rows[0]._tr.get_or_add_trPr(), "w:tblHeader")
    file.add_paragraph(style="Table Text")
