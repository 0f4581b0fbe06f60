"""Styles of a DOCX file: page, letters, tables, language and document properties."""

from datetime import UTC

from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from .addresses import with_addresses
from .anatomy import Document, Table
from .typography import FONT, INK, RULE, SHADE, printable

LOCALES = {"nl": "nl-NL", "en": "en-GB"}
TEXT_WIDTH = 16.4  # cm
CELL_MARGIN = 0.19  # cm, by default left and right of what stands in a cell
SHARES = {
    2: (4, 5),
    4: (1.1, 1.3, 1, 1.3),
    6: (2.8, 1.35, 1.15, 0.9, 1.15, 3.3),
}  # by how many columns a table has
SIZES = {"Title": 22, "Subtitle": 12, "Heading 1": 14, "Caption": 10, "Normal": 10.5}


def dress(file, document: Document, now) -> None:
    """Set an empty file for this document: A4, plain letters, its language and its properties."""
    _set_page(file)
    for name, size in SIZES.items():
        _set_letters(file.styles[name], size)
    _set_spaces(file)
    file.styles["Title"].font.bold = True
    for element in file.styles.element.iter(qn("w:lang")):
        element.set(qn("w:val"), LOCALES[document.language])
    told = file.core_properties
    told.title, told.subject = _property(document.title), _property(document.subject)
    told.author = told.last_modified_by = _property(document.author)
    told.language, told.comments = LOCALES[document.language], ""
    told.created = told.modified = now.astimezone(UTC).replace(tzinfo=None)


def _property(text: str) -> str:
    return printable(text)[:255]  # python-docx refuses more


def _set_page(file) -> None:
    page = file.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.3)
    page.top_margin = page.bottom_margin = Cm(2.2)


def _set_letters(style, size: float) -> None:
    style.font.size, style.font.name = Pt(size), FONT
    style.font.color.rgb, style.font.italic = RGBColor.from_string(INK), False
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in [name for name in fonts.attrib if name.endswith("Theme")]:
        del fonts.attrib[name]
    for name in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(name), FONT)
    spacing = style.element.rPr.find(qn("w:spacing"))
    if spacing is not None:
        style.element.rPr.remove(spacing)


def _set_spaces(file) -> None:
    styles = file.styles
    table = styles.add_style("Table Text", WD_STYLE_TYPE.PARAGRAPH)
    table.base_style = styles["Normal"]
    table.font.size = Pt(9.5)
    after = styles.add_style("After Table", WD_STYLE_TYPE.PARAGRAPH)
    after.base_style = styles["Normal"]
    after.font.size = Pt(5)
    head = styles.add_style("Letterhead", WD_STYLE_TYPE.PARAGRAPH)
    head.base_style = styles["Normal"]
    head.font.bold = True
    gap = styles.add_style("Gap", WD_STYLE_TYPE.PARAGRAPH)
    gap.base_style = styles["Normal"]
    gap.paragraph_format.left_indent = Cm(0.4)
    _add_line(gap)
    for name, before, after in (
        ("Normal", 0, 6), ("Letterhead", 0, 4), ("After Table", 0, 0),
        ("Table Text", 2, 2), ("Heading 1", 16, 5), ("List Bullet", 0, 2),
        ("Caption", 8, 3), ("Title", 0, 4), ("Subtitle", 0, 8), ("Gap", 2, 6),
    ):  # fmt: skip
        style = styles[name].paragraph_format
        style.space_before, style.space_after = Pt(before), Pt(after)
        style.keep_with_next = name in ("Heading 1", "Caption")
    borders = styles["Title"].element.pPr.find(qn("w:pBdr"))
    if borders is not None:
        styles["Title"].element.pPr.remove(borders)


def _add_line(style) -> None:
    """Draw a thick line at the left, so that a gap is seen in black and white too."""
    borders, left = OxmlElement("w:pBdr"), OxmlElement("w:left")
    for name, value in (("val", "single"), ("sz", "24"), ("space", "6"), ("color", INK)):
        left.set(qn(f"w:{name}"), value)
    borders.append(left)
    properties = style.element.get_or_add_pPr()
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc"
    )


def describe_table(table, block: Table) -> None:
    """Tell a screen reader what a table is about, and that its first row is the header."""
    properties = table._tbl.tblPr
    caption = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), printable(block.caption))
    properties.append(caption)
    look = properties.find(qn("w:tblLook"))
    if look is not None:
        for name in ("firstRow", "firstColumn", "noHBand", "noVBand"):
            look.set(qn(f"w:{name}"), "1" if name in ("firstRow", "noHBand", "noVBand") else "0")


def set_widths(table) -> None:
    """Share the width of the page over the columns; every cell bears its own, as programs want it."""
    shares = SHARES.get(len(table.columns), (1,) * len(table.columns))
    table.autofit = False
    for column, share in zip(table.columns, shares, strict=True):
        column.width = Cm((TEXT_WIDTH - CELL_MARGIN) * share / sum(shares))
        for cell in column.cells:
            cell.width = column.width


def rule_rows(table) -> None:
    """Draw a line under each row, heavier above the header; no lines between columns. Align it with the text."""
    indent = OxmlElement("w:tblInd")
    indent.set(qn("w:w"), str(Cm(CELL_MARGIN).twips))
    indent.set(qn("w:type"), "dxa")
    _insert(table, indent, "w:tblBorders", "w:shd", "w:tblLayout", "w:tblCellMar")
    borders = OxmlElement("w:tblBorders")
    for side, size in (("top", "8"), ("bottom", "4"), ("insideH", "4")):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", size), ("space", "0"), ("color", RULE)):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    _insert(table, borders, "w:shd", "w:tblLayout", "w:tblCellMar")


def _insert(table, element, *later: str) -> None:
    """Put a property of a table where the format wants it: before these and what always comes last."""
    table._tbl.tblPr.insert_element_before(element, *later, "w:tblLook", "w:tblCaption")


def add_line(file, style: str, text: str = ""):
    """Add a paragraph in a style, at once: python-docx looks through all styles for each."""
    paragraph = file.add_paragraph(text)
    set_style(paragraph, style)
    return paragraph


def set_style(paragraph, name: str) -> None:
    """Dress a paragraph in a style of this file by its id, which is its name without spaces."""
    paragraph._p.style = name.replace(" ", "")


def add_text(paragraph, text: str) -> None:
    """Add words, and addresses that can be followed."""
    for words, to in with_addresses(printable(text)):
        if to:
            _add_link(paragraph, words, to)
        else:
            paragraph.add_run(words)


def _add_link(paragraph, words: str, to: str) -> None:
    link = OxmlElement("w:hyperlink")
    link.set(
        qn("r:id"), paragraph.part.relate_to(to, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    )
    run = paragraph.add_run(words)
    run.font.underline = True
    link.append(run._r)
    paragraph._p.append(link)


def shade(cell) -> None:
    """Give a header cell a light ground."""
    ground = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", SHADE)):
        ground.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(ground)


def flag(properties, name: str) -> None:
    """Say yes to a property of a row."""
    properties.append(OxmlElement(name))
