"""The desk view of promises: what is still owed to residents, and how we kept our word."""

from collections import Counter
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from deliberation.people.permissions import require

from .commitments import Commitment, Standing, open_commitments, standings
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
    counts = standings(projects, now)
    due = Owed(projects, counts, now)
    listed = Paginator(projects, PER_PAGE).get_page(request.GET.get("scores"))
    context = {
        "page": Paginator(due, PER_PAGE).get_page(request.GET.get("page")),
        "page_of_scores": listed,
        "scores": _scores(listed, counts),
    }
    return render(request, "deliberation/projects/see_promises.html", context)


def _projects(user) -> list[Project]:
    # Every role sees what was promised, so where somebody works is where they may; asking each costs a query.
    return projects_of(user)


class Owed:
    """All that is still owed in projects, for a paginator: counted, and looked up no further than a page asks."""

    def __init__(self, projects, counts: Counter, now):
        self.projects, self.now = {project.pk: project for project in projects}, now
        waiting = (Standing.OPEN, Standing.BROKEN)
        self.number = sum(number for (_pk, name), number in counts.items() if name in waiting)

    def __len__(self):
        return self.number

    def __getitem__(self, cut: slice) -> list[Due]:
        today = timezone.localdate(self.now)
        soon = add_working_days(today, SOON)
        found = open_commitments(list(self.projects.values()), self.now, most=cut.stop)
        return [
            Due(one, self.projects[one.project_id], _urgency(one.due_on, today, soon))
            for one in found[cut.start :]
        ]


def _urgency(due_on, today, soon) -> str:
    return "late" if due_on < today else "soon" if due_on <= soon else "later"


def _scores(projects, counts: Counter) -> list[dict]:
    """Tell per project how its public promises stand; projects without any are left out."""
    rows = [
        {"project": project, **{name.value: counts[project.pk, name] for name in Standing}}
        for project in projects
    ]
    return [row for row in rows if any(row[name] for name in Standing)]
