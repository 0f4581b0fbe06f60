"""Can an officer make an evening on the desk, and does the project's page tell residents about it?"""

import re

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from deliberation.live import sections
from deliberation.live.models import Activity, Item, LiveSession, Run
from deliberation.projects.extension_points import desk_tasks
from deliberation.projects.models import DecisionPoint
from deliberation.projects.queries import tool_status
from deliberation.projects.reporting.outcomes import record_outcome
from tests.builders import (
    a_decided_point,
    a_decision_point,
    a_project,
    a_user,
    an_assessed_point,
    the_officer,
)
from tests.eyes import rendered
from tests.live.builders import an_evening
from tests.live.screens.browsers import Browser

pytestmark = pytest.mark.django_db
DESK = "/admin/participatie/sessies/"


@pytest.fixture
def point():
    return a_decided_point()


@pytest.fixture
def officer(point):
    return at_desk(a_user("officer", project=point.project))


def at_desk(user):
    """Sign in as staff, as an administrator would have made the account."""
    user.is_staff = True
    user.save()
    client = Client()
    client.force_login(user)
    return client


def made_session(client, project, **changed):
    about = {"title": "Avond over bomen", "starts_at": "2026-10-01T19:30", "place": "De Linde"}
    return client.post(f"{DESK}nieuw/{project.pk}/", {**about, "intro": "", **changed})


def test_an_evening_is_made_with_its_run_sheet_and_poll(officer, point):
    assert made_session(officer, point.project).status_code == 302
    session = LiveSession.objects.get()
    run = session.runs.get()
    assert (run.kind, run.state) == (Run.Kind.REAL, Run.State.DRAFT)
    local = timezone.localtime(session.starts_at)
    assert (local.day, local.hour, local.minute) == (1, 19, 30)
    item = {"title": "De bomen", "minutes": 15, "what_we_do_with_input": "Wij lezen alles."}
    assert officer.post(f"{DESK}runs/{run.pk}/onderdeel/", item).status_code == 302
    poll = {
        "question": "Waar komen\nde bomen?",
        "options": "Links\n\n  Rechts \n",
        "decision_point": point.pk,
        "hall_mode": "H3",
    }
    path = f"{DESK}onderdelen/{Item.objects.get().pk}/peiling/"
    assert officer.post(path, poll).status_code == 302
    activity = Activity.objects.get()
    assert (activity.question, activity.options) == ("Waar komen de bomen?", ["Links", "Rechts"])
    assert activity.hall_mode == "H3"
    page = officer.get(f"{DESK}{session.pk}/").content.decode()
    for text in ("De bomen", "Waar komen de bomen?", "Links", f"/s/run/{run.pk}/console/"):
        assert text in page


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"options": "Een\nTwee\nDrie\nVier"}, "options"),
        ({"options": "Een"}, "options"),
        ({"options": "Ja\nja"}, "options"),
        ({"question": " \n "}, "question"),
        ({"hall_mode": "H9"}, "hall_mode"),
        ({"decision_point": ""}, "decision_point"),
        ({"options": "x" * 200 + "\ny"}, "options"),
    ],
)
def test_a_wrong_poll_comes_back_with_what_was_typed(officer, point, changed, field):
    made_session(officer, point.project)
    run = Run.objects.get()
    officer.post(f"{DESK}runs/{run.pk}/onderdeel/", {"title": "Deel", "minutes": 5})
    poll = {
        "question": "Waar komen de bomen?",
        "options": "Links\nRechts",
        "decision_point": point.pk,
        "hall_mode": "H1",
    }
    answer = officer.post(f"{DESK}onderdelen/{Item.objects.get().pk}/peiling/", {**poll, **changed})
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert not Activity.objects.exists()


def test_a_decision_point_of_another_project_is_not_a_choice(officer, point):
    made_session(officer, point.project)
    officer.post(f"{DESK}runs/{Run.objects.get().pk}/onderdeel/", {"title": "Deel", "minutes": 5})
    poll = {"question": "Wat?", "options": "A\nB", "hall_mode": "H1"}
    poll["decision_point"] = a_decided_point().pk
    answer = officer.post(f"{DESK}onderdelen/{Item.objects.get().pk}/peiling/", poll)
    assert answer.status_code == 400
    assert not Activity.objects.exists()


