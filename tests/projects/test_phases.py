"""When does a phase run, and which dates go together?"""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from compass.refusal import Refused
from deliberation.projects.models import Phase
from deliberation.projects.operations import add_phase
from deliberation.projects.queries import current_phase
from tests.builders import a_phase, a_project, the_officer

pytestmark = pytest.mark.django_db
MARCH = [date(2026, 3, 1) + timedelta(days=number) for number in range(31)]


def add(project, first, last, kind="design"):
    return add_phase(
        actor=the_officer(project.municipality),
        project=project,
        kind=kind,
        title="Het plan maken",
        starts_on=first,
        ends_on=last,
        now=timezone.now(),
    )


@pytest.mark.parametrize(
    ("first", "last"),
    [(9, 19), (5, 10), (19, 25), (10, 10), (19, 19), (12, 15), (5, 25)],
    ids=["same", "on the first day", "on the last day", "only first", "only last", "in", "around"],
)
def test_phases_that_share_a_day_are_refused(first, last):
    project = a_project()
    add(project, MARCH[9], MARCH[19])
    with pytest.raises(Refused) as refusal:
        add(project, MARCH[first], MARCH[last])
    assert refusal.value.field == "starts_on"
    assert "Het plan maken" in str(refusal.value)
    assert project.phases.count() == 1


def test_phases_may_touch_and_may_leave_a_gap():
    project = a_project()
    first = add(project, MARCH[0], MARCH[9], "prepare")
    touching = add(project, MARCH[10], MARCH[14])
    later = add(project, MARCH[20], MARCH[25], "execute")
    assert list(project.phases.all()) == [first, touching, later]


def test_a_phase_of_one_day_is_a_phase():
    add(a_project(), MARCH[3], MARCH[3])


def test_a_phase_that_ends_before_it_starts_is_refused():
    with pytest.raises(Refused) as refusal:
        add(a_project(), MARCH[4], MARCH[3])
    assert refusal.value.field == "ends_on"
    assert not Phase.objects.exists()


def test_another_projects_phase_is_no_hindrance():
    add(a_project(), MARCH[0], MARCH[9])
    add(a_project(), MARCH[0], MARCH[9])


@pytest.mark.parametrize(
    ("starts_in", "ends_in", "runs"),
    [(-5, 5, True), (0, 0, True), (-5, 0, True), (0, 5, True), (1, 5, False), (-5, -1, False)],
)
def test_a_phase_runs_on_its_first_and_its_last_day(starts_in, ends_in, runs):
    phase = a_phase(starts_in=starts_in, ends_in=ends_in)
    assert (current_phase(phase.project, timezone.now()) == phase) is runs


def test_between_phases_no_phase_runs():
    project = a_project()
    a_phase("prepare", project, -20, -5)
    a_phase("design", project, 5, 20)
    assert current_phase(project, timezone.now()) is None


def test_a_day_starts_at_midnight_here_and_not_in_greenwich():
    project = a_project()
    phase = add(project, date(2026, 7, 10), date(2026, 7, 20))
    just_after_midnight = timezone.datetime(
        2026, 7, 9, 22, 30, tzinfo=timezone.get_fixed_timezone(0)
    )
    assert current_phase(project, just_after_midnight) == phase
