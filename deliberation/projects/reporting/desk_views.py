"""Desk views and forms of reporting: how projects go, and what was decided."""

from urllib.parse import quote

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from deliberation.people.permissions import may, require
from deliberation.people.spreadsheet import FORMS

from ..desk import desk_screen, form_page, posted, run_with
from ..english_forms import EnglishFields
from ..extension_points import PageSection, when_read
from ..forms import DateInput
from ..models import DecisionOutcome, DecisionPoint, Project, StatusReport
from ..staff import municipalities_of
from ..views import municipality_of
from .outcomes import outcome_history, record_outcome
from .status import latest_reports, report_status, status_history
from .status_table import BADGES, RISK_BADGES, as_file, column_links, sorted_projects, status_rows

PER_SCREEN = 20
TEXT = {"rows": 3}


class StatusForm(EnglishFields, forms.ModelForm):
    """How a project goes."""

    in_english = StatusReport.IN_ENGLISH
    needed_sometimes = ("budget_available", "next_treatment", "deviation", "deviation_reason")

    class Meta:
        model = StatusReport
        fields = [
            "reported_on",
            "summary",
            "overall",
            "planning",
            "budget",
            "risk",
            "budget_available",
            "budget_spent",
            "budget_committed",
            "next_treatment",
            "next_treatment_on",
            "deviation",
            "deviation_reason",
        ]
        labels = {
            "reported_on": _("On which day is this how it stands?"),
            "summary": _("What happened, and what comes next?"),
            "overall": _("How does the project go as a whole?"),
            "planning": _("How does the planning go?"),
            "budget": _("How does the budget go?"),
            "risk": _("How high is the risk?"),
            "budget_available": _("How much money is there, in whole euros?"),
            "budget_spent": _("How much was spent?"),
            "budget_committed": _("How much was promised to others, but not paid yet?"),
            "next_treatment": _("What does the council discuss next?"),
            "next_treatment_on": _("On which day?"),
            "deviation": _("What goes differently from what was decided?"),
            "deviation_reason": _("Why does it go differently?"),
        }
        help_texts = {
            "summary": _("Residents read this. Two or three short sentences."),
            "next_treatment": _(
                "Only needed with the day below. For example: The council chooses the layout of "
                "the street."
            ),
            "deviation": _("Only needed when something goes differently. Residents read this."),
            "deviation_reason": _("Only needed when something goes differently."),
            "budget_available": _("Only needed when you fill in an amount below."),
        }
        widgets = {
            "reported_on": DateInput(),
            "next_treatment_on": DateInput(),
            "summary": forms.Textarea(attrs=TEXT),
            "deviation": forms.Textarea(attrs=TEXT),
            "deviation_reason": forms.Textarea(attrs=TEXT),
            **dict.fromkeys(("overall", "planning", "budget", "risk"), forms.RadioSelect),
        }

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        for name in ("overall", "planning", "budget"):
            self.fields[name].choices = StatusReport.Course.choices
        self.fields["risk"].choices = StatusReport.Risk.choices
        for name in ("budget_available", "budget_spent", "budget_committed", "next_treatment_on"):
            self.fields[name].required = False


class OutcomeForm(EnglishFields, forms.ModelForm):
    """What was decided, and what was done with what residents gave."""

    in_english = DecisionOutcome.IN_ENGLISH
    needed_sometimes = ("what_we_did", "postponed_to")
    link = forms.URLField(
        label=_("Where can people read the decision?"),
        help_text=_("For example the page of the council meeting. It begins with https://"),
        max_length=300,
        required=False,
        assume_scheme="https",
    )

    class Meta:
        model = DecisionOutcome
        fields = ["decided_on", "result", "outcome", "what_we_did", "link", "postponed_to"]
        labels = {
            "decided_on": _("On which day was it decided?"),
            "result": _("What became of it?"),
            "outcome": _("What was decided?"),
            "what_we_did": _("What was done with what residents gave?"),
            "postponed_to": _("Postponed to which day?"),
        }
        help_texts = {
            "outcome": _("Residents read this. Two or three short sentences."),
            "what_we_did": _(
                "Residents read this. What was adopted, what was not, and why? "
                "Needed where residents had a say."
            ),
            "postponed_to": _("Only when it was postponed."),
        }
        widgets = {
            "decided_on": DateInput(),
            "postponed_to": DateInput(),
            "result": forms.RadioSelect,
            "outcome": forms.Textarea(attrs=TEXT),
            "what_we_did": forms.Textarea(attrs={"rows": 5}),
        }

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["result"].choices = DecisionOutcome.Result.choices
        self.fields["postponed_to"].required = False


