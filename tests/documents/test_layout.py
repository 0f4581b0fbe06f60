"""Do short parts stay on one page, can addresses be followed, and is a DOCX file in order inside?"""

import io
import zipfile
from posixpath import join, normpath

import pytest
from django.utils import timezone
from docx import Document as read_docx
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from deliberation.documents.addresses import with_addresses
from deliberation.documents.anatomy import (
    Bullets,
    Document,
    DocumentSection,
    Paragraph,
    Table,
)
from deliberation.documents.docx_writer import as_docx
from deliberation.documents.page_breaks import stays_together
from deliberation.documents.pdf_writer import as_pdf
from tests.documents.written import inside, tags

LONG = Table("Lang", ("Vraag", "Antwoord"), (("een", "twee"),) * 40)
SHORT = Table("Kort", ("Vraag", "Antwoord"), (("een", "twee"),) * 3)


def a_document(*blocks) -> Document:
    return Document(
        "Titel",
        "Onderwerp",
        "nl",
        "Gemeente X",
        "1 januari 2027",
        (DocumentSection("Kop", blocks, 1),),
    )


def kept(table) -> list[bool]:
    lines = [cell.paragraphs[0] for row in table.rows for cell in row.cells]
    return [bool(line.paragraph_format.keep_with_next) for line in lines]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", []),
        ("Geen adres.", [("Geen adres.", "")]),
        ("Mail a.b@c.nl.", [("Mail ", ""), ("a.b@c.nl", "mailto:a.b@c.nl"), (".", "")]),
        ("https://x.nl/a?b=1.", [("https://x.nl/a?b=1", "https://x.nl/a?b=1"), (".", "")]),
        ("javascript:alert(1)", [("javascript:alert(1)", "")]),
        ("file:///etc/passwd", [("file:///etc/passwd", "")]),
        ("a@@b", [("a@@b", "")]),
    ],
)
def test_only_pages_and_mail_can_be_followed(text, parts):
    assert with_addresses(text) == parts


def test_no_text_takes_long_to_look_through():
    for text in ("a" * 50_000, "a@" * 25_000, "a@a." * 12_000, "http" * 12_000):
        assert "".join(words for words, _to in with_addresses(text)) == text


def test_short_parts_stay_together_and_long_ones_may_break():
    assert stays_together(SHORT) and not stays_together(LONG)
    assert stays_together(DocumentSection("Kop", (Paragraph("Kort."),)))
    assert not stays_together(DocumentSection("Kop", (LONG,)))
    assert not stays_together(Bullets("Lijst", ("woord " * 40,) * 6))


def test_a_short_table_moves_as_a_whole_and_no_last_row_is_left_alone():
    file = read_docx(io.BytesIO(as_docx(a_document(SHORT, LONG), timezone.now())))
    short, long = (kept(table) for table in file.tables)
    assert all(short)
    assert long[:4] == [False] * 4 and long[-6:-2] == [True] * 4 and long[-2:] == [False] * 2


def test_addresses_are_links_in_both_files():
    about = "Bel ons, mail a@gemeente.example of lees https://gemeente.example/plan."
    document = a_document(Paragraph(about), Bullets("Van inwoners", ("https://elders.example",)))
    pdf = as_pdf(document, timezone.now())
    assert tags(pdf, "Link") == {"Link": 2}
    assert "(mailto:a@gemeente.example)" in inside(pdf) and "(https://elders" not in inside(pdf)
    file = read_docx(io.BytesIO(as_docx(document, timezone.now())))
    found = [one for line in file.paragraphs for one in line.hyperlinks]
    assert [one.address for one in found] == [
        "mailto:a@gemeente.example",
        "https://gemeente.example/plan",
    ]
    assert about in {line.text for line in file.paragraphs}


def test_every_part_of_a_docx_file_has_a_type_and_every_relation_leads_somewhere():
    document = a_document(Paragraph("Zie https://gemeente.example."), SHORT)
    package = zipfile.ZipFile(io.BytesIO(as_docx(document, timezone.now())))
    names = set(package.namelist())
    assert package.testzip() is None
    types = parse_xml(package.read("[Content_Types].xml"))
    defaults = {one.get("Extension") for one in types if one.get("Extension")}
    overrides = {one.get("PartName").lstrip("/") for one in types if one.get("PartName")}
    assert overrides <= names
    assert all(one in overrides or one.rsplit(".", 1)[-1] in defaults for one in names)
    for name in (one for one in names if one.endswith(".rels")):
        folder = name.split("_rels/")[0]
        for one in parse_xml(package.read(name)):
            if one.get("TargetMode") != "External":
                target = one.get("Target")
                assert normpath(join(folder, target)).lstrip("/") in names
    for name in (one for one in names if one.endswith((".xml", ".rels"))):
        parse_xml(package.read(name))


def test_properties_of_a_table_stand_in_the_order_of_the_format():
    order = ["tblStyle", "tblW", "jc", "tblInd", "tblBorders", "tblLayout", "tblLook", "tblCaption"]
    file = read_docx(io.BytesIO(as_docx(a_document(SHORT), timezone.now())))
    found = [one.tag.split("}")[1] for one in file.tables[0]._tbl.tblPr]
    assert found == [name for name in order if name in found]
    assert {"tblInd", "tblBorders", "tblCaption"} <= set(found)
    assert file.tables[0].rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
