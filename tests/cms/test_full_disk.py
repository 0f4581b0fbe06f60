"""Can people go on reading when nothing can be written any more?"""

import re
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.test import Client
from PIL import Image as Drawing
from wagtail.images import get_image_model

from cms.models import ProjectPage
from deliberation.people.models import User
from tests.builders import a_user
from tests.test_hostile_texts import own_files  # noqa: F401 (a fixture)
from tests.test_outages import everywhere
from tests.test_urls import world  # noqa: F401 (a fixture)
from tests.upgrade.crawl import crawl, look

from .site import a_document, a_news_page, a_project_page, a_result_page, a_site

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("own_files"),
    pytest.mark.skipif(
        connection.vendor != "sqlite", reason="SQLite can be told to refuse every write"
    ),
]
TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


@contextmanager
def nothing_written():
    database = (
        connection.connection
    )  # not by Django, that asks nothing more in a transaction that broke
    database.execute("PRAGMA query_only = ON")
    try:
        yield
    finally:
        database.execute("PRAGMA query_only = OFF")


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
    with nothing_written():
        found = crawl(client, ("/", "/en/", page.url), 80)
    assert len(found) > 15
    assert {path: told for path, told in found.items() if told[0] >= 500} == {}


# Wagtail's own page about what broke.
BREAKS_BY_DESIGN = {"/admin/failwhale/"}


@pytest.fixture
def looked(world):  # noqa: F811
    """Let everybody of the world look, without a write, wherever their screens and the URL map lead."""
    visitors, about, page = world
    ProjectPage.objects.filter(pk=page.pk).update(picture=a_picture())
    a_document()
    visitors["installer"] = Client()
    installer = a_user()
    User.objects.filter(pk=installer.pk).update(is_superuser=True)
    visitors["installer"].force_login(installer)

    def look_around(name, most) -> dict[str, int]:
        client, queue, found = visitors[name], ["/", "/admin/", *everywhere(about)], {}
        client.raise_request_exception = False
        while queue and len(found) < most:
            path = queue.pop(0)
            if (kind := re.sub(r"\d+", "1", path)) in found:
                continue
            with transaction.atomic(), nothing_written():
                [found[kind], _heading], links = look(client, path)
                transaction.set_rollback(True)
            queue += links
        return found

    return look_around


@pytest.mark.parametrize(
    "name",
    [
        "installer",
        *(
            pytest.param(one, marks=pytest.mark.exhaustive)
            for one in ("officer", "manager", "resident")
        ),
    ],
)
def test_every_screen_is_read_without_a_write(looked, name):
    found = looked(name, 600)
    print(f"{len(found)} addresses")
    assert (len(found) > 200 and "/admin/images/" in found) or name == "resident"
    failed = {path: status for path, status in found.items() if status >= 500}
    assert {path: status for path, status in failed.items() if path not in BREAKS_BY_DESIGN} == {}


def test_no_page_of_ours_takes_a_picture_that_must_be_made():
    """Wagtail's own tag breaks the page when the copy can't be made; in its own screens that is its affair."""
    wrong = [
        str(path)
        for path in TEMPLATES.rglob("*.html")
        if re.search(r"{%\s*image\s", path.read_text(encoding="utf-8"))
    ]
    assert wrong == []
