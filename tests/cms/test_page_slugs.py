"""Is a page refused at an address where the platform shows something else, by every way a page gets an address?"""

import re

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import include, path, re_path
from wagtail.models import Page
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from cms import urls
from cms.models import StandardPage
from cms.redirects.lookup import is_taken
from cms.tenants.page_rights import sync_page_rights
from tests.builders import the_officer
from tests.cms.site import a_project_page, a_standard_page, publish
from tests.tenants.page_forms import kinds_of_pages
from tests.test_urls import addresses

pytestmark = pytest.mark.django_db
WORD = re.compile(r"[\w-]+")


@pytest.fixture
def kastanjelaan():
    return a_project_page(title="De Kastanjelaan")


@pytest.fixture
def desk(kastanjelaan):
    client = Client()
    client.force_login(the_officer(kastanjelaan.project.municipality))
    sync_page_rights(kastanjelaan.project.municipality_id)
    return client


def words_of_the_map() -> set[str]:
    """Every word that an address of the platform begins with, whoever's it is."""
    firsts = {address.route.lstrip("^").partition("/")[0].rstrip("$") for address in addresses()}
    return {word for word in firsts if WORD.fullmatch(word)}


def test_every_word_of_the_map_is_taken(kastanjelaan):
    words = words_of_the_map() | {"en", "nl", "static", "media", "ws"}
    assert {
        "register",
        "zoeken",
        "stand-van-zaken",
        "meedoen",
        "s",
        "account",
        "documents",
    } <= words
    home = kastanjelaan.get_parent()
    assert [word for word in sorted(words) if not is_taken(home, word)] == []
    assert not is_taken(home, "kastanjelaan")
    assert not is_taken(kastanjelaan, "register"), "below another page the word is free"


def test_a_word_that_is_new_in_the_map_is_taken_by_itself(kastanjelaan, settings):
    """With more behind it, without a slash, with a line or a digit in it, and inside what is included."""
    home, view = kastanjelaan.get_parent(), urls.to_sign_in
    inside = [path("plein/<code:code>", view), path("straat/", include([path("x", view)]))]
    more = [path("rondleiding/<int:pk>/", view), path("kaart-2", view), re_path("^atlas/$", view)]
    more.append(path("", include(inside)))
    words = ["rondleiding", "kaart-2", "atlas", "plein", "straat"]
    assert [word for word in words if is_taken(home, word)] == []
    map_of = type(urls)("a_map")
    map_of.urlpatterns = [*more, *urls.urlpatterns]
    settings.ROOT_URLCONF = map_of
    assert [word for word in words if not is_taken(home, word)] == []
    assert not is_taken(home, "kastanjelaan")


def form(slug):
    return nested_form_data(
        {
            "title": "Ons register",
            "slug": slug,
            "body": streamfield([("text", rich_text("<p>Een korte uitleg.</p>"))]),
            "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0},
            "action-publish": "1",
        }
    )


def test_a_new_page_is_refused_at_its_slug(kastanjelaan, desk):
    add = f"/admin/pages/add/cms/standardpage/{kastanjelaan.get_parent().pk}/"
    refused = desk.post(add, form("register"))
    assert refused.context["form"].errors["slug"] == [
        "Het adres “register” gebruikt het platform zelf. Kies een ander adres."
    ]
    assert desk.post(add, form("ons-register")).status_code == 302
    made = StandardPage.objects.get()
    changed = desk.post(f"/admin/pages/{made.pk}/edit/", form("zoeken"))
    assert "slug" in changed.context["form"].errors


def test_a_slug_that_is_made_from_the_title_is_free(kastanjelaan):
    made = publish(kastanjelaan.get_parent(), StandardPage(title="Register"))
    assert made.slug == "register-2"


def test_no_kind_of_page_takes_one(kastanjelaan):
    for model in kinds_of_pages():
        assert not model._slug_is_available(
            "register", Page.objects.get(pk=kastanjelaan.get_parent().pk)
        )


def test_a_program_is_refused_too(kastanjelaan):
    with pytest.raises(ValidationError):
        a_standard_page(kastanjelaan.get_parent(), title="Zoeken")


def test_moving_and_copying_to_one_is_refused(kastanjelaan, desk):
    below = a_standard_page(kastanjelaan, title="Register")
    home = kastanjelaan.get_parent().pk
    moved = desk.post(f"/admin/pages/{below.pk}/move/{home}/confirm/", follow=True)
    assert "gebruikt het platform zelf" in moved.content.decode()
    copied = {"new_title": "Register", "new_slug": "register", "new_parent_page": home}
    answer = desk.post(f"/admin/pages/{below.pk}/copy/", copied)
    assert "gebruikt het platform zelf" in str(answer.context["form"].errors["new_slug"])
    assert [kept.pk for kept in StandardPage.objects.all()] == [below.pk]
    below.refresh_from_db()
    assert below.get_parent().pk == kastanjelaan.pk
