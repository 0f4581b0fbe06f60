"""Do hall and home add up on the screens as worked out by hand, also when the hall may count double?

The many who vote do it as a phone without scripts does: forms, cookies and a token. Who counts and who
looks on has a browser. The numbers are those of the design.
"""

import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from .conftest import door_of
from .phones import Phone

pytestmark = pytest.mark.browser

OPTIONS = ("Ja, eenrichting", "Nee, zo laten")
GRACE = 10_500  # milliseconds after closing in which votes on their way still count


class Hall:
    """The people who run one evening, each at a console of their own."""

    def __init__(
        self, staff, demo, hall_mode, options=OPTIONS, *, most=1, dont_know=False, cards=0
    ):
        self.demo, self.options, self.most, self.dont_know = demo, options, most, dont_know
        self.facilitator, self.counter = staff("gesprek"), staff("zaal")
        self.run = self.plan(hall_mode)
        if cards:
            self.print_cards(cards)
        self.facilitator.goto(self.console)
        codes = self.facilitator.locator(".lv-code-shown").all_inner_texts()
        self.codes = dict(zip(("hall", "online"), codes, strict=True))
        for command in ("ready_run", "open_lobby", "start_run"):
            self.press(self.facilitator, command)

    @property
    def console(self):
        return f"/s/run/{self.run}/console/"

    def plan(self, hall_mode) -> int:
        """Announce the evening and its poll on the desk, for the demo's street."""
        page = self.facilitator
        page.goto("/admin/participatie/sessies/")
        page.goto(page.locator("a[href*='/sessies/nieuw/']").first.get_attribute("href"))
        page.fill("[name=title]", f"Avond {hall_mode}")
        page.fill("[name=starts_at]", f"{date.today().isoformat()}T20:00")
        self.submit(page)
        page.goto(page.locator("a[href$='/onderdeel/']").first.get_attribute("href"))
        page.fill("[name=title]", "Kiezen")
        page.fill("[name=minutes]", "10")
        self.submit(page)
        page.goto(page.locator("a[href$='/peiling/']").first.get_attribute("href"))
        page.fill("[name=question]", "Wilt u eenrichtingsverkeer?")
        page.fill("[name=options]", "\n".join(self.options))
        page.fill("[name=max_choices]", str(self.most))
        page.set_checked("[name=dont_know]", self.dont_know)
        page.set_checked("[name=sensitive]", False)
        page.check(f"input[name=hall_mode][value={hall_mode}]")
        if page.locator("input[name=decision_point]").count():
            page.locator("input[name=decision_point]").first.check()
        self.submit(page)
        self.session = int(re.search(r"/sessies/(\d+)/", page.url)[1])
        console = page.locator("a[href$='/console/']").first.get_attribute("href")
        return int(re.search(r"/run/(\d+)/", console)[1])

    def print_cards(self, number):
        page = self.facilitator
        page.goto(f"/admin/participatie/sessies/runs/{self.run}/kaarten/")
        page.fill("[name=count]", str(number))
        with page.expect_navigation():
            page.locator("form[action$='/maken/'] button").click()

    def card_codes(self) -> list[str]:
        """Read the codes from the printed sheets, card by card."""
        if shutil.which("pdftotext") is None:
            pytest.skip("pdftotext reads the sheets back; install poppler-utils")
        sheets = f"/admin/participatie/sessies/runs/{self.run}/kaarten/pdf/"
        pdf = self.facilitator.request.get(sheets).body()
        command = ["pdftotext", "-layout", "-", "-"]
        text = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()
        return re.findall(r"\b([A-Z0-9]{5}-[A-Z0-9]{5})\b", text)

    def type_in(self, number, choice, says):
        """Type in the card of somebody without a phone, as who helps them, and wait for what it says."""
        page = self.facilitator
        page.fill("[name='cast_card_ballot.card']", str(number))
        page.check(f"[name='cast_card_ballot.choice'][value='{choice}']")
        page.click("button[value^=cast_card_ballot]")
        page.wait_for_selector(says)

    def submit(self, page):
        with page.expect_navigation():
            page.locator(".sk-panel button[type=submit]").first.click()

    def press(self, page, command, more=""):
        """Press a command's button, and wait until the console shows that it was carried out."""
        button = f"button[name=do][value^='{command}']:not([value*='anyway']){more}"
        page.locator(button).first.click()
        page.wait_for_selector(button, state="detached")

    def count_people(self, number):
        self.facilitator.fill("[name=count]", str(number))
        self.facilitator.click("button[value^=record_headcount]")
        self.facilitator.wait_for_selector(f"[data-region=people] dd:text-is('{number}')")

    def vote(self, lane, *per_option):
        """Let this many people join in a lane and vote for each option, a few at a time."""
        code = self.codes[lane].replace(" ", "")
        choices = [choice for choice, number in enumerate(per_option) for _person in range(number)]
        self.send(code, choices)

    def choose(self, lane, *people):
        """Let people join in a lane and choose several answers each."""
        self.send(self.codes[lane].replace(" ", ""), people)

    def send(self, code, choices):
        def one(choice):
            Phone(self.demo.url, door_of(code)).vote(choice)

        with ThreadPoolExecutor(6) as people:
            list(people.map(one, choices))

    def fill_hands(self, page, hands):
        for field, number in zip(page.locator("input[name=hands]").all(), hands, strict=True):
            field.fill(str(number))

    def enter(self, *hands):
        """Count the hands, the first of two."""
        self.fill_hands(self.facilitator, hands)
        self.press(self.facilitator, "enter_hall_count", ".utrecht-button--primary-action")

    def confirm(self, *hands):
        """Count the same hands, on another console."""
        self.counter.goto(self.console)
        self.fill_hands(self.counter, hands)
        self.press(self.counter, "confirm_hall_count")

    def close(self):
        self.press(self.facilitator, "close_activity")
        self.facilitator.wait_for_timeout(GRACE)
        self.facilitator.goto(self.console)

    def reveal(self):
        for to in ("staff", "public"):
            self.press(self.facilitator, "reveal_result", f"[value*='to={to}']")

    def shown(self, page, screen) -> str:
        """Read what a screen shows, in one line."""
        page.goto(f"/s/run/{self.run}/{screen}/")
        return " ".join(page.locator("main").inner_text().split())


