"""How does an officer name a decision point and choose its level?

Four steps: what is decided, gates, questions, level. Each is one address that works by plain forms; the
two with questions are in assessing/.
"""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from compass.queries import advice_in
from compass.refusal import Refused
from deliberation.people.permissions import may, require

from . import operations
from .desk import desk_screen, form_page, run_with
from .forms import DecisionPointForm, LevelForm
from .hooks import is_public
from .models import DecisionPoint, Project
from .naming import named_framework
from .overview import point_on_desk
from .queries import (
    adopted_assessment,
    current_phase,
    level_choices,
    level_history,
    level_in_force,
    promise_for,
)


@require_safe
@desk_screen
def see_decision_point(request, pk):
    """Show a decision point: what residents read now, and what comes next."""
    point = point_for(request, pk, "projects.see_desk")
    decision = level_in_force(point)
    context = {
        "point": point,
        "project": point.project,
        "row": point_on_desk(point, timezone.now()),
        "decision": decision,
        "promise": promise_for(point, get_language(), decision),
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
    now_running = current_phase(project, timezone.now())
    form = DecisionPointForm(
        request.POST or None, phases=project.phases.all(), current_phase=now_running
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
    form = DecisionPointForm(request.POST or None, instance=point)
    if request.method == "POST":
        # The form fills its own instance; the operation gets the row as it is stored.
        stored = DecisionPoint.objects.get(pk=pk)
        about = {"actor": request.user, "decision_point": stored}
        if run_with(form, operations.change_decision_point, **about):
            messages.success(request, _("The decision point was changed."))
            return redirect("projects:see_decision_point", pk)
    template = "deliberation/projects/name_decision_point.html"
    return form_page(request, template, form, project=point.project, point=point, step=1)


@desk_screen
def decide_level(request, pk):
    """Choose the level on the assessment that was adopted last."""
    point = point_for(request, pk, "projects.decide_level")
    assessment = adopted_assessment(point)
    if assessment is None:
        messages.info(request, _("First answer the questions and adopt the advice."))
        return redirect("projects:assess_decision_point", pk)
    before = level_in_force(point)
    seen = (assessment.pk, before and before.pk)
    municipality = point.project.municipality
    rulebook = named_framework(assessment.framework, municipality)
    choices = level_choices(assessment, get_language(), municipality)
    form = LevelForm(request.POST or None, choices=choices, advice=assessment.advice)
    if request.method == "POST":
        about = {"actor": request.user, "decision_point": point, "seen": _seen(request.POST)}
        if run_with(form, operations.decide_level, **about):
            messages.success(request, _("The level was chosen."))
            return redirect("projects:see_decision_point", pk)
    return form_page(
        request,
        "deliberation/projects/decide_level.html",
        form,
        point=point,
        project=point.project,
        options=list(zip(form["level"], choices, strict=True)),
        advice=advice_in(assessment, get_language(), rulebook),
        framework=rulebook,
        language=get_language(),
        seen=seen,
        before=before,
        step=4,
    )


def _seen(data) -> tuple[int, int | None]:
    """Read which assessment and which level decision the officer looked at."""
    try:
        decision = data.get("seen_decision", "")
        return int(data["seen_assessment"]), int(decision) if decision else None
    except (KeyError, ValueError) as error:
        reason = _("This form was not complete. Open it again.")
        raise Refused(reason, code="malformed") from error


def point_for(request, pk, permission) -> DecisionPoint:
    """Find a decision point on which this person has a permission."""
    points = DecisionPoint.objects.select_related("phase__project__municipality")
    point = get_object_or_404(points, pk=pk)
    require(permission, request.user, point)
    return point
