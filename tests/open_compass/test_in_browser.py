"""Can a resident walk the open compass on a phone: by keyboard, without JavaScript, in both languages?"""

import pytest
from playwright.sync_api import expect

from tests.builders import a_framework, answers_for
from tests.cms.site import a_site
from tests.eyes import PHONE, amiss

from .test_open_compass import gates, in_address

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
SMALL = """() => [...document.querySelectorAll(
  "main a, main button, main summary, main select, main .sk-options__item")]
  .filter(one => one.checkVisibility() && !one.closest('p, li, dd, td, th'))
  .filter(one => one.getBoundingClientRect().height < 43.5)
  .map(one => one.outerHTML.slice(0, 120))"""
NOBODY = {"role": None}


@pytest.fixture(autouse=True)
def site(transactional_db):
    a_framework()
    a_site(hostname="localhost")


def test_every_page_fits_and_is_readable_for_all(enter):
    done, half = in_address(answers_for("co_create")), in_address(gates(answers_for()))
    paths = (
        "/kompas/",
        f"/kompas/afwegen/?{half}",
        f"/kompas/afwegen/?{done}",
        f"/kompas/verschil/?{done}&other-answer=time%3A0",
        "/kompas/regels/",
        "/kompas/?room=9",
    )
    page = enter(PHONE, **NOBODY)
    for path in (*paths, *(f"/en{path}" for path in paths)):
        assert amiss(page, path) == []
        assert page.evaluate(SMALL) == [], path


def test_somebody_walks_to_an_advice_without_javascript(enter):
    page = enter(PHONE, javascript=False, **NOBODY)
    page.goto("/")
    page.get_by_role("link", name="Hoe kiest de gemeente?").click()
    with page.expect_navigation():
        page.get_by_role("link", name="Geen van deze").click()
    assert page.url.endswith("#questions")
    answers = {k: v for k, v in answers_for("co_create").items() if not k.startswith("g_")}
    asked = 0
    for key, code in answers.items():
        choice = page.locator(f'input[name="{key}"][value="{str(code).lower()}"]')
        if page.get_by_text("Klaar", exact=True).count():
            break
        if not choice.is_visible():
            continue  # it can change nothing any more, so it stands apart
        choice.check()
        with page.expect_navigation():
            page.get_by_role("button", name="Bekijk het advies").click()
        assert page.url.endswith("#advice-place")
        asked += 1
    assert 5 < asked < len(answers), "it stops before everything was asked"
    advice = page.locator("#advice-place")
    expect(advice.get_by_text("We maken het samen").first).to_be_visible()
    assert "We maken het plan samen met u." in advice.inner_text()
    advice.locator("summary.sk-reasons__because").first.click()
    expect(advice.get_by_text("Uw antwoorden:").first).to_be_visible()
    advice.get_by_role("link", name="Bekijk het verschil").first.click()
    expect(page.get_by_role("heading", name="Het verschil")).to_be_visible()
    page.get_by_role("link", name="Ga verder met dit antwoord").click()
    expect(page.get_by_text("Klaar", exact=True).first).to_be_visible()


def test_the_keyboard_reaches_an_advice(enter):
    page = enter(**NOBODY)
    page.goto("/kompas/afwegen/?" + in_address(gates(answers_for())))
    first = page.locator("#questions input[type=radio]").first
    first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")  # the next answer of the same question
    page.keyboard.press("Enter")  # sends the form, as its one button does
    page.wait_for_url("**#advice-place")
    assert "room=1" in page.url
    assert page.locator('input[name="room"][value="1"]').is_checked()


def test_enter_among_the_gates_goes_on_and_answers_nothing_by_itself(enter):
    page = enter(PHONE, javascript=False, **NOBODY)
    page.goto("/kompas/")
    page.locator('input[name="g_tax"][value="false"]').focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/kompas/afwegen/?*")
    assert "g_tax=false" in page.url
    assert "g_crisis" not in page.url
