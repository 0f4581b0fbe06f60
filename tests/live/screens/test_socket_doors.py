"""Does a socket ask what a page asks: how its session was opened, and how many its browser has already?"""

import re
from pathlib import Path

import pytest

from deliberation.live.sockets import hub
from deliberation.live.sockets.consumer import MOST_SOCKETS
from deliberation.people.second_factor import note_issuer
from deliberation.projects.models import Role
from tests.builders import a_municipality, a_user, give_role
from tests.live.builders import an_evening

from .browsers import Browser, live

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("said", [{}, {"key": "x"}, {"ticket": "x"}, {"as": "screen", "key": "x"}])
def test_no_browser_has_more_sockets_than_it_may_whatever_its_address_says(said):
    browser = Browser(an_evening(poll_open=True, commits=False))
    browser.join()

    @live
    async def flood():
        held = [browser.socket() for _ in range(MOST_SOCKETS)]
        for one in held:
            assert (await one.connect(timeout=10))[0]
        assert not (await browser.socket(**said).connect(timeout=10))[0]
        for one in held:
            await one.disconnect()

    flood()


@pytest.mark.parametrize("reaches", ["here", "beyond"])
def test_the_sign_in_of_one_municipality_opens_no_console_to_who_reaches_beyond_it(reaches):
    evening = an_evening(poll_open=True, commits=False)
    here = evening.run.project.municipality
    leads = a_user(Role.FACILITATOR, project=evening.run.project, second_factor=False)
    if reaches == "beyond":
        give_role(leads, Role.OFFICER, municipality=a_municipality("verderop"))
    browser = Browser(evening, leads)
    session = browser.client.session
    note_issuer(session, here.slug, asked_second_factor=True)
    session.save()

    @live
    async def opens():
        console = browser.socket(audience="mod")
        assert (await console.connect(timeout=10))[0] == (reaches == "here")
        await console.disconnect()

    opens()


def test_no_screen_waits_long_to_be_told_again():
    """What repairs a screen of an evening comes within fifteen seconds, and what looks again within five."""
    written = set(
        re.findall(r"^([A-Z_, ]+) = [\d., ]+(?:#|$)", Path(hub.__file__).read_text(), re.M)
    )
    waits = {name: getattr(hub, name) for names in written for name in names.split(", ")}
    assert waits.pop("HEARTBEAT") <= 15
    assert len(waits) >= 4 and max(waits.values()) <= 5, waits
