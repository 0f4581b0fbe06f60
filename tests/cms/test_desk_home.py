"""Does the desk open with what waits for each, of this municipality alone, and does that stay quick?"""

import re
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.theming.operations import change_theme
from cms.theming.theme import TOKENS, Theme
from deliberation.live.models import LiveSession, Run
from deliberation.projects.extension_points import Urgency, desk_tasks
from deliberation.projects.invitations.operations import invite_colleague
from deliberation.projects.models import FOR_THE_WHOLE_MUNICIPALITY, DecisionPoint, Role
from deliberation.projects.reporting.outcomes import record_outcome
from deliberation.questions.models import Question
from tests.builders import (
    a_decided_point,
    a_decision_point,
    a_municipality,
    a_phase,
    a_project,
    a_user,
    an_assessed_point,
    an_installer,
    give_role,
    the_officer,
)
from tests.live.builders import an_evening
from tests.questions.builders import a_desk, browser_of, somebody_with

from .site import a_project_page, a_site

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HOME = "/admin/"


def waits(user, now=None) -> dict:
    """Give the addresses that wait for somebody, by urgency."""
    groups = desk_tasks(user, now or timezone.now())
    return {str(urgency): [task.href for task in tasks] for urgency, tasks in groups.items()}


def screen(name, pk) -> str:
    return reverse(name, args=[pk])


@pytest.mark.parametrize(
    ("days", "urgency"), [(-1, "late"), (0, "today"), (1, "week"), (7, "week"), (8, None)]
)
def test_a_promise_stands_where_its_day_puts_it(days, urgency):
    desk = a_desk()
    question = desk.published()
    Question.objects.update(due_on=timezone.localdate() + days * DAY)
    found = waits(desk.officer)
    mine = screen("questions:see_question", question.pk)
    assert [name for name, hrefs in found.items() if mine in hrefs] == (
        [urgency] if urgency else []
    )
    assert waits(somebody_with("observer", desk)) == {}, "who can do nothing about it"


def test_questions_to_look_at_wait_for_who_moderates():
    desk = a_desk()
    desk.ask()
    desk.ask(text="Blijft de bushalte?")
    queue = reverse("questions:see_queue")
    assert waits(desk.officer)["waiting"] == [queue]
    assert "2 vragen" in desk_tasks(desk.officer, desk.now)[Urgency.WAITING][0].text
    Question.objects.update(state=Question.State.APART)
    assert waits(somebody_with("facilitator", desk))["waiting"] == [f"{queue}#apart"]
    assert waits(somebody_with("note_taker", desk)) == {}


def test_a_project_waits_for_phases_and_then_for_what_is_decided():
    """Also a later project: first steps are there only until the first one was begun."""
    a_decision_point(a_phase(project=a_project()))
    project = a_project(title="Plan Later")
    officer, council = the_officer(project.municipality), a_user("council")
    phases, point = (
        screen(f"projects:{name}", project.pk) for name in ("add_phase", "name_decision_point")
    )
    assert phases in waits(officer)["unfinished"] and waits(council) == {}
    phase = a_phase(project=project)
    assert point in (found := waits(officer)["unfinished"]) and phases not in found
    over = timezone.now() + 90 * DAY
    assert point not in str(waits(officer, over)), "its phases are over"
    a_decision_point(phase)
    assert point not in str(waits(officer))


def test_a_decision_point_waits_with_its_next_step():
    point = a_decision_point()
    officer = the_officer(point.project.municipality)
    assert waits(officer) == {"unfinished": [screen("projects:assess_decision_point", point.pk)]}
    an_assessed_point(point=point)
    assert waits(officer) == {"unfinished": [screen("projects:decide_level", point.pk)]}
    a_decided_point(point=point)
    assert waits(officer) == {"unfinished": [screen("projects:see_decision_point", point.pk)]}, (
        "nothing is planned of what was promised"
    )
    outcome = screen("projects:record_outcome", point.pk)
    DecisionPoint.objects.update(decides_on=timezone.localdate() - DAY)
    assert outcome in waits(officer)["unfinished"]
    DecisionPoint.objects.update(decides_on=timezone.localdate() - 15 * DAY)
    assert waits(officer) == {"late": [outcome]}, "once, where it presses most"
    record_outcome(
        actor=officer, decision_point=point, decided_on=timezone.localdate(), result="taken",
        outcome="De straat wordt groen.", what_we_did="De bomen zijn overgenomen.", now=timezone.now(),
    )  # fmt: skip
    assert waits(officer) == {}


