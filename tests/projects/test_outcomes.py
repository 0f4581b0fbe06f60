"""Is what was decided written down, and do residents hear what became of their input?"""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compass.refusal import Refused
from deliberation.projects.decision_standing import decision_day, outcomes_of
from deliberation.projects.models import DecisionOutcome
from deliberation.projects.reporting.outcomes import (
    commitments_to_tell,
    outcome_history,
    record_outcome,
    tell_before,
    told_on,
)
from tests.builders import a_decided_point, a_decision_point, a_user, the_officer

pytestmark = pytest.mark.django_db


def record(point, days_ago=0, **fields):
    now = timezone.now()
    about = {
        "result": "changed",
        "outcome": "De straat krijgt twintig bomen.",
        "what_we_did": "De bomen komen er, de speeltuin niet: er ligt een gasleiding.",
    }
    return record_outcome(
        actor=the_officer(point.project.municipality),
        decision_point=point,
        decided_on=timezone.localdate(now) - timedelta(days=days_ago),
        now=now,
        **{**about, **fields},
    )


def test_the_newest_outcome_counts_and_the_first_is_kept():
    point = a_decided_point()
    first, second = record(point, days_ago=3), record(point, result="taken")
    assert outcomes_of([point]) == {point.pk: second}
    assert outcome_history(point) == [second, first]
    assert told_on(second) == timezone.localdate()
    with pytest.raises(Refused):
        DecisionOutcome.objects.all().delete()


def test_who_had_a_say_hears_what_was_done_with_it():
    with pytest.raises(Refused) as refusal:
        record(a_decided_point("consult"), what_we_did=" ")
    assert refusal.value.field == "what_we_did"


@pytest.mark.parametrize("level", ["inform", None])
def test_where_nobody_had_a_say_nothing_needs_to_be_told(level):
    point = a_decided_point(level) if level else a_decision_point()
    assert told_on(record(point, what_we_did="")) is None


def test_a_postponed_decision_moves_the_promise():
    point = a_decided_point()
    later = timezone.localdate() + timedelta(days=90)
    outcome = record(point, result="postponed", postponed_to=later, what_we_did="")
    assert decision_day(point, outcome) == later
    assert tell_before(point, outcome) == later + timedelta(days=14)
    assert told_on(outcome) is None
    assert tell_before(point, None) == point.decides_on + timedelta(days=14)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"days_ago": -1}, "decided_on"),
        ({"result": "postponed"}, "postponed_to"),
        ({"result": "postponed", "postponed_to": timezone.localdate()}, "postponed_to"),
        ({"result": "won"}, "result"),
        ({"outcome": "  "}, "outcome"),
    ],
)
def test_half_an_outcome_is_refused(fields, wrong):
    with pytest.raises(Refused) as refusal:
        record(a_decided_point(), **fields)
    assert refusal.value.field == wrong


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "http://raad.example.org/",
        "https://127.0.0.1/",
        "https://169.254.169.254/latest",
        "https://localhost/",
        "file:///etc/passwd",
    ],
)
def test_a27_a_link_to_an_inside_address_is_refused(link):
    with pytest.raises(Refused) as refusal:
        record(a_decided_point(), link=link)
    assert refusal.value.field == "link"


def test_only_who_prepares_writes_an_outcome_down():
    point = a_decided_point()
    with pytest.raises(Refused) as refusal:
        record_outcome(
            actor=a_user("facilitator", project=point.project),
            decision_point=point,
            decided_on=timezone.localdate(),
            result="taken",
            outcome="Ja.",
            now=timezone.now(),
        )
    assert refusal.value.code == "forbidden"


def test_the_desk_takes_an_outcome(client):
    point = a_decided_point()
    client.force_login(the_officer(point.project.municipality))
    path = reverse("projects:record_outcome", args=[point.pk])
    today = timezone.localdate().isoformat()
    fields = {"decided_on": today, "result": "taken", "outcome": "De bomen komen er."}
    assert client.post(path, fields).status_code == 400
    assert client.post(path, fields | {"what_we_did": "Alles overgenomen."}).status_code == 302
    assert "De bomen komen er." in client.get(path).content.decode()


def test_who_writes_a_decision_down_again_finds_what_was_written(client):
    """The form was empty: who mended a word typed all of it once more, and lost the English."""
    point = a_decided_point("consult")
    client.force_login(the_officer(point.project.municipality))
    path = reverse("projects:record_outcome", args=[point.pk])
    assert client.get(path).context["form"]["outcome"].value() in (None, "")
    record(point, days_ago=2, english={"outcome": "The street gets twenty trees."})
    shown = {one.html_name: one.value() for one in client.get(path).context["form"]}
    assert shown["outcome"] == "De straat krijgt twintig bomen."
    sent = {name: value or "" for name, value in shown.items()} | {"result": "taken"}
    assert client.post(path, sent).status_code == 302
    again, first = outcome_history(point)
    assert (again.result, first.result) == ("taken", "changed")
    assert (again.outcome, again.decided_on) == (first.outcome, first.decided_on)
    assert again.english == first.english != {}
    record(point, result="postponed", postponed_to=timezone.localdate() + timedelta(days=9))
    assert client.get(path).context["form"]["outcome"].value() in (None, "")


def commitments(point):
    return commitments_to_tell([point.project], timezone.now())


def test_what_was_done_with_the_input_is_owed_until_it_is_told():
    point = a_decided_point(
        point=a_decision_point(decides_on=timezone.localdate() - timedelta(days=20))
    )
    (late,) = commitments(point)
    assert late.due_on == timezone.localdate() - timedelta(days=6) and late.kept_on is None
    record(point)
    record(point, outcome="Verbeterd.")
    (kept,) = commitments(point)
    assert kept.kept_on == timezone.localdate() and kept.due_on == late.due_on


def test_a_new_day_in_time_moves_what_is_owed():
    point = a_decided_point(point=a_decision_point(decides_on=timezone.localdate()))
    later = timezone.localdate() + timedelta(days=40)
    record(point, result="postponed", postponed_to=later, what_we_did="")
    assert commitments(point)[0].due_on == later + timedelta(days=14)


def test_where_nobody_had_a_say_nothing_is_owed():
    assert commitments(a_decided_point("inform")) == [] == commitments(a_decision_point())


def test_the_desk_says_of_a_decided_point_what_was_decided_and_not_that_it_will_be():
    point = a_decided_point()
    client = Client()
    client.force_login(a_user("council", municipality=point.project.municipality))
    screen = reverse("projects:see_decision_point", args=[point.pk])
    before = client.get(screen).content.decode()
    assert "Wat er is besloten" not in before and "besloot op" not in before
    record(point)
    after = client.get(screen).content.decode()
    assert "Wat er is besloten" in after and outcomes_of([point])[point.pk].outcome in after
    assert "besloot op" in after and " besluit op " not in after
