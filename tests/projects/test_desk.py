"""Who may open which screen of the desk, and what happens there?"""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from deliberation.people.models import AuditEntry
from deliberation.people.operations import create_participant
from deliberation.people.participant_session import KEY
from deliberation.projects.models import (
    DecisionPoint,
    Phase,
    Project,
    RoleAssignment,
    RoleInvitation,
)
from tests.builders import (
    a_decision_point,
    a_municipality,
    a_phase,
    a_project,
    a_user,
    an_assessed_point,
    an_installer,
    give_role,
)

pytestmark = pytest.mark.django_db

SEES = {"administrator", "officer", "project_officer", "facilitator", "observer", "council"}
PREPARES = {"administrator", "officer", "project_officer"}
# The written table once more: screen -> who opens it. Everybody else is refused.
SCREENS = {
    "see_desk": SEES,
    "see_project": SEES,
    "create_project": {"administrator", "officer"},
    "add_phase": PREPARES,
    "invite_colleague": {"administrator", "installer"},
    "name_decision_point": PREPARES,
    "see_decision_point": SEES,
    "change_decision_point": PREPARES,
    "assess_decision_point": PREPARES,
    "assess_criteria": PREPARES,
    "decide_level": PREPARES,
    "plan_moment": PREPARES,
}
PEOPLE = [*sorted(SEES), "other_officer", "installer", "account", "resident", "nobody"]
OF_A_PROJECT = {"see_project", "add_phase", "name_decision_point"}
OF_NOTHING = {"see_desk", "create_project", "invite_colleague"}


@pytest.fixture
def point():
    return an_assessed_point()


def browser_of(who, project) -> Client:
    """Open a browser as somebody: signed in with a role, as a resident who joined, or as nobody."""
    browser = Client()
    if who == "resident":
        session = browser.session
        session[KEY] = str(create_participant().pk)
        session.save()
    elif who != "nobody":
        browser.force_login(account_of(who, project))
    return browser


def account_of(who, project):
    if who == "installer":
        user = an_installer()
        give_second_factor(user)
        return user
    if who == "account":
        return a_user()
    if who == "other_officer":
        return a_user("officer", project=a_project(a_municipality("anderdorp")))
    in_project = who in ("project_officer", "facilitator", "observer")
    return a_user(who.removeprefix("project_"), project=project if in_project else None)


def give_second_factor(user):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(user, generate_totp_secret())


def address(screen, point):
    if screen in OF_NOTHING:
        return reverse(f"projects:{screen}")
    return reverse(
        f"projects:{screen}", args=[point.project.pk if screen in OF_A_PROJECT else point.pk]
    )


@pytest.mark.parametrize("who", PEOPLE)
def test_a33_each_screen_opens_for_those_in_the_table_only(who, point):
    # This host belongs to the municipality of the project, whoever asks.
    belongs_to(point.project.municipality)
    browser = browser_of(who, point.project)
    opened = {}
    for screen in SCREENS:
        opened[screen] = browser.get(address(screen, point)).status_code == 200
    assert opened == {screen: who in allowed for screen, allowed in SCREENS.items()}


@pytest.mark.parametrize("who", PEOPLE)
def test_a33_sending_a_form_asks_the_same_permission(who, point):
    belongs_to(point.project.municipality)
    browser = browser_of(who, point.project)
    before = state_of_everything()
    for screen, allowed in SCREENS.items():
        if who in allowed or screen in ("see_desk", "see_project", "see_decision_point"):
            continue
        response = browser.post(address(screen, point), {"title": "Van mij", "email": "x@y.nl"})
        assert response.status_code in (302, 403, 404), screen
    assert state_of_everything() == before


def belongs_to(municipality):
    """Tie the site of the test host to a municipality, as `cms` does."""
    from wagtail.models import Locale, Page, Site

    Locale.objects.get_or_create(language_code="nl")
    root = Page.get_first_root_node() or Page.add_root(instance=Page(title="Root", slug="root"))
    Site.objects.all().delete()
    Site.objects.create(
        hostname="testserver",
        root_page=root,
        is_default_site=True,
        site_name=municipality.slug,
    )


def state_of_everything():
    models = (Project, Phase, DecisionPoint, RoleAssignment)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_a30_without_a_second_factor_no_screen_opens(point):
    officer = a_user("officer", second_factor=False)
    browser = Client()
    browser.force_login(officer)
    for screen in SCREENS:
        for response in (
            browser.get(address(screen, point)),
            browser.post(address(screen, point), {}),
        ):
            assert response.status_code == 302, screen
            assert response["Location"] == reverse("mfa_index")


def test_a26_no_form_counts_without_its_token(point):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(a_user("officer"))
    assert browser.post(reverse("projects:create_project"), A_PROJECT).status_code == 403
    assert not Project.objects.filter(title=A_PROJECT["title"]).exists()


