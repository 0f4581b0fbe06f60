"""Do residents find what they can join, what was promised and who decides, in both languages?"""

import re

import pytest
from django.db import connection
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import PageViewRestriction

from cms.models import (
    AccessibilityPage,
    DocumentList,
    HomePage,
    NewsPage,
    PrivacyPage,
    ProjectPage,
    ResultPage,
    StandardPage,
)
from tests.builders import (
    a_decided_point,
    a_decision_point,
    a_municipality,
    a_phase,
    a_project,
    a_user,
)

from .site import a_project_page, a_site, a_standard_page

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"
PICTURE = '"><img src=x onerror=alert(1)>'


@pytest.fixture
def open_now(plugged):
    """Let a stand-in instrument say that something is open."""
    entries = {}
    plugged(open_now=lambda projects, now: entries)
    return entries


@pytest.mark.parametrize(("path", "language"), [("/", "nl"), ("/en/", "en")])
def test_the_first_page_exists_in_both_languages(client, path, language):
    a_project_page(title="Lindestraat")
    html = client.get(path).content.decode()
    assert f'<html lang="{language}"' in html
    assert html.count("<h1") == 1
    assert "Lindestraat" in html


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_project_page_shows_promise_lists_and_decider(client, prefix):
    point = a_decided_point("consult")
    page = a_project_page(point.project)
    html = client.get(f"{prefix}{page.get_url()}").content.decode()
    for words in (
        point.question,
        "Waar komen de bomen?",
        "Het riool wordt vervangen.",
        "De buslijn.",
    ):
        assert words in html
    assert str(point.decides_on.year) in html
    assert "sk-badge--consult" in html
    assert html.count("<h1") == 1


def test_without_a_level_nothing_is_promised(client):
    page = a_project_page(a_decision_point().project)
    html = client.get(page.get_url()).content.decode()
    assert "sk-badge--" not in html
    assert "sk-lists__part--open" in html


def test_the_formal_procedure_is_shown_apart(client):
    point = a_decision_point(formal_track="Verkeersbesluit Lindestraat")
    a_decided_point("consult", point)
    html = client.get(a_project_page(point.project).get_url()).content.decode()
    assert "utrecht-alert--warning" in html


def test_what_is_open_comes_first_and_only_once(client, open_now):
    quiet, busy = a_project(title="Aardestraat"), a_project(title="Zonnestraat")
    a_project_page(quiet), a_project_page(busy)
    open_now[busy.pk] = [("Doe mee met de avond", "/s/ABCD")]
    html = client.get("/").content.decode()
    assert html.index("Zonnestraat") < html.index("Aardestraat")
    assert html.count(">Zonnestraat</a>") == 1
    assert 'href="/s/ABCD"' in html


def test_A1_titles_and_names_are_shown_as_text(client, open_now):
    project = a_project(title=SCRIPT)
    phase = a_phase(project=project)
    point = a_decision_point(phase, question=SCRIPT, open=[PICTURE], groups=[SCRIPT])
    a_decided_point("consult", point)
    page = a_project_page(project, title=SCRIPT + PICTURE)
    open_now[project.pk] = [(SCRIPT, "/s/ABCD")]
    for path in ("/", page.get_url(), "/en" + page.get_url()):
        html = client.get(path).content.decode()
        assert "&lt;script&gt;alert(1)" in html
        assert "<script>alert" not in html
        assert "<img src=x" not in html


def test_A16_drafts_and_private_pages_are_not_listed(client):
    draft = a_project_page(title="Nog een concept")
    draft.unpublish()
    private = a_project_page(a_project(), title="Alleen voor collega's")
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    html = client.get("/").content.decode()
    assert "Nog een concept" not in html and "Alleen voor collega" not in html
    assert client.get(draft.get_url()).status_code == 404


def queries_of(client, path):
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(path).status_code == 200
    return len(caught)


def test_the_first_page_asks_as_often_with_thirty_projects_as_with_one(client):
    a_project_page(a_decided_point().project)
    few = queries_of(client, "/")
    for number in range(29):
        project = a_project(title=f"Straat {number}")
        a_decided_point("inform", a_decision_point(a_phase(project=project)))
        a_project_page(project)
    assert queries_of(client, "/") == few


def test_a_project_page_asks_as_often_with_six_decisions_as_with_one(client):
    point = a_decided_point()
    page = a_project_page(point.project)
    few = queries_of(client, page.get_url())
    for _number in range(5):
        a_decided_point("consult", a_decision_point(point.phase))
    assert queries_of(client, page.get_url()) == few


def test_a_page_in_the_menus_is_linked_at_the_bottom(client):
    home = a_site().root_page
    a_standard_page(home, "Toegankelijkheid", show_in_menus=True)
    a_standard_page(home, "Verborgen")
    html = client.get("/").content.decode()
    assert "Toegankelijkheid</a>" in html and "Verborgen" not in html
    assert client.get("/toegankelijkheid/").status_code == 200


def test_a_project_with_a_page_cannot_be_deleted():
    page = a_project_page()
    with pytest.raises(ProtectedError):
        page.project.delete()


def test_the_pages_allow_only_what_belongs_under_them():
    assert set(HomePage.allowed_subpage_models()) == {
        AccessibilityPage,
        NewsPage,
        PrivacyPage,
        ProjectPage,
        StandardPage,
    }
    assert set(ProjectPage.allowed_subpage_models()) == {
        DocumentList,
        NewsPage,
        ResultPage,
        StandardPage,
    }
    assert ProjectPage.allowed_parent_page_models() == [HomePage]


def test_an_editor_is_offered_the_projects_of_this_municipality_only(client):
    ours, theirs = a_project(), a_project(a_municipality("verderop"), title="Van de buren")
    home = a_site(ours.municipality).root_page
    client.force_login(a_user("administrator", municipality=ours.municipality))
    html = client.get(
        reverse("wagtailadmin_pages:add", args=["cms", "projectpage", home.pk])
    ).content.decode()
    assert f'<option value="{ours.pk}">' in html
    assert f'<option value="{theirs.pk}">' not in html


def test_while_something_can_be_asked_the_first_page_says_so(client):
    point = a_decided_point("consult")
    a_project_page(point.project, title="Lindestraat")
    html = client.get("/").content.decode()
    ask = reverse("ask_question", args=[point.project.pk])
    assert "sk-breath__item--now" in html and f'href="{ask}"' in html


def test_a_long_page_says_on_top_what_stands_on_it(client):
    first = a_decided_point("consult")
    a_decision_point(first.phase, question="En de bankjes?")
    html = client.get(a_project_page(first.project).get_url()).content.decode()
    listed = re.findall(
        r'href="#([\w-]+)"', re.search(r'<nav class="sk-toc".*?</nav>', html, re.S).group()
    )
    headed = re.findall(r'<h2[^>]* id="([\w-]+)"', html)
    assert listed == [one for one in headed if one in listed]
    assert not set(headed) - set(listed)


def test_a_second_decision_is_folded_with_its_question_in_sight(client):
    first = a_decided_point("consult")
    second = a_decided_point("inform", a_decision_point(first.phase, question="En de bankjes?"))
    html = client.get(a_project_page(first.project).get_url()).content.decode()
    folded = re.findall(r"<details class=\"[^\"]*sk-fold.*?</summary>", html, re.S)
    assert len(folded) == 1
    assert "En de bankjes?" in folded[0] and "sk-badge--inform" in folded[0]
    # An address that points into it opens it: its anchor stands inside.
    assert html.index(f'id="point-{second.pk}"') > html.index("</summary>")
