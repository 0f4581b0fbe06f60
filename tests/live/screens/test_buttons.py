"""Does the console offer only buttons that do something, in whatever state an evening is?"""

import re
import uuid
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from deliberation.live.screens.forms import body_from_form
from tests.builders import a_user, committed
from tests.cms.site import a_project_page
from tests.live.builders import an_evening
from tests.live.screens.browsers import Browser
from tests.projects.test_outcomes import record

pytestmark = pytest.mark.django_db

FILLED_IN = {
    "count": "20", "remark": "", "blocks": "", "reason": "Een reden", "card": "1", "choice": "0",
    "hands": "5", "anyway": "1", "voters": "10", "due": (timezone.localdate() + timedelta(days=1)).isoformat(),
}  # fmt: skip
ASKS = re.compile(r"\b(Schrijf|Typ|Vul)\b")
MODES = ("H1", "H2", "H3", "H4")


def closed(evening):
    """Close the poll, counted by hand where the hall votes by hand."""
    if evening.activity.hall_mode != "H2":
        evening.count(5, 5)
    evening.close()
    return evening


def tallying(evening):
    evening.close()
    return evening


def decided(evening):
    """Write down what was decided about the poll on stage."""
    with committed():
        record(evening.activity.decision_point)
    return evening


def led(evening, *commands):
    for do, arguments in commands:
        evening.lead(do, **arguments)
    return evening.refresh()


def crowded(mode):
    """More phones voted in the hall than people were counted there."""
    evening = an_evening(hall_mode=mode, headcount=20, poll_open=True)
    evening.votes("hall", 21)
    return evening.refresh()


def counted_by_a_colleague():
    evening = an_evening(headcount=20, poll_open=True)
    assert evening.submit(evening.counter, "enter_hall_count", hands=[5, 5]).status == "applied"
    return evening.refresh()


OVER = (("close_run", {}),)
SCENES = {
    **{state: (lambda state=state: an_evening(state=state)) for state in ("draft", "ready", "lobby", "open")},
    "cancelled": lambda: led(an_evening(state="ready"), ("cancel_run", {})),
    "paused": lambda: led(an_evening(), ("pause_run", {})),
    "no question left": lambda: led(an_evening(), *OVER),
    **{
        f"{name} {mode}": (lambda make=make, mode=mode: make(mode))
        for mode in MODES
        for name, make in {
            "voting": lambda mode: an_evening(hall_mode=mode, headcount=20, poll_open=True),
            "voting, hall not counted": lambda mode: an_evening(hall_mode=mode, poll_open=True),
            "voting paused": lambda mode: led(
                an_evening(hall_mode=mode, headcount=20, poll_open=True), ("pause_activity", {})
            ),
            "a break while voting": lambda mode: led(
                an_evening(hall_mode=mode, headcount=20, poll_open=True), ("pause_run", {})
            ),
            "closing": lambda mode: led(
                an_evening(hall_mode=mode, headcount=20, poll_open=True), ("close_activity", {})
            ),
            "phones closed": lambda mode: tallying(
                an_evening(hall_mode=mode, headcount=20, poll_open=True)
            ),
            "phones closed, hall not counted": lambda mode: tallying(
                an_evening(hall_mode=mode, poll_open=True)
            ),
            "over, hall not counted": lambda mode: led(
                tallying(an_evening(hall_mode=mode, poll_open=True)), *OVER
            ),
            "came out": lambda mode: closed(
                an_evening(hall_mode=mode, headcount=20, poll_open=True)
            ),
            "came out, over": lambda mode: led(
                closed(an_evening(hall_mode=mode, headcount=20, poll_open=True)), *OVER
            ),
            "shown to all": lambda mode: led(
                closed(an_evening(hall_mode=mode, headcount=20, poll_open=True)),
                ("reveal_result", {"to": "staff"}), ("reveal_result", {"to": "public"}),
            ),
            "decided while voting": lambda mode: decided(
                an_evening(hall_mode=mode, headcount=20, poll_open=True)
            ),
            "decided while paused": lambda mode: decided(
                led(an_evening(hall_mode=mode, headcount=20, poll_open=True), ("pause_activity", {}))
            ),
            "decided after voting": lambda mode: decided(
                closed(an_evening(hall_mode=mode, headcount=20, poll_open=True))
            ),
            "void": lambda mode: led(
                an_evening(hall_mode=mode, headcount=20, poll_open=True),
                ("void_activity", {"reason": "Een reden"}),
            ),
        }.items()
    },
    "counted once": lambda: led(
        an_evening(headcount=20, poll_open=True), ("enter_hall_count", {"hands": [5, 5]})
    ),
    "counted once by a colleague": lambda: counted_by_a_colleague(),
    **{f"more phones than people {mode}": lambda mode=mode: crowded(mode) for mode in ("H3", "H4")},
    "more phones than people, paused": lambda: led(crowded("H3"), ("pause_activity", {})),
    "more phones than people, decided": lambda: decided(crowded("H3")),
    "more phones than people, closed": lambda: led(crowded("H3"), ("close_activity", {"anyway": True})),
    "at home they hear nothing": lambda: led(an_evening(), ("tell_sound", {"sound": False})),
}  # fmt: skip


