"""When does a phase run, and which dates go together?"""

from datetime import date, timedelta

import pytest
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from compass.refusal import Refused
from deliberation.live.models import Activity
from deliberation.people.models import AuditEntry
from deliberation.projects.deciding.queries import changes_of
from deliberation.projects.models import Phase
from deliberation.projects.operations import add_phase
from deliberation.projects.phasing import change_phase, remove_phase
from deliberation.projects.queries import current_phase, tool_status
from deliberation.projects.reporting.outcomes import record_outcome
from tests.builders import a_decided_point, a_decision_point, a_phase, a_project, the_officer
from tests.cms.site import a_project_page
from tests.live.builders import an_evening

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


def change(phase, **fields):
    about = {
        "kind": phase.kind,
        "title": phase.title,
        "starts_on": phase.starts_on,
        "ends_on": phase.ends_on,
    }
    return change_phase(
        actor=the_officer(phase.project.municipality),
        phase=phase,
        now=timezone.now(),
        **{**about, **fields},
    )


def remove(phase):
    remove_phase(actor=the_officer(phase.project.municipality), phase=phase, now=timezone.now())


def test_a_phase_without_promises_can_move_and_change():
    phase = add(a_project(), MARCH[0], MARCH[9])
    change(phase, title="Tekenen", kind="prepare", starts_on=MARCH[1], ends_on=MARCH[12])
    phase.refresh_from_db()
    assert (phase.title, phase.kind, phase.ends_on) == ("Tekenen", "prepare", MARCH[12])
    told = AuditEntry.objects.get(action="change_phase").detail
    assert "Het plan maken" in told and "Tekenen" in told


def test_a_moved_phase_shares_no_day_with_another_but_may_keep_its_own():
    project = a_project()
    first, second = add(project, MARCH[0], MARCH[9]), add(project, MARCH[10], MARCH[19])
    change(first, ends_on=MARCH[8])
    for wrong in ({"ends_on": MARCH[10]}, {"starts_on": MARCH[12], "ends_on": MARCH[13]}):
        with pytest.raises(Refused) as refusal:
            change(first, **wrong)
        assert refusal.value.field == "starts_on"
    assert Phase.objects.get(pk=second.pk).starts_on == MARCH[10]


def test_where_a_level_was_chosen_the_kind_stays():
    phase = a_decided_point().phase
    with pytest.raises(Refused) as refusal:
        change(phase, kind="evaluate")
    assert refusal.value.field == "kind"
    change(phase, title="Een andere naam")


def test_the_day_of_a_decision_does_not_fall_out_of_its_phase():
    today = timezone.localdate()
    phase = a_phase(starts_in=-10, ends_in=30)
    point = a_decision_point(phase, decides_on=today + timedelta(days=20))
    change(phase, ends_on=today + timedelta(days=15))  # nobody promised anything yet
    change(phase, ends_on=today + timedelta(days=30))
    a_decided_point(point=point)
    with pytest.raises(Refused) as refusal:
        change(phase, ends_on=today + timedelta(days=19))
    assert refusal.value.field == "ends_on"
    assert point.question in str(refusal.value)
    assert Phase.objects.get(pk=phase.pk).ends_on == today + timedelta(days=30)
    change(phase, ends_on=today + timedelta(days=20), reason="Er is minder tijd.")


def promised(starts_in=-10, ends_in=30, decides_in=50):
    """Make a phase in which residents were promised something that is decided after it."""
    phase = a_phase(starts_in=starts_in, ends_in=ends_in)
    day = timezone.localdate() + timedelta(days=decides_in)
    return a_decided_point(point=a_decision_point(phase, decides_on=day))


@pytest.mark.parametrize("starts_in", [-10, 1])
def test_a_promised_phase_ends_earlier_with_a_reason_that_residents_read(starts_in):
    point, today = promised(starts_in), timezone.localdate()
    early = today + timedelta(days=1)
    with pytest.raises(Refused) as refusal:
        change(point.phase, ends_on=early)
    assert refusal.value.field == "reason"
    assert Phase.objects.get(pk=point.phase_id).ends_on == today + timedelta(days=30)
    change(point.phase, ends_on=early, reason="De subsidie stopt.", english={"reason": "No money."})
    [told] = changes_of([point], "nl")[point.pk]
    [different] = told.differences
    assert (different.before, different.after) == (
        [date_format(today + timedelta(days=30), "j F Y")],
        [date_format(early, "j F Y")],
    )
    assert (told.reason, told.english["reason"]) == (
        "De subsidie stopt.",
        {"De subsidie stopt.": "No money."},
    )