def test_a26_asking_for_a_page_changes_nothing(point):
    browser = browser_of("administrator", point.project)
    before, rows = state_of_everything(), AuditEntry.objects.count()
    for screen in SCREENS:
        browser.get(address(screen, point), {"action": "adopt_assessment", "level": "none"})
    assignment = RoleAssignment.objects.first()
    assert browser.get(reverse("projects:withdraw_role", args=[assignment.pk])).status_code == 405
    assert (state_of_everything(), AuditEntry.objects.count()) == (before, rows)


# What the screens do

A_PROJECT = {
    "title": "Speeltuin Zuid",
    "summary": "Een nieuwe speeltuin in Zuid.",
    "contact": "Het team",
    "slug": "",
}


@pytest.fixture
def officer():
    browser = Client()
    browser.force_login(a_user("officer"))
    return browser


def test_a_project_is_made_with_an_address_of_its_title(officer):
    response = officer.post(reverse("projects:create_project"), A_PROJECT)
    project = Project.objects.get()
    assert project.slug == "speeltuin-zuid"
    assert response["Location"] == reverse("projects:see_project", args=[project.pk])


def test_a_project_that_is_there_is_said_beside_the_field_and_nothing_typed_is_lost(officer):
    officer.post(reverse("projects:create_project"), A_PROJECT)
    again = officer.post(reverse("projects:create_project"), A_PROJECT)
    assert again.status_code == 400
    assert list(again.context["form"].errors) == ["slug"]
    assert A_PROJECT["summary"] in again.content.decode()
    assert Project.objects.count() == 1


def test_a34_a_form_takes_its_own_fields_only(officer):
    other = a_municipality("anderdorp")
    extra = {"municipality": other.pk, "municipality_id": other.pk, "id": 99, "pk": 99}
    officer.post(reverse("projects:create_project"), {**A_PROJECT, **extra})
    project = Project.objects.get()
    assert project.municipality.slug == "kompasdorp"
    assert project.pk != 99


def test_a34_a_role_elsewhere_cannot_be_slipped_in():
    administrator, somebody = a_user("administrator"), a_user()
    browser = Client()
    browser.force_login(administrator)
    other = a_municipality("anderdorp")
    role = {"email": somebody.email, "role": "officer", "municipality": other.pk, "user": 1}
    browser.post(reverse("projects:invite_colleague"), role)
    assert RoleInvitation.objects.get().municipality.slug == "kompasdorp"


@pytest.mark.parametrize("role", ["administrator", "council", "superuser", ""])
def test_a34_in_a_project_only_project_roles_are_given(role):
    project, somebody = a_project(), a_user()
    browser = browser_of("administrator", project)
    where = reverse("projects:invite_colleague", args=[project.pk])
    response = browser.post(where, {"email": somebody.email, "role": role})
    assert response.status_code == 400
    assert not RoleInvitation.objects.exists()


def test_a_role_is_taken_back_on_the_screen_of_the_project():
    project = a_project()
    somebody = a_user("facilitator", project=project)
    browser = browser_of("administrator", project)
    where = reverse("projects:invite_colleague", args=[project.pk])
    assignment = RoleAssignment.objects.get(user=somebody)
    assert str(somebody) in browser.get(where).content.decode()
    browser.post(reverse("projects:withdraw_role", args=[assignment.pk]))
    assert not RoleAssignment.objects.filter(user=somebody).exists()


def test_a_phase_that_overlaps_is_said_beside_its_first_day(officer):
    phase = a_phase()
    form = {
        "kind": "execute",
        "title": "Aan het werk",
        "starts_on": phase.ends_on.isoformat(),
        "ends_on": (phase.ends_on + timedelta(days=5)).isoformat(),
    }
    where = reverse("projects:add_phase", args=[phase.project.pk])
    response = officer.post(where, form)
    assert response.status_code == 400
    assert list(response.context["form"].errors) == ["starts_on"]
    assert form["title"] in response.content.decode()
    form["starts_on"] = (phase.ends_on + timedelta(days=1)).isoformat()
    assert officer.post(where, form).status_code == 302
    assert phase.project.phases.count() == 2


@pytest.mark.parametrize("day", ["2026-02-30", "morgen", "", "0000-00-00", "2026-13-01\x00"])
def test_a3_a_strange_date_is_an_error_beside_the_field(officer, day):
    project = a_project()
    form = {"kind": "design", "title": "Plan", "starts_on": day, "ends_on": "2026-12-31"}
    response = officer.post(reverse("projects:add_phase", args=[project.pk]), form)
    assert response.status_code == 400
    assert "starts_on" in response.context["form"].errors
    assert not Phase.objects.exists()


STEP_0 = {
    "question": "Waar komt\n het bankje?",
    "decided_by": "college",
    "decides_on": "2027-01-15",
    "formal_track": "",
    "formal_track_until": "",
    "open": "De plek\r\n\r\n  De   kleur \r\n",
    "fixed": "Er komt een bankje.",
    "outside": "",
    "groups": "Buren",
}


def test_lists_are_typed_one_per_line(officer):
    phase = a_phase()
    where = reverse("projects:name_decision_point", args=[phase.project.pk])
    response = officer.post(where, {**STEP_0, "phase": phase.pk})
    point = DecisionPoint.objects.get()
    assert point.question == "Waar komt het bankje?"
    assert (point.open, point.outside) == (["De plek", "De kleur"], [])
    assert response["Location"] == reverse("projects:assess_decision_point", args=[point.pk])


