"""The status table: how all projects go, side by side and sorted, also as a spreadsheet."""

from dataclasses import dataclass
from datetime import date

from django.db.models import (
    Case,
    Exists,
    F,
    OrderBy,
    OuterRef,
    Subquery,
    When,
    prefetch_related_objects,
)
from django.db.models.functions import Coalesce, Lower
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from deliberation.people.spreadsheet import spreadsheet_response

from ..decision_standing import standings_of, taken, with_day
from ..models import DecisionPoint, Phase, Project, StatusReport
from ..overview import PhaseView, phase_view
from .status import latest_reports

# From good to bad, as residents would order it.
# What goes worst stands first: that is what somebody looks for.
COURSES = {course: -at for at, course in enumerate(StatusReport.Course.values)}
RISKS = {risk: -at for at, risk in enumerate(StatusReport.Risk.values)}
BADGES = {"on_track": "safe", "attention": "warning", "off_track": "danger"}
RISK_BADGES = {"low": "safe", "middle": "warning", "high": "danger"}
MOST_ROWS = 50


@dataclass(frozen=True)
class StatusRow:
    """One project in the table; `report` is None while nobody reported, `href` blank without a page."""

    project: Project
    phase: PhaseView | None
    report: StatusReport | None
    next_decision: date | None
    href: str = ""


# How each column is called, and by what a project stands in its place: an expression on projects, for a day.
COLUMNS = {
    "project": (_("Project"), lambda day: Lower("title")),
    "phase": (_("Phase"), lambda day: _phase_day(day)),
    "overall": (_("Overall"), lambda day: _worst_first("overall", COURSES)),
    "risk": (_("Risk"), lambda day: _worst_first("risk", RISKS)),
    "planning": (_("Planning"), lambda day: _worst_first("planning", COURSES)),
    "budget": (_("Budget"), lambda day: _worst_first("budget", COURSES)),
    "next": (_("Next treatment"), lambda day: _treatment_day(day)),
    "reported": (_("Reported on"), lambda day: Coalesce(_reported("reported_on"), date.min)),
}
NOBODY_REPORTED = 9  # after all that was


def sorted_projects(projects, sort: str, now, then: str = "project"):
    """Order projects by a column of COLUMNS, "-" before it for the other way; anything else is by project.

    Which stand in one place follow by another column, and by their title.
    """
    name, day = sort.removeprefix("-"), timezone.localdate(now)
    if name not in COLUMNS:
        sort = name = "project"
    keys = {f"place_{one}": COLUMNS[one][1](day) for one in (name, then, "project")}
    first = OrderBy(F(f"place_{name}"), descending=sort.startswith("-"))
    return projects.annotate(**keys).order_by(first, f"place_{then}", "place_project", "pk")


def status_rows(projects, now, hrefs=None) -> list[StatusRow]:
    """Make a row for each of these projects, in their order; `hrefs` gives the address of its page by project id.

    The number of queries doesn't grow with the projects.
    """
    projects = list(projects)
    prefetch_related_objects(projects, "phases__decision_points")
    reports = latest_reports(projects)
    points = [point for project in projects for point in _points(project)]
    standings = standings_of(points)
    return [
        StatusRow(
            project=project,
            phase=_phase_that_matters(project, now),
            report=reports.get(project.pk),
            next_decision=_next_decision(project, standings, timezone.localdate(now)),
            href=(hrefs or {}).get(project.pk, ""),
        )
        for project in projects
    ]


def _reported(name: str):
    newest = StatusReport.objects.filter(project=OuterRef("pk")).order_by("-reported_on", "-pk")
    return Subquery(newest.values(name)[:1])


def _worst_first(name: str, places: dict):
    newest = StatusReport.objects.filter(project=OuterRef("pk")).order_by("-reported_on", "-pk")
    cases = [When(**{name: value}, then=place) for value, place in places.items()]
    place = Subquery(newest.annotate(place=Case(*cases)).values("place")[:1])
    return Coalesce(place, NOBODY_REPORTED)


def _phase_day(day):
    phases = Phase.objects.filter(project=OuterRef("pk"))
    ahead = phases.filter(ends_on__gte=day).order_by("starts_on")
    last = phases.order_by("-starts_on")
    days = [Subquery(found.values("starts_on")[:1]) for found in (ahead, last)]
    return Coalesce(*days, date.max)


def _treatment_day(day):
    """Tell when a project is treated next: as its report says, else the first decision that is still to come."""
    points = DecisionPoint.objects.filter(phase__project=OuterRef("pk"))
    stands = Exists(taken().filter(decision_point=OuterRef("pk")))
    coming = with_day(points).filter(~stands, day__gte=day)
    first = Subquery(coming.order_by("day").values("day")[:1])
    return Coalesce(_reported("next_treatment_on"), first, date.max)


def column_links(sort: str) -> list[dict]:
    """List the columns with what a click on each asks for, and which way the table is ordered now."""
    name, down = sort.removeprefix("-"), sort.startswith("-")
    if name not in COLUMNS:
        name, down = "project", False
    return [
        {
            "label": label,
            "sort": f"-{key}" if key == name and not down else key,
            "order": ("descending" if down else "ascending") if key == name else "",
        }
        for key, (label, _key) in COLUMNS.items()
    ]


def as_records(rows) -> list[list]:
    """Give the table as rows of cells for a spreadsheet, the first with the names of the columns."""
    return [[str(name) for name in RECORD], *(_record(row) for row in rows)]


def as_file(rows, form: str) -> HttpResponse:
    """Give the table as a file for a spreadsheet."""
    return spreadsheet_response(as_records(rows), "stand-van-zaken", form)


RECORD = (
    _("Project"),
    _("Phase"),
    _("Overall"),
    _("Risk"),
    _("Planning"),
    _("Budget"),
    _("Available (euros)"),
    _("Spent (euros)"),
    _("Promised to others (euros)"),
    _("Left (euros)"),
    _("Next treatment"),
    _("Day of the next treatment"),
    _("What goes differently"),
    _("Why"),
    _("Reported on"),
)


def _record(row: StatusRow) -> list:
    report = row.report
    start = [row.project.title, row.phase.title if row.phase else ""]
    if report is None:
        return start + [""] * (len(RECORD) - len(start))
    words = [
        report.get_overall_display(),
        report.get_risk_display(),
        report.get_planning_display(),
        report.get_budget_display(),
    ]
    amounts = [report.budget_available, report.budget_spent, report.budget_committed]
    rest = [
        report.next_treatment,
        report.next_treatment_on,
        report.deviation,
        report.deviation_reason,
        report.reported_on,
    ]
    cells = [*start, *words, *amounts, report.budget_left, *rest]
    return ["" if cell is None else cell for cell in cells]


def _points(project):
    return [point for phase in project.phases.all() for point in phase.decision_points.all()]


def _phase_that_matters(project, now) -> PhaseView | None:
    views = [phase_view(phase, now) for phase in project.phases.all()]
    ahead = [view for view in views if view.status != "past"]
    return (ahead or views[-1:] or [None])[0]


def _next_decision(project, standings, day) -> date | None:
    coming = [standings[point.pk] for point in _points(project)]
    days = [one.day for one in coming if not one.decided and one.day >= day]
    return min(days, default=None)
