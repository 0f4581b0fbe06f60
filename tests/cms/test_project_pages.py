"""Does the desk lead from a project to its page in one step, and from there to what comes next?"""

import json

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.editing.project_pages import LONGEST_INTRO, start_project_page
from cms.models import NewsPage, ProjectPage
from compass.refusal import Refused
from deliberation.people.models import AuditEntry
from deliberation.projects.models import Role
from tests.builders import a_decided_point, a_municipality, a_project, a_user, the_officer
from tests.cms.site import a_news_page, a_project_page, a_site, a_standard_page

pytestmark = pytest.mark.django_db


def a_desk(project=None, role="officer"):
    """A browser of somebody of this municipality, and the project, which has no page."""
    project = project or a_project()
    a_site(project.municipality)
    browser = Client()
    browser.force_login(a_user(role, municipality=project.municipality))
    return browser, project


def desk_screen(browser, project) -> str:
    return browser.get(reverse("projects:see_project", args=[project.pk])).content.decode()


def test_one_press_makes_a_draft_with_what_the_project_tells():
    browser, project = a_desk()
    address = reverse("start_project_page", args=[project.pk])
    assert f'action="{address}"' in desk_screen(browser, project)
    answer = browser.post(address)
    page = ProjectPage.objects.get(project=project, alias_of=None)
    assert answer["Location"] == reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert (page.title, page.intro, page.slug) == (project.title, project.summary, project.slug)
    assert not page.live and page.latest_revision_id
    assert Client().get(page.get_url()).status_code == 404
    assert browser.get(answer["Location"]).status_code == 200
    assert AuditEntry.objects.filter(action="start_project_page").count() == 1


def test_the_button_goes_when_there_is_a_page_and_pressing_again_gives_the_same_page():
    browser, project = a_desk()
    address = reverse("start_project_page", args=[project.pk])
    assert browser.post(address)["Location"] == browser.post(address)["Location"]
    assert address not in desk_screen(browser, project)
    assert ProjectPage.objects.filter(project=project, alias_of=None).count() == 1


def test_a_long_summary_and_a_taken_address_still_make_a_page():
    project = a_project()
    project.summary = "Twee woorden. " * 40
    a_standard_page(a_site(project.municipality).root_page, title=project.slug)
    page = start_project_page(
        actor=the_officer(project.municipality), project=project, now=timezone.now()
    )
    assert len(page.intro) <= LONGEST_INTRO
    assert page.slug != project.slug


@pytest.mark.parametrize("role", [Role.COUNCIL, Role.FACILITATOR])
def test_who_writes_no_pages_begins_none(role):
    browser, project = a_desk(role=role)
    address = reverse("start_project_page", args=[project.pk])
    assert address not in desk_screen(browser, project)
    assert browser.post(address).status_code == 403
    assert not ProjectPage.objects.exists()


def test_an_officer_of_one_project_begins_no_page_since_that_needs_the_whole_site():
    browser, project = a_desk()
    browser.force_login(a_user(Role.OFFICER, project=project))
    assert browser.post(reverse("start_project_page", args=[project.pk])).status_code == 403


def test_without_a_site_there_is_no_page():
    municipality = a_municipality()
    project = a_project(municipality)
    with pytest.raises(Refused):
        start_project_page(actor=the_officer(municipality), project=project, now=timezone.now())


def test_a_page_that_residents_read_leads_to_its_news():
    page = a_project_page()
    browser, project = a_desk(page.project)
    news = reverse("wagtailadmin_pages:add", args=["cms", "newspage", page.pk])
    assert news in desk_screen(browser, project)
    assert browser.get(news).status_code == 200
    page.unpublish()
    assert news not in desk_screen(browser, project)


@pytest.mark.parametrize("publish", [True, False])
def test_one_message_says_what_was_done_what_to_look_at_and_what_comes_next(publish):
    browser, project = a_desk()
    edit = browser.post(reverse("start_project_page", args=[project.pk]))["Location"]
    browser.get(edit)
    answer = saved(browser, edit, publish)
    (told,) = messages_of(answer)
    assert project.title in told and "Kijk hier nog naar" in told
    back = reverse("projects:see_project", args=[project.pk])
    assert (f'href="{edit}"' in told) == publish, "what is to look at stands there"
    assert (answer["Location"] == back) == publish == ("Inwoners kunnen" in told)
    shown = browser.get(answer["Location"]).content.decode()
    assert shown.count("Inwoners kunnen het nu lezen") == publish


