"""First steps of a municipality: what whoever sets it up does, in which order, worked out from what is there."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from deliberation.people.permissions import may
from deliberation.projects.models import DecisionPoint, Project, RoleAssignment, RoleInvitation

from .models import ProjectPage
from .theming.theme import Theme


@dataclass(frozen=True)
class FirstStep:
    """One thing to do once; without `href` something before it has to be there first."""

    text: str
    href: str
    done: bool


def first_steps(municipality, user, now) -> list[FirstStep]:
    """List the first steps that are somebody's here, those that were done among them; none when all were done."""
    steps = []
    if may("cms.change_theme", user, municipality, now):
        steps += _set_up(municipality, user)
    if may("projects.create_project", user, municipality, now):
        steps += _first_project(municipality)
    return [] if all(step.done for step in steps) else steps


def _set_up(municipality, user) -> list[FirstStep]:
    colleagues = RoleAssignment.objects.filter(municipality=municipality).exclude(user=user)
    asked = RoleInvitation.objects.filter(municipality=municipality)
    return [
        FirstStep(
            _("Choose the colours, the logo and the names of the levels"),
            reverse("face:change_theme"),
            Theme.objects.filter(municipality=municipality).exists(),
        ),
        FirstStep(
            _("Invite your colleagues"),
            reverse("projects:invite_colleague"),
            colleagues.exists() or asked.exists(),
        ),
    ]


def _first_project(municipality) -> list[FirstStep]:
    projects = Project.objects.filter(municipality=municipality)
    first = projects.order_by("pk").first()
    there = reverse("projects:see_project", args=[first.pk]) if first else ""
    points = DecisionPoint.objects.filter(phase__project__in=projects)
    pages = ProjectPage.objects.filter(project__in=projects).live()
    return [
        FirstStep(_("Begin a project"), reverse("projects:create_project"), bool(first)),
        FirstStep(_("Plan its phases and name what is decided"), there, points.exists()),
        FirstStep(
            _("Publish the page on which residents read about it"),
            there and f"{there}#pages",
            pages.exists(),
        ),
    ]
