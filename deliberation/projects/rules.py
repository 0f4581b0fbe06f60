"""Rules: who may do what in a project, and which roles are named to whoever may not."""

import re

import rules
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from rules.permissions import permissions

from deliberation.people.models import User
from deliberation.people.permissions import About
from deliberation.people.rules import is_installer
from deliberation.people.second_factor import ISSUER

from .models import Municipality, Project, Role, RoleInvitation
from .staff import roles_of

NAMED = (
    "has_role:"  # how the name of a predicate about roles begins, also inside one made of several
)


def has_role(*roles: Role):
    """Make a predicate: the actor has one of these roles in the object's project or municipality.

    Looked up with each request, so that a withdrawn role ends at once. It counts on the host of its municipality
    only. A participant has no roles.
    """

    @rules.predicate(name=NAMED + "|".join(roles))
    def holds(actor, about):
        obj = about.obj
        scope = obj if isinstance(obj, Municipality | Project) else getattr(obj, "project", None)
        if not isinstance(actor, User) or not isinstance(scope, Municipality | Project):
            return False
        in_municipality = isinstance(scope, Municipality)
        municipality = scope.pk if in_municipality else scope.municipality_id
        projects = [None] if in_municipality else [None, scope.pk]
        return any(
            role in roles and where == municipality and project in projects
            for role, where, project in roles_of(actor)
        )

    return holds


def roles_that_may(permission: str) -> list[Role]:
    """List the roles that a permission asks for, as its predicate names them."""
    found = re.findall(rf"{NAMED}([a-z_|]+)", permissions[permission].name)
    named = {role for roles in found for role in roles.split("|")}
    return [role for role in Role if role in named]


def lacks_role(permission: str, actor, obj) -> bool:
    """Tell whether somebody has none of the roles that a permission asks for here, whatever else it asks."""
    return not has_role(*roles_that_may(permission)).test(actor, About(obj, timezone.now()))


def who_may(permission: str) -> str:
    """Say to colleagues who may do this, and whom to ask."""
    roles = roles_that_may(permission)
    if not roles:
        return _("Ask the administrator who may do this.")
    if roles == [Role.ADMINISTRATOR]:
        return _("Only the administrator may do this. Ask that colleague.")
    if roles == list(Role):
        return _("You need a role here. The administrator can give you one.")
    names = get_text_list([str(role.label).lower() for role in roles])
    return _("Who may: %s. Ask one of them, or ask the administrator for that role.") % names


@rules.predicate
def is_invited(actor, about):
    """The invitation was sent to the address of this account."""
    obj = about.obj
    if not isinstance(actor, User) or not isinstance(obj, RoleInvitation):
        return False
    # Who an issuer of elsewhere let in shows that to this municipality in their own way first.
    issuer = getattr(actor, ISSUER, "")
    known = issuer in ("", obj.municipality.slug)
    return actor.is_active and known and actor.email.lower() == obj.email


manages = has_role(Role.ADMINISTRATOR)
prepares = has_role(Role.ADMINISTRATOR, Role.OFFICER)
works_here = has_role(*Role.values)
oversees = has_role(Role.ADMINISTRATOR, Role.OFFICER, Role.COUNCIL)

rules.add_perm("projects.create_municipality", is_installer)
rules.add_perm("projects.assign_role", is_installer)
rules.add_perm("projects.withdraw_role", manages | is_installer)
rules.add_perm("projects.see_roles", manages | is_installer)
rules.add_perm("projects.confirm_role", manages | is_installer)
rules.add_perm("projects.invite_colleague", manages | is_installer)
rules.add_perm("projects.withdraw_invitation", manages | is_installer)
rules.add_perm("projects.accept_role", is_invited)
rules.add_perm("projects.decline_role", is_invited)
rules.add_perm("projects.erase_by_letter", manages | is_installer)
rules.add_perm("projects.create_project", prepares)
rules.add_perm("projects.change_project", prepares)
rules.add_perm("projects.see_desk", works_here)
rules.add_perm("projects.name_levels", manages)
rules.add_perm("projects.see_promises", works_here)
rules.add_perm("projects.add_phase", prepares)
rules.add_perm("projects.change_phase", prepares)
rules.add_perm("projects.remove_phase", prepares)
rules.add_perm("projects.name_decision_point", prepares)
rules.add_perm("projects.change_decision_point", prepares)
rules.add_perm("projects.translate_decision_point", prepares)
rules.add_perm("projects.assess_decision_point", prepares)
rules.add_perm("projects.decide_level", prepares)
rules.add_perm("projects.change_frames", prepares)
rules.add_perm("projects.plan_moment", prepares)
rules.add_perm("projects.move_moment", prepares)
rules.add_perm("projects.cancel_moment", prepares)
rules.add_perm("projects.report_status", prepares)
rules.add_perm("projects.see_status", works_here)
rules.add_perm("projects.record_outcome", prepares)
rules.add_perm("projects.see_documents", works_here)
rules.add_perm("projects.see_oversight", oversees)
rules.add_perm("projects.see_council_page", works_here)
rules.add_perm("projects.note_point", prepares)