@pytest.mark.parametrize("lines", ["x" * 161, "\n".join("abcdefghijklm")])
def test_lists_stay_readable(officer, lines):
    phase = a_phase()
    where = reverse("projects:name_decision_point", args=[phase.project.pk])
    response = officer.post(where, {**STEP_0, "phase": phase.pk, "open": lines})
    assert response.status_code == 400
    assert list(response.context["form"].errors) == ["open"]


def test_a34_a_decision_point_goes_in_a_phase_of_its_own_project(officer):
    mine, others = a_phase(), a_phase()
    where = reverse("projects:name_decision_point", args=[mine.project.pk])
    response = officer.post(where, {**STEP_0, "phase": others.pk})
    assert list(response.context["form"].errors) == ["phase"]
    assert not DecisionPoint.objects.exists()


def test_a_decision_point_is_corrected_until_a_level_is_chosen(officer):
    point = a_decision_point()
    where = reverse("projects:change_decision_point", args=[point.pk])
    assert point.question in officer.get(where).content.decode()
    officer.post(where, STEP_0)
    point.refresh_from_db()
    assert point.question == "Waar komt het bankje?"


def test_a1_what_people_type_is_shown_as_text(officer):
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    project = a_project(title=evil)
    point = a_decision_point(a_phase(project=project), question=evil, open=[evil], groups=[evil])
    for where in (
        reverse("projects:see_desk"),
        reverse("projects:see_project", args=[project.pk]),
        reverse("projects:see_decision_point", args=[point.pk]),
        reverse("projects:invite_colleague", args=[project.pk]),
    ):
        page = officer.get(where).content.decode()
        assert "<script>alert" not in page and "<img src=x" not in page, where
    an_assessed_point(point=point)
    page = officer.get(reverse("projects:decide_level", args=[point.pk])).content.decode()
    assert "&lt;script&gt;alert" in page and "<script>alert" not in page


def test_the_list_costs_the_same_number_of_queries_for_many_projects(
    officer, django_assert_max_num_queries
):
    a_decision_point()
    with django_assert_max_num_queries(60) as few:
        officer.get(reverse("projects:see_desk"))
    for _ in range(4):
        a_decision_point()
    with django_assert_max_num_queries(len(few)):
        assert officer.get(reverse("projects:see_desk")).content.count(b"sk-card--link") == 5


def test_a_project_shows_what_is_to_be_done(officer):
    point = a_decision_point()
    page = officer.get(reverse("projects:see_project", args=[point.project.pk])).content.decode()
    assert reverse("projects:assess_decision_point", args=[point.pk]) in page
    an_assessed_point(point=point)
    page = officer.get(reverse("projects:see_project", args=[point.project.pk])).content.decode()
    assert reverse("projects:decide_level", args=[point.pk]) in page


def test_who_only_looks_sees_no_buttons():
    point = a_decision_point()
    browser = browser_of("council", point.project)
    page = browser.get(reverse("projects:see_project", args=[point.project.pk])).content.decode()
    for screen in ("assess_decision_point", "add_phase", "name_decision_point", "invite_colleague"):
        assert address(screen, point) not in page
    assert reverse("projects:see_decision_point", args=[point.pk]) in page


def test_a_closed_account_is_out_at_once():
    user = a_user("officer")
    browser = Client()
    browser.force_login(user)
    assert browser.get(reverse("projects:see_desk")).status_code == 200
    user.is_active = False
    user.save()
    assert browser.get(reverse("projects:see_desk")).status_code != 200


def test_a22_a_role_that_was_taken_back_ends_at_once():
    user = a_user("officer")
    browser = Client()
    browser.force_login(user)
    point = a_decision_point()
    assert browser.get(address("add_phase", point)).status_code == 200
    RoleAssignment.objects.filter(user=user).delete()
    give_role(user, "observer")
    assert browser.get(address("add_phase", point)).status_code == 403
    assert browser.get(address("see_project", point)).status_code == 200
    assert timezone.now() > AuditEntry.objects.latest("id").at


def test_what_is_refused_leads_back_to_the_page_that_was_left(point):
    client, site = browser_of("facilitator", point.phase.project), "http://testserver"
    asked = reverse("projects:decide_level", args=[point.pk])
    left = reverse("projects:see_decision_point", args=[point.pk])
    label = "Terug naar waar u was"
    for sent in (client.get, client.post):
        page = sent(asked, headers={"Referer": f"{site}{left}?a=1"})
        assert page.status_code == 403
        assertContains(page, f'href="{left}?a=1">{label}', status_code=403)
        assertNotContains(
            sent(asked, headers={"Referer": "https://elders.example/"}), label, status_code=403
        )
    elsewhere = client.get(asked, headers={"Referer": f"{site}//evil.example/inloggen"})
    assertNotContains(elsewhere, 'href="//', status_code=403)
    assertNotContains(client.get(asked, headers={"Referer": site + asked}), label, status_code=403)
