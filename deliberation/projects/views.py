"""Desk views of projects and phases: see, create, change and remove; and of what is promised in them."""

from collections import Counter

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from deliberation.people.permissions import may, require

from . import operations, phasing
from .commitments import Owed, Standing, standings
from .deciding.forms import PromisedPhaseForm
from .desk import desk_screen, form_page, posted, run_with
from .extension_points import desk_sections
from .forms import PhaseForm, ProjectForm, ProjectTextsForm
from .models import Phase, Project
from .overview import project_on_desk, projects_on_desk, rows_on_desk
from .staff import municipalities_of, people_with_roles, projects_of

PER_SCREEN, PER_LIST = 12, 50


@require_safe
@desk_screen
def see_desk(request):
    """List the projects in which I work."""
    municipality = municipality_of(request)
    projects = projects_on_desk(request.user, municipality)
    page = Paginator(projects, PER_SCREEN).get_page(request.GET.get("page"))
    if not page.paginator.count:
        require("projects.see_desk", request.user, municipality)
    may_assign = may("projects.invite_colleague", request.user, municipality)
    context = {
        "projects": rows_on_desk(page.object_list, request.user, timezone.now()),
        "page_of_projects": page,
        "municipality": municipality,
        "may_create": may("projects.create_project", request.user, municipality),
        "may_assign": may_assign,
    }
    return render(request, "deliberation/projects/see_desk.html", context)


@require_safe
@desk_screen
def see_project(request, pk):
    """Show one project: phases, decision points, people, and what instruments hang on it."""
    project = project_for(request, pk, "projects.see_desk")
    now = timezone.now()
    context = {
        "project": project,
        "overview": project_on_desk(project, now),
        "people": people_with_roles(project),
        "sections": desk_sections(project, request.user, now),
        "may_prepare": may("projects.add_phase", request.user, project),
        "may_change": may("projects.change_project", request.user, project),
        "may_assign": may("projects.invite_colleague", request.user, project.municipality),
    }
    return render(request, "deliberation/projects/see_project.html", context)


@require_safe
@desk_screen
def see_promises(request):
    """List what is still owed in the projects where I work, what was due first in front, and how we kept our word."""
    # Every role sees what was promised, so where somebody works is where they may; asking each costs a query.
    projects = projects_of(request.user)
    if not projects:
        require("projects.see_promises", request.user, request.municipality or None)
    now = timezone.now()
    counts = standings(projects, now)
    listed = Paginator(projects, PER_LIST).get_page(request.GET.get("scores"))
    context = {
        "page": Paginator(Owed(projects, counts, now), PER_LIST).get_page(request.GET.get("page")),
        "page_of_scores": listed,
        "scores": _scores(listed, counts),
    }
    return render(request, "deliberation/projects/see_promises.html", context)


def _scores(projects, counts: Counter) -> list[dict]:
    """Tell per project how its public promises stand; projects without any are left out."""
    rows = [
        {"project": project, **{name.value: counts[project.pk, name] for name in Standing}}
        for project in projects
    ]
    return [row for row in rows if any(row[name] for name in Standing)]


@desk_screen
def create_project(request):
    """Make a project."""
    municipality = municipality_of(request)
    require("projects.create_project", request.user, municipality)
    form = ProjectForm(posted(request))
    if request.method == "POST":
        project = run_with(
            form, operations.create_project, actor=request.user, municipality=municipality
        )
        if project:
            messages.success(request, _("The project is there. Now add its phases."))
            return redirect("projects:see_project", project.pk)
    return form_page(request, "deliberation/projects/create_project.html", form)


@desk_screen
def change_project(request, pk):
    """Give a project another title, summary or contact."""
    project = project_for(request, pk, "projects.change_project")
    title = project.title
    form = ProjectTextsForm(posted(request), instance=project)
    if request.method == "POST":
        done = run_with(form, operations.change_project, actor=request.user, project=project)
        if done:
            messages.success(request, _("The texts of the project are changed."))
            return redirect("projects:see_project", project.pk)
    template = "deliberation/projects/change_project.html"
    return form_page(request, template, form, project=project, project_title=title)


@desk_screen
def add_phase(request, pk):
    """Add a phase to a project."""
    project = project_for(request, pk, "projects.add_phase")
    form = PhaseForm(posted(request))
    if request.method == "POST":
        phase = run_with(form, operations.add_phase, actor=request.user, project=project)
        if phase:
            messages.success(request, _("The phase “%s” is in the plan.") % phase.title)
            return redirect("projects:see_project", project.pk)
    template = "deliberation/projects/add_phase.html"
    return form_page(request, template, form, project=project)


@desk_screen
def change_phase(request, pk):
    """Give a phase another name, kind or days."""
    phase = phase_for(request, pk, "projects.change_phase")
    project, title = phase.project, phase.title
    kind = PromisedPhaseForm if phasing.promised_in(phase) else PhaseForm
    form = kind(posted(request), instance=phase)
    if request.method == "POST":
        changed = run_with(form, phasing.change_phase, actor=request.user, phase=phase)
        if changed:
            messages.success(request, _("The phase “%s” was changed.") % changed.title)
            return redirect("projects:see_project", project.pk)
    template = "deliberation/projects/change_phase.html"
    return form_page(request, template, form, project=project, phase=phase, phase_title=title)


@desk_screen
def remove_phase(request, pk):
    """Say what goes with a phase, and remove it when that is confirmed."""
    phase = phase_for(request, pk, "projects.remove_phase")
    if request.method == "POST":
        phasing.remove_phase(actor=request.user, phase=phase, now=timezone.now())
        messages.success(request, _("The phase “%s” was removed.") % phase.title)
        return redirect("projects:see_project", phase.project_id)
    points = [point.question for point in phase.decision_points.all()]
    context = {"phase": phase, "project": phase.project, "points": points}
    return render(request, "deliberation/projects/remove_phase.html", context)


def project_for(request, pk, permission) -> Project:
    """Find a project in which this person has a permission."""
    project = get_object_or_404(Project.objects.select_related("municipality"), pk=pk)
    require(permission, request.user, project)
    return project


def phase_for(request, pk, permission) -> Phase:
    """Find a phase in whose project this person has a permission."""
    phase = get_object_or_404(Phase.objects.select_related("project__municipality"), pk=pk)
    require(permission, request.user, phase)
    return phase


def municipality_of(request):
    """Find whose desk this is: the site's municipality, else the only one where this person works."""
    if request.municipality:
        return request.municipality
    found = municipalities_of(request.user)
    if len(found) != 1:
        raise Http404("Which municipality is this desk of?")
    return found[0]