def console_of(evening, reader=None):
    page = Browser(evening, reader or evening.facilitator).page("console").content
    return BeautifulSoup(page, "html.parser")


def buttons(page) -> list[str]:
    shown = [one for one in page.select("button[name=do]") if not one.has_attr("hidden")]
    return [one["value"] for one in shown if not one.find_parent(hidden=True)]


def pressed(evening, page, value, reader=None):
    """Press a button of the page with every field filled in."""
    data = QueryDict(mutable=True)
    data["do"] = value
    for field in page.select("input[name]"):
        plain = next((part for part in field["name"].split(".") if part in FILLED_IN), "")
        if plain and (field.get("type") != "radio" or field["name"] not in data):
            data.appendlist(field["name"], FILLED_IN[plain])
    body = {**body_from_form(data), "op_id": str(uuid.uuid4())}
    return evening.send(reader or evening.facilitator, body)


def check_what_is_asked(page):
    """Where the console says to write or fill in, the field is on the same screen."""
    asks = [
        one.get_text(" ", strip=True)
        for one in page.select("main p")
        if ASKS.search(one.get_text())
    ]
    shown = {part for one in page.select("main [name]") for part in one["name"].split(".")}
    assert not asks or shown & {"hands", "voters", "card", "due"}, asks
    assert page.select("main textarea") or "Schrijf" not in " ".join(asks)


def check_what_comes_next(page, over, closing):
    """The first panel says what comes next, also to wait, and leads only to fields that are there."""
    panel = page.select_one(".lv-next")
    big = [one for one in panel.select(".utrecht-button--primary-action") if is_shown(one)]
    assert over or closing or len(big) == 1
    assert panel.h2.get_text() == "Wat u nu doet"
    waits = "Wacht tot de seconden om zijn" in panel.get_text()
    assert waits == closing == bool(panel.select("[data-ends]"))
    for way in panel.select("a.utrecht-button[href^='#']"):
        assert page.select_one(way["href"]).find_parent("section").select("input"), way


def check_that_its_round_is_said(evening, value):
    """What is kept on a phone or console may arrive when the poll was opened again since."""
    about = QueryDict(value.partition("?")[2])
    last = evening.activity.rounds.order_by("number").last()
    assert "activity" not in about or about.get("round") == (str(last.number) if last else None)


@pytest.mark.parametrize("name", SCENES)
def test_the_console_asks_and_offers_only_what_can_be_done(name):
    evening = SCENES[name]()
    evening.commits = False  # each button is pressed in this same state
    page, refused = console_of(evening), []
    check_what_is_asked(page)
    over = evening.run.state in ("closed", "cancelled")
    check_what_comes_next(page, over, evening.activity.state == "closing")
    for value in buttons(page):
        check_that_its_round_is_said(evening, value)
        with transaction.atomic():
            answer = pressed(evening, page, value)
            transaction.set_rollback(True)
        if answer.status != "applied":
            refused.append((value, str(answer.reason)))
    assert refused == []


def is_shown(one) -> bool:
    return not one.has_attr("hidden") and not one.find_parent(hidden=True)