def test_the_desk_says_why_a_poll_cannot_open():
    evening = an_evening(level="inform", state="draft")
    client = at_desk(evening.facilitator)
    session = client.get(f"{DESK}{evening.run.session_id}/")
    assert "utrecht-alert--warning" in session.content.decode()


def test_a_poll_above_the_level_is_refused_before_it_is_filled_in():
    evening = an_evening(level="inform", state="draft")
    client, here = at_desk(evening.facilitator), evening.activity.item_id
    page = client.get(f"{DESK}onderdelen/{here}/peiling/")
    assert page.status_code == 409
    assert "<textarea" not in page.content.decode()
    assert "Bij het gekozen niveau vertellen we alleen" in page.content.decode()


def test_of_two_decisions_a_poll_is_offered_for_the_one_whose_level_allows_it():
    evening = an_evening(state="draft")
    allowed = evening.activity.decision_point
    told_only = a_decided_point("inform", a_decision_point(allowed.phase, question="Welke lamp?"))
    client = at_desk(evening.facilitator)
    where = f"{DESK}onderdelen/{evening.activity.item_id}/peiling/"
    page = client.get(where).content.decode()
    assert f'value="{allowed.pk}"' in page
    assert f'value="{told_only.pk}"' not in page
    assert "Welke lamp?" in page  # with why it is not a choice
    poll = {"question": "Wat?", "options": "A\nB", "hall_mode": "H1", "max_choices": 1}
    answer = client.post(where, {**poll, "decision_point": told_only.pk})
    assert answer.status_code == 400
    assert Activity.objects.count() == 1


def test_no_poll_is_written_about_what_is_decided_but_a_rehearsal_goes_on():
    """Residents would come to an evening at which it opens for nobody."""
    evening = an_evening(state="draft")
    decided, now = evening.activity.decision_point, timezone.now()
    other = a_decided_point(point=a_decision_point(decided.phase, question="Welke lamp?"))
    DecisionPoint.objects.filter(pk=decided.pk).update(decides_on=timezone.localdate())
    record_outcome(
        actor=the_officer(decided.project.municipality), decision_point=decided, decided_on=timezone.localdate(),
        result="taken", outcome="Ja.", what_we_did="Overgenomen.", now=now,
    )  # fmt: skip
    client = at_desk(evening.facilitator)
    poll = {"question": "Wat?", "options": "A\nB", "hall_mode": "H1", "max_choices": 1}
    poll |= {"decision_point": decided.pk, "reason": "De vraag was anders."}
    add = f"{DESK}onderdelen/{evening.activity.item_id}/peiling/"
    for where in (f"{DESK}peilingen/{evening.activity.pk}/vervangen/", add):
        page = BeautifulSoup(client.get(where).content, "html.parser")
        assert [one["value"] for one in page.select("[name=decision_point]")] == [str(other.pk)]
        assert client.post(where, poll).status_code == 400
    assert Activity.objects.count() == 1
    Run.objects.update(kind=Run.Kind.REHEARSAL)
    assert client.post(add, poll).status_code == 302


def test_a_rehearsal_has_its_own_codes_and_is_not_announced(officer, point):
    made_session(officer, point.project)
    session = LiveSession.objects.get()
    assert officer.post(f"{DESK}{session.pk}/nog-een/", {"kind": "rehearsal"}).status_code == 302
    assert officer.post(f"{DESK}{session.pk}/nog-een/", {"kind": "real"}).status_code == 409
    real, rehearsal = session.runs.order_by("pk")
    assert len({real.hall_code, real.online_code, rehearsal.hall_code, rehearsal.online_code}) == 4
    part = sections.project_section(point.project, timezone.now()).part
    assert len(part["coming"]) == 1


