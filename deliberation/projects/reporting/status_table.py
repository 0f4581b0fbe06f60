"""The status table: how all projects go, side by side and sorted, also as a spreadsheet."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from deliberation.people.spreadsheet import spreadsheet_response

from ..models import Project, StatusReport
from ..overview import PhaseView, phase_view
from .outcomes import decision_day, outcomes_of
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


COLUMNS = {
    "project": (_("Project"), lambda row: row.project.title.casefold()),
    "phase": (_("Phase"), lambda row: row.phase.starts_on if row.phase else date.max),
    "overall": (_("Overall"), lambda row: COURSES[row.report.overall] if row.report else 9),
    "risk": (_("Risk"), lambda row: RISKS[row.report.risk] if row.report else 9),
    "planning": (_("Planning"), lambda row: COURSES[row.report.planning] if row.report else 9),
    "budget": (_("Budget"), lambda row: COURSES[row.report.budget] if row.report else 9),
    "next": (_("Next treatment"), lambda row: _treatment(row) or date.max),
    "reported": (_("Reported on"), lambda row: row.report.reported_on if row.report else date.min),
}


def status_rows(projects, now, hrefs=None) -> list[StatusRow]:
    """Make a row for each project; `hrefs` gives the address of its page by project id.

    The number of queries doesn't grow with the projects.
    """
    projects = list(projects.prefetch_related("phases__decision_points"))
    reports = latest_reports(projects)
    points = [point for project in projects for point in _points(project)]
    outcomes = outcomes_of(points)
    return [
        StatusRow(
            project=project,
            phase=_phase_that_matters(project, now),
            report=reports.get(project.pk),
            next_decision=_next_decision(project, outcomes, timezone.localdate(now)),
            href=(hrefs or {}).get(project.pk, ""),
        )
        for project in projects
    ]


def sorted_rows(rows, sort: str) -> list[StatusRow]:
    """Order rows by a column of COLUMNS, "-" before it for the other way; anything else is by project."""
    name = sort.removeprefix("-")
    if name not in COLUMNS:
        sort = name = "project"
    by_title = sorted(rows, key=COLUMNS["project"][1])
    return sorted(by_title, key=COLUMNS[name][1], reverse=sort.startswith("-"))


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


def _treatment(row: StatusRow) -> date | None:
    return (row.report and row.report.next_treatment_on) or row.next_decision


def _points(project):
    return [point for phase in project.phases.all() for point in phase.decision_points.all()]


def _phase_that_matters(project, now) -> PhaseView | None:
    views = [phase_view(phase, now) for phase in project.phases.all()]
    ahead = [view for view in views if view.status != "past"]
    return (ahead or views[-1:] or [None])[0]


def _next_decision(project, outcomes, day) -> date | None:
    days = [decision_day(point, outcomes.get(point.pk)) for point in _points(project)]
    return min((one for one in days if one >= day), default=None)
