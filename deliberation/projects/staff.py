"""Who works where, and in which role? On a host that was asked, only what counts there."""

from django.db.models import Q

from .models import Municipality, Project, Role, RoleAssignment
from .tenancy import of_this_site


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
    held = RoleAssignment.objects.filter(user=user, role=Role.ADMINISTRATOR, project=None)
    return of_this_site(held).exists()


def gives_roles(user) -> bool:
    """Tell whether somebody gives others their role: an administrator, and who installed the platform."""
    return user.is_superuser or leads(user)


def prepares_all(user) -> bool:
    """Tell whether somebody prepares participation in all of a municipality."""
    roles = (Role.ADMINISTRATOR, Role.OFFICER)
    held = RoleAssignment.objects.filter(user=user, role__in=roles, project=None)
    return of_this_site(held).exists()


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
