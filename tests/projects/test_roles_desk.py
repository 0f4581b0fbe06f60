"""Does an administrator see who may do what, and is every role looked at once a quarter?"""

import re
from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from compass.refusal import Refused
from deliberation.participation.receipts import spaced_code
from deliberation.people.models import AuditEntry, User
from deliberation.people.operations import erase_person
from deliberation.projects.models import Role, RoleAssignment
from deliberation.projects.roles.colleagues import MAY, colleagues_in, people_in, review_state
from deliberation.projects.roles.lifecycle import confirm_role
from deliberation.projects.roles.review import is_due, is_overdue, quarter_of
from deliberation.questions.models import Question
from tests.builders import (
    a_municipality,
    a_phase,
    a_project,
    a_user,
    an_installer,
    give_role,
)
from tests.cms.site import a_site
from tests.questions.builders import a_desk

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def manager():
    return a_user(Role.ADMINISTRATOR)


@pytest.fixture
def desk(manager):
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(manager)
    return client


def listed(municipality):
    return colleagues_in(municipality, people_in(municipality), NOW)


def day(text):
    return datetime.fromisoformat(text).replace(hour=12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("confirmed", "now", "due", "overdue"),
    [
        ("2026-04-01", "2026-06-30", False, False),
        ("2026-03-31", "2026-04-01", True, False),
        ("2026-01-01", "2026-06-30", True, False),
        ("2025-12-31", "2026-04-01", True, True),
        ("2025-12-31", "2026-03-31", True, False),
        ("2026-10-01", "2026-12-31", False, False),
    ],
)
def test_a_role_is_looked_at_once_in_every_quarter(confirmed, now, due, overdue):
    assert is_due(day(confirmed), day(now)) is due
    assert is_overdue(day(confirmed), day(now)) is overdue


def test_a_quarter_has_a_first_and_a_last_day():
    first, last = quarter_of(day("2026-11-22").date())
    assert (first.isoformat(), last.isoformat()) == ("2026-10-01", "2026-12-31")


def test_a_role_of_before_this_list_is_asked_for_at_once():
    assert is_due(None, NOW) and is_overdue(None, NOW)


def test_every_role_is_in_plain_words():
    assert set(MAY) == set(Role)


def test_the_screen_shows_each_person_once_with_all_their_roles(desk, manager):
    project = a_project()
    person = a_user("facilitator", project=project)
    give_role(person, "note_taker")
    page = desk.get(reverse("projects:see_roles")).content.decode()
    assert page.count(f'id="who-{person.pk}"') == 1
    for role in (Role.FACILITATOR, Role.NOTE_TAKER):
        assert str(MAY[role]) in page
    assert project.title in page


def test_what_needs_a_look_is_said_in_words(manager):
    project = a_project()
    a_phase(project=project, starts_in=-90, ends_in=-60)
    careless = a_user("facilitator", project=project, second_factor=False)
    User.objects.filter(pk=careless.pk).update(last_login=NOW - timedelta(days=91))
    User.objects.filter(pk=manager.pk).update(last_login=NOW)
    found = {one.user: one.warnings for one in listed(project.municipality)}
    assert found[manager] == []
    said = " ".join(map(str, found[careless]))
    assert "90 days" in said and "second lock" in said and "ended" in said


@pytest.mark.parametrize(
    ("debug", "asked", "marked"),
    [(False, None, True), (False, False, True), (False, True, False), (True, None, False)],
)
def test_no_second_lock_is_said_of_whom_the_desk_stays_closed_to(settings, debug, asked, marked):
    """It is not said of whom the organisation asks a second factor, nor in the demo, where nobody is asked."""
    project = a_project()
    colleague = a_user("observer", project=project, second_factor=False)
    User.objects.filter(pk=colleague.pk).update(last_login=NOW)
    if asked is not None:
        about = {"provider": project.municipality.slug, "extra_data": {"second_factor": asked}}
        SocialAccount.objects.create(user=colleague, uid="x", **about)
    settings.DEBUG = debug
    (found,) = (one for one in listed(project.municipality) if one.user == colleague)
    assert any("second lock" in str(said) for said in found.warnings) is marked


def test_one_tap_says_that_a_role_is_still_right(desk, manager):
    person = a_user("observer")
    role = person.roleassignment_set.get()
    RoleAssignment.objects.filter(pk=role.pk).update(confirmed_at=NOW - timedelta(days=200))
    before = review_state(role.municipality, NOW)
    assert (before.due, before.overdue) == (1, 1)
    address = reverse("projects:confirm_role", args=[role.pk])
    assert address in desk.get(reverse("projects:see_roles")).content.decode()
    assert desk.post(address).status_code == 302
    assert review_state(role.municipality, timezone.now()).due == 0
    row = AuditEntry.objects.latest("id")
    assert (row.action, row.actor_id, row.object_id) == (
        "confirm_role",
        str(manager.pk),
        str(person.pk),
    )
    assert address not in desk.get(reverse("projects:see_roles")).content.decode()


