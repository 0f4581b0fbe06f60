"""Can everybody read all decision points of a municipality, by level and year, and nothing hidden?"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.builders import a_decided_point, a_decision_point, a_municipality, a_phase, a_project
from tests.cms.site import a_project_page, a_site
from tests.oversight.world import HASTE, a_deviation, copies, outcome, published

pytestmark = pytest.mark.django_db
ADDRESS = "/register/"


def read(client, **query) -> str:
    answer = client.get(ADDRESS, query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_level_reasons_deciders_and_days_are_told(client):
    point = a_decided_point("consult", a_decision_point(published()))
    text = read(client)
    for told in (
        point.question,
        point.project.title,
        "U geeft uw mening",
        "raadplegen",
        "Het college beslist op",
        "Waarom dit niveau?",
        "Nog niet besloten",
        f"#beslispunt-{point.pk}",
    ):
        assert told in text, told


def test_a_deviation_is_told_with_its_reason(client):
    a_deviation(published())
    text = read(client)
    assert HASTE in text
    assert "Er is anders gekozen dan het advies. Dit is de reden:" in text


def test_the_outcome_is_told(client):
    point = a_decided_point(point=a_decision_point(published()))
    outcome(point)
    text = read(client)
    assert "De raad nam het voorstel aan." in text
    assert "Het college besloot op" in text


def test_nothing_hidden_is_told(client):
    here, there = a_municipality(), a_municipality("elders")
    a_site(here)
    a_site(there, hostname="elders.example")
    a_decided_point(point=a_decision_point(a_phase(project=a_project(here)), question="Zonder?"))
    hidden = a_phase(project=a_project(here))
    a_project_page(hidden.project).unpublish()
    a_decision_point(hidden, question="Verborgen?")
    a_decision_point(published(there), question="Van elders?")
    text = read(client)
    assert not [word for word in ("Zonder?", "Verborgen?", "Van elders?") if word in text]
    assert "Er zijn nog geen beslispunten." in text


def test_level_and_year_choose(client):
    phase = published()
    a_decided_point("consult", a_decision_point(phase, question="Mening?"))
    informed = a_decided_point("inform", a_decision_point(phase, question="Horen?"))
    outcome(informed, days_ago=800)
    assert "Horen?" not in read(client, level="consult")
    year = informed.outcomes.get().decided_on.year
    assert "Mening?" not in read(client, year=year)
    assert "n beslispunt is er niet." in read(client, year=year, level="consult")


@pytest.mark.parametrize("crooked", [{"level": "x\x00"}, {"year": "²"}, {"page": "\x00"}])
def test_a32_crooked_addresses_count_as_not_asked(client, crooked):
    point = a_decided_point(point=a_decision_point(published()))
    assert point.question in read(client, **crooked)


def test_long_lists_come_in_pages_and_keep_the_filter(client):
    point = a_deviation(published())
    copies(point, 30)
    assert "level=inform&amp;page=2" in read(client, level="inform")
    assert read(client, page=2).count("ov-registered") >= 11


@pytest.mark.parametrize("more", [2, 299])
def test_the_number_of_queries_is_constant(client, more):
    point = a_deviation(published())

    def asked():
        with CaptureQueriesContext(connection) as caught:
            read(client)
        return len(caught)

    asked()  # Wagtail remembers where its sites are
    few = asked()
    copies(point, more)
    assert asked() == few


def test_it_is_found_from_every_page_and_by_search_engines(client):
    a_decision_point(published())
    assert f'href="{ADDRESS}"' in client.get("/").content.decode()
    listed = client.get("/sitemap.xml").content.decode()
    assert f"{ADDRESS}</loc>" in listed and f"/en{ADDRESS}</loc>" in listed


def test_it_speaks_english_too(client):
    a_decided_point(point=a_decision_point(published()))
    text = client.get(f"/en{ADDRESS}").content.decode()
    assert "All decision points" in text
    assert f"decides on {timezone.localdate():%Y}" not in text
