"""Does coming in cost little, however many are in already? Counted in queries, with everything kept that may be."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.page_cache import generations
from deliberation.live.joining.guesses import proof_of
from deliberation.live.screens.regions import Drawn
from tests.cms.site import a_project_page
from tests.live.builders import an_evening

pytestmark = pytest.mark.django_db
STEPS = ("BEGIN", "SAVEPOINT", "RELEASE")
MOST = 20  # the page of the code, its button, and the page of the evening together


def joined(code) -> list[str]:
    """Come in as from a scanned code, and give the queries of all three requests."""
    browser, address = Client(), f"/s/{code}?q={proof_of(code)}"
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code == 200
        went = browser.post(address)
        assert browser.get(went["Location"]).status_code == 200
    return [one["sql"] for one in asked.captured_queries if not one["sql"].startswith(STEPS)]


def test_coming_in_asks_little_and_the_same_of_the_tenth_and_the_fiftieth(settings, monkeypatch):
    settings.PAGES_ARE_KEPT = 300
    monkeypatch.setattr(Drawn, "LONGEST", timedelta(hours=1))  # however slow this machine is
    evening = an_evening(poll_open=True)
    a_project_page(evening.run.project)
    generations.raise_generation(None)
    code = evening.run.hall_code
    for _ in range(2):
        joined(code)
    evening.votes("online", 15)
    first = joined(code)
    evening.votes("online", 30)
    last = joined(code)
    assert len(first) <= MOST, "\n".join(sql[:120] for sql in first)
    assert len(last) == len(first)
