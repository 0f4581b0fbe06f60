"""Does the console offer only buttons that do something, in whatever state an evening is?"""

import uuid
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from deliberation.live.screens.forms import body_from_form
from tests.live.builders import an_evening
from tests.live.screens.browsers import Browser

pytestmark = pytest.mark.django_db

FILLED_IN = {
    "count": "20", "remark": "", "blocks": "", "reason": "Een reden", "card": "1", "choice": "0",
    "hands": "5", "voters": "10", "due": (timezone.localdate() + timedelta(days=1)).isoformat(),
}  # fmt: skip
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


def led(evening, *commands):
    for do, arguments in commands:
        evening.lead(do, **arguments)
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
            "void": lambda mode: led(
                an_evening(hall_mode=mode, headcount=20, poll_open=True),
                ("void_activity", {"reason": "Een reden"}),
            ),
        }.items()
    },
    "counted once": lambda: led(
        an_evening(headcount=20, poll_open=True), ("enter_hall_count", {"hands": [5, 5]})
    ),
}  # fmt: skip


def console_of(evening):
    page = Browser(evening, evening.facilitator).page("console").content
    return BeautifulSoup(page, "html.parser")


def buttons(page) -> list[str]:
    return [
        one["value"] for one in page.select("button[name=do]") if not one.find_parent(hidden=True)
    ]


def pressed(evening, page, value):
    """Press a button of the page with every field filled in: by who leads, else by the second who counts."""
    data = QueryDict(mutable=True)
    data["do"] = value
    for field in page.select("input[name]"):
        plain = next((part for part in field["name"].split(".") if part in FILLED_IN), "")
        if plain and (field.get("type") != "radio" or field["name"] not in data):
            data.appendlist(field["name"], FILLED_IN[plain])
    body = body_from_form(data)
    for actor in (evening.facilitator, evening.counter):
        answer = evening.send(actor, {**body, "op_id": str(uuid.uuid4())})
        if answer.status == "applied":
            break
    return answer


@pytest.mark.parametrize("name", SCENES)
def test_nothing_is_offered_that_is_refused(name):
    evening = SCENES[name]()
    evening.commits = False  # each button is pressed in this same state
    page, refused = console_of(evening), []
    for value in buttons(page):
        with transaction.atomic():
            answer = pressed(evening, page, value)
            transaction.set_rollback(True)
        if answer.status != "applied":
            refused.append((value, str(answer.reason)))
    assert refused == []
