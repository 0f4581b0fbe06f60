"""Does the first page say what was decided last, and what came out?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from cms.models import ResultPage
from deliberation.projects.models import DecisionOutcome
from deliberation.projects.operations import create_municipality
from deliberation.projects.reporting.outcomes import record_outcome
from tests.builders import a_decided_point, a_project, an_installer, the_officer
from tests.live.builders import an_evening

from .site import a_project_page, a_site, publish

pytestmark = pytest.mark.django_db


def decided(point, words, days_ago=1, **fields):
    now = timezone.now()
    return record_outcome(
        actor=the_officer(point.project.municipality),
        decision_point=point,
        decided_on=timezone.localdate(now) - timedelta(days=days_ago),
        result=fields.pop("result", DecisionOutcome.Result.TAKEN),
        outcome=words,
        what_we_did="De bomen staan er nu in.",
        now=now,
        **fields,
    )


def first_page(client) -> str:
    return client.get("/").content.decode()


def test_the_newest_decision_leads_to_its_project(client):
    point = a_decided_point("consult")
    page = a_project_page(point.project)
    decided(point, "Er komen twaalf bomen.", days_ago=9)
    decided(point, "Er komen tien bomen.", days_ago=2)
    html = first_page(client)
    assert "Er komen tien bomen." in html and "Er komen twaalf bomen." not in html
    assert f'<a class="sk-breath__link" href="{page.get_url()}">' in html


def test_a_postponement_is_no_decision(client):
    point = a_decided_point("consult")
    a_project_page(point.project)
    later = timezone.localdate() + timedelta(days=40)
    decided(
        point, "Het college wil meer weten.",
        result=DecisionOutcome.Result.POSTPONED, postponed_to=later,
    )  # fmt: skip
    assert "Het college wil meer weten." not in first_page(client)


def test_the_newest_result_is_named(client):
    page = a_project_page(a_project())
    for title, days in (("Oude uitkomst", 20), ("Wat kwam er uit avond 1?", 3)):
        day = timezone.localdate() - timedelta(days=days)
        publish(page, ResultPage(title=title, slug=f"uitkomst-{days}", intro="Kort.", date=day))
    html = first_page(client)
    assert "Wat kwam er uit avond 1?" in html and "Oude uitkomst" not in html


def test_A15_another_municipality_s_decision_stays_there(client, settings):
    settings.ALLOWED_HOSTS = ["testserver", ".testserver"]
    a_project_page(a_project())
    there = create_municipality(
        slug="elders", name="Elders", actor=an_installer(), now=timezone.now()
    )
    point = a_decided_point("consult")
    other = a_project(municipality=there, title="Elders")
    a_site(there, hostname="elders.testserver")
    assert other.municipality != point.project.municipality
    decided(point, "Dit hoort hier.")
    a_project_page(point.project)
    assert "Dit hoort hier." in first_page(client)
    answer = client.get("/", headers={"host": "elders.testserver"})
    elsewhere = answer.content.decode()
    assert answer.status_code == 200
    assert "Dit hoort hier." not in elsewhere


def test_without_decisions_nothing_is_said(client):
    a_project_page(a_project())
    assert "sk-breath__link" not in first_page(client)


def test_an_outcome_of_an_evening_is_what_came_out_last_until_somebody_writes_about_it(client):
    evening = an_evening(headcount=0, poll_open=True)
    evening.votes("online", 6, 2)
    evening.close()
    page = a_project_page(evening.run.project)
    assert evening.activity.question not in first_page(client)
    evening.lead("reveal_result", to="public")
    html = first_page(client)
    assert evening.activity.question in html
    assert f'href="/s/uitslag/{evening.run.session_id}/"' in html
    publish(page, ResultPage(title="Wat er uitkwam", intro="Kort.", date=timezone.localdate()))
    html = first_page(client)
    assert "Wat er uitkwam" in html and evening.activity.question not in html