def test_projects_in_which_all_is_decided_cost_nothing():
    """Who works here for years has hundreds of them; what waits is worked out for the others only."""
    waiting = a_decision_point()
    officer = the_officer(waiting.project.municipality)
    for number in range(3):
        point = a_decision_point(a_phase(project=a_project(title=f"Plan {number}")))
        DecisionPoint.objects.filter(pk=point.pk).update(decides_on=timezone.localdate() - 15 * DAY)
        record_outcome(
            actor=officer, decision_point=point, decided_on=timezone.localdate(), result="taken",
            outcome="Ja.", what_we_did="Overgenomen.", now=timezone.now(),
        )  # fmt: skip
    with CaptureQueriesContext(connection) as asked:
        assert waits(officer) == {
            "unfinished": [screen("projects:assess_decision_point", waiting.pk)]
        }
    looked_at = [one["sql"] for one in asked if '"projects_assessmentdraft"' in one["sql"]]
    assert looked_at and all(f"IN ({waiting.pk})" in one for one in looked_at)


@pytest.mark.parametrize(
    ("days", "state", "facilitator", "observer"),
    [
        (0, "ready", ("today", "console"), ("today", "live:see_session")),
        (-3, "open", ("today", "console"), ("today", "live:see_session")),
        (5, "draft", ("week", "live:see_session"), ("week", "live:see_session")),
        (9, "draft", None, None),
        (-2, "ready", ("unfinished", "live:see_session"), None),
    ],
)
def test_an_evening_waits_for_who_leads_it_and_for_who_looks_along(
    days, state, facilitator, observer
):
    evening = an_evening(state=state)
    LiveSession.objects.update(starts_at=timezone.now() + days * DAY)
    watcher = a_user("observer", project=evening.run.project)
    ids = {"console": evening.run.pk, "live:see_session": evening.run.session_id}
    for user, expected in ((evening.facilitator, facilitator), (watcher, observer)):
        urgency, name = expected or (None, None)
        assert waits(user) == ({urgency: [screen(name, ids[name])]} if expected else {})
    Run.objects.update(kind=Run.Kind.REHEARSAL)
    found = {"today": [screen("console", evening.run.pk)]} if state in ("ready", "open") else {}
    assert waits(evening.facilitator) == found, "a rehearsal waits for nobody, until it can begin"


def test_a_page_with_a_text_that_nobody_can_read_yet_waits_for_who_writes_it():
    project = a_project()
    a_phase(project=project, starts_in=-20, ends_in=-5)
    page = a_project_page(project)
    officer = the_officer(project.municipality)
    assert waits(officer) == {}
    page.title = "Een nieuwe titel"
    page.save_revision()
    assert waits(officer) == {"unfinished": [screen("wagtailadmin_pages:edit", page.pk)]}
    assert waits(a_user("officer", project=project)) == {}, "writes no pages"


@pytest.mark.parametrize(
    ("days", "state", "urgency"),
    [
        (0, "ready", "today"),
        (5, "draft", "week"),
        (9, "draft", None),
        (-2, "closed", "unfinished"),
        (-2, "ready", "unfinished"),
    ],
)
def test_an_evening_of_a_project_without_a_page_waits_for_one(days, state, urgency):
    evening = an_evening(state="draft")
    project = evening.run.project
    LiveSession.objects.update(starts_at=timezone.now() + days * DAY)
    Run.objects.update(state=state)
    officer, page = a_user("officer", project=project), screen("projects:see_project", project.pk)
    found = waits(officer)
    assert [name for name, hrefs in found.items() if f"{page}#pages" in hrefs] == (
        [urgency] if urgency else []
    )
    assert f"{page}#pages" not in str(waits(evening.facilitator)), "who makes no pages"
    written = a_project_page(project)
    assert f"{page}#pages" not in str(waits(officer))
    written.delete()
    Run.objects.update(state="cancelled")
    assert f"{page}#pages" not in str(waits(officer))


def test_who_looks_along_for_the_council_reads_how_projects_go():
    a_site()
    for number in range(6):
        a_project(title=f"Plan {number}")
    page = browser_of(user=a_user("council")).get(HOME).content.decode()
    assert page.count('class="dk-task"') == 5 and reverse("projects:see_status") in page
    assert "Alle 6 projecten" in page
    page = browser_of(user=the_officer(a_municipality())).get(HOME).content.decode()
    assert 'id="council"' not in page


