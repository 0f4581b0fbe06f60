"""Queries on staff: who works where, in which role; on a host that was asked, only what counts there."""

from django.db.models import Q

from deliberation.people.permissions import may
from deliberation.people.read_once import read_once, reading_once

from .models import Municipality, Project, Role, RoleAssignment
from .tenancy import of_this_site


@read_once
def roles_of(user) -> list[tuple]:
    """List what somebody is on the host that was asked: (role, municipality id, project id; None for all of it)."""
    found = of_this_site(RoleAssignment.objects.filter(user=user))
    return list(found.values_list("role", "municipality", "project"))


def projects_where(permission: str, user, projects) -> list[Project]:
    """Keep the projects in which somebody has a permission that hangs on roles only. One query.

    Where somebody is the same, they may the same: it is asked for one project of each such group.
    """
    with reading_once():
        held: dict[int, set] = {}
        for role, _where, project_id in roles_of(user):
            held.setdefault(project_id, set()).add(role)
        answers: dict[tuple, bool] = {}
        kept = []
        for project in projects:
            alike = project.municipality_id, frozenset(held.get(project.pk, ()))
            if alike not in answers:
                answers[alike] = may(permission, user, project)
            if answers[alike]:
                kept.append(project)
        return kept


@read_once
def municipalities_of(user) -> list[Municipality]:
    """List the municipalities in which somebody has a role, in all of it or in one project."""
    held = of_this_site(RoleAssignment.objects.filter(user=user))
    return list(Municipality.objects.filter(pk__in=held.values("municipality")))


def places_of(user) -> set[str]:
    """Give the slugs of the municipalities in which somebody has a role, whichever host was asked."""
    return set(
        RoleAssignment.objects.filter(user=user).values_list("municipality__slug", flat=True)
    )


def leads(user) -> bool:
    """Tell whether somebody is administrator of a municipality."""
    return _holds(user, Role.ADMINISTRATOR)


def gives_roles(user) -> bool:
    """Tell whether somebody gives others their role: an administrator, and who installed the platform."""
    return user.is_superuser or leads(user)


def prepares_all(user) -> bool:
    """Tell whether somebody prepares participation in all of a municipality."""
    return _holds(user, Role.ADMINISTRATOR, Role.OFFICER)


def sits_in_council(user) -> bool:
    """Tell whether somebody looks along as a council member."""
    return _holds(user, Role.COUNCIL)


def _holds(user, *roles: Role) -> bool:
    return any(role in roles and project is None for role, _where, project in roles_of(user))


@read_once
def projects_of(user) -> list[Project]:
    """List the projects in which somebody has a role: in the project itself or in all of its municipality."""
    held = of_this_site(RoleAssignment.objects.filter(user=user))
    whole = held.filter(project=None).values("municipality")
    return list(
        Project.objects.filter(
            Q(pk__in=held.values("project")) | Q(municipality__in=whole)
        ).select_related("municipality")
    )


def people_with_roles(scope) -> list[RoleAssignment]:
    """List who has which role in a project, or in the whole municipality, by role and name."""
    where = {"project": None, "municipality": scope}
    if isinstance(scope, Project):
        where = {"project": scope}
    held = RoleAssignment.objects.filter(**where).select_related("user")
    order = {role: number for number, role in enumerate(Role)}
    return sorted(held, key=lambda one: (order[one.role], str(one.user).lower()))
