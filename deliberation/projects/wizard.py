"""The wizard of a decision point: desk views in which an officer names it and sees what comes next.

Four steps: what is decided, gates, questions, level. Each is one address that works by plain forms; the
two with questions are in assessing/, the level is in deciding/.
"""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from deliberation.people.permissions import may, require

from . import operations
from .deciding.choices import level_history
from .deciding.drift import planned_for
from .deciding.queries import changes_of, moments_of
from .decision_standing import standing_of
from .desk import ComesFirst, desk_screen, form_page, posted, run_with
from .extension_points import is_public, ways_to_begin
from .forms import DecisionPointForm
from .models import DecisionPoint, Project
from .overview import point_on_desk
from .queries import (
    current_phase,
    level_in_force,
    promise_for,
)


@require_safe
@desk_screen
def see_decision_point(request, pk):
    """Show a decision point: what residents read now, and what comes next."""
    point = point_for(request, pk, "projects.see_desk")
    decision, standing = level_in_force(point), standing_of(point)
    row = point_on_desk(point, timezone.now())
    context = {
        "point": point,
        "project": point.project,
        "row": row,
        "drift": row.drift,
        "too_much": row.too_much,
        "planned": planned_for(point, decision, timezone.now()),
        "ways": ways_to_begin(point.project) if row.drift else [],
        "standing": standing,
        "moments": moments_of([point]).get(point.pk, []),
        "changes": changes_of([point]).get(point.pk, []),
        "decision": decision,
        "promise": promise_for(point, get_language(), decision, standing),
        "public": is_public(point.project),
        "history": level_history(point, get_language()),
        "may_prepare": may("projects.assess_decision_point", request.user, point),
    }
    return render(request, "deliberation/projects/see_decision_point.html", context)


@desk_screen
def name_decision_point(request, pk):
    """Name what is being decided in a project: step 0."""
    project = get_object_or_404(Project.objects.select_related("municipality"), pk=pk)
    require("projects.name_decision_point", request.user, project)
    if not project.phases.exists():
        raise ComesFirst(
            _("This project has no phase yet. A decision point belongs to one: add it first."),
            make=(_("Add a phase"), reverse("projects:add_phase", args=[pk])),
            back=(project.title, reverse("projects:see_project", args=[pk])),
        )
    now_running = current_phase(project, timezone.now())
    form = DecisionPointForm(
        posted(request), phases=project.phases.all(), current_phase=now_running
    )
    if request.method == "POST" and form.is_valid():
        phase = form.cleaned_data.pop("phase")
        point = run_with(form, operations.name_decision_point, actor=request.user, phase=phase)
        if point:
            return redirect("projects:assess_decision_point", point.pk)
    template = "deliberation/projects/name_decision_point.html"
    return form_page(request, template, form, project=project, step=1)


@desk_screen
def change_decision_point(request, pk):
    """Correct a decision point while nobody chose a level."""
    point = point_for(request, pk, "projects.change_decision_point")
    form = DecisionPointForm(posted(request), instance=point)
    if request.method == "POST":
        # The form fills its own instance; the operation gets the row as it is stored.
        stored = DecisionPoint.objects.get(pk=pk)
        about = {"actor": request.user, "decision_point": stored}
        if run_with(form, operations.change_decision_point, **about):
            messages.success(request, _("The decision point was changed."))
            return redirect("projects:see_decision_point", pk)
    template = "deliberation/projects/name_decision_point.html"
    return form_page(request, template, form, project=point.project, point=point, step=1)


def point_for(request, pk, permission) -> DecisionPoint:
    """Find a decision point on which this person has a permission."""
    points = DecisionPoint.objects.select_related("phase__project__municipality")
    point = get_object_or_404(points, pk=pk)
    require(permission, request.user, point)
    return point