def test_codes_to_print_show_both_lanes_without_style(officer, point):
    made_session(officer, point.project)
    run = Run.objects.get()
    page = officer.get(f"{DESK}runs/{run.pk}/codes/").content.decode()
    main = page[page.index('class="lv-codes"') :]
    assert main.count("<svg") >= 2
    assert "style=" not in main[: re.search(r"</div>\s*</div>", main).start()]
    for code in (run.hall_code, run.online_code):
        assert f"{code[:3]} {code[3:]}" in page


def test_each_rehearsal_is_told_apart_on_the_desk_and_on_its_printed_codes(officer, point):
    """Its sheets looked exactly like those of the evening itself, and two rehearsals had one name."""
    made_session(officer, point.project)
    session = LiveSession.objects.get()
    for name in ("Oefening 1", "Oefening 2"):
        made = officer.post(f"{DESK}{session.pk}/nog-een/", {"kind": "rehearsal"}, follow=True)
        assert f"{name} staat klaar, met eigen codes." in made.content.decode()
    real, first, second = session.runs.order_by("pk")
    names = BeautifulSoup(officer.get(f"{DESK}{session.pk}/").content, "html.parser").select("h2")
    assert {"Oefening 1", "Oefening 2"} <= {
        " ".join(one.get_text(" ").split()[:2]) for one in names
    }
    for run, said in ((real, ""), (first, "Oefening 1"), (second, "Oefening 2")):
        page = officer.get(f"{DESK}runs/{run.pk}/codes/").content
        sheets = BeautifulSoup(page, "html.parser").select(".lv-codes > div")
        assert len(sheets) == 2
        for sheet in sheets:
            words = sheet.get_text(" ")
            assert run.municipality.name in words
            assert said in words if said else "Oefening" not in words


@pytest.mark.browser
def test_a_printed_sheet_of_codes_holds_only_what_the_hall_needs(officer, point):
    made_session(officer, point.project)
    path = f"{DESK}runs/{Run.objects.get().pk}/codes/"
    pages = {path: officer.get(path).content.decode()}
    with rendered(pages) as page:
        page.goto(path)
        assert "Ctrl" in page.inner_text(".sk-desk")
        page.emulate_media(media="print")
        assert page.inner_text(".sk-desk").strip() == page.inner_text(".lv-codes").strip()
        assert page.locator(".lv-qr").first.bounding_box()["width"] > 400


@pytest.mark.parametrize("role", ["observer", None, "elsewhere"])
def test_a33_who_has_no_part_in_it_makes_and_sees_nothing(point, officer, role):
    made_session(officer, point.project)
    run, session = Run.objects.get(), LiveSession.objects.get()
    officer.post(f"{DESK}runs/{run.pk}/onderdeel/", {"title": "Deel", "minutes": 5})
    project = a_project() if role == "elsewhere" else point.project
    user = a_user("officer" if role == "elsewhere" else role, project=project if role else None)
    client = at_desk(user)
    item = Item.objects.get()
    paths = (
        f"{DESK}nieuw/{point.project.pk}/",
        f"{DESK}runs/{run.pk}/onderdeel/",
        f"{DESK}onderdelen/{item.pk}/peiling/",
        f"{DESK}runs/{run.pk}/codes/",
    )
    for path in paths:
        assert client.get(path).status_code in (302, 403), path
        assert client.post(path, {"title": "x", "minutes": 1}).status_code in (302, 403, 405), path
    assert client.post(f"{DESK}{session.pk}/nog-een/", {"kind": "rehearsal"}).status_code in (
        302,
        403,
    )
    if role != "observer":
        assert client.get(f"{DESK}{session.pk}/").status_code in (302, 403)
        listed = client.get(DESK)
        assert "Avond over bomen" not in listed.content.decode()
    assert (LiveSession.objects.count(), Run.objects.count(), Item.objects.count()) == (1, 1, 1)


# --- What residents read ------------------------------------------------------------------------


