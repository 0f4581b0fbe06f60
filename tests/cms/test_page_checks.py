"""Does an editor hear what a page misses, without ever being stopped?"""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.models import Page

from cms.editing.page_checks import findings, readable_text
from tests.builders import a_decided_point, a_decision_point, a_phase, a_project, a_user
from tests.eyes import axe_violations, rendered
from tests.live.builders import an_evening

from .site import a_news_page, a_project_page, a_site

pytestmark = pytest.mark.django_db


def weights(page):
    return [one.weight for one in findings(page)]


def test_a_project_without_decision_point_promises_nothing():
    assert weights(a_project_page(a_project())) == ["promise"]


def test_a_point_without_level_and_lists_is_named_three_times():
    point = a_decision_point(open=[], fixed=[])
    assert weights(a_project_page(point.project)) == ["promise"] * 3


def test_a_project_with_promise_and_lists_is_fine():
    told_only, asked = a_decided_point("inform"), an_evening().activity.decision_point
    for point in (told_only, asked):
        assert findings(a_project_page(point.project)) == []


def test_a_say_that_was_promised_and_is_not_planned_is_named():
    (found,) = findings(a_project_page(a_decided_point("consult").project))
    assert found.weight == "promise" and "plan wanneer zij hun mening" in found.text


def test_official_words_and_long_sentences_are_named():
    text = (
        "<h2>Kop</h2><p>Middels deze brief vragen wij u iets.</p><ul><li>Een</li><li>Twee</li></ul>"
    )
    page = a_news_page(a_site().root_page, body=[("text", text)])
    (found,) = findings(page)
    assert found.weight == "language" and "met" in found.text
    assert readable_text(page).splitlines()[1:] == [
        "Kop",
        "Middels deze brief vragen wij u iets.",
        "Een",
        "Twee",
    ]


@pytest.mark.parametrize("slug", ["nieuws", "zoeken", "stand-van-zaken"])
def test_an_address_of_the_site_itself_is_no_place_for_a_page(slug):
    taken = a_news_page(a_site().root_page)
    taken.slug = slug  # from before addresses of the platform were refused
    assert [one.weight for one in findings(taken)] == ["address"]
    assert f"/{slug}/" in findings(taken)[0].text


def an_editor(client, page):
    from deliberation.projects.models import Municipality

    user = a_user("officer", municipality=Municipality.objects.get())
    client.force_login(user)
    return user


def published_with_an_official_word(client):
    """Publish a page about a project of which there is something to look at; gives it and where that leads."""
    page = a_news_page(a_project_page(a_decided_point().project))
    an_editor(client, page)
    form = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).context["form"]
    data = {name: form[name].value() or "" for name in ("title", "slug", "intro")}
    data |= {"date": "2026-03-01", "intro": "Middels deze brief.", "action-publish": "1"}
    data |= {"body-count": "0", "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0"}
    path = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return page, client.post(path, data, follow=True)


def test_saving_warns_and_saves_all_the_same(client):
    page, answer = published_with_an_official_word(client)
    assert "Middels" in Page.objects.get(pk=page.pk).specific.intro
    said = str(*answer.context["messages"])
    assert "om na te kijken" in said
    way = BeautifulSoup(said, "html.parser").find("a", string="Kijk hier nog naar")
    path, _hash, anchor = way["href"].partition("#")
    there = BeautifulSoup(client.get(path).content, "html.parser")
    assert there.find(id=anchor) and there.select(".sk-findings__item--language")


@pytest.mark.browser
def test_the_link_in_a_message_can_be_read_on_its_colour(client):
    _page, answer = published_with_an_official_word(client)
    with rendered({"/": answer.text}) as page:
        page.goto("/")
        found = axe_violations(page)
    assert [one for one in found if "color-contrast" in one] == []


def test_the_list_shows_my_pages_that_need_a_look(client):
    point = a_decision_point(a_phase(project=a_project()))
    page = a_project_page(point.project)
    an_editor(client, page)
    html = client.get(reverse("check_pages")).content.decode()
    assert page.title in html and reverse("wagtailadmin_pages:edit", args=[page.pk]) in html


def test_a_page_that_somebody_may_not_change_is_not_in_their_list(client):
    page = a_project_page(a_project())
    client.force_login(a_user("facilitator", project=page.project))
    assert page.title not in client.get(reverse("check_pages")).content.decode()
