"""Desk views of deciding: choose a level, change what was promised, plan when it is spoken about."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from compass.queries import advice_in
from compass.refusal import Refused
from deliberation.people.permissions import require

from .. import operations
from ..desk import desk_screen, form_page, posted, run_with
from ..forms import PointInEnglishForm
from ..models import DecisionPoint, Moment
from ..naming import named_framework
from ..queries import adopted_assessment, level_in_force
from ..wizard import point_for
from . import choosing, frames, moments
from .choices import level_choices
from .explanations import ranks_of, to_mind
from .forms import DecideLevelForm, FramesForm, MomentForm
from .queries import changes_of, moments_of

PAGES = "deliberation/projects"


@desk_screen
def decide_level(request, pk):
    """Choose the level on the assessment that was adopted last."""
    point = point_for(request, pk, "projects.decide_level")
    assessment = adopted_assessment(point)
    if assessment is None:
        messages.info(request, _("First answer the questions and adopt the advice."))
        return redirect("projects:assess_decision_point", pk)
    before = level_in_force(point)
    rulebook = named_framework(assessment.framework, point.project.municipality)
    choices = level_choices(assessment, get_language(), point.project.municipality)
    form = DecideLevelForm(
        posted(request),
        choices=choices,
        advice=assessment.advice,
        ranks=ranks_of(rulebook),
        before=before,
        decided_by=_in_dutch(point.get_decided_by_display),
    )
    if request.method == "POST":
        about = {"actor": request.user, "decision_point": point, "seen": _seen(request.POST)}
        if run_with(form, choosing.decide_level, **about):
            messages.success(request, _("The level was chosen."))
            return redirect("projects:see_decision_point", pk)
    advice = advice_in(assessment, get_language(), rulebook)
    return form_page(
        request,
        f"{PAGES}/decide_level.html",
        form,
        point=point,
        project=point.project,
        options=list(zip(form["level"], choices, strict=True)),
        advice=advice,
        to_mind=to_mind(advice),
        explanations=[field for field in form if field.name != "level"],
        framework=rulebook,
        language=get_language(),
        seen=(assessment.pk, before and before.pk),
        before=before,
        step=4,
    )


@desk_screen
def change_frames(request, pk):
    """Change what was promised beside the level, with the reason that residents read."""
    point = point_for(request, pk, "projects.change_frames")
    if level_in_force(point) is None:
        return redirect("projects:change_decision_point", pk)
    last = frames.last_change(point)
    form = FramesForm(posted(request), instance=point)
    if request.method == "POST":
        # The form fills its own instance; the operation gets the row as it is stored.
        stored = DecisionPoint.objects.get(pk=pk)
        about = {
            "actor": request.user,
            "decision_point": stored,
            "seen": _seen_change(request.POST),
        }
        if run_with(form, frames.change_frames, **about):
            messages.success(request, _("It was changed. Who took part is told."))
            return redirect("projects:see_decision_point", pk)
        point.refresh_from_db()
    return form_page(
        request,
        f"{PAGES}/change_frames.html",
        form,
        point=point,
        project=point.project,
        seen=last and last.pk,
        postponed=point.outcomes.exists(),
        changes=changes_of([point]).get(point.pk, []),
    )


@desk_screen
def translate_decision_point(request, pk):
    """Give a decision point its English texts, also when it is a promise."""
    point = point_for(request, pk, "projects.translate_decision_point")
    form = PointInEnglishForm(posted(request), instance=point)
    if request.method == "POST":
        about = {"actor": request.user, "decision_point": point}
        if run_with(form, operations.translate_decision_point, **about):
            messages.success(request, _("English readers see these texts now."))
            return redirect("projects:see_decision_point", pk)
    template = f"{PAGES}/translate_decision_point.html"
    return form_page(request, template, form, point=point, project=point.project)


@desk_screen
def plan_moment(request, pk):
    """Say when college or council speaks about a decision point."""
    point = point_for(request, pk, "projects.plan_moment")
    form = MomentForm(posted(request))
    if request.method == "POST":
        about = {"actor": request.user, "decision_point": point}
        if run_with(form, moments.plan_moment, **about):
            messages.success(request, _("The moment is on the calendar."))
            return redirect("projects:see_decision_point", pk)
    return form_page(
        request,
        f"{PAGES}/plan_moment.html",
        form,
        point=point,
        project=point.project,
        moments=moments_of([point]).get(point.pk, []),
    )


@desk_screen
def move_moment(request, pk):
    """Give a moment another day, body or subject."""
    moment = _moment_for(request, pk, "projects.move_moment")
    point = moment.decision_point
    form = MomentForm(posted(request), instance=moment)
    if request.method == "POST":
        stored = Moment.objects.select_related("decision_point__phase__project").get(pk=pk)
        if run_with(form, moments.move_moment, actor=request.user, moment=stored):
            messages.success(request, _("The moment was changed."))
            return redirect("projects:see_decision_point", point.pk)
    return form_page(
        request,
        f"{PAGES}/plan_moment.html",
        form,
        point=point,
        project=point.project,
        moment=moment,
        moments=[],
    )


@desk_screen
def cancel_moment(request, pk):
    """Ask whether a moment goes off the calendar, and take it off when that is confirmed."""
    moment = _moment_for(request, pk, "projects.cancel_moment")
    point = moment.decision_point
    if request.method == "POST":
        moments.cancel_moment(actor=request.user, moment=moment, now=timezone.now())
        messages.success(request, _("The moment was taken off the calendar."))
        return redirect("projects:see_decision_point", point.pk)
    context = {"moment": moment, "point": point, "project": point.project}
    return render(request, f"{PAGES}/cancel_moment.html", context)


def _moment_for(request, pk, permission) -> Moment:
    found = Moment.objects.select_related("decision_point__phase__project__municipality")
    moment = get_object_or_404(found, pk=pk)
    require(permission, request.user, moment)
    return moment


def _in_dutch(display) -> str:
    """Say it as residents read it, whatever language the desk is in."""
    with override(settings.LANGUAGE_CODE):
        return str(display())


def _seen(data) -> tuple[int, int | None]:
    """Read which assessment and which level decision the officer looked at."""
    try:
        decision = data.get("seen_decision", "")
        return int(data["seen_assessment"]), int(decision) if decision else None
    except (KeyError, ValueError) as error:
        raise _incomplete() from error


def _seen_change(data) -> int | None:
    """Read which change the officer looked at last."""
    try:
        return int(data["seen_change"]) if data["seen_change"] else None
    except (KeyError, ValueError) as error:
        raise _incomplete() from error


def _incomplete() -> Refused:
    return Refused(_("This form was not complete. Open it again."), code="malformed")
