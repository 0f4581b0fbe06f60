"""Does the desk say that residents read something now only where there is a page on which they read it?"""

import re

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from deliberation.live.models import Activity, Run
from deliberation.projects.models import StatusReport
from tests.builders import a_user
from tests.cms.site import a_project_page
from tests.live.builders import an_evening
from tests.questions.builders import browser_of
from tests.test_hostile_texts import own_files, own_paths
from tests.test_urls import OWN, path_to, world

assert world and own_files  # the fixtures
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files")]
NOW_READ = re.compile(
    r"(?:Inwoners|Iedereen) (?:lezen|leest|kunnen|kan|ziet|zien)\b[^.]*\b(?:meteen|nu|voortaan)\b",
    re.IGNORECASE,
)
REPORT = dict.fromkeys(("overall", "planning", "budget"), StatusReport.Course.values[0])
REPORT |= {"risk": StatusReport.Risk.values[0], "summary": "Het gaat goed."}
OUTCOME = {
    "result": "taken",
    "outcome": "Ja.",
    "what_we_did": "Overgenomen.",
}
PAGE = re.compile(r"[^.?!]*\bde (?:pagina van het project|projectpagina)\b[^.?!]*", re.IGNORECASE)
# Sentences that name the page of a project and promise nothing about this one.
OF_ANY_PROJECT = (
    "Kopieer de tekst naar",
    "Maak de projectpagina",
    "leest u welk niveau is gekozen",
)
LATER = "zodra de pagina is gepubliceerd"


def said_on(client, path) -> str:
    page = client.get(path, follow=True)
    return " ".join(BeautifulSoup(page.content, "html.parser").get_text(" ").split())


@pytest.mark.parametrize("published", [True, False])
def test_no_screen_says_that_residents_read_now_what_has_no_page(world, published):
    visitors, about, page = world
    if not published:
        page.unpublish()
    paths = [path_to(one, about) for one in OWN if one.startswith("admin/participatie/")]
    shown = {path: said_on(visitors["manager"], path) for path in paths}
    promised = {path for path, text in shown.items() if NOW_READ.search(text)}
    level = f"/admin/participatie/beslispunten/{about['beslispunten']}/niveau/"
    assert (level in promised) is published
    assert (LATER in shown[level]) is not published
    if not published:
        assert promised == set()


@pytest.mark.parametrize("published", [True, False])
def test_nor_does_a_message_after_saving(world, published):
    visitors, about, page = world
    if not published:
        page.unpublish()
    today = timezone.localdate().isoformat()
    said = {}
    for path, form in (
        (
            f"projecten/{about['projecten']}/stand-van-zaken/",
            {**REPORT, "reported_on": today},
        ),
        (
            f"beslispunten/{about['beslispunten']}/besluit/",
            {**OUTCOME, "decided_on": today},
        ),
        (
            f"sessies/{about['sessies']}/wijzigen/",
            {"title": "Een avond", "starts_at": "2030-01-01T19:30"},
        ),
    ):
        answer = visitors["manager"].post(f"/admin/participatie/{path}", form, follow=True)
        assert answer.redirect_chain, (path, answer.context["form"].errors)
        said[path] = " ".join(str(one) for one in answer.context["messages"])
    assert {bool(NOW_READ.search(one)) for one in said.values()} == {published}, said
    assert {LATER in one for one in said.values()} == {not published}, said


@pytest.fixture(params=[True, False])
def after_the_evening(request, world):
    """The world after its evening, with the page of the project and without."""
    visitors, about, page = world
    if not request.param:
        page.unpublish()
    Activity.objects.update(state=Activity.State.CLOSED, reveal=Activity.Reveal.PUBLIC)
    Run.objects.filter(kind=Run.Kind.REAL).update(state=Run.State.CLOSED)
    return visitors, about, request.param


def test_no_screen_names_a_page_that_is_not_there(after_the_evening):
    """Walk what staff, and what somebody who joined, can open: console, projector, phone and own data among them."""
    visitors, about, published = after_the_evening
    named = set()
    for path in own_paths(about):
        for name in ("manager", "resident"):
            answer = visitors[name].get(path)
            if answer.status_code == 200 and "text/html" in answer["Content-Type"]:
                text = " ".join(BeautifulSoup(answer.content, "html.parser").get_text(" ").split())
                said = [one.group() for one in PAGE.finditer(text)]
                named |= {(path, one) for one in said if not any(x in one for x in OF_ANY_PROJECT)}
    assert bool(named) is published, named
    run = about["run_id"]
    for path in (f"/s/run/{run}/", f"/s/run/{run}/console/", f"/s/run/{run}/projector/", "/mijn/"):
        assert any(path == where for where, _text in named) is published, path


@pytest.mark.parametrize("published", [True, False])
def test_what_came_out_of_an_evening_is_led_to_only_where_it_is_read(published):
    evening = an_evening(poll_open=True, headcount=6)
    page = a_project_page(evening.run.project)
    if not published:
        page.unpublish()
    evening.votes("online", 3, 3)
    evening.close()
    evening.count(3, 3)
    evening.lead("reveal_result", to="public")
    evening.lead("close_run")
    desk = Client()
    desk.force_login(a_user("officer", project=evening.run.project))
    path = reverse("live:see_session", args=[evening.run.session_id])
    results = reverse("session_results", args=[evening.run.session_id])
    said = desk.get(path).content.decode()
    assert (results in said) is published and (LATER in said) is not published
    assert desk.get(results).status_code == (200 if published else 404)


def test_a_rehearsal_promises_nothing():
    evening = an_evening(kind="rehearsal")
    someone = evening.join()
    evening.lead("close_run")
    desk = Client()
    desk.force_login(evening.facilitator)
    for client, screen in (
        (desk, "console"),
        (desk, "projector"),
        (browser_of(someone), "resident"),
    ):
        said = said_on(client, reverse(screen, args=[evening.run.pk]))
        assert "Niets ervan telt" in said and not PAGE.search(said), screen


def test_no_screen_of_the_desk_leads_to_what_is_not_there(after_the_evening):
    visitors, about, _published = after_the_evening
    led = {}
    for path in own_paths(about):
        if not path.startswith("/admin/participatie/"):
            continue
        answer = visitors["manager"].get(path)
        if answer.status_code == 200 and "text/html" in answer["Content-Type"]:
            for link in BeautifulSoup(answer.content, "html.parser").select("main a[href^='/']"):
                href = link["href"].partition("#")[0]
                if not href.startswith("/admin/"):
                    led.setdefault(href, path)
    gone = {(href, led[href]) for href in led if visitors["manager"].get(href).status_code == 404}
    assert gone == set() and led


def test_after_an_evening_without_a_page_who_leads_it_is_led_to_where_it_is_made(after_the_evening):
    visitors, about, published = after_the_evening
    console = visitors["manager"].get(f"/s/run/{about['run_id']}/console/").content.decode()
    assert (
        f"/admin/participatie/projecten/{about['projecten']}/#pages" in console
    ) is not published
    phone = said_on(visitors["resident"], f"/s/run/{about['run_id']}/")
    assert ("staat nog niet op deze site" in phone) is not published