def test_the_project_page_tells_what_comes_what_is_open_and_what_came_out():
    evening = an_evening(state="ready", headcount=None)
    project = evening.run.project
    part = sections.project_section(project, timezone.now()).part
    assert [entry["joinable"] for entry in part["coming"]] == [False]
    assert sections.open_now([project], timezone.now()) == {}
    for step in ("open_lobby", "start_run"):
        evening.lead(step)
    ((label, href),) = sections.open_now([project], timezone.now())[project.pk]
    assert evening.run.session.title in label
    assert href.startswith(f"/s/{evening.run.online_code}?q=")
    assert Browser(evening).client.get(href).status_code == 200
    evening.lead("record_headcount", count=0)
    evening.lead("open_activity")
    evening.votes("online", 6, 2)
    evening.close()
    evening.lead("reveal_result", to="staff")
    evening.lead("close_run")
    assert sections.project_section(project, timezone.now()) is None
    assert sections.open_now([project], timezone.now()) == {}


def test_a_result_is_on_the_project_page_only_when_everybody_may_see_it():
    evening = an_evening(headcount=0, poll_open=True)
    evening.votes("online", 6, 2)
    evening.close()
    evening.lead("reveal_result", to="public")
    evening.lead("close_run")
    part = sections.project_section(evening.run.project, timezone.now()).part
    ((outcome,),) = [entry["outcomes"] for entry in part["over"]]
    assert "6" in outcome["bars"]["sentence"]
    assert [row.total for row in outcome["bars"]["options"]] == [6, 2]


def test_a_result_of_a_rehearsal_is_nowhere():
    evening = an_evening(headcount=0, poll_open=True, kind="rehearsal")
    evening.votes("online", 6, 2)
    evening.close()
    evening.lead("reveal_result", to="public")
    evening.lead("close_run")
    assert sections.project_section(evening.run.project, timezone.now()) is None


def test_no_level_chosen_means_the_run_sheet_says_so():
    evening = an_evening(point=an_assessed_point(), state="draft")
    staff = Browser(evening, evening.facilitator)
    sheet = staff.regions(**{"as": "mod"}).json()["regions"]["sheet"]
    status = tool_status("live_poll", evening.activity.decision_point, timezone.now())
    assert not status.open
    assert status.reason in sheet


def test_the_main_button_of_an_empty_run_sheet_adds_the_first_part(officer, point):
    made_session(officer, point.project)
    run = Run.objects.get()
    path, adds = f"{DESK}{run.session_id}/", f"{DESK}runs/{run.pk}/onderdeel/"

    def main_buttons():
        page = BeautifulSoup(officer.get(path).content, "html.parser")
        return [one["href"] for one in page.select("main a.utrecht-button--primary-action")]

    assert main_buttons() == [adds]
    officer.post(adds, {"title": "Welkom", "minutes": 5})
    assert main_buttons() == [f"{DESK}onderdelen/{Item.objects.get().pk}/peiling/"]


def as_links(client, session):
    page = BeautifulSoup(client.get(f"{DESK}{session.pk}/").content, "html.parser")
    return page, {one["href"]: one for one in page.select("main a.utrecht-button")}


def test_a_new_rehearsal_is_where_the_page_opens_and_its_buttons_name_it(officer, point):
    made_session(officer, point.project)
    session = LiveSession.objects.get()
    answer = officer.post(f"{DESK}{session.pk}/nog-een/", {"kind": "rehearsal"})
    rehearsal = session.runs.get(kind="rehearsal")
    assert answer.url == f"{DESK}{session.pk}/#run-{rehearsal.pk}"
    page, _links = as_links(officer, session)
    heading = page.find(id=f"run-{rehearsal.pk}")
    assert heading["tabindex"] == "-1"
    named = heading.find_parent("section").select(".sk-actions")[0].select("a")
    assert named
    assert [one.get_text() for one in named if "oefening" not in one.get_text().lower()] == []


def test_a_rehearsal_under_way_is_offered_by_name_on_the_desk():
    evening = an_evening(kind="rehearsal")
    found = [one for some in desk_tasks(evening.facilitator, evening.now).values() for one in some]
    consoles = {task.href: task.text for task in found if "console" in task.href}
    assert consoles == {
        f"/s/run/{evening.run.pk}/console/": f"Oefening bezig: {evening.run.session}"
    }