def test_five_lines_of_a_group_stand_on_the_first_screen_and_all_on_their_own():
    a_site()
    phase = a_phase()
    for number in range(7):
        a_decision_point(phase, question=f"Wat kiezen we bij {number}?")
    browser = browser_of(user=the_officer(phase.project.municipality))
    first = browser.get(HOME).content.decode()
    assert first.count('class="dk-task"') == 5 and 'href="?show=unfinished"' in first
    assert browser.get(HOME, {"show": "unfinished"}).content.decode().count('class="dk-task"') == 7
    assert browser.get(HOME, {"show": "nonsense"}).content.decode().count('class="dk-task"') == 5


def test_where_nothing_waits_the_desk_says_so():
    a_site()
    page = browser_of(user=a_user("facilitator")).get(HOME).content.decode()
    assert "Er wacht nu niets op u" in page and "dk-group" not in page
    installer = an_installer()
    TOTP.activate(installer, generate_totp_secret())
    page = browser_of(user=installer).get(HOME).content.decode()
    assert reverse("projects:invite_colleague") in page
    assert "municipality add anderdorp" in page and "meedoen.anderdorp.example" in page
    assert "kompasdorp" not in page, "what is typed after it must not be the first one again"


SCREENS = {
    "projects": "projects:see_desk",
    "sessions": "live:see_sessions",
    "promises": "projects:see_promises",
}
LOOK_ALONG = {"observer", "council"}
IN_ONE_PROJECT = [role for role in Role.values if role not in FOR_THE_WHOLE_MUNICIPALITY]


@pytest.mark.parametrize(
    ("role", "in_one_project"),
    [(role, False) for role in Role.values] + [(role, True) for role in IN_ONE_PROJECT],
)
def test_where_nothing_waits_the_desk_says_what_can_be_done_and_where(role, in_one_project):
    """Where "what we did with your input" is written was told on a card of one project only."""
    a_site()
    point = a_decided_point()
    project = point.project
    a_project_page(project)
    DecisionPoint.objects.update(decides_on=timezone.localdate() - DAY)
    record_outcome(
        actor=the_officer(project.municipality), decision_point=point,
        decided_on=timezone.localdate(), result="taken", outcome="De straat wordt groen.",
        what_we_did="De bomen zijn overgenomen.", now=timezone.now(),
    )  # fmt: skip
    Theme.objects.create(municipality=project.municipality)
    user = a_user(role, project=project if in_one_project else None)
    browser = browser_of(user=user)
    page = BeautifulSoup(browser.get(HOME).content, "html.parser")
    found = page.select("section[aria-labelledby=meanwhile] li")
    hrefs = [one.a["href"] for one in found]
    no_sessions = {"sessions"} if role in LOOK_ALONG else set()
    assert hrefs == [reverse(SCREENS[name]) for name in SCREENS if name not in no_sessions]
    assert all(browser.get(href).status_code == 200 for href in hrefs)
    writes = role in ("administrator", "officer")
    assert ("wat u met de inbreng deed" in found[0].get_text()) is writes


def test_the_first_municipality_gets_the_address_that_is_open():
    installer = an_installer()
    TOTP.activate(installer, generate_totp_secret())
    page = browser_of(user=installer).get(HOME).content.decode()
    assert re.search(r"municipality add kompasdorp .*Kompasdorp.* testserver</code>", page)


def steps_on(browser) -> list[tuple[str, str | None]]:
    """Read the first steps off the desk: the words of each, and where it leads while it is not done."""
    page = BeautifulSoup(browser.get(HOME).content, "html.parser")
    assert bool(page.select("#first")) is not ("Er wacht nu niets op u" in page.get_text())
    found = page.select("section[aria-labelledby=first] li")
    links = [one.find("a") for one in found]
    return [
        (" ".join(one.get_text(" ").split()), link and link["href"])
        for one, link in zip(found, links, strict=True)
    ]


