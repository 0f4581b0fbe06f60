"""Does who scanned, or came from a page of ours, or types what stands on the screen get in while others guess?"""

import re
import time
from collections import Counter
from functools import cache
from html import unescape

import pytest
from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from deliberation.live import randomness, sections
from deliberation.live.joining import access, guesses
from deliberation.live.joining.guesses import Asks
from deliberation.live.models import Attendance, JoinCode
from tests.builders import a_decided_point, a_decision_point, a_municipality, a_phase, a_project
from tests.cms.site import a_site
from tests.live.builders import TWENTY, an_evening, twenty_evenings
from tests.live.screens.browsers import Browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def evening():
    """An evening that people can join, while somebody used up every guess of this hour."""
    made = an_evening()
    for _ in range(guesses.budget()):
        assert Client().get("/s/000000").status_code == 404
    assert Client().get(f"/s/{made.run.hall_code}").status_code == 403
    return made


def word_of(run, lane="hall") -> str:
    return run.codes.get(lane=lane).word


def typed(code, word="", browser=None):
    return (browser or Client()).post("/meedoen", {"code": code, "word": word})


def joined_by(address, browser=None) -> int:
    """Open an address and press its one button, as a browser does."""
    browser = browser or Client()
    page = browser.get(address).content.decode()
    action = unescape(re.search(r'<form method="post" action="(/s/[^"]+)"', page).group(1))
    return browser.post(action).status_code


def test_a10_who_scanned_a_code_also_gets_in_by_the_button(evening):
    code = evening.run.hall_code
    assert joined_by(f"/s/{code}?q={guesses.proof_of(code)}") == 302


def test_a10_a_link_on_our_own_pages_is_no_guess(evening):
    now = timezone.now()
    ((_label, address),) = sections.open_now([evening.run.project], now)[evening.run.project.pk]
    assert joined_by(address) == 302
    part = sections.project_section(evening.run.project, now).part
    assert joined_by(part["coming"][0]["href"]) == 302


def test_a10_who_types_is_asked_for_the_word_and_comes_in_with_it(evening):
    run, browser = evening.run, Client()
    asked = typed(run.hall_code, browser=browser)
    assert asked.status_code == 403
    assert b'name="word"' in asked.content
    assert run.hall_code in asked.content.decode()
    answer = typed(run.hall_code, word_of(run).lower(), browser)
    assert answer.status_code == 302
    assert joined_by(answer["Location"], browser) == 302


def test_wherever_the_word_stands_beside_a_code_it_says_what_for(evening):
    """On the screen in the hall, at the console, on paper, and where it is typed."""
    browser, run = Browser(evening, evening.facilitator), evening.run
    screens = [browser.page("console"), browser.page("projector")]
    screens += [browser.client.get(reverse("live:print_codes", args=[run.pk]))]
    words = [BeautifulSoup(one.content, "html.parser").select(".lv-word-shown") for one in screens]
    assert all(words)
    around = [one.find_parent(["div", "section"]).get_text() for found in words for one in found]
    assert [text for text in around if "woord" not in text] == []
    asked = BeautifulSoup(typed(run.hall_code).content, "html.parser")
    assert "onder uw code" in asked.get_text()


def test_a10_with_a_wrong_word_nobody_learns_whether_the_digits_are_right(evening):
    right, wrong = evening.run.hall_code, "000000"
    pages = [typed(code, "BABABA").content.decode() for code in (right, wrong)]
    pages = [re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page) for page in pages]
    assert pages[0].replace(right, "") == pages[1].replace(wrong, "")
    assert "BOLAMI" in pages[0]


def test_a10_the_word_of_the_other_lane_opens_nothing(evening):
    run = evening.run
    assert typed(run.hall_code, word_of(run, "online")).status_code == 404


def test_a10_in_quiet_hours_six_digits_are_enough():
    evening = an_evening()
    answer = typed(evening.run.hall_code)
    assert answer.status_code == 302
    assert joined_by(f"/s/{evening.run.hall_code}") == 302


@pytest.fixture
def within_a_minute(monkeypatch):
    """Let the door's clock stand still, however long the test takes."""
    now = time.time()
    monkeypatch.setattr(guesses.time, "time", lambda: now)


def test_a10_a_hall_of_200_behind_one_address_comes_in_while_guessing_is_stopped(
    evening, within_a_minute
):
    """200 in a minute from one address, a quarter of them by typing; a guess of digits gets nowhere."""
    run, answers = evening.run, Counter()
    proof, word = guesses.proof_of(run.hall_code), word_of(run)
    for number in range(200):
        browser = Client(REMOTE_ADDR="192.0.2.7")
        if number % 4:
            answers["scanned", joined_by(f"/s/{run.hall_code}?q={proof}", browser)] += 1
        else:
            answers["mistyped", typed(run.hall_code, "BABABA", browser).status_code] += 1
            address = typed(run.hall_code, word, browser)["Location"]
            answers["typed", joined_by(address, browser)] += 1
        answers["guessed", Client(REMOTE_ADDR="192.0.2.7").get(f"/s/{number:06d}").status_code] += 1
    assert answers == {
        ("scanned", 302): 150, ("mistyped", 404): 50, ("typed", 302): 50, ("guessed", 403): 200,
    }  # fmt: skip
    assert Attendance.objects.filter(run=run).count() == 200


