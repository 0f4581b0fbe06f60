"""Does one evening run through the whole house? From the framework to one result of hall and home."""

import re
from datetime import date, timedelta

import pytest

from cms.demo.content import ADDRESS
from tests.eyes import DESK, PHONE, axe_violations

from .hands import Keyboard, Pointer

pytestmark = pytest.mark.browser

QUESTION = "Waar komt de nieuwe speelplek?"
OPTIONS = ["In het park", "Op het plein"]
ANSWERS = {
    "room": 2, "commitment": 2, "impact": 2, "reach": 1, "uneven": 0, "attention": 1,
    "knowledge": 1, "problem": 1, "purpose": 1, "doing": 0, "energy": 1, "time": 3, "capacity": 2,
    "initiator": "gemeente", "mandate": 2,
}  # fmt: skip


# Everything that a screen reader is told while this page stands, with the time.
HEAR = """
  window.heard = [];
  new MutationObserver(() => window.heard.push([Date.now(), document.getElementById('status').textContent]))
    .observe(document.getElementById('status'), {childList: true, characterData: true, subtree: true});
"""
ONCE_EACH = [
    r"Het stemmen is open\. " + re.escape(QUESTION),
    "Ontvangen ✓",
    r"Het stemmen sluit over 1?\d seconden\.",
    "Het stemmen is gesloten. In de zaal tellen we de handen.",
    "Het stemmen is gesloten. De uitkomst verschijnt hier zo.",
    rf"De uitkomst: .*5 van 7.* {OPTIONS[0]}: 5\. {OPTIONS[1]}: 2\.",
]
MOST_IN_A_MINUTE = 12


def heard(page) -> list:
    """Give what was said, with the moments in seconds; no minute may hold more than somebody can follow."""
    said = [(at / 1000, text) for at, text in page.evaluate("window.heard")]
    for start, _text in said:
        assert sum(start <= at < start + 60 for at, _text in said) <= MOST_IN_A_MINUTE, said
    return [text for _at, text in said]