def test_h3_hands_and_phones_add_up_and_name_no_winner(staff, demo):
    hall = Hall(staff, demo, "H3")
    hall.count_people(80)
    hall.press(hall.facilitator, "open_activity")
    hall.vote("hall", 30, 12)
    hall.vote("online", 10, 15)

    # 38 people did not vote on a phone, so 45 hands are seven too many: not stored, and said why.
    hall.facilitator.goto(hall.console)
    hall.fill_hands(hall.facilitator, (30, 15))
    hall.facilitator.locator("button[value^=enter_hall_count]:not([value*=alone])").first.click()
    hall.facilitator.wait_for_selector("text=minstens 7 dubbel")

    hall.enter(25, 10)
    hall.confirm(25, 10)
    hall.close()
    hall.reveal()

    screen = hall.shown(hall.counter, "projector")
    assert re.search(rf"{OPTIONS[0]} 65\b.*{OPTIONS[1]} 37\b", screen), screen
    assert "In totaal 102 stemmen" in screen, screen
    console = hall.shown(hall.facilitator, "console")
    for words in ("hoogstens 35", "102 stemmen"):
        assert words in console, console
    for text in (screen, console):
        assert "meest gekozen" not in text, text
        assert "Wij noemen geen winnaar" in text, text


@pytest.mark.exhaustive  # h3 adds the same columns up, and more
def test_h1_hands_and_home_add_up(staff, demo):
    hall = Hall(staff, demo, "H1")
    hall.count_people(80)
    hall.press(hall.facilitator, "open_activity")
    hall.vote("online", 10, 15)
    hall.facilitator.goto(hall.console)
    hall.enter(50, 20)
    hall.confirm(50, 20)
    hall.close()
    hall.reveal()

    screen = hall.shown(hall.counter, "projector")
    assert re.search(rf"{OPTIONS[0]} 60\b.*{OPTIONS[1]} 35\b", screen), screen

    assert f"Het meest gekozen: {OPTIONS[0]}, 60 van 95" in screen, screen


