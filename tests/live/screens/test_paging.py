"""Does a long list of answers fit on the projector, a page at a time, turned from the console?"""

import re

import pytest
from django.utils.html import strip_tags

from deliberation.live.models import Event
from deliberation.live.screens.paging import ROOM, pages_of
from deliberation.projects.models import Role
from tests.builders import a_user
from tests.live.builders import an_evening

from .browsers import Browser

LONG = [f"{number} " + "een lang antwoord over de straat " * 3 for number in range(1, 9)]
SHORT = [f"Antwoord {number}" for number in range(1, 10)]


@pytest.mark.parametrize(
    ("answers", "sizes"),
    [
        (SHORT[:2], [2]),
        (SHORT, [9]),
        (LONG[:4], [4]),
        (LONG[:5], [3, 2]),
        ([*LONG, "Weet ik niet"], [3, 3, 3]),
        ([*SHORT[:6], "x" * 41], [4, 3]),
        ([], [0]),
        (["x" * 2000, "y"], [1, 1]),
    ],
)
def test_answers_are_divided_evenly_and_none_is_left_out(answers, sizes):
    pages = pages_of(answers)
    assert [len(page) for page in pages] == sizes
    assert [at for page in pages for at in page] == list(range(len(answers)))
    assert ROOM == 6


@pytest.fixture
def evening(db):
    return an_evening(hall_mode="H2", options=LONG, dont_know=True, poll_open=True)


def answers_on(evening, screen="projector") -> list[str]:
    page = Browser(evening, evening.facilitator).page(screen).content.decode()
    page = re.sub(
        r"(?s)<p hidden data-say>.*?</p>", "", page
    )  # what is read out aloud is all of it, at once
    region = page[page.index('data-region="screen"') :]
    return re.findall(r">\s*(\d) een lang", region) + (["?"] if "Weet ik niet" in region else [])


def press(evening, value):
    answer = Browser(evening, evening.facilitator).form(value, screen="mod")
    assert answer.status_code == 302, answer.content.decode()[:500]


def button(evening, label) -> str:
    page = Browser(evening, evening.facilitator).page("console").content.decode()
    found = re.search(rf'value="(turn_page[^"]+)" form="do">\s*{label}\s*<', page)
    return found[1].replace("&amp;", "&") if found else ""


def test_the_console_turns_the_pages_of_a_vote_and_of_its_result(evening):
    assert answers_on(evening) == ["1", "2", "3"]
    press(evening, button(evening, "Volgende bladzijde in de zaal"))
    assert answers_on(evening) == ["4", "5", "6"]
    press(evening, button(evening, "Volgende bladzijde in de zaal"))
    assert answers_on(evening) == ["7", "8", "?"]
    assert button(evening, "Volgende bladzijde in de zaal") == ""
    press(evening, button(evening, "Vorige bladzijde in de zaal"))
    assert answers_on(evening) == ["4", "5", "6"]
    evening.votes("online", 6, 5, 1)
    evening.close()
    assert button(evening, "Volgende bladzijde in de zaal") == "", (
        "nothing to turn while it is hidden"
    )
    evening.lead("reveal_result", to="staff")
    evening.lead("reveal_result", to="public")
    assert answers_on(evening) == ["1", "2", "3"], "a result begins with its first page"
    press(evening, button(evening, "Volgende bladzijde in de zaal"))
    assert answers_on(evening) == ["4", "5", "6"]
    page = Browser(evening, evening.facilitator).page("projector").content.decode()
    assert "Bladzijde 2 van 3" in strip_tags(page)
    resident = Browser(evening).join().page().content.decode()
    assert all(re.search(rf">\s*{number} een lang", resident) for number in range(1, 9))


@pytest.mark.django_db
def test_a_list_that_fits_has_no_pages():
    evening = an_evening(hall_mode="H2", options=SHORT[:8], poll_open=True)
    page = Browser(evening, evening.facilitator).page("projector").content.decode()
    assert "lv-screen__options--many" in page and "Bladzijde" not in page
    assert button(evening, "Volgende bladzijde in de zaal") == ""


def test_who_counts_turns_pages_and_nobody_else_and_only_to_pages_that_are_there(evening):
    resident = evening.join()
    assert evening.submit(resident, "turn_page", page=2).code == 403
    for role, code in ((Role.OBSERVER, 403), (Role.COUNCIL, 403), (Role.NOTE_TAKER, 200)):
        user = a_user(role, **_where(role, evening))
        assert evening.submit(user, "turn_page", page=2).code == code, role
    for page in (0, 4, -1, True, "2", None):
        assert evening.submit(evening.facilitator, "turn_page", page=page).code == 400, page
    assert Event.objects.filter(kind="page_turned").count() == 1
    assert evening.submit(evening.facilitator, "pause_activity").status == "applied"


def _where(role, evening) -> dict:
    if role == Role.COUNCIL:
        return {"municipality": evening.run.municipality}
    return {"project": evening.run.project}