@pytest.mark.parametrize("name", SCENES)
def test_who_counts_or_helps_to_lead_is_offered_nothing_that_is_not_for_them(name):
    """And in place of the button they read who does it."""
    evening = SCENES[name]()
    evening.commits = False
    helper = a_user("co_facilitator", project=evening.run.project)
    for reader in (evening.counter, helper):
        page, refused = console_of(evening, reader), []
        for value in buttons(page):
            with transaction.atomic():
                answer = pressed(evening, page, value, reader)
                transaction.set_rollback(True)
            refused += [value] if answer.code == 403 else []
        assert refused == []
        staff = Browser(evening, reader).client
        ways = {one["href"] for one in page.select("main a[href^='/'], .lv-bar a") if is_shown(one)}
        assert [one for one in ways if staff.get(one).status_code == 403] == []
        big = page.select(".lv-next button.utrecht-button--primary-action")
        told = [one.get_text(" ") for one in page.select(".lv-next [data-else]") if is_shown(one)]
        assert not big or any(map(is_shown, big)) != ("wie de sessie leidt" in "".join(told))


def test_a_helper_who_ended_too_early_reads_who_may_go_on_after_all():
    evening = led(an_evening(), *OVER)
    helper = a_user("co_facilitator", project=evening.run.project)
    more = console_of(evening, helper).select_one("#more")
    assert is_shown(more) and not [one for one in more.select("button") if is_shown(one)]
    [told] = [one.get_text(" ", strip=True) for one in more.select("[data-else]") if is_shown(one)]
    assert told.startswith("Ga toch verder") and "de gespreksleider" in told


def test_who_counts_people_elsewhere_reads_what_was_saved():
    evening = an_evening(headcount=23)
    colleague = Browser(evening, evening.counter)
    page = BeautifulSoup(colleague.page("console").content, "html.parser")
    saved = page.select_one("[data-live=heads]")
    assert "23" in saved.get_text() and not saved.has_attr("hidden")
    assert "23" in colleague.regions(**{"as": "mod"}).json()["live"]["heads"]


def test_before_the_people_are_counted_no_field_stands_without_its_button():
    evening = an_evening(poll_open=True)
    assert not console_of(evening).select("section:not([hidden]) input[name=hands]")
    evening.lead("record_headcount", count=20)
    page = console_of(evening)
    assert page.select("section:not([hidden]) input[name=hands]") and page.select(
        "button[value^=enter_hall_count]"
    )


def test_a_link_of_the_console_is_named_for_where_it_leads():
    bar = console_of(an_evening()).select_one(".lv-bar a")
    assert bar.get_text() == "Voorbereiding van deze sessie"


def test_the_question_about_sound_says_where_the_sound_comes_from():
    why = console_of(an_evening(state="draft")).select_one(".lv-next").get_text()
    assert "videogesprek of een stream" in why


def test_who_counted_first_waits_for_a_colleague_who_is_led_to_the_fields():
    evening = an_evening(poll_open=True, headcount=4)
    evening.close()
    evening.lead("enter_hall_count", hands=[4, 0])
    first = console_of(evening).select_one(".lv-next")
    page = Browser(evening, evening.counter).page("console").content
    second = BeautifulSoup(page, "html.parser").select_one(".lv-next")
    assert first.select_one("[data-not-by]").has_attr("hidden")
    assert not first.select_one("p[data-by]").has_attr("hidden")
    assert second.select_one("p[data-by]").has_attr("hidden")
    assert not second.select_one("[data-not-by]").has_attr("hidden")


def test_after_the_evening_who_led_it_goes_on_with_the_work_not_as_a_resident():
    evening = SCENES["shown to all H1"]()
    a_project_page(evening.run.project)
    page = console_of(led(evening, *OVER))
    shown = [one["href"] for one in page.select(".lv-next a.utrecht-button")]
    desk = reverse("projects:see_project", args=[evening.run.project.pk])
    assert shown[0] == desk and len(shown) == 2 and not [one for one in shown if "#" in one]


@pytest.mark.parametrize("name", SCENES)
def test_a_form_that_is_refused_says_why_beside_the_button_that_was_pressed(name):
    """It stood on top only: on a phone a screen or two above the count that was wrong."""
    evening, far = SCENES[name](), []
    staff = Browser(evening, evening.facilitator)
    for value in buttons(console_of(evening)):
        answer = staff.form(value, screen="mod", nonsense="1")
        page = BeautifulSoup(answer.content, "html.parser")
        [alert] = page.select("[data-refused]")
        assert (answer.status_code, bool(alert.get_text(strip=True))) == (400, True)
        place = alert.find_parent(["section", "details"]) or alert.find_parent(class_="lv-region")
        beside = place.select("button[name=do]") if place else []
        if value.partition("?")[0] not in [one["value"].partition("?")[0] for one in beside]:
            far.append(value)
    assert far == []
