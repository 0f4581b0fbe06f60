"""Does the wizard work by keyboard, as read-out text, on a phone, in two languages, and as you go?"""

import re
from itertools import pairwise

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from deliberation.projects import operations
from deliberation.projects.models import AssessmentDraft
from tests.builders import (
    a_decision_point,
    a_framework,
    an_assessed_point,
    answers_for,
    reasons_for,
    the_officer,
)
from tests.eyes import DESK, PHONE, axe_violations
from tests.projects.test_wizard import as_fields
from tests.projects.test_wizard_in_browser import address, answer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
CO_CREATE = answers_for("co_create")
STATES = {  # each an advice somebody can get; with the words that show it
    "half": ({key: CO_CREATE[key] for key in ("room", "impact", "time")}, None),
    "done": (CO_CREATE, "co_create"),
    "C1": ({**answers_for("inform"), "g_law_requires": True}, "consult"),
    "C2": ({**CO_CREATE, "capacity": 0}, "co_create"),
    "gap": ({**CO_CREATE, "time": 1}, "co_create"),
    "other route": ({**CO_CREATE, "purpose": 0, "impact": 3, "energy": 2}, "co_create"),
    "excluded": ({**CO_CREATE, "g_internal": True}, "none"),
}
IN_SIGHT = """() => {
  const held = document.activeElement, box = held.getBoundingClientRect();
  const x = box.x + Math.min(box.width / 2, 20), y = box.y + Math.min(box.height / 2, 20);
  const top = document.elementFromPoint(x, y);
  return Boolean(top) && (top === held || held.contains(top) || top.contains(held) ||
    Boolean(top.closest('label')?.contains(held)));
}"""


def a_point_with(answers):
    """Answer some questions, without adopting anything."""
    a_framework()
    point = a_decision_point()
    operations.save_answers(
        actor=the_officer(point.project.municipality),
        decision_point=point,
        answers=answers,
        public_reasons=reasons_for(answers),
        now=timezone.now(),
    )
    return point


def fits(page) -> bool:
    """Nothing sticks out of the screen sideways."""
    sideways = "[...document.querySelectorAll('main *')].filter(one => "
    sideways += "!one.closest('.sk-hidden') && one.getBoundingClientRect().right > innerWidth + 1)"
    return page.evaluate(f"{sideways}.map(one => one.outerHTML.slice(0, 90))") == []


def test_axe_finds_nothing_in_any_state_of_the_advice(enter):
    found, page = [], enter(PHONE)
    for name, (answers, outcome) in STATES.items():
        point = a_point_with(answers)
        for screen in ("assess_decision_point", "assess_criteria"):
            response = page.goto(address(screen, point))
            assert response.status == 200
            assert fits(page), (name, screen)
            found += axe_violations(page)
        if outcome:
            page.goto(address("see_difference", point) + "?change=commitment:1&change=room:1")
            assert page.locator(".sk-difference").count() == 1 and fits(page)
            found += axe_violations(page)
    assert found == []


@pytest.mark.parametrize("language", ["nl", "en"])
def test_axe_finds_nothing_on_the_other_screens_and_in_their_errors(enter, language):
    point = an_assessed_point(answers={**CO_CREATE, "time": 1})
    fresh = a_decision_point(point.phase)
    page, found = enter(PHONE, language=language), []
    for screen, where in (
        ("assess_decision_point", fresh),
        ("assess_criteria", fresh),
        ("take_over_answers", fresh),
        ("see_difference", point),
        ("decide_level", point),
    ):
        assert page.goto(address(screen, where)).status == 200
        assert fits(page), screen
        found += axe_violations(page)
    page.locator("input[name=level]:not(:checked)").first.check()
    page.locator("main form button[type=submit]").last.click()  # another level, without the reason
    expect(page.locator("[role=alert]")).to_be_visible()
    found += axe_violations(page)
    page.goto(address("assess_decision_point", fresh))
    page.locator("button[value=none]").click()
    page.wait_for_url("**/vragen/")
    page.goto(address("assess_decision_point", fresh))
    answer(page, "g_internal", "true")
    page.locator("button[value=adopt_assessment]").click()  # without the reason
    expect(page.locator("[role=alert]").first).to_be_visible()
    found += axe_violations(page)
    page.goto(address("take_over_answers", fresh))
    operations.save_answers(
        actor=the_officer(point.project.municipality),
        decision_point=fresh,
        answers={"room": 0},
        public_reasons={},
        now=timezone.now(),
    )  # meanwhile
    page.locator("main form button[type=submit]").click()  # a colleague was first
    expect(page.locator("[role=alert]")).to_be_visible()
    found += axe_violations(page)
    assert found == []
    assert page.locator("html").get_attribute("lang") == language


def test_by_keyboard_from_the_first_question_to_the_level(enter):
    """Tab, arrows, space and enter; what has focus is seen, also above the bar at the bottom."""
    a_framework()
    point = a_decision_point()
    page = enter(PHONE)
    page.goto(address("assess_decision_point", point))
    tab_to(page, "button[value=none]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/vragen/")
    for key, code in as_fields(CO_CREATE, gates=False).items():
        tab_to(page, f"input[name={key}]")
        if not page.evaluate("document.activeElement.checked"):
            page.keyboard.press("Space")
        for _ in range(8):
            if page.evaluate("document.activeElement.value") == code:
                break
            page.keyboard.press("ArrowDown")
        in_sight(page)
    expect(page.locator("#advice-place .sk-advice--done")).to_be_visible()
    tab_to(page, "button[value=adopt_assessment]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/niveau/")
    tab_to(page, "input[name=level]")
    for _ in range(5):
        if page.evaluate("document.activeElement.value") == "co_create":
            break
        page.keyboard.press("ArrowDown")
    tab_to(page, "main form button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address('see_decision_point', point)}*")
    assert AssessmentDraft.objects.get().adopted.advice["outcome"] == "co_create"


