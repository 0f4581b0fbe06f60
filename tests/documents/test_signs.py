"""Do signs that mean something to a file stay signs, whoever typed them?"""

import io
import shutil
import subprocess

import pytest
from django.urls import reverse
from django.utils import timezone
from docx import Document as read_docx

from deliberation.documents.anatomy import (
    Bullets,
    Document,
    DocumentSection,
    Missing,
    Paragraph,
    Table,
)
from deliberation.documents.docx_writer import as_docx
from deliberation.documents.pdf_writer import as_pdf
from tests.builders import a_decided_point, a_decision_point, the_officer
from tests.documents.written import a_desk, note, tags

TRICKS = [
    '#panic("boom")',
    '#import "/etc/passwd": *',
    "= Kop\n- punt\n+ punt",
    "*vet* _schuin_ `code` $x^2$ @label <label>",
    "\\ \\u{41} \\#",
    "] #show: none [",
    '"); #image("x") ("',
    "```\n#panic()\n```",
    "</w:t><w:br/> <script>alert(1)</script> & &amp;",
    "/* weg */ // weg",
]
FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
COUNTED = ("H1", "H2", "P", "L", "LI", "Table", "TH", "TD", "Figure", "Link", "Code", "Formula")


def letters_in(pdf: bytes) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext reads the document back; install poppler-utils")
    command = ["pdftotext", "-layout", "-", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()


def a_document(text) -> Document:
    line = text.replace("\n", " ")
    return Document(
        title=line,
        subject=line,
        language="nl",
        author=line,
        made_on="1 januari 2027",
        sections=(
            DocumentSection(
                line,
                (
                    Paragraph(line),
                    Bullets(line, (line, line)),
                    Table(line, (line, line), ((line, line),)),
                    Missing(line, "document"),
                ),
                1,
            ),
        ),
    )


@pytest.mark.parametrize("trick", TRICKS)
def test_typed_markup_is_text_in_a_pdf(trick):
    now = timezone.now()
    plain, tricked = (tags(as_pdf(a_document(text), now), *COUNTED) for text in ("tekst", trick))
    assert tricked == plain


@pytest.mark.parametrize("trick", TRICKS)
def test_typed_markup_is_text_in_a_docx(trick):
    file = read_docx(io.BytesIO(as_docx(a_document(trick), timezone.now())))
    line = trick.replace("\n", " ")
    assert file.paragraphs[0].text == line
    assert file.tables[0].cell(1, 1).text == line


@pytest.mark.parametrize("sign", ["\x00", "\x08", "\x0b", "\x1f", "\ufffe", "\ud800", "\u202e"])
def test_signs_that_no_file_can_hold_do_no_harm(sign):
    document = a_document(f"voor{sign}na")
    file = read_docx(io.BytesIO(as_docx(document, timezone.now())))
    assert file.paragraphs[0].text.startswith("voor")
    assert as_pdf(document, timezone.now()).startswith(b"%PDF-")


@pytest.mark.parametrize("text", ["😀 feest", "漢字", "العربية", "Ⴀ", "日本 → Nederland €"])
def test_signs_without_a_shape_do_not_stop_the_pdf(text):
    assert as_pdf(a_document(text), timezone.now()).startswith(b"%PDF-")


@pytest.mark.parametrize(
    "text", ["w", "w" * 3000, "e" + "\u0301" * 10_000], ids=["1", "3000", "marks"]
)
def test_long_words_and_piled_marks_do_no_harm(text):
    document = a_document(text)
    assert as_pdf(document, timezone.now()) and as_docx(document, timezone.now())


@pytest.mark.django_db
def test_typed_markup_reaches_all_forms_as_it_was_typed():
    typed = '#panic("x") *b* $y$ @z <i>'
    point = a_decided_point(point=a_decision_point(question=typed, open=[typed]))
    note(point, goal=typed)
    desk = a_desk(the_officer(point.project.municipality))
    about = [point.pk, "startnotitie"]
    assert desk.get(reverse("documents:document_pdf", args=about)).content.startswith(b"%PDF-")
    docx = desk.get(reverse("documents:document_docx", args=about))
    texts = [one.text for one in read_docx(io.BytesIO(docx.content)).paragraphs]
    assert texts.count(typed) >= 3
    page = desk.get(reverse("documents:see_document", args=about)).content.decode()
    assert "<i>" not in page.split("<article")[1].split("</article>")[0]
    assert "*b* $y$ @z &lt;i&gt;" in page


@pytest.mark.parametrize("strange", ["🌳", FAMILY, "می\u200cخواهم", "漢", '"', "\\"])
def test_a_sign_without_a_shape_takes_no_other_sign_along(strange):
    told = letters_in(as_pdf(a_document(f"≥ ế € ✓ ő {strange} – “ja”"), timezone.now()))
    assert all(sign in told for sign in "≥ế€✓ő–“”")
