"""Can everybody look back: axe, a phone, a keyboard, without JavaScript, and on one sheet of paper?"""

import re

import pytest
from django.urls import reverse

from tests.builders import a_decision_point
from tests.eyes import amiss
from tests.oversight.world import GAP, decide, one_of_each, published, weigh

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
COUNCIL = {"role": "council"}


@pytest.fixture
def points():
    return one_of_each(published())


def screens(points) -> list[str]:
    sheets = [reverse("oversight:see_council_page", args=[one.pk]) for one in points.values()]
    return ["/register/", reverse("oversight:see_oversight"), *sheets]


def test_every_screen_is_in_order(enter, points):
    page, wrong = enter(**COUNCIL), []
    for path in screens(points):
        assert page.goto(path).status == 200
        wrong += amiss(page)
    assert wrong == []


def test_the_report_is_filtered_by_keyboard_without_javascript(enter, points):
    page = enter(**COUNCIL, javascript=False)
    page.goto(reverse("oversight:see_oversight"))
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
    page = enter(**COUNCIL)
    page.goto(reverse("oversight:see_council_page", args=[point.pk]))
    pages = re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))
    assert len(pages) == 1