def in_sight(page):
    """What has focus lies under nothing, once the page has scrolled there."""
    page.wait_for_function(IN_SIGHT, timeout=5_000)


def tab_to(page, selector):
    """Press Tab until something has focus, and see it."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            in_sight(page)
            return
    pytest.fail(f"no way by keyboard to {selector}")


def test_read_out_the_wizard_says_what_is_asked_and_what_is_advised(enter):
    page = enter()
    page.goto(address("assess_criteria", a_point_with(STATES["gap"][0])))
    tree = page.locator("main").aria_snapshot()
    for line in (
        'heading "Afwegen" [level=1]',
        'heading "1. Ruimte, wat het bestuur doet …" [level=2]',
        'heading "Wat het kompas adviseert" [level=2]',
        'heading "Wat als u een antwoord verandert?" [level=2]',
        'navigation "Delen"',
        'button "Dit advies overnemen"',
        'img "Wat het kompas adviseert',
        'link "Advies: samenspel. Klaar."',
    ):
        assert line in tree, line
    levels = [int(level) for level in re.findall(r"heading .*\[level=(\d)\]", tree)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    page.goto(address("assess_criteria", a_decision_point()))
    tree = page.locator("main").aria_snapshot()
    assert 'group "Hoeveel tijd is er tot het besluit?"' in tree
    assert 'radio "korter dan 4 weken"' in tree
    assert tree.count('radio "Weet ik niet" [checked]') == tree.count('radio "Weet ik niet"')


def test_what_if_follows_the_choice_and_works_without_javascript(enter):
    point = a_point_with(CO_CREATE)
    page = enter()
    page.goto(address("see_difference", point))
    page.evaluate("window.sameDocument = true")
    page.locator("#change-1").focus()
    page.locator("#change-1").select_option("time:1")
    expect(page.locator(".sk-difference")).to_contain_text("raadplegen")
    expect(page.locator("#try-status")).not_to_be_empty()
    assert page.evaluate("document.activeElement.id") == "change-1"
    assert page.evaluate("window.sameDocument") and "time%3A1" in page.url
    page.locator("#change-1").select_option("")
    expect(page.locator(".sk-difference")).to_have_count(0)

    plain = enter(PHONE, javascript=False)
    plain.goto(address("see_difference", point))
    plain.locator("#change-1").select_option("time:1")
    plain.locator("#try button").click()
    expect(plain.locator(".sk-difference")).to_contain_text("raadplegen")
    plain.locator("#difference-place form button").click()
    plain.wait_for_url("**/vragen/#advice-place")
    assert AssessmentDraft.objects.get().answers["time"] == 1


def test_nothing_in_hand_is_lost_while_the_advice_changes(enter):
    """A half-typed text, what was unfolded, where focus is, how far one scrolled."""
    page = enter(DESK)
    point = a_point_with(STATES["other route"][0])
    page.goto(address("assess_criteria", point))
    page.locator("#part-2 details.sk-part__questions > summary").click()
    text = page.locator("[name=reason_purpose]")
    expect(text).to_be_visible()
    text.press_sequentially("Een halve zi")
    expect(page.locator("#save-status")).not_to_be_empty()
    why = page.locator(".sk-reasons details").first
    why.locator("summary").click()
    words = why.locator("summary").inner_text()
    text.focus()
    answer(page, "attention", "2")
    why.locator("summary").focus()
    place = page.locator("#advice-place")
    scrolled = place.evaluate("place => (place.scrollTop = 240, place.scrollTop)")
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.evaluate("document.querySelector('[name=knowledge][value=\"1\"]').click()")
    page.wait_for_function(
        "document.querySelector('#answers').elements.seen.value === "
        "document.querySelector('[data-seen]').dataset.seen"
    )
    assert text.input_value() == "Een halve zi"
    assert page.evaluate("document.activeElement.textContent.trim()") == " ".join(words.split())
    assert page.locator(".sk-reasons details[open]").count() >= 1
    assert abs(place.evaluate("place => place.scrollTop") - scrolled) < 120


def test_the_sentence_is_asked_as_soon_as_the_routes_part(enter):
    page = enter()
    page.goto(address("assess_criteria", a_point_with(CO_CREATE)))
    page.locator("#part-2 details.sk-part__questions > summary").click()
    sentence = page.locator("[name=reason_purpose]")
    expect(sentence).to_be_hidden()
    answer(page, "purpose", "1")
    expect(sentence).to_be_visible()
    answer(page, "purpose", "3")
    expect(sentence).to_be_hidden()


def test_a_link_to_a_question_opens_the_part_it_is_folded_in(enter):
    page = enter(PHONE)
    page.goto(address("assess_criteria", a_point_with(CO_CREATE)) + "#question-time")
    expect(page.locator("#question-time")).to_be_in_viewport()
    page.locator("#advice-short").click()
    expect(page.locator("#advice-place")).to_be_in_viewport()


def test_progress_counts_along(enter):
    a_framework()
    page = enter(PHONE)
    page.goto(address("assess_criteria", a_decision_point()))
    before = int(page.locator("[data-answered-in=part-1]").inner_text())
    answer(page, "room", "2")
    expect(page.locator("[data-answered-in=part-1]")).to_have_text(str(before + 1))
    expect(page.locator("#part-1 [data-answered]")).to_have_text(str(before + 1))