def test_what_waits_stands_on_the_first_screen_of_the_desk(desk):
    role = a_user("observer").roleassignment_set.get()
    first = reverse("wagtailadmin_home")
    assert "dk-group--late" not in desk.get(first).content.decode()
    RoleAssignment.objects.filter(pk=role.pk).update(confirmed_at=None)
    assert "dk-group--late" in desk.get(first).content.decode()


def test_nobody_confirms_the_roles_of_another_municipality(manager):
    there = a_user("observer", municipality=a_municipality("anderdorp")).roleassignment_set.get()
    with pytest.raises(Refused) as refusal:
        confirm_role(actor=manager, assignment=there, now=NOW)
    assert refusal.value.code == "forbidden"


def test_a38_a_letter_is_enough_to_be_erased(desk):
    person = a_user("observer")
    about = {"email": person.email.upper(), "checked": "on"}
    address = reverse("projects:erase_by_letter")
    assert desk.post(address, {"email": person.email}).status_code == 400
    assert User.objects.filter(pk=person.pk).exists()
    assert desk.post(address, about).status_code == 302
    assert not User.objects.filter(pk=person.pk).exists()
    row = AuditEntry.objects.filter(action="erase_person").latest("id")
    assert (row.object_id, bool(row.actor_id)) == (str(person.pk), True)


def test_a_letter_of_who_asked_without_an_account_is_enough_too(desk):
    asking = a_desk(page=False)
    by_address = asking.ask(name="Gerda", email="gerda@example.org", mail_consent=True)
    by_receipt = asking.ask(name="Bert")
    address = reverse("projects:erase_by_letter")
    checked = {"checked": "on"}
    assert "of een volgcode" in desk.post(address, checked).content.decode()
    assert desk.post(address, {"email": "Gerda@example.org"}).status_code == 400
    answer = desk.post(address, checked | {"receipt": "ABCD-2345", "email": "gerda@example.org"})
    assert answer.status_code == 400 and "ABCD" in answer.content.decode()
    assert desk.post(address, checked | {"email": "Gerda@example.org"}).status_code == 302
    spaced = spaced_code(by_receipt.code).lower()
    assert desk.post(address, checked | {"receipt": spaced}).status_code == 302
    assert not Question.objects.exclude(name="", participant=None).exists()
    assert {by_address.pk, by_receipt.pk} == {*Question.objects.values_list("pk", flat=True)}


def test_the_last_administrator_stays(manager):
    with pytest.raises(Refused) as refusal:
        erase_person(actor=manager, user=manager, participants=[], now=NOW)
    assert refusal.value.code == "state"
    assert User.objects.filter(pk=manager.pk).exists()


def test_the_list_costs_the_same_for_many_colleagues(manager, django_assert_num_queries):
    municipality = a_municipality()
    for _ in range(2):
        a_user("facilitator", project=a_phase().project)
    with django_assert_num_queries(5):
        assert len(listed(municipality)) >= 3
    for _ in range(5):
        a_user("facilitator", project=a_phase().project)
    with django_assert_num_queries(5):
        listed(municipality)


def test_who_installed_finds_the_way_to_give_the_first_role():
    """Has no role anywhere, and is led to this one screen from the first page and on every screen."""
    a_site()
    client = Client()
    installer = an_installer()
    TOTP.activate(installer, generate_totp_secret())
    client.force_login(installer)
    for path in ("/admin/", reverse("projects:see_roles")):
        page = client.get(path)
        assert page.status_code == 200
        links = re.findall(r'href="(/admin/participatie/[^"]*)"', page.content.decode())
        assert set(links) >= {reverse("projects:see_roles")}
        for link in links:
            assert client.get(link).status_code == 200, link


def test_the_button_that_asks_for_an_administrator_chooses_that_role():
    a_site()
    installer = an_installer()
    client = Client()
    TOTP.activate(installer, generate_totp_secret())
    client.force_login(installer)
    first = BeautifulSoup(client.get("/admin/").content, "html.parser")
    way = first.select_one("section[aria-labelledby=begin] a.utrecht-button")["href"]
    form = BeautifulSoup(client.get(way).content, "html.parser")
    assert [one["value"] for one in form.select("input[name=role][checked]")] == ["administrator"]
