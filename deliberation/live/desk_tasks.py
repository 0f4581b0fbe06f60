"""Desk tasks of evenings: those under way, today, this week, or past without being held."""

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from deliberation.projects.desk_tasks import urgency_of
from deliberation.projects.extension_points import Task, Urgency
from deliberation.projects.staff import projects_of, projects_where

from .models import Run

State = Run.State


def tasks(projects, user, now) -> list[Task]:
    """List the evenings that are not over, and rehearsals under way, with the way to the console for who may see it."""
    leads = projects_where("live.see_console", user, projects)
    prepares = projects_where("live.create_session", user, projects)
    now_or_real = Q(kind=Run.Kind.REAL) | Q(state__in=(State.READY, *Run.JOINABLE))
    runs = Run.objects.filter(now_or_real, session__project__in=projects)
    runs = (
        runs.exclude(state__in=Run.OVER).select_related("session__project").order_by("-kind", "id")
    )
    found = [_task(run, run.project in leads, run.project in prepares, now) for run in runs]
    return [task for task in found if task]


def in_sessions(user) -> str:
    """Say what somebody can do in their sessions while nothing waits."""
    projects = projects_of(user)
    if projects_where("live.create_session", user, projects):
        return _("Prepare a session: its run sheet, its polls, and a rehearsal.")
    if projects_where("live.see_console", user, projects):
        return _("Read the run sheet of a session in which you help.")
    return ""


def _task(run, leads: bool, prepares: bool, now) -> Task | None:
    session, under_way = run.session, run.state in Run.JOINABLE
    today = timezone.localdate(now)
    urgency = urgency_of(session.day_near(now), today)
    if run.kind == Run.Kind.REHEARSAL:
        text = _("Rehearsal under way: %s") if under_way else _("Rehearsal that can begin: %s")
        urgency = Urgency.TODAY
    elif under_way:
        urgency, text = Urgency.TODAY, _("Under way: %s")
    elif urgency == Urgency.TODAY:
        text = _("To the console: %s") if leads else _("Today: %s")
    elif urgency == Urgency.WEEK:
        text = _("Prepare: %s") if prepares and run.state == State.DRAFT else _("This week: %s")
    elif urgency == Urgency.LATE and prepares:
        urgency, text = Urgency.UNFINISHED, _("Was not held on its day: %s")
    else:
        return None
    console = urgency == Urgency.TODAY and leads
    href = (
        reverse("console", args=[run.pk])
        if console
        else reverse("live:see_session", args=[session.pk])
    )
    return Task(urgency, text % session.title, href, session.project.title, session.starts_at)
