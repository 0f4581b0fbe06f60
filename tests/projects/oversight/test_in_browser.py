"""Can everybody look back: axe, a phone, a keyboard, without JavaScript, and on one sheet of paper?"""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.builders import a_decision_point, a_user
from tests.journeys.conftest import axe_violations
from tests.projects.oversight.world import GAP, decide, one_of_each, published, weigh

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def enter(live_server, chromium):
    """Open a browser that is signed in as a council member."""
    contexts = []

    def open_browser(viewport=DESK, javascript=True):
        signed_in = Client()
        signed_in.force_login(a_user("council"))
        context = chromium.new_context(
            viewport=viewport, java_script_enabled=javascript, base_url=live_server.url
        )
        contexts.append(context)
        cookie = {"name": settings.SESSION_COOKIE_NAME, "url": live_server.url}
        context.add_cookies([{**cookie, "value": signed_in.session.session_key}])
        page = context.new_page()
        page.set_default_timeout(30_000)
        return page

    yield open_browser
    for context in contexts:
        context.close()


@pytest.fixture
def points():
    return one_of_each(published())


def screens(points) -> list[str]:
    sheets = [reverse("projects:see_council_page", args=[one.pk]) for one in points.values()]
    return ["/register/", reverse("projects:see_oversight"), *sheets]


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_every_screen_is_in_order(enter, points, viewport):
    page, wrong = enter(viewport), []
    for path in screens(points):
        assert page.goto(path).status == 200
        wrong += axe_violations(page)
        wider = page.evaluate(WIDER)
        wrong += [f"{path} {wider} px too wide"] if wider > 0 else []
    assert wrong == []


def test_the_report_is_filtered_by_keyboard_without_javascript(enter, points):
    page = enter(javascript=False)
    page.goto(reverse("projects:see_oversight"))
    page.locator("#look").focus()
    page.keyboard.type("Voor")  # the browser chooses what begins so
    for _step in range(6):
        page.keyboard.press("Tab")
        if page.locator("button:focus").count():
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**look=provisional**")
    assert page.locator(".ov-record").count() == 1


@pytest.mark.parametrize("kind", ["deviation", "clash", "gap chosen"])
def test_the_councils_page_fits_one_sheet(enter, points, kind):
    if kind == "gap chosen":
        point = a_decision_point(points["gap"].phase)
        weigh(point, GAP)
        decide(point, "consult", motivation="Te weinig tijd. " * 20, decider="Wethouder De Groot")
    else:
        point = points[kind]
    page = enter()
    page.goto(reverse("projects:see_council_page", args=[point.pk]))
    pages = re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))
    assert len(pages) == 1
