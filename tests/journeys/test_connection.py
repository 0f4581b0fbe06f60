"""Does a screen keep what somebody is doing, and does it say the truth when the connection goes?"""

import re

import pytest

from cms.demo.content import ADDRESS, PASSWORD
from tests.eyes import DESK, PHONE

pytestmark = pytest.mark.browser
CHOICE = "input[name=choice]"


def joined(page, demo):
    page.goto(demo.door("online"))
    page.click("main button[type=submit]")
    page.wait_for_url(re.compile(r"/s/run/\d+/(\?nieuw=1)?$"))
    page.wait_for_selector("#live[data-state=connected]")
    page.wait_for_selector(CHOICE)
    return page


@pytest.fixture
def console(staff, demo):
    page = staff("gesprek")
    page.goto(re.search(r"/s/run/\d+/console/", demo.printed)[0])
    page.wait_for_selector("#live[data-state=connected]")
    return page


def pause_and_go_on(console, times=1):
    for _ in range(times):
        if not console.evaluate("document.getElementById('more').open"):
            console.click("#more summary")
        console.click("button[value^=pause_activity]")
        console.click(".lv-next button[value^=resume_activity]")
        console.wait_for_selector("button[value^=pause_activity]")


def test_updates_leave_focus_scroll_and_what_was_filled_in(person, demo, console):
    page = joined(person(viewport={**PHONE, "height": 480}), demo)
    page.locator(CHOICE).nth(1).check()
    page.locator(CHOICE).nth(1).focus()
    page.evaluate("window.scrollTo(0, 120)")
    page.evaluate(
        "window.replaced = 0; new MutationObserver(all => { window.replaced += all.length })"
        ".observe(document.querySelector('[data-region=stage]'), {childList: true})"
    )
    focused = page.evaluate("document.activeElement.id")
    console.fill("#count", "123")
    pause_and_go_on(console, times=8)
    page.wait_for_function("window.replaced >= 8")
    assert page.evaluate("document.activeElement.id") == focused
    assert page.locator(CHOICE).nth(1).is_checked()
    assert page.evaluate("window.scrollY") == 120
    assert console.input_value("#count") == "123"
    assert console.evaluate("document.getElementById('more').open")


def test_a_vote_without_connection_is_never_called_received_and_is_sent_later(person, demo):
    page = joined(person(viewport=PHONE), demo)
    page.context.set_offline(True)
    page.wait_for_selector("#live-offline", state="visible")
    page.locator(CHOICE).first.check()
    page.click("button[value^=cast_ballot]")
    page.wait_for_selector("#live-sent[data-state=unsent]")
    assert "Uw stem telt pas als hier ‘ontvangen’ staat" in page.inner_text("#live-sent")
    assert page.locator(".lv-receipt").count() == 0
    page.context.set_offline(False)
    page.wait_for_selector(".lv-receipt", timeout=30_000)
    page.wait_for_selector("#live-offline", state="hidden")
    assert page.evaluate("sessionStorage.length") == 0


def test_a_screen_whose_sockets_are_blocked_asks_again_and_again(person, demo, console):
    page = person(viewport=PHONE)
    page.route_web_socket(re.compile("/ws/"), lambda socket: socket.close())
    joined(page, demo)
    if not console.evaluate("document.getElementById('more').open"):
        console.click("#more summary")
    console.click("button[value^=pause_activity]")
    page.wait_for_selector("[data-region=stage] .lv-card--warn", timeout=30_000)
    page.locator(CHOICE).first.check()
    page.click("button[value^=cast_ballot]")
    page.wait_for_selector("#live-sent[data-state=refused]")
    console.click(".lv-next button[value^=resume_activity]")
    page.wait_for_selector("[data-region=stage] .lv-card--warn", state="detached", timeout=30_000)
    page.click("button[value^=cast_ballot]")
    page.wait_for_selector(".lv-receipt", timeout=30_000)


IN_VIEW = """(selector) => {
  const one = [...document.querySelectorAll(selector)].find((one) => one.checkVisibility());
  const { top, bottom } = one.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
}"""


def test_who_voted_on_a_phone_reads_that_it_is_in_without_scrolling(person, demo):
    """It stood below the fold: people pressed, saw nothing, and pressed again."""
    page = joined(person(viewport=PHONE), demo)
    page.locator(CHOICE).first.check()
    button = page.locator("button[value^=cast_ballot]")
    button.evaluate("one => one.scrollIntoView({block: 'end'})")  # the worst place to press it
    button.click()
    page.wait_for_selector(".lv-receipt")
    assert page.evaluate(IN_VIEW, ".lv-receipt")
    gap = page.evaluate(
        "document.querySelector('.lv-receipt').getBoundingClientRect().top"
        " - document.querySelector('.lv-send').getBoundingClientRect().bottom"
    )
    assert 0 <= gap < 40


@pytest.mark.parametrize("viewport", [PHONE, DESK])
def test_what_is_not_accepted_is_told_below_the_button_that_was_pressed(staff, demo, viewport):
    """It was told on top of the console only, a screen or two above who counts."""
    page = staff("gesprek", viewport=viewport)
    page.goto(re.search(r"/s/run/\d+/console/", demo.printed)[0])
    page.wait_for_selector("#live[data-state=connected]")
    page.fill("#count", "")
    page.click("button[value^=record_headcount]")
    page.wait_for_selector("#live-sent[data-state=refused]")
    assert page.evaluate(IN_VIEW, "#live-sent")
    below = page.locator(".lv-row:has(button[value^=record_headcount]) + #live-sent")
    assert below.inner_text().strip()
    assert page.get_attribute("#count", "aria-invalid") == "true"


def test_what_waits_when_a_session_ends_is_not_sent_by_the_colleague_who_signs_in_next(console):
    """Two presses while the network was away: the first waits for its owner, the second goes to nobody."""
    page, sent, here = console, [], console.url
    before = page.text_content("[data-live=heads]")
    page.context.set_offline(True)
    for count in ("61", "62"):
        page.fill("#count", count)
        page.click("button[value^=record_headcount]")
    page.context.clear_cookies(name="sessionid")
    page.on("request", lambda one: one.method == "POST" and sent.append(one.url))
    page.context.set_offline(False)
    page.wait_for_url(re.compile(r"/account/login/"))
    assert "een uur" in page.inner_text("main"), "what was sent first is kept"
    door = page.url
    page.fill("[name=login]", "zaal" + ADDRESS)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: url != door)
    sent.clear()
    page.goto(here)
    page.wait_for_selector("#live-sent:not([hidden])")
    told = page.inner_text("#live-sent")
    assert "Niet verstuurd" in told and page.inner_text("button[value^=record_headcount]") in told
    page.wait_for_timeout(500)
    assert sent == [] and page.text_content("[data-live=heads]") == before
    assert (
        page.evaluate("Object.keys(sessionStorage).filter((name) => name.startsWith('outbox'))")
        == []
    )