def test_who_came_in_from_home_moves_to_the_hall_as_anybody_comes_in_there():
    """By its code, with its limits on guessing; a wrong one stays in its field, and back home asks nothing."""
    evening = an_evening(poll_open=True)
    run, browser = evening.run, Browser(evening).join("online")

    def mine(selector):
        page = BeautifulSoup(browser.page().content, "html.parser")
        return page.select_one(f".lv-me {selector}")

    assert not mine("button[value^=change_lane]")
    door = mine("a[data-change-lane]")["href"]
    wrong = browser.client.post(door, {"code": "000 000"})
    field = BeautifulSoup(wrong.content, "html.parser").select_one("[name=code]")
    assert wrong.status_code == 404
    assert field["value"] == "000 000" and field["aria-invalid"] == "true"
    address = browser.client.post(door, {"code": run.hall_code})["Location"]
    page = BeautifulSoup(browser.client.get(address).content, "html.parser")
    assert "in de zaal" in page.select_one(".lv-card--now").get_text()
    assert "Terug naar" not in page.select_one(".lv-send").get_text()
    assert joined_by(address, browser.client) == 302
    assert Attendance.objects.get(participant=browser.participant).lane == "hall"
    assert mine("button[data-change-lane]")["value"] == "change_lane?lane=online"
    assert browser.json("change_lane", lane="online").status_code == 200
    for _ in range(guesses.budget()):
        Client().get("/s/000000")
    assert browser.client.post(door, {"code": run.hall_code}).status_code == 403


def test_a10_right_codes_use_up_nothing():
    evening = an_evening()
    for _ in range(guesses.budget() + 5):
        assert typed(evening.run.hall_code).status_code == 302


def test_a10_a_right_code_that_others_typed_just_now_tells_a_guesser_nothing():
    """Once the wrong codes are spent, a code in use is asked the word like any other, and words are counted."""
    evening = an_evening()
    assert typed(evening.run.hall_code).status_code == 302
    for _ in range(guesses.budget()):
        assert typed("000000").status_code == 404
    for _ in range(3):
        assert typed(evening.run.hall_code).status_code == 403
        assert typed(evening.run.hall_code, "BABABA").status_code == 404
    assert typed("000000").status_code == 403


def test_a10_a_browser_that_mistypes_often_is_helped_with_the_word():
    evening, browser = an_evening(), Client()
    for _ in range(guesses.PER_BROWSER.most):
        assert typed("000000", browser=browser).status_code == 404
    assert typed(evening.run.hall_code, browser=browser).status_code == 403
    assert typed(evening.run.hall_code).status_code == 302, "somebody else is not asked"


# --- The chance ----------------------------------------------------------------------------------

PER_MINUTE, ADDRESSES = 10_000, 100


def chance_per_hour(codes: int) -> float:
    """Reckon the chance that one hour of guessing lets anybody in, from the code's own numbers."""
    words = number_of_words()
    of_digits = int(guesses.CHANCE_OF_DIGITS * guesses.CODES / codes + 1e-9) * codes / guesses.CODES
    of_words = 60 * guesses.OF_ALL.most * codes / guesses.CODES / words
    cards = TWENTY * 300
    of_cards = 60 * PER_MINUTE * cards / len(randomness.READABLE) ** 10
    return of_digits + of_words + of_cards


@cache
def number_of_words() -> int:
    return sum(1 for word in all_words() if not any(rude in word for rude in randomness.RUDE))


def all_words():
    syllables = [one + other for one in randomness.CONSONANTS for other in randomness.VOWELS]
    return (a + b + c for a in syllables for b in syllables for c in syllables)


@pytest.mark.parametrize("sessions", [1, 5, TWENTY])
def test_a10_the_chance_of_an_hour_of_guessing_is_below_one_in_ten_thousand(sessions):
    assert chance_per_hour(2 * sessions) < 1e-4


def test_a10_of_ten_thousand_guesses_a_minute_at_twenty_evenings_one_is_looked_up(
    monkeypatch, within_a_minute
):
    """A whole minute of the attack, from 100 addresses, against the door's own counting."""
    twenty_evenings()
    budget = guesses.budget()
    assert budget == 1
    monkeypatch.setattr(
        guesses, "budget", lambda _municipality: budget
    )  # it asks the database; it does not change
    ask, asked = RequestFactory(), Counter()
    for number in range(PER_MINUTE):
        request = ask.get("/", REMOTE_ADDR=f"192.0.2.{number % ADDRESSES}")
        tried = guesses.begin(request, f"{number:06d}")
        asked[tried.asks] += 1
        guesses.note_wrong(request, HttpResponse(), tried)
    assert asked[Asks.CODE] == budget
    assert asked[Asks.CODE] + asked[Asks.WORD] == PER_MINUTE
    assert guesses.begin(ask.get("/"), "000000").asks is Asks.PATIENCE, (
        "and no more than that in a minute"
    )
    assert guesses.begin(ask.get("/"), "123456", guesses.proof_of("123456")).asks is Asks.CODE


