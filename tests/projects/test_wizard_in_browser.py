"""Does the advice follow the answers in a real browser, and does the desk fit on a phone?"""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from deliberation.projects.models import AssessmentDraft
from tests.builders import (
    a_decided_point,
    a_decision_point,
    a_framework,
    an_assessed_point,
    answers_for,
    the_officer,
)
from tests.compass.engine.shipped import shipped
from tests.eyes import DESK, PHONE
from tests.projects.test_wizard import as_fields

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
CRITERIA = as_fields(answers_for("co_create"), gates=False)


def address(screen, point):
    return reverse(f"projects:{screen}", args=[point.pk])


def answer(page, key, code):
    page.locator(f'input[name="{key}"][value="{code}"]').check()


def test_the_advice_follows_each_answer_without_a_reload(enter):
    a_framework()
    point = a_decision_point()
    page = enter()
    page.goto(address("assess_decision_point", point))
    page.get_by_role("button", name="Geen van deze").or_(
        page.locator('button[value="none"]')
    ).first.click()
    page.wait_for_url(f"**{address('assess_criteria', point)}")
    page.evaluate("window.sameDocument = true")
    for key, code in CRITERIA.items():
        answer(page, key, code)
    adopt = page.locator('button[value="adopt_assessment"]')
    expect(adopt).to_be_visible()
    expect(page.locator("#advice-place .sk-advice--done")).to_be_visible()
    assert page.evaluate("window.sameDocument"), "the page was loaded again"
    adopt.click()
    page.wait_for_url(f"**{address('decide_level', point)}")
    assert AssessmentDraft.objects.get().adopted.advice["outcome"] == "co_create"


def test_focus_and_place_stay_when_the_advice_changes(enter):
    a_framework()
    point = a_decision_point()
    page = enter()
    page.goto(address("assess_criteria", point))
    page.locator('input[name="impact"][value="2"]').focus()
    page.keyboard.press("Space")
    expect(page.locator("#save-status")).not_to_be_empty()
    focused = page.evaluate("[document.activeElement.name, document.activeElement.value]")
    assert focused == ["impact", "2"]


def test_a_button_pressed_during_a_save_loses_no_answer(enter):
    """The server kept the first answer, its reply is still on the way, and the button is pressed."""
    a_framework()
    point = a_decision_point()
    page, on_the_way = enter(), []

    def hold_back(route):
        if route.request.headers.get("x-fragment"):
            on_the_way.append((route, route.fetch()))
        else:
            route.continue_()

    page.goto(address("assess_criteria", point))
    page.route(f"**{address('assess_criteria', point)}", hold_back)
    answer(page, "room", "3")
    page.wait_for_timeout(1500)
    answer(page, "impact", "3")
    page.locator('.sk-compass__bar button[value="save"]').click(no_wait_after=True)
    page.wait_for_timeout(300)
    route, reply = on_the_way[0]
    route.fulfill(response=reply)
    page.wait_for_url("**/#advice-place")
    answers = AssessmentDraft.objects.get().answers
    assert (answers["room"], answers["impact"]) == (3, 3)


def test_answers_given_during_a_slow_save_follow_in_one_save_after_it(enter):
    """Two saves at once would hold the same moment, and the second would blame a colleague."""
    a_framework()
    point = a_decision_point()
    page, on_the_way, sent = enter(), [], []

    def hold_back_the_first(route):
        sent.append(route.request.post_data)
        if len(sent) == 1:
            on_the_way.append((route, route.fetch()))
        else:
            route.continue_()

    page.goto(address("assess_criteria", point))
    page.route(f"**{address('assess_criteria', point)}", hold_back_the_first)
    for key in ("room", "impact", "reach"):
        answer(page, key, "3")
        page.wait_for_timeout(900)
    route, reply = on_the_way[0]
    route.fulfill(response=reply)
    page.wait_for_timeout(2000)
    assert page.locator("[data-not-saved]").count() == 0
    assert len(sent) == 2
    answers = AssessmentDraft.objects.get().answers
    assert (answers["room"], answers["impact"], answers["reach"]) == (3, 3, 3)


def test_a_colleague_who_was_first_is_told_on_the_page(enter):
    a_framework()
    point = a_decision_point()
    mine, theirs = enter(), enter()
    mine.goto(address("assess_criteria", point))
    theirs.goto(address("assess_criteria", point))
    answer(theirs, "room", "0")
    expect(theirs.locator("#save-status")).not_to_be_empty()
    answer(mine, "room", "3")
    expect(mine.locator("[data-not-saved] [role=alert]")).to_be_visible()
    expect(mine.locator('input[name="room"][value="3"]')).to_be_checked()
    assert AssessmentDraft.objects.get().answers["room"] == 0


def test_a_reason_is_asked_for_once_an_answer_needs_one(enter):
    a_framework()
    page = enter()
    page.goto(address("assess_decision_point", a_decision_point()))
    reason = page.locator('textarea[name="reason_g_tax"]')
    expect(reason).to_be_hidden()
    answer(page, "g_tax", "true")
    expect(reason).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["", "without JavaScript"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_every_screen_fits_and_nothing_lies_on_top(enter, viewport, javascript):
    point = an_assessed_point()
    the_officer(point.project.municipality)
    done = a_decided_point(point=a_decision_point(point.phase))
    page = enter(viewport, javascript)
    project = [point.project.pk]
    for where in (
        reverse("projects:see_desk"),
        reverse("projects:create_project"),
        reverse("projects:see_project", args=project),
        reverse("projects:add_phase", args=project),
        reverse("projects:name_decision_point", args=project),
        address("assess_decision_point", point),
        address("assess_criteria", point),
        address("decide_level", point),
        address("see_decision_point", done),
    ):
        assert page.goto(where).status == 200
        heading = page.locator("main h1")
        box = heading.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= viewport["width"], where
        assert is_on_top(page, heading), f"something lies over the heading of {where}"
        if javascript:
            width = page.evaluate("document.querySelector('main').scrollWidth")
            assert width <= viewport["width"], where


def is_on_top(page, locator) -> bool:
    """Press on it: Playwright refuses when another element would get the click."""
    try:
        locator.click(trial=True, timeout=3_000)
    except Exception:
        return False
    return True


BESIDE_THE_DRAWING = """() => {
  const advice = document.querySelector('#advice-place').cloneNode(true);
  advice.querySelectorAll('svg').forEach(one => one.remove());
  return advice.textContent;
}"""
LAPTOP = {"width": 1280, "height": 800}
IN_SIGHT = """() => {
  const bottom = document.querySelector('.sk-compass__bar').getBoundingClientRect().top;
  const question = document.querySelector('.sk-question');
  const options = [...question.querySelectorAll('.sk-options__item')].slice(0, 2);
  return [question.querySelector('legend'), ...options].every(one => one.getBoundingClientRect().bottom <= bottom);
}"""


@pytest.mark.parametrize("screen", ["assess_decision_point", "assess_criteria"])
def test_a_laptop_shows_the_first_question_and_its_answers_at_once(enter, screen):
    a_framework()
    page = enter(viewport=LAPTOP)
    page.goto(address(screen, a_decision_point()))
    assert page.evaluate(IN_SIGHT), "somebody has to scroll before there is anything to answer"
    beside = page.evaluate(BESIDE_THE_DRAWING)
    names = [level.plain["nl"] for level in shipped("nl").levels]
    assert [name for name in names if name in beside] == [], "the drawing names the levels already"
