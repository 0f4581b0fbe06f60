"""The desk's home screen: what waits for whoever signs in, and for the council how projects go."""

from django.conf import settings
from django.core.paginator import Paginator
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.components import Component

from deliberation.people.permissions import may
from deliberation.projects.extension_points import Urgency, desk_tasks, meanwhile
from deliberation.projects.models import Project, Role, RoleAssignment
from deliberation.projects.reporting.desk_views import table_context
from deliberation.projects.reporting.status_table import sorted_projects, status_rows
from deliberation.projects.staff import municipalities_of, sits_in_council

from .background import late_messages
from .first_steps import first_steps
from .sign_in.failed_sign_ins import tried_often

# How a command begins: docs/guides/install.md, and a working copy as `make demo` leaves it.
COMMAND, COMMAND_OF_DEMO = (
    "as-samenkompas ./manage.py",
    "SAMENKOMPAS_DEBUG=1 .venv/bin/python manage.py",
)
MOST = 5  # lines of a group on the first screen
PER_PAGE = 50
HEADINGS = {
    Urgency.TODAY: (_("Today"), "live"),
    Urgency.LATE: (_("Too late"), "error"),
    Urgency.WEEK: (_("This week"), "calendar"),
    Urgency.WAITING: (_("Waits for you"), "info"),
    Urgency.UNFINISHED: (_("Not finished"), "open"),
}


class DeskHome(Component):
    """Everything on the desk's first screen: it stands in for Wagtail's own panels."""

    name, order = "desk_home", 10
    template_name = "cms/desk_home.html"

    def get_context_data(self, parent_context):
        request, now = parent_context["request"], timezone.now()
        places, tasks = municipalities_of(request.user), desk_tasks(request.user, now)
        asked = request.GET.get("show")
        chosen = asked if asked in tasks else ""
        return {
            "request": request,
            "groups": [
                _group(urgency, found, request, bool(chosen))
                for urgency, found in tasks.items()
                if chosen in ("", urgency)
            ],
            "chosen": chosen,
            "works_here": bool(places),
            "meanwhile": _meanwhile(request) if places and not tasks else [],
            "begin": None if places else _installing(request),
            "steps": [step for one in places for step in first_steps(one, request.user, now)],
            "may_create": any(may("projects.create_project", request.user, one) for one in places),
            "council": _council(places, now) if sits_in_council(request.user) else None,
            "tried_often": tried_often(request.user, now),
            "late_since": late_messages(now)["since"],
        }


def _group(urgency, tasks, request, whole: bool) -> dict:
    heading, kind = HEADINGS[urgency]
    page = Paginator(tasks, PER_PAGE if whole else MOST).get_page(request.GET.get("page"))
    return {
        "name": urgency.value,
        "heading": heading,
        "kind": kind,
        "page": page,
        "more": not whole and len(tasks) > MOST,
        "query": f"show={urgency.value}&",
    }


def _meanwhile(request) -> list[dict]:
    """Tell what can be done while nothing waits, and where."""
    return [
        {"label": link.label, "href": reverse(link.url_name), "text": text}
        for link, text in meanwhile(request)
    ]


def _installing(request) -> dict | None:
    """Tell who installed the platform what comes first: a municipality, and who manages it."""
    if not may("projects.create_municipality", request.user, request.user):
        return None
    place = request.municipality
    first = RoleAssignment.objects.filter(role=Role.ADMINISTRATOR, project=None)
    return {
        "place": place.name if place else "",
        "host": request.get_host().split(":")[0],
        "command": COMMAND_OF_DEMO if settings.DEBUG else COMMAND,
        "managed": bool(place) and first.filter(municipality=place.pk).exists(),
    }


def _council(places, now) -> dict:
    """Give the first rows of how projects go: what goes worst, then what is treated first."""
    projects = Project.objects.filter(municipality__in=places)
    first = sorted_projects(projects, "overall", now, then="next")[:MOST]
    return table_context(None, status_rows(first, now), "overall") | {"number": projects.count()}
