"""Is what stands around every page looked up once, and new as soon as it changed?"""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, Site

from cms.page_cache.worked_out import worked_out
from cms.theming.theme import Theme, digest_of
from deliberation.projects.models import Municipality
from tests.cms.site import a_standard_page

pytestmark = pytest.mark.django_db(transaction=True)
DOOR = "/meedoen"  # a page with a form, that is never kept whole


@pytest.fixture
def municipality(project_page):
    found = project_page.project.municipality
    Theme.objects.create(
        municipality=found, tokens={}, radius="4px", digest=digest_of("x"), footer="Postbus 1"
    )
    page = a_standard_page(project_page.get_parent(), "Toegankelijkheid")
    Page.objects.filter(pk=page.pk).update(show_in_menus=True)
    return found


def read() -> str:
    answer = Client().get(DOOR)
    assert answer.status_code == 200
    return answer.content.decode()


def test_of_what_stands_around_a_page_only_the_number_is_asked(municipality):
    for _ in range(2):  # the first only tells whose host it is
        read()
    with CaptureQueriesContext(connection) as asked:
        read()
    tables = [one["sql"].split('FROM "')[1].split('"')[0] for one in asked.captured_queries]
    assert tables == [
        "wagtailcore_site",
        "cms_generation",
    ]  # the first is kept five seconds; not in tests


CHANGES = {
    "footer of the theme": (
        lambda place: Theme.objects.filter(municipality=place).update(footer="Postbus 2"),
        "Postbus 1", "Postbus 2",
    ),
    "name of the municipality": (
        lambda place: Municipality.objects.filter(pk=place.pk).update(name="Nieuwdorp"), None, "Nieuwdorp",
    ),
    "title of a page in the footer": (
        lambda place: Page.objects.filter(title="Toegankelijkheid").update(title="Voor iedereen"),
        "Toegankelijkheid", "Voor iedereen",
    ),
    "another municipality at this host": (
        lambda place: (
            Municipality.objects.create(slug="anders", name="Andersdorp"),
            Site.objects.update(site_name="anders"),
        ),
        None, "Andersdorp",
    ),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_what_changed_is_read_at_once(municipality, change):
    do, old, new = CHANGES[change]
    before = read() and read()
    assert new not in before and (old is None or old in before)
    do(municipality)
    after = read()
    assert new in after and (old is None or old not in after)


def test_what_is_given_is_a_copy_and_nothing_is_kept_where_nothing_may_be(municipality, settings):
    made = []

    def make():
        made.append(1)
        return {"lines": []}

    worked_out("thing", municipality.pk, make)["lines"].append("scribbled")
    assert worked_out("thing", municipality.pk, make) == {"lines": []} and len(made) == 1
    settings.PAGES_ARE_KEPT = 0
    worked_out("thing", municipality.pk, make)
    assert len(made) == 2
