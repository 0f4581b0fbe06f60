"""Does every document say the same in all three forms, and is each a good file of its kind?"""

import html
import io
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from docx import Document as read_docx
from docx.oxml.ns import qn

from deliberation.documents.anatomy import Bullets, Missing, Table
from deliberation.documents.docx_writer import as_docx
from deliberation.documents.kinds import KINDS, write
from deliberation.documents.pdf_writer import as_pdf
from tests.builders import a_decided_point, the_officer
from tests.documents.written import a_desk, inside, material, note, tags

pytestmark = pytest.mark.django_db


def every_block(document, kind):
    return [
        block
        for section in document.sections
        for block in section.blocks
        if isinstance(block, kind)
    ]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_has_three_forms_with_the_same_headings(kind):
    point = a_decided_point("co_create")
    note(point)
    desk = a_desk(the_officer(point.project.municipality))
    page = desk.get(reverse("documents:see_document", args=[point.pk, kind]) + "?taal=en")
    pdf = desk.get(reverse("documents:document_pdf", args=[point.pk, kind]) + "?taal=en")
    docx = desk.get(reverse("documents:document_docx", args=[point.pk, kind]) + "?taal=en")
    article = page.content.decode().split("<article")[1].split("</article>")[0]
    shown = [html.unescape(one) for one in re.findall(r"<h2[^>]*>(.*?)</h2>", article)]
    file = read_docx(io.BytesIO(docx.content))
    assert [one.text for one in file.paragraphs if one.style.name == "Heading 1"] == shown
    assert tags(pdf.content, "H1", "H2") == {"H1": 1, "H2": len(shown)}
    assert f'filename="{kind}-{point.pk}.pdf"' in pdf["Content-Disposition"]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_pdf_tells_a_screen_reader_what_it_is(language):
    point = a_decided_point("co_create")
    document = write("startnotitie", material(point, language))
    pdf = as_pdf(document, timezone.now())
    text = inside(pdf)
    assert "<pdfuaid:part>1</pdfuaid:part>" in text
    assert re.search(r"/MarkInfo\s*<<\s*/Marked true", text)
    assert re.search(r"/DisplayDocTitle true", text)
    assert re.search(rf"/Lang\s*\({language}\)", text)
    headers = sum(len(table.header) for table in every_block(document, Table))
    found = tags(pdf, "TH", "Table", "L")
    assert found["Table"] == len(every_block(document, Table))
    assert found["TH"] == headers == len(re.findall(r"/Scope\s*/Column", text))
    assert found["L"] == len(every_block(document, Bullets))


def test_the_docx_has_real_headings_lists_tables_language_and_title():
    point = a_decided_point("co_create")
    document = write("startnotitie", material(point, "nl"))
    file = read_docx(io.BytesIO(as_docx(document, timezone.now())))
    assert file.core_properties.title == document.title
    assert file.core_properties.language == "nl-NL"
    assert file.core_properties.author == f"Gemeente {point.project.municipality.name}"
    assert {one.get(qn("w:val")) for one in file.styles.element.iter(qn("w:lang"))} == {"nl-NL"}
    items = [one.text for one in file.paragraphs if one.style.name == "List Bullet"]
    assert items == [text for block in every_block(document, Bullets) for text in block.items]
    assert len(file.tables) == len(every_block(document, Table))
    for table in file.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert table._tbl.tblPr.find(qn("w:tblCaption")) is not None
    footer = file.sections[0].footer._element.xml
    assert " PAGE " in footer and " NUMPAGES " in footer


def test_every_gap_is_named_in_all_forms():
    point = a_decided_point("co_create")
    document = write("startnotitie", material(point, "en"))
    gaps = every_block(document, Missing)
    assert len(gaps) > 5
    desk = a_desk(the_officer(point.project.municipality))
    page = desk.get(reverse("documents:see_document", args=[point.pk, "startnotitie"]) + "?taal=en")
    shown = page.content.decode()
    file = read_docx(io.BytesIO(as_docx(document, timezone.now())))
    written = "\n".join(one.text for one in file.paragraphs)
    assert f"{len(gaps)} points are not filled in yet" in written
    assert written.count("Not filled in yet: ") == len(gaps)
    assert shown.count('class="sk-document__gap"') == len(gaps)
    for gap in gaps:
        assert f"Not filled in yet: {gap.what}" in written
    assert reverse("documents:note_point", args=[point.pk]) in shown


def test_the_language_is_the_officers_unless_asked_otherwise():
    point = a_decided_point()
    desk = a_desk(the_officer(point.project.municipality))
    address = reverse("documents:see_document", args=[point.pk, "startnotitie"])
    for query, language in (("", "nl"), ("?taal=en", "en"), ("?taal=xx", "nl")):
        assert (
            f'class="sk-document" lang="{language}"' in desk.get(address + query).content.decode()
        )


def test_a_document_that_is_not_there_is_not_found():
    point = a_decided_point()
    desk = a_desk(the_officer(point.project.municipality))
    for name in ("see_document", "document_pdf", "document_docx"):
        assert desk.get(reverse(f"documents:{name}", args=[point.pk, "geheim"])).status_code == 404
