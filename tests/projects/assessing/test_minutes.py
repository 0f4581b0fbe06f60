"""How many minutes take a first advice, and the next decision point of the same project?"""

import pytest
from playwright.sync_api import expect

from tests.builders import a_decision_point, a_framework, a_phase, answers_for
from tests.projects.test_wizard import as_fields
from tests.projects.test_wizard_in_browser import address

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
CO_CREATE = answers_for("co_create")
# Seconds: to read a word (200 a minute), press something, weigh an answer, say yes or no to a gate,
# look round on a screen.
READ, PRESS, WEIGH, GATE, LOOK = 60 / 200, 3, 10, 5, 5
BELOW = "p.sk-question__help, .sk-options__item:not(.sk-options__item--unknown)"


class Path:
    """What somebody reads and does to answer, up to an advice that is ready.

    Read are the introduction of a screen, the questions on the way (where the advice names them) with
    their help and options, and the line that says how far the advice is. Reasons are not: they follow.
    """

    def __init__(self, page):
        self.page = page
        self.screens = self.presses = self.gates = self.questions = self.words = 0

    def arrive(self, *read):
        """Come to a screen and read some of it."""
        self.screens += 1
        self.read(*read)

    def read(self, *places):
        """Count the words that can be seen in these places."""
        for place in places:
            for text in self.page.locator(place).all_inner_texts():
                self.words += len(text.split())

    def press(self, selector):
        self.page.locator(selector).first.click()
        self.presses += 1

    def answer(self, key, code):
        """Read one question, weigh it, and wait for the advice to follow."""
        self.read(f"#question-{key} :is({BELOW})")
        self.questions += 1
        with self.page.expect_response(lambda response: response.request.method == "POST"):
            self.press(f"input[name={key}][value='{code}']")

    def answer_until_ready(self, answers):
        """Follow the question that tells most, and stop as soon as nothing can change."""
        ready = self.page.locator("#advice-place .sk-advice--done")
        while not ready.count():
            link = self.page.locator(".sk-next a[href^='#question-']").first
            key = link.get_attribute("href").removeprefix("#question-")
            self.words += len(link.inner_text().split())
            self.press(".sk-next a[href^='#question-']")
            self.answer(key, answers[key])
            expect(self.page.locator(f".sk-next a[href='#question-{key}']")).to_have_count(0)
            self.read("#advice-short")

    def minutes(self) -> float:
        spent = self.screens * LOOK + self.presses * PRESS + self.words * READ
        return (spent + self.gates * GATE + self.questions * WEIGH) / 60

    def told(self) -> str:
        return (
            f"{self.screens} screens, {self.gates} gates, {self.questions} questions, {self.presses} presses, "
            f"{self.words} words: about {self.minutes():.1f} minutes"
        )


def test_a_first_advice_in_ten_minutes_and_the_next_of_the_project_in_two(enter, capsys):
    a_framework()
    point = a_decision_point(decided_by="raad")
    page = enter()
    first = Path(page)
    page.goto(address("assess_decision_point", point))
    first.arrive("#answers > p", ".sk-compass__none", f".sk-question :is(legend, {BELOW})")
    first.gates = page.locator(".sk-question").count()  # each is weighed before one button says no
    first.press("button[value=none]")
    page.wait_for_url("**/vragen/")
    first.arrive("#answers > p")
    first.answer_until_ready(as_fields(CO_CREATE, gates=False))

    following = Path(page)
    later = a_decision_point(a_phase("execute", point.project, 40, 90), question="Wie beheert dit?")
    page.goto(address("assess_decision_point", later))
    following.arrive("#answers > p")
    following.press("a[href$='/overnemen/']")
    page.wait_for_url("**/overnemen/")
    following.arrive("main form")
    for key in ("room", "time"):
        following.press(f"input[name=except][value={key}]")
    following.press("main form button[type=submit]")
    page.wait_for_url("**/vragen/")
    following.arrive("#answers > p")
    following.answer_until_ready({**as_fields(CO_CREATE, gates=False), "room": "1"})
    with capsys.disabled():
        print(f"\nA first advice: {first.told()}\nThe next one: {following.told()}")
    assert first.gates == 11 and following.questions > 0
    assert first.minutes() <= 10
    assert following.minutes() <= 2
