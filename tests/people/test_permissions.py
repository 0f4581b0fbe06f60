"""Does the permission table decide alone, also about superusers?"""

import pytest
import rules
from django.contrib.auth.models import Group, Permission
from django.utils import timezone
from rules.permissions import permissions

from compass.refusal import Refused
from deliberation.people.models import AuditEntry, Participant
from deliberation.people.operations import create_participant
from deliberation.people.permissions import About, may, require
from deliberation.projects.models import Role
from deliberation.projects.operations import create_project
from deliberation.projects.rules import roles_that_may, who_may
from tests.builders import a_municipality, a_phase, a_project, a_user, an_installer, give_role

pytestmark = pytest.mark.django_db
OURS = [name for name in sorted(permissions) if name.startswith("projects.")]
# The written table once more, by hand. In a project / in the whole municipality.
FOR_THE_INSTALLER = {
    "projects.create_municipality",
    "projects.assign_role",
    "projects.withdraw_role",
    "projects.see_roles",
    "projects.confirm_role",
    "projects.invite_colleague",
    "projects.withdraw_invitation",
    "projects.erase_by_letter",
}
MANAGES = {"administrator"}
PREPARES = {"administrator", "officer"}
EVERY_ROLE = set(Role.values)
TABLE = {
    "projects.create_municipality": set(),
    "projects.assign_role": set(),
    "projects.withdraw_invitation": MANAGES,
    "projects.accept_role": set(),
    "projects.decline_role": set(),
    "projects.withdraw_role": MANAGES,
    "projects.create_project": PREPARES,
    "projects.see_desk": EVERY_ROLE,
    "projects.change_project": PREPARES,
    "projects.add_phase": PREPARES,
    "projects.name_decision_point": PREPARES,
    "projects.change_decision_point": PREPARES,
    "projects.assess_decision_point": PREPARES,
    "projects.decide_level": PREPARES,
    "projects.change_frames": PREPARES,
    "projects.translate_decision_point": PREPARES,
    "projects.plan_moment": PREPARES,
    "projects.move_moment": PREPARES,
    "projects.cancel_moment": PREPARES,
    "projects.change_phase": PREPARES,
    "projects.remove_phase": PREPARES,
    "projects.report_status": PREPARES,
    "projects.record_outcome": PREPARES,
    "projects.see_status": EVERY_ROLE,
    "projects.see_promises": EVERY_ROLE,
    "projects.see_oversight": {"administrator", "officer", "council"},
    "projects.see_council_page": EVERY_ROLE,
    "projects.see_documents": EVERY_ROLE,
    "projects.note_point": PREPARES,
    "projects.name_levels": MANAGES,
    "projects.see_roles": MANAGES,
    "projects.confirm_role": MANAGES,
    "projects.invite_colleague": MANAGES,
    "projects.erase_by_letter": MANAGES,
}


def test_the_table_names_every_permission():
    assert set(TABLE) == set(OURS)


@pytest.mark.parametrize("name", TABLE)
def test_who_may_not_is_told_which_roles_may_or_whom_to_ask(name):
    roles = TABLE[name]
    assert set(roles_that_may(name)) == roles
    said = who_may(name)
    assert "beheerder" in said
    told = {role for role in Role if role.label.lower() in said}
    assert told == (roles if roles != EVERY_ROLE and roles else {"administrator"})


@pytest.mark.parametrize("role", Role.values)
def test_a_role_may_what_the_table_says(role):
    project = a_project()
    user = a_user(role)
    held = {name for name in OURS if may(name, user, project)}
    assert held == {name for name, roles in TABLE.items() if role in roles}


@pytest.mark.parametrize(
    "role", [role for role in Role.values if role not in ("administrator", "council")]
)
def test_a_role_in_one_project_reaches_no_other(role):
    mine, other = a_project(), a_project()
    user = a_user(role, project=mine)
    for name in OURS:
        expected = role in TABLE[name]
        assert may(name, user, mine) is expected
        assert may(name, user, a_phase(project=a_project(mine.municipality))) is False
        assert may(name, user, other) is False
        assert may(name, user, mine.municipality) is False


@pytest.mark.parametrize("role", Role.values)
def test_a_role_in_one_municipality_reaches_no_other(role):
    user = a_user(role)
    there = a_municipality("anderdorp")
    assert not any(may(name, user, place) for name in OURS for place in (there, a_project(there)))


def test_a_superuser_without_a_role_is_refused_all_but_the_installers_work():
    project, installer = a_project(), an_installer()
    assert {name for name in OURS if may(name, installer, project)} == FOR_THE_INSTALLER


def test_djangos_own_permissions_and_groups_open_nothing():
    user = a_user()
    everything = Group.objects.create(name="alles")
    everything.permissions.set(Permission.objects.all())
    user.groups.add(everything)
    user.user_permissions.set(Permission.objects.all())
    project = a_project()
    assert not any(may(name, user, project) for name in OURS)


@pytest.mark.parametrize(
    "obj", [None, 0, "", "kompasdorp", object()], ids=lambda obj: type(obj).__name__
)
def test_something_that_is_no_place_of_ours_is_no(obj):
    user = a_user("administrator")
    assert not any(may(name, user, obj) for name in OURS)


def test_participants_and_nobody_have_no_roles():
    project = a_project()
    for actor in (create_participant(), create_participant(user=a_user("officer")), None):
        assert not any(may(name, actor, project) for name in OURS)


def test_a_misspelt_permission_is_a_mistake_and_not_a_silent_no():
    with pytest.raises(LookupError):
        may("projects.see_dekst", a_user("officer"), a_project())


def test_an_answer_is_always_yes_or_no():
    """`rules` skips a predicate that says None, so it could grant."""
    project, user = a_project(), a_user("observer")
    assert all(
        type(rules.has_perm(name, user, About(project, timezone.now()))) is bool for name in OURS
    )


def test_a_refused_operation_names_who_and_what_in_the_trail():
    municipality, installer = a_municipality(), an_installer()
    with pytest.raises(Refused) as refusal:
        create_project(
            actor=installer,
            municipality=municipality,
            slug="van-mij",
            title="Van mij",
            summary="",
            contact="",
            now=timezone.now(),
        )
    assert refusal.value.code == "forbidden"
    row = AuditEntry.objects.latest("id")
    assert (row.action, row.result) == ("create_project", "refused")
    assert (row.actor_id, row.object_id) == (str(installer.pk), str(municipality.pk))


def test_require_says_nothing_when_you_may():
    user = a_user("observer")
    give_role(user, "officer")
    assert require("projects.add_phase", user, a_project()) is None


def test_a_participant_keeps_no_date_and_no_order():
    names = {field.name for field in Participant._meta.get_fields() if field.concrete}
    assert names == {"id", "user"}
    assert Participant._meta.ordering == []