class Evening:
    """The people of one evening and what they do, one step a method."""

    def __init__(self, hands, staff, person, name, **browser):
        self.hands, self.name, self.browser = hands, name, browser
        self.person = person
        self.officer = staff("beleid", **browser)
        self.facilitator = staff("gesprek", **browser)
        self.counter = staff("zaal", **browser)
        self.checked, self.texts = [], []

    def check(self, page):
        """Look at a page with axe; a browser without scripts can't run it."""
        if self.browser.get("javascript", True):
            self.checked += axe_violations(page, seen=self.texts)

    def go(self, page, selector):
        """Press what leads to another page, and wait for that page."""
        with page.expect_navigation():
            self.hands.press(page, selector)

    def submit(self, page):
        self.go(page, "main button[type=submit]")

    # The officer: project, decision point, compass, level, page -----------------------------------

    def make_project(self):
        page, hands = self.officer, self.hands
        page.goto("/admin/participatie/projecten/nieuw/")
        hands.fill(page, "[name=title]", self.name)
        hands.fill(page, "[name=summary]", "De oude speelplek is stuk. Er komt een nieuwe.")
        hands.fill(page, "[name=contact]", "Team Spelen, 14 0000")
        self.go(page, ".sk-panel button[type=submit]")
        self.project = int(re.search(r"/projecten/(\d+)/", page.url)[1])
        self.go(page, f"a[href$='/projecten/{self.project}/fase/']")
        today = date.today()
        hands.choose(page, "kind", "design") if page.locator("input[name=kind]").count() else None
        hands.fill(page, "[name=title]", "Samen kiezen")
        hands.fill(page, "[name=starts_on]", (today - timedelta(days=1)).isoformat())
        hands.fill(page, "[name=ends_on]", (today + timedelta(days=40)).isoformat())
        self.check(page)
        self.go(page, ".sk-panel button[type=submit]")

    def name_what_is_decided(self):
        page, hands = self.officer, self.hands
        self.go(page, f"a[href$='/projecten/{self.project}/beslispunt/']")
        hands.fill(page, "[name=question]", QUESTION)
        if page.locator("input[name=phase]").count():
            hands.choose(page, "phase", page.locator("input[name=phase]").first.input_value())
        hands.fill(page, "[name=open]", "De plek\nDe toestellen")
        hands.fill(page, "[name=fixed]", "Er is 60.000 euro")
        hands.choose(page, "decided_by", "college")
        hands.fill(page, "[name=decides_on]", (date.today() + timedelta(days=50)).isoformat())
        self.check(page)
        self.go(page, ".sk-panel button[type=submit]")
        page.wait_for_url(re.compile(r"/beslispunten/\d+/kompas/"))
        self.point = int(re.search(r"/beslispunten/(\d+)/", page.url)[1])

    def answer_the_compass(self):
        page, hands = self.officer, self.hands
        self.check(page)
        self.go(page, "button[name=action][value=none]")
        page.wait_for_url(re.compile(r"/kompas/vragen/"))
        for key, code in ANSWERS.items():
            hands.choose(page, key, str(code))
        adopt = "button[value=adopt_assessment]"
        if self.browser.get("javascript", True):
            page.wait_for_selector(adopt)  # the advice came by itself
        else:
            self.go(page, "button[name=action][value=save]:not([aria-hidden])")
        self.check(page)
        self.go(page, adopt)
        page.wait_for_url(re.compile(r"/niveau/"))

    def choose_the_level(self):
        """Deviate without a reason first: the officer is asked for one, and keeps the choice."""
        page, hands = self.officer, self.hands
        hands.choose(page, "level", "co_create")
        self.check(page)
        self.submit_form(page)
        assert page.locator(".utrecht-form-field-error-message").count() == 1
        assert page.locator("input[name=level][value=co_create]").is_checked()
        hands.fill(page, "[name=motivation]", "Kinderen weten zelf het best waar zij spelen.")
        self.submit_form(page)
        assert "We maken het samen" in page.locator("main").inner_text()
        self.check(page)

    def submit_form(self, page):
        self.go(page, "form.sk-compass__questions button[type=submit]")

    def publish_the_page(self):
        """Begin the project's page on the desk, and publish it in Wagtail's editor (which needs scripts)."""
        page = self.officer
        page.goto(f"/admin/participatie/projecten/{self.project}/")
        self.go(page, "section[aria-labelledby=pages] form button")
        page.wait_for_url(re.compile(r"/admin/pages/\d+/edit/"))
        assert page.locator("[name=title]").input_value() == self.name
        page.wait_for_function("document.querySelector('[name=slug]').value")
        page.get_by_role("button", name="Publiceren").last.press("Enter")
        page.wait_for_url(re.compile(r"/admin/participatie/projecten/\d+/$"))

    def plan_the_session(self):
        page, hands = self.facilitator, self.hands
        page.goto(f"/admin/participatie/sessies/nieuw/{self.project}/")
        hands.fill(page, "[name=title]", "Avond over " + self.name)
        hands.fill(page, "[name=starts_at]", f"{date.today().isoformat()}T20:00")
        self.check(page)
        self.go(page, ".sk-panel button[type=submit]")
        self.go(page, "a[href$='/onderdeel/']")
        hands.fill(page, "[name=title]", "Kiezen")
        hands.fill(page, "[name=minutes]", "10")
        self.check(page)
        self.go(page, ".sk-panel button[type=submit]")
        self.go(page, "a[href$='/peiling/']")
        hands.fill(page, "[name=question]", QUESTION)
        hands.fill(page, "[name=options]", "\n".join(OPTIONS))
        hands.choose(page, "hall_mode", "H3")
        self.check(page)
        self.go(page, ".sk-panel button[type=submit]")
        self.check(page)
        console = page.locator("a[href$='/console/']").first.get_attribute("href")
        self.run = int(re.search(r"/run/(\d+)/", console)[1])

    # The evening ----------------------------------------------------------------------------------

    def do(self, page, command):
        """Press the button of a command on the console, and wait until the console shows its effect."""
        button = f"button[name=do][value^='{command}']:not([value*='anyway'])"
        self.hands.press(page, button)
        page.wait_for_selector(button, state="detached")

    def open_the_doors(self):
        page = self.facilitator
        page.goto(f"/s/run/{self.run}/console/")
        self.check(page)
        codes = page.locator(".lv-code-shown").all_inner_texts()
        self.hall, self.online = (code.replace(" ", "") for code in codes)
        for command in ("ready_run", "open_lobby", "start_run"):
            self.do(page, command)
        self.hands.fill(page, "[name=count]", "2")
        self.hands.press(page, "button[value^=record_headcount]")
        page.wait_for_selector("[data-region=people] dd:text-is('2')")

    def join(self, code):
        page = self.person(**self.browser)
        page.goto("/meedoen")
        self.hands.fill(page, "[name=code]", code)
        self.submit(page)
        page.wait_for_url(re.compile(r"/s/\d+"))
        assert "We maken het samen" in page.locator("main").inner_text()
        self.check(page)
        self.submit(page)
        page.wait_for_url(re.compile(r"/s/run/\d+/(\?.*)?$"))
        return page

    def vote(self, page, choice):
        if not self.browser.get("javascript", True):
            page.reload()
        page.wait_for_selector("input[name=choice]")
        self.hands.choose(page, "choice", str(choice))
        self.hands.press(page, "button[value^=cast_ballot]")
        page.wait_for_selector("text=/ontvangen|received/i")

    def count_the_hands(self):
        """One hand is up. Two people count it, each on their own console."""
        for page, command in (
            (self.facilitator, "enter_hall_count"),
            (self.counter, "confirm_hall_count"),
        ):
            page.goto(f"/s/run/{self.run}/console/")
            fields = page.locator("input[name=hands]")
            self.hands.fill(page, f"#{fields.nth(0).get_attribute('id')}", "1")
            self.hands.fill(page, f"#{fields.nth(1).get_attribute('id')}", "0")
            self.check(page)
            button = f"button[name=do][value^='{command}']:not([value*='alone'])"
            self.hands.press(page, button)
            page.wait_for_selector(button, state="detached")


