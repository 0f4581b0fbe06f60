"""Desk tasks of pages: those of projects with a change that nobody published yet."""

from django.urls import reverse
from django.utils.translation import gettext as _

from deliberation.people.permissions import may
from deliberation.projects.extension_points import Task, Urgency
from deliberation.projects.staff import municipalities_of

from .models import ProjectPage


def tasks(projects, user, now) -> list[Task]:
    """List the pages of projects with a text that residents don't read yet."""
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
