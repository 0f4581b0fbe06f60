"""Where does a browser of the desk's tests come from?"""

import shutil

import pytest
from playwright.sync_api import sync_playwright


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