def test_an_evening_that_is_announced_is_not_called_a_draft(officer, point):
    made_session(officer, point.project)
    page, _links = as_links(officer, LiveSession.objects.get())
    assert "Concept" not in page.main.get_text()
    assert "Nog niet begonnen" in page.main.get_text()


@pytest.mark.parametrize("state", ["draft", "ready", "open"])
def test_a_poll_that_was_not_opened_says_so_at_the_desk_and_at_the_console(state):
    """It said "Concept", as if residents could not read it and it was not finished."""
    evening = an_evening(state=state)
    page, _links = as_links(at_desk(evening.facilitator), evening.run.session)
    console = at_desk(evening.facilitator).get(f"/s/run/{evening.run.pk}/console/")
    for text in (page.main.get_text(), console.content.decode()):
        assert "Nog niet geopend" in text


@pytest.mark.parametrize("model", [Activity, Run])
def test_no_state_of_an_evening_is_called_a_draft_or_finished_before_it_was_held(model):
    said = {state: str(model(state=state).state_words) for state in model.State}
    assert {"Concept", "Klaar"} & set(said.values()) == set()
    assert all(said.values())


def test_before_there_is_a_poll_the_first_button_makes_one():
    evening = an_evening(state="draft")
    poll, client = evening.activity, at_desk(evening.facilitator)
    console, add = f"/s/run/{evening.run.pk}/console/", f"{DESK}onderdelen/{poll.item_id}/peiling/"

    def primary():
        _page, links = as_links(client, evening.run.session)
        return {
            href for href, one in links.items() if "utrecht-button--primary-action" in one["class"]
        }

    assert primary() == {console}
    poll.delete()
    assert primary() == {add}


def test_an_empty_run_sheet_asks_for_what_the_guide_asks_for_and_for_no_welcome():
    evening = an_evening(state="draft")
    evening.activity.delete()
    evening.run.items.all().delete()
    page, _links = as_links(at_desk(evening.facilitator), evening.run.session)
    assert "Het draaiboek is leeg." in page.main.get_text()
    assert "één onderdeel is genoeg" in page.main.get_text()
    assert "welkom" not in page.main.get_text()


def test_who_prepares_reads_beforehand_that_a_second_person_needs_an_account():
    evening = an_evening(state="draft")
    project = evening.run.project
    administrator = a_user("administrator", municipality=project.municipality)
    for user, invites in ((evening.facilitator, False), (administrator, True)):
        client = at_desk(user)
        for path in (
            f"{evening.run.session_id}/",
            f"onderdelen/{evening.activity.item_id}/peiling/",
        ):
            page = BeautifulSoup(client.get(DESK + path).content, "html.parser")
            assert "Twee mensen tellen de handen" in page.main.get_text()
            invite = page.main.select(f"a[href$='/projecten/{project.pk}/rollen/']")
            assert bool(invite) == invites


def test_the_form_says_that_with_hands_phones_in_the_hall_do_not_vote():
    evening = an_evening(state="draft")
    page = at_desk(evening.facilitator).get(f"{DESK}onderdelen/{evening.activity.item_id}/peiling/")
    assert "Telefoons in de zaal stemmen dan niet" in page.content.decode()


@pytest.mark.browser
def test_a_link_in_what_an_officer_wrote_has_the_colour_of_our_links():
    """The address of the stream was the blue of the browser."""
    run = an_evening(state="lobby").run
    LiveSession.objects.update(intro="Kijk mee: https://stream.example/1")
    path = f"/s/{run.online_code}"
    pages = {path: Client().get(path).content.decode()}
    with rendered(pages) as page:
        page.goto(path)
        link, ours = page.evaluate("""() => {
          const colour = (selector) => getComputedStyle(document.querySelector(selector)).color;
          document.querySelector("main").append(document.createElement("i"));
          document.querySelector("main i").style.color = "var(--sk-link)";
          return [colour("main a[href^='https://stream']"), colour("main i")];
        }""")
    assert link == ours
