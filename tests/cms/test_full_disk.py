"""Can people go on reading when nothing can be written any more?"""

import re
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from PIL import Image as Drawing
from wagtail.images import get_image_model

from cms.models import ProjectPage
from tests.upgrade.crawl import crawl

from .site import a_news_page, a_project_page, a_result_page, a_site

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        connection.vendor != "sqlite", reason="SQLite can be told to refuse every write"
    ),
]
TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def a_picture():

    drawn = BytesIO()
    Drawing.new("RGB", (900, 700), "teal").save(drawn, "PNG")
    return get_image_model().objects.create(
        title="Plein", file=ContentFile(drawn.getvalue(), "plein.png")
    )


def test_every_page_a_visitor_can_reach_is_read_without_a_write(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    site = a_site()
    page = a_project_page()
    ProjectPage.objects.filter(pk=page.pk).update(picture=a_picture())
    a_news_page(site.root_page)
    a_result_page(site.root_page)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = ON")
        try:
            found = crawl(client, ("/", "/en/", page.url), 80)
        finally:
            cursor.execute("PRAGMA query_only = OFF")
    assert len(found) > 15
    assert {path: told for path, told in found.items() if told[0] >= 500} == {}


def test_no_page_of_ours_takes_a_picture_that_must_be_made():
    """Wagtail's own tag breaks the page when the copy can't be made; in its own screens that is its affair."""
    wrong = [
        str(path)
        for path in TEMPLATES.rglob("*.html")
        if re.search(r"{%\s*image\s", path.read_text(encoding="utf-8"))
    ]
    assert wrong == []