def test_h4_stands_in_two_columns_and_is_never_added(staff, demo):
    hall = Hall(staff, demo, "H4")
    hall.count_people(80)
    hall.press(hall.facilitator, "open_activity")
    hall.vote("hall", 4, 2)
    hall.vote("online", 3, 8)
    hall.facilitator.goto(hall.console)
    hall.enter(50, 20)
    hall.confirm(50, 20)
    hall.close()
    hall.reveal()

    screen = hall.shown(hall.counter, "projector")
    assert re.search(rf"{OPTIONS[0]} .*\b50\b.* 7\b.*{OPTIONS[1]} .*\b20\b.* 10\b", screen), screen
    for text in (screen, hall.shown(hall.facilitator, "console")):
        assert "meest gekozen" not in text, text
        for added in ("57", "87"):
            assert not re.search(rf"\b{added}\b", text), text


@pytest.mark.exhaustive  # tests/live/test_ways_of_voting.py has the sums
def test_several_answers_each_name_people_and_marks(staff, demo):
    options = ("Bomen", "Parkeren", "Bankjes")
    hall = Hall(staff, demo, "H1", options, most=2, dont_know=True)
    hall.count_people(40)
    hall.press(hall.facilitator, "open_activity")
    hall.choose("online", (0, 1), (0,), (0, 2), (1,), (3,), (3,))
    hall.facilitator.goto(hall.console)
    hall.facilitator.fill("[name=voters]", "15")
    hall.enter(12, 6, 2, 1)
    hall.counter.goto(hall.console)
    hall.counter.fill("[name=voters]", "15")
    hall.fill_hands(hall.counter, (12, 6, 2, 1))
    hall.press(hall.counter, "confirm_hall_count")
    hall.close()
    hall.reveal()

    screen = hall.shown(hall.counter, "projector")
    assert re.search(r"Bomen 15\b.*Parkeren 8\b.*Bankjes 3\b.* 3\b", screen), screen
    assert re.search(r"\b21\b", screen), "the base is people, not marks"
    answer = hall.counter.request.get(f"/s/uitslag/{hall.session}.json")
    [found] = answer.json()["results"]
    assert [one["total"] for one in found["answers"]] == [15, 8, 3, 3]
    assert [one["percent"] for one in found["answers"]] == [71, 38, 14, 14]
    assert [one["percent_known"] for one in found["answers"]] == [83, 44, 17, None]
    assert found["people"] == {"hall": 15, "online": 6, "total": 21}
    assert found["winner"] == "Bomen"


def test_h2_cards_on_phones_typed_in_and_home_add_up_each_card_once(staff, demo):
    hall = Hall(staff, demo, "H2", cards=12)
    codes = hall.card_codes()
    hall.facilitator.goto(hall.console)
    hall.count_people(12)
    hall.press(hall.facilitator, "open_activity")
    hall.vote("online", 4, 6)
    for code in codes[:2]:
        Phone(demo.url, f"/s/card/{code}").vote(0)
    hall.facilitator.goto(hall.console)
    for number in (1, 2):  # used on a phone: typing it in as well changes nothing
        hall.type_in(number, 1, f".lv-sent:has-text('Kaart {number} ')")
    for number in range(3, 13):
        hall.type_in(
            number,
            0 if number <= 9 else 1,
            f"[data-live='turnout.hall']:text-is('{number}')",
        )
    hall.close()
    hall.reveal()

    screen = hall.shown(hall.counter, "projector")
    assert re.search(rf"{OPTIONS[0]} 13\b.*{OPTIONS[1]} 9\b", screen), screen
    assert f"Het meest gekozen: {OPTIONS[0]}, 13 van 22" in screen, screen