def test_who_manages_an_empty_municipality_reads_what_comes_first_until_it_is_done():
    a_site()
    municipality = a_municipality()
    manager = a_user("administrator", municipality=municipality)
    browser = browser_of(user=manager)
    face, project = reverse("face:change_theme"), reverse("projects:create_project")
    hrefs = [href for _text, href in steps_on(browser)]
    assert hrefs == [face, reverse("projects:invite_colleague"), project, None, None]
    colours = {name: value for name, (value, _label) in TOKENS.items()}
    about = {"actor": manager, "municipality": municipality, "now": timezone.now()}
    change_theme(tokens=colours, radius="0.5", **about)
    invite_colleague(email="collega@example.org", role="officer", **about)
    made = a_project(municipality)
    there = screen("projects:see_project", made.pk)
    steps = steps_on(browser)
    assert [href for _text, href in steps] == [None, None, None, there, f"{there}#pages"]
    assert [text.endswith("gedaan") for text, _href in steps] == [True] * 3 + [False] * 2
    officer = browser_of(user=the_officer(municipality))
    assert [text for text, _href in steps_on(officer)] == [text for text, _href in steps[2:]]
    a_decision_point(a_phase(project=made))
    page = a_project_page(made)
    assert steps_on_or_none(browser) == [] == steps_on_or_none(officer)
    page.unpublish()
    assert len(steps_on_or_none(officer)) == 3


def steps_on_or_none(browser) -> list:
    page = BeautifulSoup(browser.get(HOME).content, "html.parser")
    return page.select("section[aria-labelledby=first] li")


def test_an_officer_where_nothing_is_begins_a_project():
    a_site()
    steps = steps_on(browser_of(user=the_officer(a_municipality())))
    assert steps[0] == ("Begin een project", reverse("projects:create_project"))
    only_here = a_user("officer", project=a_project(a_municipality("verderop")))
    assert steps_on_or_none(browser_of(user=only_here)) == [], "who makes no projects"


@pytest.mark.parametrize("debug", [False, True])
def test_the_way_to_add_a_municipality_works_as_it_stands_there(settings, debug):
    a_site()
    installer = an_installer()
    TOTP.activate(installer, generate_totp_secret())
    settings.DEBUG = debug
    page = BeautifulSoup(browser_of(user=installer).get(HOME).content, "html.parser")
    (command,) = [one.get_text() for one in page.select("#begin ~ ol code")]
    guide = (settings.BASE_DIR / "docs/guides/install.md").read_text()
    assert (command in guide.splitlines()) is not debug
    if debug:
        assert command.startswith("SAMENKOMPAS_DEBUG=1 .venv/bin/python manage.py municipality")


def test_who_installed_the_platform_reads_what_comes_first(settings):
    settings.ALLOWED_HOSTS = ["testserver", "leeg.example.org"]
    a_site()
    installer = an_installer()
    TOTP.activate(installer, generate_totp_secret())
    browser = browser_of(user=installer)
    invite, roles = reverse("projects:invite_colleague"), reverse("projects:see_roles")
    page = browser.get(HOME).content.decode()
    assert re.search(rf'--primary-action"\s+href="{invite}[?"]', page)
    assert "dit adres is van" in page
    a_user("administrator", municipality=a_municipality())
    page = browser.get(HOME).content.decode()
    assert re.search(rf'--secondary-action"\s+href="{roles}"', page) and invite not in page
    assert (
        'id="begin"'
        not in browser_of(user=the_officer(a_municipality())).get(HOME).content.decode()
    )


def test_nothing_of_another_municipality_stands_on_the_first_screen(settings):
    there = a_municipality("verderop")
    settings.ALLOWED_HOSTS = ["testserver", "verderop.example.org"]
    a_site()
    a_site(there, "verderop.example.org")
    a_decision_point(a_phase(project=a_project(there, title="Plan Geheimland")))
    both = the_officer(there)
    here = a_decision_point(a_phase(project=a_project(title="Plan Kompasdorp"))).project
    give_role(both, "officer", municipality=here.municipality)
    browser = browser_of(user=both)
    assert "Plan Geheimland" not in browser.get(HOME).content.decode()
    page = browser.get(HOME, headers={"host": "verderop.example.org"}).content.decode()
    assert "Plan Geheimland" in page and "Plan Kompasdorp" not in page


def test_thirty_projects_cost_the_first_screen_as_much_as_one():
    a_site()
    browser = Client()

    def another():
        evening = an_evening(state="ready")
        desk = a_desk(point=a_decision_point(a_phase(project=a_project())), page=False)
        desk.ask()
        a_decision_point(evening.activity.decision_point.phase, question="En de bomen?")
        page = a_project_page(desk.project)
        page.save_revision()
        a_project_page(evening.run.project)

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(HOME).status_code == 200
        return len(asked)

    another()
    browser.force_login(the_officer(a_municipality()))
    cost()
    one = cost()
    for _ in range(2):
        another()
    assert cost() == one
    for _ in range(24):
        a_project_page(a_decision_point(a_phase(project=a_project())).project).save_revision()
    assert cost() == one < 70