def test_news_leads_back_to_the_project_too():
    page = a_project_page()
    browser, project = a_desk(page.project)
    news = a_news_page(page)
    edit = reverse("wagtailadmin_pages:edit", args=[news.pk])
    empty = {"body-count": "0", "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0"}
    about = {"title": "<b>Nieuws</b>", "slug": news.slug, "intro": news.intro, "date": "2026-03-01"}
    answer = browser.post(edit, {**about, **empty, "action-publish": "1"})
    (told,) = messages_of(answer)
    assert answer["Location"] == reverse("projects:see_project", args=[project.pk])
    assert "&lt;b&gt;Nieuws" in told and "<b>" not in told


def test_publishing_is_a_button_beside_saving():
    page = a_project_page()
    browser, _project = a_desk(page.project)
    for path in (
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        reverse("wagtailadmin_pages:add", args=["cms", "newspage", page.pk]),
    ):
        footer = browser.get(path).content.decode().partition("<footer")[2]
        folded = footer.partition("w-dropdown__content")[2]
        assert footer.count('name="action-publish"') == 1
        assert 'name="action-publish"' not in folded


def test_what_the_editor_saves_by_itself_leaves_no_message_behind():
    """Those would turn up in the preview, and once for every few words typed."""
    browser, project = a_desk()
    edit = browser.post(reverse("start_project_page", args=[project.pk]))["Location"]
    browser.get(edit)  # shows, and so forgets, what was said about the draft
    saved = browser.post(edit, form_of(edit), headers={"accept": "application/json"})
    assert json.loads(saved.content)["success"] is True
    assert list(get_messages(saved.wsgi_request)) == []
    assert "Kijk hier nog naar" in messages_after(browser, edit)[0]


def test_a_kind_of_page_says_what_it_is_for():
    described = [kind.get_page_description() for kind in (NewsPage, ProjectPage)]
    assert all(
        kind.page_description == said
        for kind, said in zip((NewsPage, ProjectPage), described, strict=True)
    )


def messages_after(browser, edit) -> list[str]:
    """Save in the editor, and give what it said."""
    return messages_of(saved(browser, edit))


def messages_of(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def saved(browser, edit, publish=False):
    """Save or publish in the editor."""
    about = form_of(edit) | ({"action-publish": "1"} if publish else {})
    answer = browser.post(edit, about)
    assert answer.status_code == 302, answer.context and answer.context["form"].errors
    return answer


def form_of(edit) -> dict:
    page = ProjectPage.objects.get(pk=edit.strip("/").split("/")[-2])
    empty = {"body-count": "0", "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0"}
    told = {"title": page.title, "slug": page.slug, "intro": page.intro, "project": page.project_id}
    return {**told, **empty, "picture": "", "picture_description": "", "search_description": ""}


def test_the_desk_says_whether_residents_read_the_promise_already():
    """Without a published page nobody reads it, whatever was decided."""
    point = a_decided_point()
    browser, project = a_desk(point.project)
    shown = reverse("projects:see_decision_point", args=[point.pk])
    before, _page, after = browser.get(shown), a_project_page(project), browser.get(shown)
    assert (before.context["public"], after.context["public"]) == (False, True)
    assert heading(before) != heading(after)


def heading(response) -> str:
    return response.content.decode().split("<h1")[1].split("</h1>")[0]


@pytest.mark.parametrize(("begins", "shown"), [("<h2>Waarom nu?</h2>", False), ("", True)])
def test_a_text_has_a_heading_of_its_own_or_ours(client, begins, shown):
    page = a_project_page()
    page.body = [("text", f"{begins}<p>Het riool is oud.</p>")]
    page.save_revision().publish()
    html = client.get(page.get_url()).content.decode()
    assert (
        '<h2 class="utrecht-heading-2" id="about">' in html
    ) == shown and 'href="#about"' in html
