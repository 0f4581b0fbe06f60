"""Do two servers show one evening? A vote sent to one appears on a screen that is connected to the other."""

import os
import re

import pytest

from tests.eyes import PHONE

from .conftest import served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not os.environ.get("REDIS_URL"),
        reason="two processes need Redis between them: make test-full",
    ),
]
# A hub looks at the database now and then, which repairs a lost doorbell; this one never does.
DEAF_WITHOUT_BELL = """
import cms.asgi
from daphne.cli import CommandLineInterface
from deliberation.live.sockets import hub
hub.RECHECK = hub.HEARTBEAT = 3600
CommandLineInterface.entrypoint()
"""


@pytest.fixture
def neighbour(demo, surroundings, tmp_path):
    """Serve the same evening from a second Daphne that hears of changes through Redis only."""
    command = ("-c", DEAF_WITHOUT_BELL, "cms.asgi:application")
    with served(surroundings, tmp_path / "log.txt", *command) as server:
        yield server.url


def test_a_vote_sent_to_one_process_shows_on_a_screen_of_the_other(demo, neighbour, person, staff):
    screen = staff("gesprek")
    screen.goto(neighbour + re.search(r"/s/run/\d+/console/", demo.printed)[0])
    screen.wait_for_selector("#live[data-state=connected]")
    voter = person(viewport=PHONE)
    voter.goto(demo.door("online"))
    voter.click("main button[type=submit]")
    voter.wait_for_selector("#live[data-state=connected]")
    votes = screen.locator("[data-live='turnout.online']").first
    before = int(votes.inner_text())

    voter.locator("input[name=choice]").first.check()
    voter.click("button[value^=cast_ballot]")
    voter.wait_for_selector(".lv-receipt")

    screen.wait_for_function(
        "n => Number(document.querySelector(\"[data-live='turnout.online']\").innerText) === n",
        arg=before + 1,
    )


def test_a_step_made_in_one_process_shows_on_a_screen_of_the_other(demo, neighbour, staff):
    path = re.search(r"/s/run/\d+/console/", demo.printed)[0]
    screen, desk = staff("gesprek"), staff("gesprek")
    screen.goto(neighbour + path)
    desk.goto(path)
    for page in (screen, desk):
        page.wait_for_selector("#live[data-state=connected]")
    desk.click("#more summary")
    desk.click("button[value^=pause_activity]")
    screen.wait_for_selector(".lv-next button[value^=resume_activity]")
    desk.click(".lv-next button[value^=resume_activity]")
    screen.wait_for_selector(".lv-next button[value^=resume_activity]", state="detached")
