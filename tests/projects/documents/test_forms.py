"""Does every document say the same in all three forms, and does it name what is missing?"""

import io
import re

import pytest
from django.test import Client
from django.urls import reverse
from docx import Document as read_docx

from deliberation.projects.documents.kinds import KINDS
from tests.builders import a_decided_point, the_officer

pytestmark = pytest.mark.django_db


def a_desk(point):
    client = Client()
    client.force_login(the_officer(point.project.municipality))
    return client


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_in_three_forms(kind):
    point = a_decided_point("co_create")
    desk = a_desk(point)
    page = desk.get(reverse("projects:see_document", args=[point.pk, kind]) + "?taal=en")
    assert page.status_code == 200
    pdf = desk.get(reverse("projects:document_pdf", args=[point.pk, kind]) + "?taal=en")
    assert pdf.content.startswith(b"%PDF-") and b"pdfuaid:part" in pdf.content
    docx = desk.get(reverse("projects:document_docx", args=[point.pk, kind]) + "?taal=en")
    file = read_docx(io.BytesIO(docx.content))
    headings = [one.text for one in file.paragraphs if one.style.name == "Heading 1"]
    shown = re.findall(r'<h2 class="utrecht-heading-2">(.*?)</h2>', page.content.decode())
    assert headings == shown and headings
