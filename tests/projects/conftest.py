"""Where does a browser of the desk's tests come from?"""

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.test import Client
from playwright.sync_api import sync_playwright
from wagtail.users.models import UserProfile

from tests.builders import a_user
from tests.eyes import DESK, how_to_start


@pytest.fixture
def chromium(monkeypatch):
    """Start the system's Chromium for one test; it calls nobody.

    Playwright runs a loop in this thread, and Django refuses its database beside one. It ends with
    the test, so that no other test runs inside it.
    """
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**how_to_start())
        yield browser
        browser.close()


@pytest.fixture
def enter(live_server, chromium):
    """Open a browser, signed in with a role (an officer's) or as nobody (None)."""
    contexts, wrong = [], []

    def open_browser(viewport=DESK, javascript=True, language="nl", role="officer"):
        context = chromium.new_context(
            viewport=viewport,
            java_script_enabled=javascript,
            base_url=live_server.url,
        )
        contexts.append(context)
        if role:
            key = session_with(role, language)
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}
            context.add_cookies([cookie])
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        return page

    yield open_browser
    for context in contexts:
        context.close()
    assert wrong == []


def session_with(role, language) -> str:
    """Sign somebody new in with a role, and give the key of the session."""
    signed_in, user = Client(), a_user(role)
    UserProfile.objects.create(user=user, preferred_language=language)
    signed_in.force_login(user)
    assert SESSION_KEY in signed_in.session
    return signed_in.session.session_key
