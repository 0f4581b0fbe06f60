"""Does the council read on one sheet what was advised, chosen and why, with moments and means?"""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from deliberation.documents.contributions import Contributions
from deliberation.projects.deciding.moments import plan_moment
from deliberation.projects.models import Role
from tests.builders import (
    a_decided_point,
    a_decision_point,
    a_municipality,
    a_phase,
    a_project,
    a_user,
    the_officer,
)
from tests.cms.site import a_site
from tests.oversight.world import GAP, HASTE, a_deviation, decide, outcome, weigh

pytestmark = pytest.mark.django_db


def path(point) -> str:
    return reverse("oversight:see_council_page", args=[point.pk])


def read(point) -> str:
    a_site(point.project.municipality)
    browser = Client()
    browser.force_login(a_user("council", municipality=point.project.municipality))
    answer = browser.get(path(point))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("role", Role.values)
def test_a33_every_role_here_opens_it_and_no_role_elsewhere(client, role):
    point = a_decided_point()
    a_site(point.project.municipality)
    client.force_login(a_user(role, municipality=point.project.municipality))
    assert client.get(path(point)).status_code == 200
    client.force_login(a_user(role, municipality=a_municipality("elders")))
    assert client.get(path(point)).status_code == 403


def test_a33_staff_of_another_project_and_the_installer_are_refused(client):
    point = a_decided_point()
    a_site(point.project.municipality)
    for user in (a_user("officer", project=a_project()), a_user()):
        client.force_login(user)
        assert client.get(path(point)).status_code in (302, 403)


def test_advice_choice_deviation_and_reason_are_told():
    text = read(a_deviation())
    assert "De naald wijst naar wat hier past: U geeft uw mening." in text
    assert "Wij vertellen het u" in text
    assert f"Anders dan het advies. Dit is de reden:</strong> {HASTE}" in text


def test_who_chose_less_for_lack_of_means_is_named():
    point = a_decision_point()
    weigh(point, GAP)
    decide(point, "consult", motivation="Te weinig tijd.", decider="Wethouder De Groot")
    text = read(point)
    assert "Wethouder De Groot" in text
    assert "Tijd, volgens de afweging" in text


def test_moments_are_told_in_order():
    point = a_decided_point()
    day = timezone.localdate()
    for ahead, what in ((40, "Ontwerp bespreken"), (20, "Startnotitie vaststellen")):
        plan_moment(
            actor=the_officer(point.project.municipality),
            decision_point=point,
            body="college",
            on=day + timedelta(days=ahead),
            what=what,
            now=timezone.now(),
        )
    text = read(point)
    assert 0 < text.index("Startnotitie vaststellen") < text.index("Ontwerp bespreken")


def test_open_promises_and_the_decision_are_told():
    point = a_decided_point("consult", a_decision_point(a_phase()))
    assert "Beloften die nog open staan" in read(point)
    outcome(point)
    text = read(point)
    assert "De raad nam het voorstel aan." in text
    assert "Het college besloot op" in text


def test_what_residents_gave_is_told(plugged):

    def tell(point, now):
        return [Contributions("Stemming in de zaal", tuple(f"Keuze {at}: 3" for at in range(6)))]

    plugged(gathered=tell)
    text = read(a_decided_point())
    assert "Stemming in de zaal" in text and "Keuze 3: 3" in text
    assert "Keuze 4: 3" not in text and "Alles staat in het eindverslag." in text


def test_before_anything_was_weighed_it_says_so():
    text = read(a_decision_point())
    assert "Er is nog geen advies." in text and "Er is nog geen niveau gekozen." in text


def test_the_decision_point_and_the_report_lead_to_it(client):
    point = a_decided_point()
    a_site(point.project.municipality)
    client.force_login(the_officer(point.project.municipality))
    for where in (
        reverse("projects:see_decision_point", args=[point.pk]),
        reverse("oversight:see_oversight"),
    ):
        assert path(point) in client.get(where).content.decode(), where
