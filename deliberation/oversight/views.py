"""Desk views of oversight: every advice and choice for council, management and officers, and one decision point."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from deliberation.people.permissions import may, require
from deliberation.people.spreadsheet import FORMS, spreadsheet_response
from deliberation.projects.deciding.queries import changes_of
from deliberation.projects.desk import desk_screen
from deliberation.projects.models import Project, Role, RoleAssignment
from deliberation.projects.staff import municipalities_of
from deliberation.projects.tenancy import of_this_site
from deliberation.projects.views import municipality_of
from deliberation.projects.wizard import point_for

from .cells import cells_of, waits_in_words
from .council import council_page
from .filters import (
    ALL_YEARS,
    asked_for,
    column_links,
    counts,
    headline,
    in_scope,
    looked_for,
    used_grounds,
    years_of,
)
from .records import LOOKS, records_of

PER_SCREEN = 20
FILE_NAME = "keuzes-en-redenen"


@require_safe
@never_cache
@desk_screen
def see_oversight(request):
    """Show every advice and choice with its reasons, as a page or for a spreadsheet."""
    projects, today = _projects(request), timezone.localdate()
    asked = asked_for(request.GET, today)
    everything = records_of(projects, earlier=asked.earlier)
    here = in_scope(everything, asked, today)
    rows = looked_for(here, asked)
    if (form := request.GET.get("format")) in FORMS:
        return spreadsheet_response(cells_of(rows), FILE_NAME, form)
    page = Paginator(rows, PER_SCREEN).get_page(request.GET.get("page"))
    context = {
        "asked": asked,
        "all_years": ALL_YEARS,
        "headline": headline(here, asked, today),
        "looks": _looks(here, asked, today),
        "years": years_of(everything, today),
        "projects": projects,
        "columns": column_links(asked, today),
        "page_of_rows": page,
        "rows": _with_notes(page),
        "query": asked.query(today),
        "grounds": used_grounds(here),
    }
    return render(request, "deliberation/oversight/see_oversight.html", context)


@require_safe
@never_cache
@desk_screen
def see_council_page(request, pk):
    """Show one decision point on one sheet of paper: advice, choice, reasons, moments and means."""
    point = point_for(request, pk, "projects.see_council_page")
    context = council_page(point, get_language(), timezone.now())
    return render(request, "deliberation/oversight/see_council_page.html", context)


def may_see_somewhere(user) -> bool:
    """Tell whether somebody may see the choices of some project."""
    held = of_this_site(RoleAssignment.objects.filter(user=user, role=Role.OFFICER))
    return held.exists() or any(
        may("projects.see_oversight", user, one) for one in municipalities_of(user)
    )


def _projects(request) -> list[Project]:
    """Find the projects of which somebody may see the choices here: all, or those they prepare."""
    municipality = municipality_of(request)
    projects = Project.objects.filter(municipality=municipality)
    if not may("projects.see_oversight", request.user, municipality):
        # The same table, read once: asking it for each project costs a query each.
        held = RoleAssignment.objects.filter(user=request.user, role=Role.OFFICER)
        projects = projects.filter(pk__in=held.values("project"))
        if not projects:
            require("projects.see_oversight", request.user, municipality)
    return list(projects)


def _looks(records, asked, today) -> list[dict]:
    """List what can be looked for, with how often it is found and where a click on it leads."""
    found = counts(records)
    return [
        {
            "key": key,
            "label": label,
            "count": found[key],
            "query": asked.query(today, look=key),
            "current": key == asked.look,
        }
        for key, (label, _holds) in LOOKS.items()
    ]


def _with_notes(page) -> list[tuple]:
    """Put beside each record what waits, and what was changed after it was promised."""
    changed = changes_of([record.point for record in page if record.changed])
    return [
        (record, waits_in_words(record), changed.get(record.point.pk, []) if record.latest else [])
        for record in page
    ]
