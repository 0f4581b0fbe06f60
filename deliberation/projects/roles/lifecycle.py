"""The life of a role: it starts, is confirmed and ends, and what goes with somebody's last one."""

from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused
from deliberation.people.models import User
from deliberation.people.operations import leave_staff, make_staff, operation, record_audit
from deliberation.people.permissions import require
from deliberation.people.staff_session import sensitive

from ..extension_points import roles_changed
from ..models import FOR_THE_WHOLE_MUNICIPALITY, Role, RoleAssignment


@sensitive
@operation
def confirm_role(*, actor, assignment, now) -> RoleAssignment:
    """Say that a role is still right; the list of this quarter no longer asks for it."""
    require("projects.confirm_role", actor, assignment.municipality, now)
    assignment.confirmed_at = now
    assignment.save(update_fields=["confirmed_at"])
    detail = {"role": str(assignment.role), "project": assignment.project_id}
    record_audit(actor=actor, action="confirm_role", obj=assignment.user, now=now, detail=detail)
    return assignment


def start_role(*, actor, user, role, municipality, project, now) -> RoleAssignment:
    """Let somebody work here, inside the operation that may; starting it twice is starting it once."""
    _lock(user)
    assignment, made = RoleAssignment.objects.get_or_create(
        user=user,
        role=role,
        municipality=municipality,
        project=project,
        defaults={"confirmed_at": now},
    )
    if made:
        make_staff(user)
        roles_changed(municipality.pk)
        detail = role_detail(assignment)
        record_audit(actor=actor, action="assign_role", obj=user, now=now, detail=detail)
    return assignment


def end_role(assignment) -> None:
    """End a role at once, inside the operation that may. With the last one the doors of staff close."""
    user, municipality_id = assignment.user, assignment.municipality_id
    _lock(user)
    assignment.delete()
    if not RoleAssignment.objects.filter(user=user).exists():
        leave_staff(user)
    roles_changed(municipality_id)


def _lock(user) -> None:
    # One after another: else a role that starts elsewhere meanwhile stays behind closed doors.
    User.objects.select_for_update().get(pk=user.pk)


def refuse_wrong_place(role, municipality, project) -> None:
    """Refuse a role in a project of elsewhere, or one that counts in the whole municipality only."""
    if project and (role in FOR_THE_WHOLE_MUNICIPALITY or project.municipality != municipality):
        raise Refused(_("This role belongs to the whole municipality."), field="role")


def refuse_last_administrator(assignment) -> None:
    """Refuse to end the role that nobody else could give again."""
    if assignment.role != Role.ADMINISTRATOR:
        return
    held = RoleAssignment.objects.filter(
        role=Role.ADMINISTRATOR, municipality=assignment.municipality_id
    )
    if not held.exclude(user=assignment.user_id).exists():
        reason = _("This is the last administrator. Give somebody else this role first.")
        raise Refused(reason, code="state")


def role_detail(assignment) -> dict:
    """Give what the audit keeps of a role."""
    return {
        "role": str(assignment.role),
        "municipality": assignment.municipality_id,
        "project": assignment.project_id,
    }
