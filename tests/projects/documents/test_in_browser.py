"""Do the screens of documents fit on a phone, pass axe and work by keyboard, without JavaScript too?"""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from deliberation.projects.documents.kinds import KINDS
from deliberation.projects.documents.notes import notes_of
from tests.builders import a_decided_point, a_decision_point, a_user
from tests.journeys.conftest import axe_violations
from tests.projects.documents.written import note

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}


@pytest.fixture
def enter(live_server, chromium):
    """Open a browser that is signed in as an officer."""
    contexts = []

    def open_browser(viewport, javascript=True):
        signed_in = Client()
        signed_in.force_login(a_user("officer"))
        context = chromium.new_context(
            viewport=viewport, java_script_enabled=javascript, base_url=live_server.url
        )
        contexts.append(context)
        cookie = {"name": settings.SESSION_COOKIE_NAME, "url": live_server.url}
        context.add_cookies([{**cookie, "value": signed_in.session.session_key}])
        page = context.new_page()
        page.set_default_timeout(20_000)
        return page

    yield open_browser
    for context in contexts:
        context.close()


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_every_screen_fits_and_passes_axe(enter, viewport):
    empty, full = a_decision_point(), a_decided_point("co_create")
    note(full)
    page = enter(viewport)
    for point in (empty, full):
        screens = [("see_documents", []), ("note_point", [])]
        screens += [("see_document", [kind]) for kind in KINDS]
        for screen, more in screens:
            page.goto(reverse(f"projects:{screen}", args=[point.pk, *more]))
            assert axe_violations(page) == [], (screen, more)
            assert fits(page), (screen, more)


def test_details_are_filled_in_by_keyboard_without_javascript(enter):
    point = a_decided_point("consult")
    page = enter(PHONE, javascript=False)
    page.goto(reverse("projects:note_point", args=[point.pk]))
    page.locator("#id_owner").focus()
    page.keyboard.type("Team Ruimte")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{reverse('projects:see_documents', args=[point.pk])}")
    assert notes_of(point).told["owner"] == "Team Ruimte"
