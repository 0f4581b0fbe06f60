"""Desk tasks of pages: those with a change that nobody published yet, and those that an evening waits for."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from deliberation.live.models import Run
from deliberation.people.permissions import may
from deliberation.projects.desk_tasks import urgency_of
from deliberation.projects.extension_points import Task, Urgency
from deliberation.projects.staff import municipalities_of, projects_where

from ..models import ProjectPage


def tasks(projects, user, now) -> list[Task]:
    """List the pages of projects that residents don't read yet, or not as they are."""
    return [*_unpublished(projects, user, now), *_missing(projects, user, now)]


def _unpublished(projects, user, now) -> list[Task]:
    writes = [
        one for one in municipalities_of(user) if may("cms.start_project_page", user, one, now)
    ]
    pages = ProjectPage.objects.filter(
        project__in=projects,
        project__municipality__in=writes,
        has_unpublished_changes=True,
        alias_of=None,
    )
    return [_task(page) for page in pages.select_related("project")]


def _task(page) -> Task:
    text = _("Publish what you changed: %s") if page.live else _("Publish the page: %s")
    href = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return Task(Urgency.UNFINISHED, text % page.draft_title, href, page.project.title)


def _missing(projects, user, now) -> list[Task]:
    """List the projects without any page of which an evening comes or was held: residents look for one."""
    prepared = projects_where("projects.change_project", user, projects)
    having = ProjectPage.objects.filter(project__in=prepared).values("project")
    runs = Run.objects.filter(session__project__in=prepared, kind=Run.Kind.REAL)
    runs = runs.exclude(session__project__in=having).exclude(state=Run.State.CANCELLED)
    runs = runs.select_related("session__project").order_by("-session__starts_at")
    found = {run.session.project_id: _page_for(run, now) for run in runs}
    return [task for task in found.values() if task]


def _page_for(run, now) -> Task | None:
    session, today = run.session, timezone.localdate(now)
    urgency = urgency_of(session.day_near(now), today)
    if urgency is None:
        return None
    if run.state in Run.OVER or urgency == Urgency.LATE:
        urgency = Urgency.UNFINISHED
    href = reverse("projects:see_project", args=[session.project_id]) + "#pages"
    text = _("Make the page on which residents read about “%s”") % session.title
    return Task(urgency, text, href, session.project.title)
