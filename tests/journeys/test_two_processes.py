"""Do two servers show one evening? A vote sent to one appears on a screen that is connected to the other."""

import os
import re

import pytest

from .conftest import PHONE, served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not os.environ.get("REDIS_URL"),
        reason="two processes need Redis between them: make test-full",
    ),
]


@pytest.fixture
def neighbour(demo, surroundings, tmp_path):
    """Serve the same evening from a second Daphne."""
    with served(surroundings, tmp_path / "log.txt", "-m", "daphne", "cms.asgi:application") as url:
        yield url


def turnout(page) -> int:
    return int(page.locator("[data-live='turnout.online']").first.inner_text())


def test_a_vote_sent_to_one_process_shows_on_a_screen_of_the_other(demo, neighbour, person, staff):
    heard = []
    screen = staff("gesprek")
    screen.on(
        "websocket", lambda socket: socket.on("framereceived", lambda frame: heard.append(frame))
    )
    screen.goto(re.search(r"/s/run/\d+/console/", demo.printed)[0])
    screen.wait_for_selector("#live[data-state=connected]")
    before = turnout(screen)

    voter = person(viewport=PHONE)
    voter.goto(f"{neighbour}/s/{demo.code('online')}")
    voter.click("main button[type=submit]")
    voter.wait_for_selector("#live[data-state=connected]")
    heard.clear()
    voter.locator("input[name=choice]").first.check()
    voter.click("button[value^=cast_ballot]")
    voter.wait_for_selector(".lv-receipt")

    screen.wait_for_function(
        "n => Number(document.querySelector(\"[data-live='turnout.online']\").innerText) > n",
        arg=before,
        timeout=5_000,
    )
    assert turnout(screen) == before + 1
    assert any('"turnout.online"' in frame for frame in heard), "it came with the socket"
