"""Does the report open for whom it should, show their projects only, and answer what is asked?"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from deliberation.projects.models import Role
from deliberation.projects.operations import decide_level
from tests.builders import (
    a_decision_point,
    a_municipality,
    a_phase,
    a_project,
    a_user,
    answers_for,
    the_officer,
)
from tests.cms.site import a_site
from tests.oversight.world import HASTE, a_deviation, copies, one_of_each, weigh

pytestmark = pytest.mark.django_db
ALL = {"administrator", "officer", "council"}
OWN = {"officer"}  # with a role in one project


@pytest.fixture
def phase():
    phase = a_phase()
    a_site(phase.project.municipality)
    return phase


def path(**query) -> str:
    return reverse("oversight:see_oversight", query=query or None)


def read(user, **query) -> str:
    browser = Client()
    browser.force_login(user)
    answer = browser.get(path(**query))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("role", Role.values)
def test_a33_a_role_in_the_whole_municipality_opens_it_or_not(client, phase, role):
    client.force_login(a_user(role, municipality=phase.project.municipality))
    for form in ({}, {"format": "csv"}, {"format": "xlsx"}):
        status = client.get(path(**form)).status_code
        assert status == (200 if role in ALL else 403), form


@pytest.mark.parametrize(
    "role", [role for role in Role.values if role not in ("administrator", "council")]
)
def test_a33_a_role_in_one_project_shows_that_project_only(client, phase, role):
    a_deviation(phase, question="Mijn vraag?")
    a_deviation(a_phase(project=a_project()), question="Andermans vraag?")
    client.force_login(a_user(role, project=phase.project))
    for form in ({}, {"format": "csv"}):
        answer = client.get(path(**form))
        assert answer.status_code == (200 if role in OWN else 403), form
        if role in OWN:
            assert "Mijn vraag?" in answer.content.decode()
            assert "Andermans vraag?" not in answer.content.decode()


@pytest.mark.parametrize("role", Role.values)
def test_a33_another_municipality_gets_nothing(client, phase, role):
    a_deviation(phase)
    client.force_login(a_user(role, municipality=a_municipality("elders")))
    assert client.get(path()).status_code == 403
    project = {"project": phase.project.pk}
    assert client.get(path(**project)).status_code == 403


def test_a33_a_project_of_another_municipality_cannot_be_asked_for(phase):
    other = a_deviation(
        a_phase(project=a_project(a_municipality("elders"))), question="Van elders?"
    )
    officer = the_officer(phase.project.municipality)
    assert "Van elders?" not in read(officer, project=other.project.pk)


def test_the_headline_counts(phase):
    one_of_each(phase)
    text = read(the_officer(phase.project.municipality))
    assert "Dit jaar: 7 beslispunten. Bij 3 is een niveau gekozen." in text
    assert "1 keer anders dan geadviseerd. 2 wachten op iemand die besluit." in text


def test_a_deviation_is_shown_with_its_reason(phase):
    a_deviation(phase)
    assert HASTE in read(the_officer(phase.project.municipality))


@pytest.mark.parametrize(
    ("look", "rows"),
    [
        ("", 7),
        ("deviations", 1),
        ("exclusions", 1),
        ("waiting", 2),
        ("provisional", 1),
        ("changed", 0),
        ("unchosen", 4),
        ("nonsense'--", 7),
    ],
)
def test_what_is_looked_for_is_what_is_shown(phase, look, rows):
    one_of_each(phase)
    text = read(the_officer(phase.project.municipality), look=look)
    assert text.count('class="utrecht-table__body ov-record"') == rows


def test_another_year_is_asked_for_by_its_number(phase):
    point = a_deviation(phase)
    officer, year = the_officer(point.project.municipality), timezone.localdate().year
    assert point.question in read(officer, year=year)
    before = read(officer, year=year - 1)
    assert f"In {year - 1}: 0 beslispunten." in before
    assert "ov-record" not in before
    assert "In alle jaren: 1 beslispunt." in read(officer, year="all")


@pytest.mark.parametrize("sort", ["point", "-point", "project", "advice", "-level", "day", "-day"])
def test_every_column_orders_the_table(phase, sort):
    one_of_each(phase)
    text = read(the_officer(phase.project.municipality), sort=sort)
    assert f'aria-sort="{"descending" if sort.startswith("-") else "ascending"}"' in text


def test_ordering_by_question_is_by_alphabet(phase):
    for question in ("Beuk?", "Appel?", "Ceder?"):
        a_decision_point(phase, question=question)
    officer = the_officer(phase.project.municipality)
    text = read(officer, sort="point")
    assert text.index("Appel?") < text.index("Beuk?") < text.index("Ceder?")
    text = read(officer, sort="-point")
    assert text.index("Ceder?") < text.index("Beuk?") < text.index("Appel?")


def test_a32_crooked_addresses_count_as_not_asked(phase):
    a_deviation(phase)
    crooked = {
        "year": "2026\x00",
        "project": "1 OR 1=1",
        "look": "\x00",
        "sort": "__class__",
        "page": "²",
    }
    text = read(the_officer(phase.project.municipality), **crooked)
    assert HASTE in text


def test_filters_stay_on_the_next_page_and_in_the_files(phase):
    copies(a_deviation(phase), 60)
    text = read(the_officer(phase.project.municipality), look="deviations", sort="point")
    assert "look=deviations&amp;sort=point&amp;page=2" in text
    assert "look=deviations&amp;sort=point&amp;format=csv" in text


@pytest.mark.parametrize("more", [2, 299])
def test_the_number_of_queries_is_constant(client, phase, more):
    point = one_of_each(phase)["deviation"]
    client.force_login(a_user("council", municipality=phase.project.municipality))

    def asked():
        with CaptureQueriesContext(connection) as caught:
            assert client.get(path()).status_code == 200
        return len(caught)

    asked()  # what is remembered between pages
    few = asked()
    copies(point, more)
    assert asked() == few


def test_what_was_chosen_in_another_year_is_of_that_year(phase):
    point = a_decision_point(phase)
    weigh(point, answers_for("consult"))
    long_ago = timezone.now() - timedelta(days=800)
    officer = the_officer(phase.project.municipality)
    decide_level(actor=officer, decision_point=point, level="consult", now=long_ago)
    assert "Dit jaar: 0 beslispunten." in read(officer)
    assert point.question in read(officer, year=timezone.localdate(long_ago).year)
