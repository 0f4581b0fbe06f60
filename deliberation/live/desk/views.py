"""Desk views of live sessions: the list, an evening with its run sheet and polls, and the codes to print."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from compass.refusal import Refused
from deliberation.people.permissions import may, require
from deliberation.projects.desk import (
    ComesFirst,
    desk_screen,
    form_page,
    posted,
    run_with,
    way_to_open,
)
from deliberation.projects.extension_points import when_read
from deliberation.projects.models import DecisionPoint, Project
from deliberation.projects.queries import closed_for_good, with_much_attention
from deliberation.projects.staff import projects_of, projects_where

from .. import operations
from ..counting.results import results_of_session
from ..counting.wording import outcome_words
from ..models import Activity, Item, LiveSession, Run
from ..polls import poll_statuses
from ..screens.pages import code_entries
from ..sections import EVENING_FIRST, evenings_of, on_cards, run_on_desk
from .forms import RunForm, SessionForm
from .poll_form import PollForm, ReplacePollForm

PER_SCREEN = 12
# What the screen of a session offers, by the permission it asks.
ASKED = {
    "change": "live.change_session",
    "prepare": "live.add_item",
    "see_console": "live.see_console",
    "see_cards": "live.see_cards",
    "see_attendances": "live.see_attendances",
    "invite": "projects.invite_colleague",
}


@require_safe
@desk_screen
def see_sessions(request):
    """List the evenings of the projects in which I work."""
    projects = projects_of(request.user)
    if not projects:
        require("projects.see_desk", request.user, request.municipality or None)
    page = Paginator(evenings_of(projects), PER_SCREEN).get_page(request.GET.get("page"))
    may_create_in = projects_where("live.create_session", request.user, projects)
    more = Paginator(may_create_in, PER_SCREEN).get_page(request.GET.get("projects"))
    context = {"sessions": on_cards(page), "page_of_sessions": page, "may_create_in": more}
    return render(request, "deliberation/live/desk/see_sessions.html", context)


@desk_screen
def create_session(request, project_id):
    """Announce an evening, with its run and codes."""
    project = get_object_or_404(_projects(), pk=project_id)
    require("live.create_session", request.user, project)
    form = SessionForm(posted(request))
    if request.method == "POST":
        actor = request.user
        session = run_with(form, operations.create_session, actor=actor, project=project)
        if session:
            operations.create_run(actor=actor, session=session, now=timezone.now())
            messages.success(request, _("The session is there. Now make its run sheet."))
            return redirect("live:see_session", session.pk)
    template = "deliberation/live/desk/create_session.html"
    return form_page(request, template, form, project=project)


@desk_screen
def change_session(request, pk):
    """Give an evening another title, day or place, until it was held."""
    session = get_object_or_404(_sessions(), pk=pk)
    require("live.change_session", request.user, session)
    project, title = session.project, session.title
    form = SessionForm(posted(request), instance=session)
    if request.method == "POST":
        changed = run_with(form, operations.change_session, actor=request.user, session=session)
        if changed:
            read = when_read(project, _("Residents read it so from now on."))
            said = _("The session is changed.")
            messages.success(request, f"{said} {read}")
            return redirect("live:see_session", pk)
    template = "deliberation/live/desk/change_session.html"
    return form_page(request, template, form, session=session, project=project, session_title=title)


@require_safe
@desk_screen
def see_session(request, pk):
    """Show an evening: its runs, what happens when, and the way to console, projector and codes."""
    session = get_object_or_404(_sessions().prefetch_related("runs"), pk=pk)
    require("projects.see_desk", request.user, session.project)
    now, runs = timezone.now(), session.runs.order_by(*EVENING_FIRST)
    context = {
        "session": session,
        "project": session.project,
        "runs": [run_on_desk(run, request.user, now) for run in runs],
        "outcomes": [outcome_words(found) for found in results_of_session(session)],
        "over": session.is_over,
        "may": {name: may(asked, request.user, session.project) for name, asked in ASKED.items()},
        "run_form": RunForm(initial={"kind": Run.Kind.REHEARSAL}),
    }
    return render(request, "deliberation/live/desk/see_session.html", context)


@require_POST
@desk_screen
def create_run(request, pk):
    """Add a rehearsal, or the run itself when the earlier one was cancelled."""
    session = get_object_or_404(_sessions(), pk=pk)
    require("live.create_run", request.user, session.project)
    form = RunForm(request.POST)
    there = reverse("live:see_session", args=[pk])
    run = run_with(form, operations.create_run, actor=request.user, session=session)
    if run:
        said = _("%(name)s is ready, with codes of its own.") % {"name": run.name}
        messages.success(request, said)
        return redirect(f"{there}#run-{run.pk}")
    messages.error(request, " ".join(str(one) for lines in form.errors.values() for one in lines))
    return redirect(there)


@desk_screen
def add_activity(request, item_id):
    """Put a poll in a part of the run sheet."""
    items = Item.objects.select_related("run__session__project")
    item = get_object_or_404(items, pk=item_id)
    require("live.add_activity", request.user, item)
    points = _points(item.project)
    allowed = _allowed(points, request.user, item.run)
    form = PollForm(
        posted(request),
        points=allowed,
        initial={"sensitive": bool(with_much_attention(points))},
    )
    if request.method == "POST":
        poll = run_with(form, operations.add_activity, actor=request.user, item=item)
        if poll:
            messages.success(request, _("The poll is on the run sheet."))
            return redirect("live:see_session", item.run.session_id)
    return form_page(
        request,
        "deliberation/live/desk/add_activity.html",
        form,
        item=item,
        session=item.run.session,
        project=item.project,
        may_invite=may("projects.invite_colleague", request.user, item.project),
        closed=_closed_points(item.run, points, request.user),
    )


@desk_screen
def replace_activity(request, activity_id):
    """Copy a poll to a new version with another text; the old one does not count any more."""
    polls = Activity.objects.select_related("item", "run__session__project")
    poll = get_object_or_404(polls, pk=activity_id)
    require("live.replace_activity", request.user, poll)
    form = ReplacePollForm(
        posted(request), points=_allowed(_points(poll.project), request.user, poll.run),
        instance=poll,
        initial={"options": "\n".join(poll.options)},
    )  # fmt: skip
    if request.method == "POST":
        new = run_with(form, operations.replace_activity, actor=request.user, activity=poll)
        if new:
            messages.success(request, _("The new poll is on the run sheet. The old one is void."))
            return redirect("live:see_session", poll.run.session_id)
    return form_page(
        request,
        "deliberation/live/desk/replace_activity.html",
        form,
        poll=poll,
        session=poll.run.session,
    )


@require_safe
@desk_screen
def print_codes(request, run_id):
    """Show the codes of a run large, to print and put on a wall or a table."""
    run = get_object_or_404(Run.objects.select_related("session__project"), pk=run_id)
    require("live.see_console", request.user, run)
    context = {"run": run, "session": run.session, "codes": code_entries(run, size=360)}
    return render(request, "deliberation/live/desk/print_codes.html", context)


def _projects():
    return Project.objects.select_related("municipality")


def _sessions():
    return LiveSession.objects.select_related("project__municipality")


def _points(project):
    points = DecisionPoint.objects.filter(phase__project=project)
    return points.select_related("phase__project").order_by("phase__starts_on", "id")


def _allowed(points, user, run):
    """Leave out where no poll will open: the level asks nothing, or it is decided; refused when nothing is left."""
    if not points:
        raise _without_points(user, run.session)
    closed = closed_for_good("live_poll", points, timezone.now(), rehearsal=run.is_rehearsal)
    if closed and len(closed) == len(points):
        raise Refused(next(iter(closed.values())), code="state")
    return points.exclude(pk__in=closed)


def _without_points(user, session) -> ComesFirst:
    """Lead to where a decision point is made: a poll asks something about one."""
    make, project = None, session.project
    reason = _("This project has no decision point yet. A policy officer makes it.")
    if may("projects.name_decision_point", user, project):
        reason = _("This project has no decision point yet. Make one first.")
        make = (
            _("Name a decision point"),
            reverse("projects:name_decision_point", args=[project.pk]),
        )
    back = session.title, reverse("live:see_session", args=[session.pk])
    return ComesFirst(reason, make=make, back=back)


def _closed_points(run, points, user) -> list[tuple]:
    """List where voting is closed now: the decision point, why, and the way to what opens it."""
    statuses = poll_statuses(run, points, timezone.now())
    found = [(point, statuses[point.pk]) for point in points if not statuses[point.pk].open]
    return [(point, status.reason, way_to_open(status, point, user)) for point, status in found]
