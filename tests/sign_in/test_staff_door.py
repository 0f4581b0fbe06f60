"""Does staff without a second factor get any staff address or command, by any way of signing in?"""

import re
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from deliberation.live.models import Run
from deliberation.projects.models import Role
from tests.builders import a_resident, a_user
from tests.live.screens.browsers import Browser, in_thread, live
from tests.test_urls import OWN, WHO, path_to, world

assert world  # the fixture
pytestmark = pytest.mark.django_db
# Whom an address is for; the rest is open to people who need no account at all.
FOR_STAFF = {kind for kind, who in WHO.items() if not {"nobody", "resident", "stranger"} & set(who)}


def staff_routes():
    return [route for route, kind in OWN.items() if kind in FOR_STAFF or route.startswith("admin/")]


def test_there_are_many():
    assert len(staff_routes()) > 20


@pytest.mark.parametrize("who", ["administrator without", "resident"])
def test_a30_no_staff_address_opens(world, who):
    _visitors, about, _page = world
    user = a_resident() if who == "resident" else a_user(Role.ADMINISTRATOR, second_factor=False)
    client = Client()
    client.force_login(user)
    opened = []
    for route in staff_routes():
        path = path_to(route, about)
        for answer in (client.get(path), client.post(path, {"do": "x"})):
            if answer.status_code == 302 and re.match("/account/", answer["Location"]):
                continue
            if answer.status_code not in (403, 404, 405):
                opened.append((path, answer.status_code))
    assert opened == []


@pytest.mark.django_db(transaction=True)
def test_a30_no_staff_command_is_taken_over_http_or_a_socket():
    from tests.live.builders import an_evening

    evening = an_evening(poll_open=True, commits=False)
    careless = a_user(Role.FACILITATOR, project=evening.run.project, second_factor=False)
    browser = Browser(evening, careless)
    assert browser.json("close_run", seen=evening.run.seq).status_code == 403
    browser.join()

    @live
    async def over_a_socket():
        console = browser.socket(audience="mod")
        assert not (await console.connect(timeout=10))[0]
        screen = browser.socket()
        await screen.open()
        answer = await screen.submit(browser.body("close_run", seen=evening.run.seq))
        assert answer["status"] == "refused"
        await screen.disconnect()
        assert (await in_thread(Run.objects.get, pk=evening.run.pk)).state == "open"

    over_a_socket()


@pytest.mark.parametrize(
    ("way", "first", "main"),
    [
        ("/admin/", "by-password", "account_login"),
        ("/admin/participatie/", "by-password", "account_login"),
        ("/mijn/uitnodigingen/", "by-code", "account_request_login_code"),
        ("/account/login/", "by-code", "account_request_login_code"),
    ],
)
def test_who_is_on_the_way_to_the_desk_reads_the_way_in_of_staff_first(site, way, first, main):
    """And everybody else that of residents; every way in stands there, also after a mistake."""
    browser = Client()
    page = browser.get(way, follow=True)
    asked = page.request["QUERY_STRING"].partition("next=")[2]
    again = browser.post(
        "/account/login/", {"login": "x@example.org", "password": "x", "next": unquote(asked)}
    )
    for answer in (page, again):
        shown = BeautifulSoup(answer.content, "html.parser")
        cards = [one["aria-labelledby"] for one in shown.select("section.sk-card")]
        assert cards[0] == first and set(cards) >= {"by-code", "by-passkey", "by-password"}
        button = shown.select_one("main button.utrecht-button--primary-action")
        assert button.find_parent("form")["action"] == reverse(main)
        assert len(shown.select("main button.utrecht-button--primary-action")) == 1
