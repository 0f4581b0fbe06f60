"""Status reports: how a project goes, told to council and residents one report at a time, never changed."""

from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused
from deliberation.people.operations import operation, record_audit
from deliberation.people.permissions import require

from ..english import beside
from ..models import Project, StatusReport
from ..queries import current_phase

STATUS_FIELDS = (
    "summary",
    "risk",
    "overall",
    "planning",
    "budget",
    "budget_available",
    "budget_spent",
    "budget_committed",
    "next_treatment",
    "next_treatment_on",
    "deviation",
    "deviation_reason",
)


@operation
def report_status(*, actor, project, reported_on, english=None, now, **fields) -> StatusReport:
    """Tell how a project goes on a day. `fields` are STATUS_FIELDS; amounts are whole euros.

    Refused: a day ahead, a day before the last report, a deviation without its reason (and the other
    way round), a course "not as expected" without a deviation, money spent without a budget.
    """
    require("projects.report_status", actor, project, now)
    Project.objects.select_for_update().get(pk=project.pk)
    unknown = set(fields) - set(STATUS_FIELDS)
    if unknown:
        raise Refused(_("Unknown fields: %s") % ", ".join(sorted(unknown)), code="malformed")
    for field, reason in [*_wrong_day(project, reported_on, now), *_missing(fields)]:
        raise Refused(reason, field=field)
    phase = current_phase(project, now)
    report = StatusReport.objects.create(
        project=project,
        reported_on=reported_on,
        phase=phase.title if phase else "",
        reported_by=actor,
        reported_at=now,
        english=beside(StatusReport, fields, english),
        **fields,
    )
    record_audit(actor=actor, action="report_status", obj=report, now=now)
    return report


def latest_reports(projects) -> dict[int, StatusReport]:
    """Find the newest report of many projects in one query, by project id."""
    newest = StatusReport.objects.filter(project=OuterRef("project")).values("pk")[:1]
    found = StatusReport.objects.filter(project__in=projects, pk=Subquery(newest))
    return {report.project_id: report for report in found}


def status_history(project) -> list[StatusReport]:
    """List a project's reports, the newest first."""
    return list(project.status_reports.select_related("reported_by"))


def _wrong_day(project, reported_on, now):
    if reported_on > timezone.localdate(now):
        yield "reported_on", _("This day has not come yet.")
    last = project.status_reports.first()
    if last and reported_on < last.reported_on:
        yield "reported_on", _("There is already a report of a later day.")


def _missing(fields):
    deviation, reason = fields.get("deviation", ""), fields.get("deviation_reason", "")
    off_track = [fields[name] for name in ("overall", "planning", "budget")]
    if StatusReport.Course.OFF_TRACK in off_track and not deviation:
        yield "deviation", _("Say what goes differently from what was decided.")
    if deviation and not reason:
        yield "deviation_reason", _("Say why it goes differently.")
    if reason and not deviation:
        yield "deviation", _("Say what goes differently from what was decided.")
    spent = [fields.get("budget_spent"), fields.get("budget_committed")]
    if fields.get("budget_available") is None and any(amount is not None for amount in spent):
        yield "budget_available", _("Say how much money there is in all.")
    if fields.get("next_treatment_on") and not fields.get("next_treatment"):
        yield "next_treatment", _("Say what the council discusses on that day.")
