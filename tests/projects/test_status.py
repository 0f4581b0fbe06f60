"""Do council and residents hear how a project goes, honestly and in order?"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from compass.refusal import Refused
from deliberation.people.models import AuditEntry
from deliberation.projects.models import Project, StatusReport
from deliberation.projects.reporting.status import latest_reports, report_status, status_history
from deliberation.projects.reporting.status_table import COLUMNS, sorted_projects, status_rows
from tests.builders import a_decision_point, a_phase, a_project, a_user, the_officer

pytestmark = pytest.mark.django_db
FINE = {
    "summary": "De tekening is klaar.",
    "risk": "low",
    "overall": "on_track",
    "planning": "on_track",
    "budget": "on_track",
}


def report(project, days_ago=0, **fields):
    now = timezone.now()
    return report_status(
        actor=the_officer(project.municipality),
        project=project,
        reported_on=timezone.localdate(now) - timedelta(days=days_ago),
        now=now,
        **{**FINE, **fields},
    )


def test_a_report_keeps_the_phase_of_its_day_and_the_earlier_reports():
    project = a_phase(project=a_project()).project
    first, second = report(project, days_ago=30), report(project, risk="high")
    assert first.phase == "Fase design"
    assert latest_reports([project]) == {project.pk: second}
    assert status_history(project) == [second, first]
    assert AuditEntry.objects.filter(action="report_status", result="done").count() == 2
    with pytest.raises(Refused):
        second.save()


def test_what_is_left_is_counted():
    fields = {"budget_available": 110000, "budget_spent": 93720, "budget_committed": 0}
    assert report(a_project(), **fields).budget_left == 16280


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"days_ago": -1}, "reported_on"),
        ({"planning": "off_track"}, "deviation"),
        ({"deviation": "Het duurt langer."}, "deviation_reason"),
        ({"deviation_reason": "De bodem is vies."}, "deviation"),
        ({"budget_spent": 10}, "budget_available"),
        ({"next_treatment_on": timezone.localdate()}, "next_treatment"),
    ],
)
def test_half_a_story_is_refused(fields, wrong):
    with pytest.raises(Refused) as refusal:
        report(a_project(), **fields)
    assert refusal.value.field == wrong
    assert not StatusReport.objects.exists()


def test_a_report_of_an_earlier_day_is_refused():
    project = a_project()
    report(project)
    with pytest.raises(Refused) as refusal:
        report(project, days_ago=1)
    assert refusal.value.field == "reported_on"


def test_who_only_watches_cannot_report():
    project = a_project()
    with pytest.raises(Refused) as refusal:
        report_status(
            actor=a_user("council", municipality=project.municipality),
            project=project,
            reported_on=timezone.localdate(),
            now=timezone.now(),
            **FINE,
        )
    assert refusal.value.code == "forbidden"


def three_projects():
    good, bad, silent = (a_project(title=title) for title in ("Beta", "Alfa", "Gamma"))
    report(good)
    report(bad, overall="attention", risk="high")
    return good, bad, silent


def rows_by(sort):
    now = timezone.now()
    return status_rows(sorted_projects(Project.objects.all(), sort, now), now)


@pytest.mark.parametrize(
    ("sort", "titles"),
    [
        ("project", ["Alfa", "Beta", "Gamma"]),
        ("-project", ["Gamma", "Beta", "Alfa"]),
        ("overall", ["Alfa", "Beta", "Gamma"]),
        ("-risk", ["Gamma", "Beta", "Alfa"]),
    ],
)
def test_the_table_is_ordered_by_a_column(sort, titles):
    three_projects()
    rows = rows_by(sort)
    assert [row.project.title for row in rows] == titles


@pytest.mark.parametrize("sort", ["id; drop table", "__class__", "-", "project__municipality", ""])
def test_a32_only_columns_of_the_table_order_it(sort):
    three_projects()
    rows = rows_by(sort)
    assert [row.project.title for row in rows] == ["Alfa", "Beta", "Gamma"]


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_orders_rows_with_holes(column):
    three_projects()
    assert len(rows_by(column)) == 3


def test_the_table_asks_as_often_with_twenty_projects_as_with_one():
    def asked():
        with CaptureQueriesContext(connection) as caught:
            status_rows(Project.objects.all(), timezone.now())
        return len(caught)

    a_decision_point(a_phase(project=a_project()))
    few = asked()
    for _number in range(19):
        report(a_decision_point(a_phase(project=a_project())).project)
    assert asked() == few


def test_the_desk_takes_a_report_and_says_what_is_wrong(client):
    project = a_phase(project=a_project()).project
    client.force_login(the_officer(project.municipality))
    path = reverse("projects:report_status", args=[project.pk])
    fields = {**FINE, "reported_on": timezone.localdate().isoformat()}
    assert client.post(path, fields | {"planning": "off_track"}).status_code == 400
    assert client.post(path, fields).status_code == 302
    assert project.status_reports.get().summary == FINE["summary"]
    assert FINE["summary"] in client.get(path).content.decode()


def test_a31_no_cell_of_the_spreadsheet_starts_a_formula(client):
    project = a_project(title="=HYPERLINK(0)")
    report(project, next_treatment="+31", deviation="@a", deviation_reason="-1")
    client.force_login(the_officer(project.municipality))
    answer = client.get(reverse("projects:see_status"), {"format": "csv"})
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/csv")
    for cell in ("'=HYPERLINK(0)", "'+31", "'@a", "'-1"):
        assert cell in text


def test_a_project_in_the_table_opens_where_it_says_how_it_goes():
    _good, project, _silent = three_projects()
    client = Client()
    client.force_login(a_user("council", municipality=project.municipality))
    for screen in ("/admin/participatie/stand-van-zaken/", "/admin/"):
        href = f"{reverse('projects:see_project', args=[project.pk])}#status-of-project"
        assert f'href="{href}"' in client.get(screen).content.decode(), screen
    assert 'id="status-of-project"' in client.get(href).content.decode()