def test_a10_guesses_of_the_past_hour_count_over_the_turn_of_the_clock(monkeypatch):
    an_evening()
    budget, now = guesses.budget(), time.time()
    ask = RequestFactory()
    for _ in range(budget):
        tried = guesses.begin(ask.get("/"), "000000")
        guesses.note_wrong(ask.get("/"), HttpResponse(), tried)
    for minutes, expected in ((11, Asks.WORD), (59, Asks.WORD), (75, Asks.CODE)):
        monkeypatch.setattr(guesses.time, "time", lambda at=minutes: now + 60 * at)
        assert guesses.begin(ask.get("/"), "000000").asks is expected, minutes


@pytest.mark.parametrize("proof", ["é", "%ED%A0%80", "0" * 12, "%00"])
def test_a3_a_wrong_proof_is_no_proof(evening, proof):
    assert Client().get(f"/s/{evening.run.hall_code}?q={proof}").status_code == 403


@pytest.mark.parametrize("code", ["é", "%00", "x" * 500, "..", "card", "½"])
def test_a3_a_code_that_is_none_is_unknown(code):
    an_evening()
    assert Client().get(f"/s/{code}").status_code == 404
    assert Client().get(f"/s/card/{code}").status_code == 404
    assert typed(code[:20]).status_code == 400


@pytest.mark.parametrize("do", [[], {}, ["start_run"], None, 3])
def test_a23_a_command_that_is_no_text_makes_nobody_act_as_staff(do):
    evening = an_evening()
    assert access.acting_as(do, evening.facilitator, None) is None


# --- Which codes count ---------------------------------------------------------------------------


def a_point_in(slug):
    return a_decided_point(point=a_decision_point(a_phase(project=a_project(a_municipality(slug)))))


@pytest.fixture
def neighbours(settings):
    """Two municipalities, each at a host of its own and with an evening that is open."""
    settings.ALLOWED_HOSTS = [".testserver", "testserver"]
    ours, theirs = an_evening(), an_evening(point=a_point_in("buurdorp"))
    a_site(ours.run.municipality)
    a_site(theirs.run.municipality, hostname="buurdorp.testserver")
    return ours, theirs


def test_a10_planned_evenings_leave_who_types_their_six_digits():
    """Twenty that are still to begin: nobody gets in with their codes, so they make no guess more likely."""
    twenty_evenings(state="ready")
    assert JoinCode.objects.count() == 2 * TWENTY
    evening = an_evening()
    assert guesses.budget() == 20
    assert typed("000000").status_code == 404
    assert typed(evening.run.hall_code).status_code == 302


def test_a10_a_guess_never_learns_the_code_of_an_evening_that_is_to_begin():
    """Or it would be kept until the doors open. With the word, a scan or a link the page says when it begins."""
    an_evening()
    planned = an_evening(state="ready").run
    pages = {}
    for code in (planned.hall_code, "000000"):
        answer = typed(code)
        assert answer.status_code == 404 and Client().get(f"/s/{code}").status_code == 404
        pages[code] = re.sub(r'value="[^"]*"', "", answer.content.decode())
    assert len(set(pages.values())) == 1
    assert 'name="word"' in pages["000000"]
    assert typed(planned.hall_code, word_of(planned)).status_code == 302
    proof = guesses.proof_of(planned.hall_code)
    assert "nog niet begonnen" in Client().get(f"/s/{planned.hall_code}?q={proof}").content.decode()


def test_a10_who_guesses_at_one_municipality_makes_nobody_elsewhere_type_more(neighbours):
    ours, theirs = neighbours
    for _ in range(guesses.budget(ours.run.municipality) + 3):
        typed("000000")
    assert typed(ours.run.hall_code).status_code == 403
    there = Client(headers={"host": "buurdorp.testserver"})
    assert typed(theirs.run.hall_code, browser=there).status_code == 302


def test_a10_digits_of_the_neighbours_open_nothing_here_but_with_the_word_they_do(neighbours):
    """Or a guess here would count against codes of there. Who typed at the wrong host is led to the right one."""
    _ours, theirs = neighbours
    assert typed(theirs.run.hall_code).status_code == 404
    answer = typed(theirs.run.hall_code, word_of(theirs.run))
    assert answer.status_code == 302
    assert "buurdorp.testserver" in Client().get(answer["Location"])["Location"]


@pytest.mark.parametrize("open_now", [1, 4])
def test_a10_a_municipality_has_a_budget_of_its_own_evenings(neighbours, open_now):
    ours, theirs = neighbours
    for _ in range(open_now - 1):
        an_evening(point=a_point_in("buurdorp"))
    assert guesses.budget(theirs.run.municipality) == 20 // open_now
    assert guesses.budget(ours.run.municipality) == 20