def test_residents_read_on_the_page_of_the_project_that_it_ends_earlier(client):
    point = promised()
    change(point.phase, ends_on=timezone.localdate(), reason="De subsidie stopt.")
    page = a_project_page(point.project)
    html = client.get(page.url, HTTP_HOST=page.get_site().hostname).content.decode()
    assert "De subsidie stopt." in html
    assert "Laatste dag waarop u mee kunt doen" in html


def test_a_promised_phase_may_last_longer_and_gets_another_name_without_a_reason():
    point = promised()
    change(point.phase, ends_on=point.phase.ends_on + timedelta(days=9), title="Tekenen")
    assert changes_of([point], "nl").get(point.pk, []) == []


def test_nothing_is_promised_any_more_once_it_was_decided():
    point = promised()
    today = timezone.localdate()
    record_outcome(
        actor=the_officer(point.project.municipality), decision_point=point, decided_on=today,
        result="taken", outcome="Het gaat door.", what_we_did="Alles.", now=timezone.now(),
    )  # fmt: skip
    change(point.phase, ends_on=today)
    assert changes_of([point], "nl").get(point.pk, []) == []


def test_the_screen_asks_why_only_where_something_was_promised(client):
    point, free = promised(), a_phase()
    client.force_login(the_officer(point.project.municipality))
    address = reverse("projects:change_phase", args=[point.phase_id])
    form = client.get(address).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    assert client.post(address, {**sent, "ends_on": timezone.localdate()}).status_code == 400
    why = {"ends_on": timezone.localdate(), "reason": "De subsidie stopt."}
    assert client.post(address, {**sent, **why}).status_code == 302
    assert len(changes_of([point], "nl")[point.pk]) == 1
    client.force_login(the_officer(free.project.municipality))
    other = client.get(reverse("projects:change_phase", args=[free.pk]))
    assert "reason" not in other.context["form"].fields


def test_what_runs_and_was_promised_does_not_begin_later():
    """It would shut a poll and the asking of questions on residents, without a reason or a word."""
    today = timezone.localdate()
    point = a_decided_point()
    phase = point.phase
    assert tool_status("live_poll", point, timezone.now()).open
    with pytest.raises(Refused) as refusal:
        change(phase, starts_on=today + timedelta(days=1))
    assert refusal.value.field == "starts_on"
    assert tool_status("live_poll", point, timezone.now()).open
    change(phase, starts_on=today)
    change(
        a_phase(project=a_project()), starts_on=today + timedelta(days=1)
    )  # nobody promised anything yet


def test_a_running_phase_cannot_have_ended_yesterday():
    today = timezone.localdate()
    phase = a_phase(starts_in=-10, ends_in=30)
    with pytest.raises(Refused) as refusal:
        change(phase, ends_on=today - timedelta(days=1))
    assert refusal.value.field == "ends_on"
    change(phase, ends_on=today)


def test_an_empty_phase_goes_and_so_do_points_without_a_level():
    phase = a_decision_point().phase
    remove(phase)
    assert not Phase.objects.filter(pk=phase.pk).exists()
    assert "Lindestraat" in AuditEntry.objects.get(action="remove_phase").detail


def test_a_phase_with_a_promise_stays():
    phase = a_decided_point().phase
    with pytest.raises(Refused) as refusal:
        remove(phase)
    assert refusal.value.code == "state"
    assert phase.decision_points.count() == 1


def test_a_phase_with_a_poll_stays():
    evening = an_evening()
    phase = a_phase("evaluate", evening.run.project, 40, 50)
    point = a_decision_point(phase)
    QuerySet(Activity).filter(pk=evening.activity.pk).update(decision_point=point)
    with pytest.raises(Refused) as refusal:
        remove(phase)
    assert refusal.value.code == "state"
    assert phase.decision_points.count() == 1


def test_the_screens_change_and_remove(client):
    phase = a_phase()
    client.force_login(the_officer(phase.project.municipality))
    address = reverse("projects:change_phase", args=[phase.pk])
    about = {
        "kind": "design",
        "title": "Tekenen",
        "starts_on": phase.starts_on.isoformat(),
        "ends_on": phase.ends_on.isoformat(),
    }
    wrong = client.post(address, {**about, "ends_on": "2020-01-01"})
    assert wrong.status_code == 400
    assert Phase.objects.get(pk=phase.pk).title != "Tekenen"
    assert client.post(address, about).status_code == 302
    assert Phase.objects.get(pk=phase.pk).title == "Tekenen"
    gone = reverse("projects:remove_phase", args=[phase.pk])
    assert client.get(gone).status_code == 200
    assert Phase.objects.filter(pk=phase.pk).exists()
    assert client.post(gone).status_code == 302
    assert not Phase.objects.filter(pk=phase.pk).exists()
