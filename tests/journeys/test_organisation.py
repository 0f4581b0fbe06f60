"""Does the organisation's button lead there and back in a real browser? Against a real provider of its own."""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from tests.eyes import DESK, PHONE, axe_violations
from tests.sign_in.organisation import (
    CALLBACK_PATH,
    CLIENT,
    PASSWORD,
    SECRET,
    Organisation,
    start,
)

from .conftest import free_port, served

pytestmark = pytest.mark.browser
DEMO = "lindewaard"  # the demo's municipality on localhost
TOLD = """[{}]
issuer = "{}"
client_id = "{}"
client_secret = "{}"
name = "Gemeentehuis"
domains = ["voorbeeld.example"]
"""
BUTTON = "Inloggen met Gemeentehuis"


@dataclass
class Door:
    """A server of ours that knows an organisation, and that organisation."""

    url: str
    organisation: Organisation


@pytest.fixture(scope="module")
def door(demo, surroundings, tmp_path_factory):
    """Serve the demo's site once more, with an organisation whose people may sign in."""
    folder, port = tmp_path_factory.mktemp("organisation"), free_port()
    back_to = f"http://localhost:{port}{CALLBACK_PATH.format(DEMO)}"
    organisation, process = start(folder, ("an", "bo"), back_to)
    issuers = folder / "issuers.toml"
    issuers.write_text(TOLD.format(DEMO, organisation.url, CLIENT, SECRET))
    environment = surroundings | {"SAMENKOMPAS_ISSUERS_FILE": str(issuers)}
    command = ("-m", "daphne", "cms.asgi:application")
    try:
        with served(environment, folder / "ours.txt", *command, port=port) as server:
            yield Door(server.url, organisation)
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.parametrize(
    ("name", "viewport", "javascript"),
    [("an", PHONE, True), ("bo", DESK, False)],
    ids=["phone", "plain"],
)
def test_the_button_leads_to_the_organisation_and_back_signed_in(
    door, person, name, viewport, javascript
):
    email = f"{name}@voorbeeld.example"
    door.organisation.tells(name, email=email, email_verified=True)
    page = person(viewport, javascript=javascript)
    page.goto(f"{door.url}/account/login/?next=/meedoen")
    if javascript:
        assert axe_violations(page) == []
    page.get_by_role("button", name=BUTTON).click()
    page.wait_for_url(f"{door.organisation.url}/sign-in/**")
    page.fill("[name=username]", name)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"{door.url}/meedoen")
    expect(page.locator("header a[href='/account/email/']")).to_be_visible()
    page.goto(f"{door.url}/account/email/")
    assert email in page.locator("main").inner_text()
    page.goto(f"{door.url}/account/logout/")
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url(re.compile("/account/signed-out/"))


def test_who_gives_up_at_the_organisation_is_not_signed_in(door, person):
    page = person(PHONE)
    page.goto(f"{door.url}/account/login/?next=/meedoen")
    page.get_by_role("button", name=BUTTON).click()
    page.wait_for_url(f"{door.organisation.url}/sign-in/**")
    page.goto(f"{door.url}/meedoen")
    assert page.locator("header a[href='/account/email/']").count() == 0
