"""Do programs read the decision points that everybody may read, and no other?"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from deliberation.projects import operations
from deliberation.projects.models import DecisionPoint, Role
from tests.builders import (
    a_decided_point,
    a_decision_point,
    a_municipality,
    a_phase,
    a_project,
    a_user,
    an_assessed_point,
    answers_for,
    the_officer,
)
from tests.cms.site import a_project_page, a_site
from tests.projects.test_outcomes import record

from .conftest import is_refused

pytestmark = pytest.mark.django_db
POINTS = "/api/v1/decision-points"


def listed(client, query="") -> dict:
    response = client.get(POINTS + query)
    assert response.status_code == 200, response.content
    return response.json()


def test_a_point_tells_what_is_decided_and_what_was_promised(client):
    point = a_decided_point("co_create")
    page = a_project_page(point.project)
    told = client.get(f"{POINTS}/{point.pk}").json()
    assert told["question"] == point.question
    assert told["project"]["page"] == "http://testserver" + page.get_url()
    assert told["decidedBy"] == {"body": "college", "name": point.get_decided_by_display()}
    assert told["decidesOn"] == point.decides_on.isoformat()
    assert told["open"] == point.open
    level = told["level"]
    assert (level["key"], level["plainName"]) == ("co_create", "We maken het samen")
    assert level["promise"].startswith("We maken het plan samen met u.")
    assert level["chosenOn"] == timezone.localdate().isoformat()
    assert level["deviationReason"] is None
    assert level["advice"]["fits"] == "co_create"
    assert level["reasons"]
    assert listed(client)["results"] == [told]


def test_a_point_tells_what_was_decided_and_when(client):
    point = a_decided_point()
    a_project_page(point.project)
    assert listed(client)["results"][0]["outcome"] is None
    later = timezone.localdate() + timedelta(days=300)
    record(point, result="postponed", postponed_to=later, what_we_did="")
    told = listed(client)["results"][0]
    assert told["decidesOn"] == told["outcome"]["postponedTo"] == later.isoformat()
    outcome = record(point)
    told = client.get(f"{POINTS}/{point.pk}").json()
    assert told["decidesOn"] == told["outcome"]["decidedOn"] == outcome.decided_on.isoformat()
    assert told["outcome"] == {
        "result": "changed",
        "decidedOn": outcome.decided_on.isoformat(),
        "postponedTo": None,
        "decided": outcome.outcome,
        "whatWeDid": outcome.what_we_did,
        "link": outcome.link or None,
    }
    assert listed(client)["results"] == [told]


def test_a_deviation_tells_its_reason(client):
    point = an_assessed_point("co_create")
    a_project_page(point.project)
    operations.decide_level(
        actor=the_officer(point.project.municipality),
        decision_point=point,
        level="consult",
        motivation="Vorig jaar maakten wij dit plan al samen.",
        now=timezone.now(),
    )
    level = listed(client)["results"][0]["level"]
    assert level["key"] == "consult"
    assert level["advice"]["fits"] == "co_create"
    assert level["deviationReason"] == "Vorig jaar maakten wij dit plan al samen."


def test_who_settled_a_conflict_is_told(client, checked):
    clash = {**answers_for("inform"), "g_law_requires": True}  # required by law, nothing to choose
    point = an_assessed_point(answers=clash)
    a_project_page(point.project)
    operations.decide_level(
        actor=the_officer(point.project.municipality),
        decision_point=point,
        level="consult",
        conflict_decider="Het college",
        conflict_reason="De wet gaat voor.",
        now=timezone.now(),
    )
    told = checked(client.get(POINTS), "/decision-points")
    conflict = {"decider": "Het college", "reason": "De wet gaat voor."}
    assert told["results"][0]["level"]["conflict"] == conflict


def test_public_reasons_stand_with_their_rule(client):
    point = an_assessed_point("none")
    a_project_page(point.project)
    operations.decide_level(
        actor=the_officer(point.project.municipality),
        decision_point=point,
        level="none",
        now=timezone.now(),
    )
    reasons = listed(client)["results"][0]["level"]["reasons"]
    added = [text for reason in reasons for text in reason["publicReasons"]]
    assert added == ["Dit gaat alleen over de planning van eigen personeel."]


def test_without_a_choice_there_is_no_level(client):
    point = an_assessed_point()
    a_project_page(point.project)
    assert listed(client)["results"][0]["level"] is None


def test_nobody_of_the_staff_is_named(client):
    point = a_decided_point()
    a_project_page(point.project)
    officer = the_officer(point.project.municipality)
    text = client.get(POINTS).content.decode()
    assert officer.email not in text
    assert "decided_by" not in text


def test_a16_a33_what_nobody_may_read_is_not_there(client):
    hidden = a_decided_point(point=a_decision_point(a_phase(project=a_project())))
    draft = a_decided_point(point=a_decision_point(a_phase(project=a_project(title="Concept"))))
    page = a_project_page(draft.project)
    page.unpublish()
    private = a_decided_point(point=a_decision_point(a_phase(project=a_project(title="Besloten"))))
    restricted = a_project_page(private.project)
    PageViewRestriction.objects.create(page=restricted, restriction_type="login")
    visitors = [Client() for _role in range(3)]
    visitors[1].force_login(a_user(Role.ADMINISTRATOR, municipality=a_municipality()))
    visitors[2].force_login(a_user(Role.OFFICER, project=hidden.project))
    for visitor in visitors:
        assert listed(visitor)["count"] == 0
        for point in (hidden, draft, private):
            is_refused(visitor.get(f"{POINTS}/{point.pk}"), 404)


def test_a33_points_of_another_municipality_are_not_there(client, settings):
    settings.ALLOWED_HOSTS = ["testserver", "elders.example.org"]
    ours = a_decided_point()
    a_project_page(ours.project)
    elsewhere = a_municipality("elders")
    a_site(elsewhere, hostname="elders.example.org")
    project = a_project(elsewhere, title="Elders")
    theirs = a_decided_point(point=a_decision_point(a_phase(project=project)))
    a_project_page(project)
    for host, mine, other in (
        ("testserver", ours, theirs),
        ("elders.example.org", theirs, ours),
    ):
        visitor = Client(headers={"Host": host})
        assert [one["id"] for one in listed(visitor)["results"]] == [mine.pk]
        assert visitor.get(f"{POINTS}/{mine.pk}").status_code == 200
        is_refused(visitor.get(f"{POINTS}/{other.pk}"), 404)


def test_pages_follow_each_other(client):
    phase = a_phase()
    made = [a_decision_point(phase).pk for _number in range(5)]
    a_project_page(phase.project)
    first = listed(client, "?pageSize=2")
    assert (first["count"], first["page"], first["pageSize"]) == (5, 1, 2)
    assert first["previous"] is None
    found, page = list(first["results"]), first
    while page["next"]:
        page = client.get(page["next"]).json()
        found += page["results"]
    assert [one["id"] for one in found] == made
    assert client.get(page["previous"]).json()["page"] == 2
    is_refused(client.get(POINTS + "?page=4&pageSize=2"), 404)


@pytest.mark.parametrize(
    "query",
    ["?page=-1", "?page=0", "?page=1.5", "?page=one", "?page=", "?page=²", "?page=%00",
     "?page=99999999999", "?page=1&page=2", "?pageSize=0", "?pageSize=101", "?pageSize=1e9",
     "?per_page=10", '?pageSize="><svg', "?page[]=1", "?order_by=password", "?language=de"],
)  # fmt: skip
def test_a3_a32_crooked_parameters_are_refused(client, query):
    problem = is_refused(client.get(POINTS + query), 400)
    assert len(problem["errors"]) == 1
    assert is_refused(client.get(POINTS + "?page=0&pageSize=0&x=1"), 400)["errors"][2:]


def test_the_list_costs_the_same_with_1_3_and_300_points(client):
    phase = a_decided_point().phase
    a_project_page(phase.project)
    costs = {1: cost(client)}
    for _number in range(2):
        a_decided_point(point=a_decision_point(phase))
    costs[3] = cost(client)
    projects = [a_project(title=f"Project {number}") for number in range(3)]
    for project in projects:
        a_project_page(project)
        other = a_phase(project=project)
        a_decided_point("co_create", point=a_decision_point(other))
        DecisionPoint.objects.bulk_create(
            DecisionPoint(
                phase=other,
                question=f"Wat doen we met plek {number}?",
                decided_by="raad",
                decides_on=timezone.localdate() + timedelta(days=30),
            )
            for number in range(98)
        )
    costs[300] = cost(client)
    assert listed(client)["count"] == 300
    assert set(costs.values()) == {costs[1]}, costs
    assert costs[1] <= 10


def cost(client) -> int:
    client.get(POINTS + "?pageSize=100")
    with CaptureQueriesContext(connection) as caught:
        assert client.get(POINTS + "?pageSize=100").status_code == 200
    return len(caught)


def test_answers_are_no_part_of_what_is_told(client):
    """Reasons are public; the answers themselves stay with the officer."""
    point = a_decided_point()
    a_project_page(point.project)
    assert "answers" not in client.get(f"{POINTS}/{point.pk}").json()["level"]
    assert answers_for()["room"] == 2