def walk(evening):
    evening.make_project()
    evening.name_what_is_decided()
    evening.answer_the_compass()
    evening.choose_the_level()
    if evening.browser.get("javascript", True):
        evening.publish_the_page()
    evening.plan_the_session()
    evening.open_the_doors()
    residents = [evening.join(evening.online) for _ in range(5)] + [evening.join(evening.hall)]
    projector = evening.counter
    projector.goto(f"/s/run/{evening.run}/projector/")
    assert QUESTION not in projector.locator("main").inner_text()
    listens = evening.browser.get("javascript", True)
    for page in (residents[0], projector) if listens else ():
        page.evaluate(HEAR)
    if listens:
        told = residents[0].locator("#status").inner_text()
        assert "U doet online mee." in told and "We zijn begonnen." in told, told
    evening.do(evening.facilitator, "open_activity")
    for number, page in enumerate(residents):
        evening.vote(page, 1 if number in (3, 4) else 0)
    evening.check(residents[0])
    evening.do(evening.facilitator, "close_activity")
    return residents


def finish(evening, residents):
    page = evening.facilitator
    page.wait_for_timeout(11_000)  # the grace in which votes on their way still count
    if evening.browser.get("javascript", True):
        told = " | ".join(heard(evening.counter))
        for words in (
            re.escape(QUESTION),
            r"Het stemmen sluit over \d+ seconden",
            "We tellen de handen",
        ):
            assert len(re.findall(words, told)) == 1, (words, told)
    evening.count_the_hands()
    page.goto(f"/s/run/{evening.run}/console/")
    for to in ("to=staff", "to=public"):
        button = f"button[name=do][value^='reveal_result'][value*='{to}']"
        evening.hands.press(page, button)
        page.wait_for_selector(button, state="detached")
    for screen in (evening.counter, residents[0]):
        if screen is evening.counter:
            screen.goto(f"/s/run/{evening.run}/projector/")
        elif not evening.browser.get("javascript", True):
            screen.reload()
        screen.wait_for_selector(f"text=/{OPTIONS[0]}.*5.*7|5 van 7/")
        evening.check(screen)
    if evening.browser.get("javascript", True):
        residents[0].wait_for_timeout(6_000)  # what is said comes five seconds apart
        told = " | ".join(heard(residents[0]))
        places = [re.search(words, told) for words in ONCE_EACH]
        assert all(places) and sorted(places, key=lambda one: one.start()) == places, told
        assert told.count("Ontvangen ✓") == told.count("De uitkomst:") == 1, told
    shown = evening.counter.locator("main").inner_text()
    assert re.search(r"van 7 stemmen", shown), shown


@pytest.mark.parametrize(
    ("name", "hands", "options"),
    [
        pytest.param(
            "Speelplek met de duim",
            Pointer(),
            {"viewport": PHONE},
            id="phone",
            marks=pytest.mark.exhaustive,  # a thumb goes where keys and a phone without scripts go
        ),
        pytest.param("Speelplek met toetsen", Keyboard(), {"viewport": DESK}, id="keyboard"),
        pytest.param(
            "Speelplek zonder script",
            Pointer(),
            {"viewport": PHONE, "javascript": False},
            id="no-javascript",
        ),
    ],
)
def test_one_evening_from_framework_to_result(name, hands, options, staff, person):
    evening = Evening(hands, staff, person, name, **options)
    finish(evening, walk(evening))
    assert evening.checked == []


def test_the_promise_is_read_on_the_project_page(person, demo):
    """Everybody reads what is fixed, open and outside, who decides and when; without scripts too."""
    for javascript in (True, False):
        page = person(viewport=PHONE, javascript=javascript)
        page.goto("/kastanjelaan/")
        text = page.locator("main").inner_text()
        for words in ("We maken het samen", "Het riool en de kabels worden vervangen", "college"):
            assert words in text
        assert ADDRESS in text
