"""The desk view of promises: what is still owed to residents, and how we kept our word."""

from collections import Counter
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from deliberation.people.permissions import require

from .commitments import Commitment, Standing, commitments
from .desk import desk_screen
from .models import Project
from .staff import projects_of
from .working_days import add_working_days

PER_PAGE = 50
SOON = 3  # working days


@dataclass(frozen=True)
class Due:
    """One promise on the desk: of which project, and how it stands today (late, soon or later)."""

    commitment: Commitment
    project: Project
    urgency: str


@require_safe
@desk_screen
def see_promises(request):
    """List what is still owed in the projects where I work, what was due first in front."""
    projects = _projects(request.user)
    if not projects:
        require("projects.see_promises", request.user, request.municipality or None)
    now = timezone.now()
    everything = commitments(projects, now)
    due = _due(projects, everything, now)
    context = {
        "page": Paginator(due, PER_PAGE).get_page(request.GET.get("page")),
        "scores": _scores(projects, everything, now),
    }
    return render(request, "deliberation/projects/see_promises.html", context)


def _projects(user) -> list[Project]:
    # Every role sees what was promised, so where somebody works is where they may; asking each costs a query.
    return projects_of(user)


def _due(projects, everything, now) -> list[Due]:
    by_id, today = {project.pk: project for project in projects}, timezone.localdate(now)
    soon = add_working_days(today, SOON)
    return [
        Due(one, by_id[one.project_id], _urgency(one.due_on, today, soon))
        for one in everything
        if one.kept_on is None
    ]


def _urgency(due_on, today, soon) -> str:
    return "late" if due_on < today else "soon" if due_on <= soon else "later"


def _scores(projects, everything, now) -> list[dict]:
    """Count per project how its public promises stand; projects without any are left out."""
    today = timezone.localdate(now)
    counts = Counter(
        (one.project_id, one.standing(today).value) for one in everything if one.public
    )
    rows = [
        {"project": project, **{name: counts[project.pk, name] for name in Standing}}
        for project in projects
    ]
    return [row for row in rows if any(row[name] for name in Standing)]
