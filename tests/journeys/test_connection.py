"""Does a screen keep what somebody is doing, and does it say the truth when the connection goes?"""

import re

import pytest

from tests.eyes import PHONE

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
