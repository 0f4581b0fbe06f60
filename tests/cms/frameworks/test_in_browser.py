"""Can an officer build a scorecard in a real browser, from nothing to in use, with a colleague who approves?

Every screen on the way is measured by axe and at 360 px; presses and screens are counted.
"""

import re
import time

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from compass.models import Framework, FrameworkDraft
from deliberation.projects.models import Municipality, Role
from tests.builders import a_municipality, a_user
from tests.eyes import DESK, amiss
from tests.journeys.hands import Keyboard, radio

from .drafts import a_copied_draft, an_officer
from .test_scorecard import CASES, LEVELS, QUESTIONS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


class Walker:
    """Somebody at a desk: presses what a screen says, and looks at every new screen."""

    def __init__(self, page, measures=True):
        self.page, self.measures = page, measures  # axe needs scripts
        self.screens, self.presses, self.fields = 0, 0, 0
        self.wrong: list[str] = []
        self.seen: set[str] = set()

    def press(self, words: str, role="button"):
        """Press what carries these words, and wait for the screen that follows."""
        self.presses += 1
        with self.page.expect_navigation():
            self.page.get_by_role(role, name=re.compile(words)).first.click()
        self.look()

    def follow(self, words: str):
        self.press(words, role="link")

    def fill(self, name: str, value):
        self.fields += 1
        self.page.locator(f"[name='{name}']").first.fill(str(value))

    def select(self, name: str, value):
        self.fields += 1
        self.page.locator(f"select[name='{name}']").select_option(str(value))

    def choose(self, name: str, value):
        self.fields += 1
        self.page.locator(radio(name, str(value))).check()

    def look(self):
        """Measure a kind of screen the first time it is seen, at a desk and on a phone."""
        self.screens += 1
        kind = re.sub(r"\d+", "n", self.page.url.split("/admin/")[1])
        if kind in self.seen or not self.measures:
            return
        self.seen.add(kind)
        self.wrong += amiss(self.page)


@pytest.fixture
def enter(live_server, chromium):
    """Sit somebody down in a browser of their own, signed in with a second factor."""
    contexts, errors = [], []

    def sit_down(user, javascript=True):
        client = Client()
        client.force_login(user)
        session = client.session
        session["account_authentication_methods"] = [{"method": "code", "at": time.time()}]
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()
        context = chromium.new_context(
            viewport=DESK, base_url=live_server.url, java_script_enabled=javascript, locale="nl-NL"
        )
        contexts.append(context)
        cookie = {"name": settings.SESSION_COOKIE_NAME, "url": live_server.url}
        context.add_cookies([{**cookie, "value": session.session_key}])
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        return Walker(page, measures=javascript)

    yield sit_down
    for context in contexts:
        context.close()
    assert errors == []


def test_a_scorecard_is_built_on_screens_approved_by_a_colleague_and_used(enter):
    municipality = a_municipality()
    writer = an_officer(municipality)
    colleague = a_user(Role.ADMINISTRATOR, municipality=municipality)
    officer = enter(writer)
    begin_with_nothing(officer)
    add_levels(officer)
    add_questions(officer)
    add_score(officer)
    add_cases(officer)
    officer.follow("Alle onderdelen")
    officer.follow("Proberen en publiceren")
    assert "geen fouten" in officer.page.inner_text(".sk-desk")
    assert_the_check_names_totals_that_cannot_occur(officer.page)
    try_it(officer)
    officer.press("Vraag een collega")
    assert not officer.page.get_by_role("button", name="Goedkeuren").count()  # never one's own
    print(f"{officer.screens} screens, {officer.presses} presses, {officer.fields} fields")
    approve_and_publish(enter(colleague), officer)
    assert officer.wrong == []
    version = Framework.objects.get(owner=municipality.slug)
    assert Municipality.objects.get().framework_key == version.key


def begin_with_nothing(officer):
    officer.page.goto(reverse("frameworks:see_frameworks"))
    officer.look()
    officer.follow("Maak een eigen")
    officer.choose("begin", "empty")
    officer.press("^Begin$")
    officer.follow("Onderdelen aanpassen")
    officer.follow("^Titel$")
    officer.fill("title_nl", "Puntenkaart participatie")
    officer.press("^Bewaar$")
    officer.follow("^Niveaus$")
    officer.follow("Niveau toevoegen")


def add_levels(officer):
    """Write the first level without a mouse, the second with one."""
    for number, (name, plain, promise, influence) in enumerate(LEVELS):
        if number == 0:
            keys = Keyboard()
            for field, text in (("name_nl", name), ("plain_nl", plain), ("promise_nl", promise)):
                keys.fill(officer.page, f"[name='{field}']", text)
            keys.choose(officer.page, "influence", str(influence))
            officer.fields += 4
            officer.presses += 1
            with officer.page.expect_navigation():
                keys.press(officer.page, "button[value='save_more']")
            officer.look()
            continue
        officer.fill("name_nl", name)
        officer.fill("plain_nl", plain)
        officer.fill("promise_nl", promise)
        officer.choose("influence", influence)
        officer.press("^Bewaar$")
    officer.follow("Verder naar: Vragen")
    officer.follow("Criterium toevoegen")


