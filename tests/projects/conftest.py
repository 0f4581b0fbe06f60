"""Where does a browser of the desk's tests come from?"""

import shutil

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.test import Client
from playwright.sync_api import sync_playwright
from wagtail.users.models import UserProfile

from tests.builders import a_user

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}


@pytest.fixture
def chromium(monkeypatch):
    """Start the system's Chromium for one test; it calls nobody.

    Playwright runs a loop in this thread, and Django refuses its database beside one. It ends with
    the test, so that no other test runs inside it.
    """
    path = shutil.which("chromium") or pytest.fail(
        "install chromium (Debian: apt install chromium)"
    )
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=quiet)
        yield browser
        browser.close()


@pytest.fixture
def enter(live_server, chromium):
    """Open a browser that is signed in as an officer."""
    contexts, wrong = [], []

    def open_browser(viewport=DESK, javascript=True, language="nl"):
        signed_in, officer = Client(), a_user("officer")
        UserProfile.objects.create(user=officer, preferred_language=language)
        signed_in.force_login(officer)
        assert SESSION_KEY in signed_in.session
        context = chromium.new_context(
            viewport=viewport,
            java_script_enabled=javascript,
            base_url=live_server.url,
        )
        contexts.append(context)
        cookie = {"name": settings.SESSION_COOKIE_NAME, "url": live_server.url}
        context.add_cookies([{**cookie, "value": signed_in.session.session_key}])
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        return page

    yield open_browser
    for context in contexts:
        context.close()
    assert wrong == []