@require_safe
@desk_screen
def see_status(request):
    """Show how all projects of the municipality go, as a table or a spreadsheet."""
    municipality = municipality_of(request)
    require("projects.see_status", request.user, municipality)
    sort, now = request.GET.get("sort", ""), timezone.now()
    projects = sorted_projects(Project.objects.filter(municipality=municipality), sort, now)
    if (form := request.GET.get("format")) in FORMS:
        return as_file(status_rows(projects, now), form)
    page = Paginator(projects, PER_SCREEN).get_page(request.GET.get("page"))
    hrefs = {
        one.pk: f"{reverse('projects:see_project', args=[one.pk])}#status-of-project"
        for one in page
    }
    context = table_context(page, status_rows(page, now, hrefs), sort)
    context |= {"municipality": municipality}
    return render(request, "deliberation/projects/see_status.html", context)


def may_see_somewhere(user) -> bool:
    """Tell whether somebody has a municipality of which they may see how projects go."""
    return any(may("projects.see_status", user, one) for one in municipalities_of(user))


def table_context(page, rows, sort: str) -> dict:
    """Give what templates/components/_status_table.html shows."""
    return {
        "page_of_rows": page,
        "rows": [(row, _badges(row.report)) for row in rows],
        "columns": column_links(sort),
        "sort_query": f"sort={quote(sort)}&" if sort else "",
    }


@desk_screen
def report_project_status(request, pk):
    """Tell how a project goes; the earlier reports stand below."""
    project = get_object_or_404(Project.objects.select_related("municipality"), pk=pk)
    require("projects.report_status", request.user, project)
    today = timezone.localdate()
    form = StatusForm(posted(request), initial=_as_last_time(project) | {"reported_on": today})
    if request.method == "POST":
        report = run_with(form, report_status, actor=request.user, project=project)
        if report:
            read = when_read(project, gettext("The council and residents can read it now."))
            said = gettext("It is written down.")
            messages.success(request, f"{said} {read}")
            return redirect("projects:see_project", project.pk)
    return form_page(
        request,
        "deliberation/projects/report_status.html",
        form,
        project=project,
        history=status_history(project),
    )


@desk_screen
def record_point_outcome(request, pk):
    """Write down what was decided at a decision point."""
    points = DecisionPoint.objects.select_related("phase__project__municipality")
    point = get_object_or_404(points, pk=pk)
    require("projects.record_outcome", request.user, point)
    # What is sent is a row of its own, so it is compared with nothing: English that was shown goes along.
    written = next(iter(outcome_history(point)), None)
    if request.method == "POST" or (written and written.postponed_to):
        written = None
    form = OutcomeForm(posted(request), instance=written)
    if request.method == "POST":
        outcome = run_with(form, record_outcome, actor=request.user, decision_point=point)
        if outcome:
            read = when_read(point.project, gettext("Residents can read it now."))
            said = gettext("It is written down.")
            messages.success(request, f"{said} {read}")
            return redirect("projects:see_decision_point", point.pk)
    return form_page(
        request,
        "deliberation/projects/record_outcome.html",
        form,
        point=point,
        project=point.project,
        history=outcome_history(point),
    )


def desk_section(project, user, now):
    """Show on the desk's project screen how it goes, with the way to report."""
    report = latest_reports([project]).get(project.pk)
    part = {"report": report, "may_report": may("projects.report_status", user, project, now)}
    part["badges"] = _badges(report)
    return "deliberation/projects/_status_desk.html", part


def project_section(project, now):
    """Show residents how the project goes; nothing while nobody reported."""
    report = latest_reports([project]).get(project.pk)
    if report is None:
        return None
    return PageSection(
        "deliberation/projects/_status.html",
        {"report": report, "badges": _badges(report)},
        "status-of-project",
        _("How does the project go?"),
        for_council=True,
    )


def _badges(report) -> tuple:
    if report is None:
        return ()
    courses = [(report.overall, _("Overall"), report.get_overall_display())]
    courses += [(report.planning, _("Planning"), report.get_planning_display())]
    courses += [(report.budget, _("Budget"), report.get_budget_display())]
    badges = [(name, words, BADGES[course]) for course, name, words in courses]
    risk = (_("Risk"), report.get_risk_display(), RISK_BADGES[report.risk])
    return (badges[0], risk, badges[1], badges[2])


def _as_last_time(project) -> dict:
    last = project.status_reports.first()
    kept = ("overall", "planning", "budget", "risk", "budget_available", "next_treatment")
    return {name: getattr(last, name) for name in kept} if last else {}
