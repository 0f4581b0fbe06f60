"""Can everybody read which level was chosen and why, and nothing of what is not public?"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from deliberation.oversight import queries
from deliberation.oversight.queries import in_words
from tests.builders import (
    a_decided_point,
    a_decision_point,
    a_municipality,
    a_phase,
    a_project,
)
from tests.cms.site import a_project_page, a_site
from tests.oversight.world import HASTE, a_deviation, outcome, published

pytestmark = pytest.mark.django_db


def public_points(municipality, **asked):
    return queries.rows_of(queries.public_points(municipality, **asked))


def test_level_reasons_and_place_are_told():
    point = a_decided_point("consult", a_decision_point(published()))
    [(row, promise)] = in_words(public_points(point.project.municipality), "nl")
    assert (row.point, row.level, row.standing.decided) == (point, "consult", False)
    assert row.href.endswith(f"#beslispunt-{point.pk}")
    assert promise.plain == "U geeft uw mening"
    assert promise.reasons and all(reason.because for reason in promise.reasons)


def test_a_deviation_is_told_with_its_reason():
    point = a_deviation(published())
    [(_row, promise)] = in_words(public_points(point.project.municipality), "nl")
    assert promise.deviation == HASTE


def test_a_point_without_a_level_is_there_all_the_same():
    point = a_decision_point(published())
    [(row, promise)] = in_words(public_points(point.project.municipality), "nl")
    assert (row.level, promise) == ("", None)


def test_nothing_of_projects_without_a_page_or_of_others():
    here, there = a_municipality(), a_municipality("elders")
    a_site(here)
    a_site(there, hostname="elders.example")
    a_decided_point(point=a_decision_point(a_phase(project=a_project(here))))
    hidden = a_phase(project=a_project(here))
    a_project_page(hidden.project).unpublish()
    a_decision_point(hidden)
    a_decision_point(published(there))
    assert public_points(here) == []
    assert len(public_points(there)) == 1


def test_open_points_come_first_then_the_newest_decisions():
    phase = published()
    day = timezone.localdate()
    later = a_decision_point(phase, question="Later?", decides_on=day + timedelta(days=90))
    soon = a_decision_point(phase, question="Eerst?", decides_on=day + timedelta(days=9))
    old, new = a_decision_point(phase), a_decision_point(phase)
    postponed = a_decision_point(phase, decides_on=day)
    outcome(old, days_ago=400)
    outcome(new, days_ago=3)
    outcome(postponed, "postponed", postponed_to=day + timedelta(days=30))
    found = public_points(phase.project.municipality)
    assert [row.point for row in found] == [soon, postponed, later, new, old]


def test_level_and_year_choose():
    phase = published()
    consulted = a_decided_point("consult", a_decision_point(phase))
    informed = a_decided_point("inform", a_decision_point(phase))
    outcome(informed, days_ago=800)
    municipality, year = phase.project.municipality, (timezone.localdate() - timedelta(800)).year
    assert [row.point for row in public_points(municipality, level="consult")] == [consulted]
    assert [row.point for row in public_points(municipality, year=year)] == [informed]
    assert public_points(municipality, level="consult", year=year) == []


def test_the_number_of_queries_is_constant():
    def queries(municipality):
        with CaptureQueriesContext(
            connection,
        ) as caught:
            in_words(public_points(municipality), "nl")
        return len(caught)

    phase = published()
    a_decided_point(point=a_decision_point(phase))
    public_points(phase.project.municipality)  # Wagtail remembers where its sites are
    first = queries(phase.project.municipality)
    for _number in range(3):
        a_decided_point("inform", a_decision_point(published()))
    assert queries(phase.project.municipality) == first