def add_questions(officer):
    for number, (text, name, answers, _first) in enumerate(QUESTIONS):
        officer.fill("text_nl", text)
        officer.fill("name_nl", name)
        while len(answers) > int(officer.page.locator("[name='option-TOTAL_FORMS']").input_value()):
            officer.press("Antwoord toevoegen")
        for place, answer in enumerate(answers):
            officer.fill(f"option-{place}-label_nl", answer)
        officer.press("^Bewaar$" if number + 1 == len(QUESTIONS) else "Bewaar en voeg")
    officer.follow("Verder naar: Scores")
    officer.follow("Score toevoegen")


def add_score(officer):
    officer.fill("name_nl", "punten")
    for _text, name, answers, first in QUESTIONS:
        for place in range(len(answers)):
            officer.fill(f"term-{name}-points_{place}", first + place)
    officer.page.locator(".fe-total strong").first.wait_for()
    officer.press("^Bewaar$")
    officer.follow("Welk niveau hoort bij welke punten")
    officer.fill("band-0-low", 0)
    officer.fill("band-0-high", 7)
    officer.select("band-0-level", "informeren")
    officer.fill("band-1-low", 8)
    officer.select("band-1-level", "vragen")
    said = officer.page.locator("[data-look] .fe-remark")
    said.filter(has_text="Een totaal onder 3 komt niet voor").wait_for()
    officer.press("^Bewaar$")
    officer.follow("Verder naar: Regels")
    officer.follow("Verder naar: Manieren")
    officer.follow("Verder naar: Proefcases")
    officer.follow("Proefcase toevoegen")


def add_cases(officer):
    for number, (text, answers, expected) in enumerate(CASES):
        officer.fill("text_nl", text)
        for (_text, name, *_rest), answer in zip(QUESTIONS, answers, strict=True):
            officer.select(f"answer_{name}", answer)
        officer.select("expect", expected)
        officer.press("^Bewaar$" if number + 1 == len(CASES) else "Bewaar en voeg")
    assert officer.page.locator(".fe-cases .utrecht-badge-status--safe").count() == len(CASES)


def assert_the_check_names_totals_that_cannot_occur(page):
    for folded in page.locator("details.fw-more").all():
        folded.locator("summary").click()
    said = page.locator(".fw-finding").all_inner_texts()
    assert any("komen nooit voor: 0, 1, 2." in one for one in said), said


def try_it(officer):
    """Answer, see the advice follow, and find the answers back after an edit."""
    officer.follow("^Proberen$")
    for (_text, name, *_rest), answer in zip(QUESTIONS, (3, 4, 3, 1), strict=True):
        officer.choose(name, answer)
    officer.page.locator("#advice-place", has_text="U geeft uw mening").wait_for()
    officer.page.locator("#advice-place .sk-advice--done").wait_for()
    officer.follow("Onderdelen aanpassen")
    officer.follow("Proberen en publiceren")
    officer.follow("^Proberen$")
    assert officer.page.locator(radio("categorie", "3")).is_checked()
    officer.page.locator(".sk-crumbs a").last.click()


def approve_and_publish(colleague, officer):
    colleague.page.goto(reverse("frameworks:see_frameworks"))
    colleague.look()
    colleague.follow("Puntenkaart participatie")
    colleague.follow("Wat is er anders")
    colleague.page.go_back()
    colleague.press("^Goedkeuren$")
    colleague.press("^Publiceren$")
    colleague.press("Gebruik ‘Puntenkaart participatie’ vanaf nu")
    assert "in gebruik" in colleague.page.inner_text(".fw-family:has-text('Puntenkaart')")
    officer.wrong += colleague.wrong


def test_every_screen_of_the_shipped_framework_is_in_order(enter):
    """Walk a copy of nl: much on each screen, with conditions in menus."""
    municipality = a_municipality()
    person = an_officer(municipality)
    draft = a_copied_draft(municipality)
    walker = enter(person)
    places = ("niveaus/2", "vragen/11", "vragen/14", "scores/1", "scores/1/banden", "regels/12")
    places += ("methoden/1", "niveaus", "vragen", "scores", "regels", "methoden", "proefcases")
    edit = reverse("frameworks:edit_framework", args=[draft.pk])
    names = ("see_draft", "compare_draft", "try_draft", "edit_framework", "edit_titles")
    paths = [reverse(f"frameworks:{name}", args=[draft.pk]) for name in names]
    for path in (*paths, *(f"{edit}{place}/" for place in places)):
        walker.page.goto(path)
        walker.seen.clear()
        walker.look()
    assert walker.wrong == []


def test_without_javascript_the_tax_rule_is_off_in_three_presses(enter):
    """The council may decide that a tax is no reason to leave people out."""
    municipality = a_municipality()
    person = an_officer(municipality)
    draft = a_copied_draft(municipality)
    walker = enter(person, javascript=False)
    walker.page.goto(reverse("frameworks:see_draft", args=[draft.pk]))
    walker.follow("Onderdelen aanpassen")
    walker.follow("^Regels$")
    walker.press("^Zet uit De raad stelt hier alleen een belasting")
    assert walker.presses == 3
    row = walker.page.locator(".fe-item", has_text="alleen een belasting")
    assert "uitgezet" in row.inner_text()
    source = FrameworkDraft.objects.get().source
    assert source.count("off = true") == 1
    walker.press("^Zet aan De raad stelt hier alleen een belasting")
    assert "off = true" not in FrameworkDraft.objects.get().source
