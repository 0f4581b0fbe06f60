"""Do the desk's screens of sessions cost the same for many projects and polls as for few?"""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from deliberation.live import operations
from tests.builders import a_project, a_user
from tests.live.builders import a_session, an_evening

pytestmark = pytest.mark.django_db


def cost(browser, address) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code == 200
    return len(asked)


def test_projects_of_others_cost_the_list_of_sessions_nothing():
    evening = an_evening()
    browser, address = Client(), reverse("live:see_sessions")
    browser.force_login(evening.facilitator)
    cost(browser, address)
    few = cost(browser, address)
    elsewhere = [a_project(evening.run.municipality) for _ in range(4)]
    a_session(elsewhere[0], a_user("officer", project=elsewhere[0]))
    assert cost(browser, address) == few
    page = browser.get(address).content.decode()
    assert page.count(reverse("live:see_session", args=[evening.run.session_id])) == 1
    assert page.count("sk-card__link") == 1


@pytest.mark.parametrize("screen", ["live:see_session", "console"])
def test_a_session_with_many_polls_costs_as_much_as_with_one(screen):
    evening = an_evening()
    browser = Client()
    browser.force_login(evening.facilitator)
    about = evening.run.pk if screen == "console" else evening.run.session_id
    address = reverse(screen, args=[about])
    cost(browser, address)
    few = cost(browser, address)
    for number in range(4):
        operations.add_activity(
            actor=evening.facilitator,
            item=evening.activity.item,
            decision_point=evening.activity.decision_point,
            question=f"Vraag {number}?",
            options=["Ja", "Nee"],
            now=evening.now,
        )
    assert cost(browser, address) == few
