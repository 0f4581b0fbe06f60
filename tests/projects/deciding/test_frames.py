"""Does a promise change only with a reason, keeping what it was, and do all who took part hear it?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from compass.refusal import Refused
from deliberation.people.models import AuditEntry
from deliberation.projects.deciding.frames import change_frames
from deliberation.projects.deciding.queries import changes_of
from deliberation.projects.models import DecisionPoint, FrameChange
from deliberation.projects.operations import decide_level
from deliberation.projects.queries import level_in_force, promise_for
from deliberation.projects.reporting.outcomes import record_outcome
from tests.builders import (
    a_decided_point,
    a_decision_point,
    a_user,
    an_assessed_point,
    answers_for,
    the_officer,
)

pytestmark = pytest.mark.django_db
REASON = "De brandweer wil een bredere rijbaan."


def change(point, **frames):
    about = {
        "reason": REASON,
        "now": timezone.now(),
        "actor": the_officer(point.project.municipality),
    }
    return change_frames(**{**about, "decision_point": point, **frames})


def choose(point, level, **more):
    officer = the_officer(point.project.municipality)
    about = {"actor": officer, "decision_point": point, "level": level, "now": timezone.now()}
    return decide_level(**about, **more)


def test_what_was_open_becomes_fixed_and_both_are_kept():
    point = a_decided_point("consult")
    change(
        point,
        open=["Waar komen de bomen?"],
        fixed=["Het riool wordt vervangen.", "Er rijdt verkeer."],
    )
    now_is = DecisionPoint.objects.get(pk=point.pk)
    assert now_is.open == ["Waar komen de bomen?"]
    kept = FrameChange.objects.get()
    assert kept.before["open"] == ["Waar komen de bomen?", "Hoeveel parkeerplaatsen blijven er?"]
    assert kept.after["open"] == ["Waar komen de bomen?"]
    [told] = changes_of([point], "nl")[point.pk]
    assert told.reason == REASON
    assert [(one.label, one.before, one.after) for one in told.differences] == [
        ("Wat u kunt veranderen", ["Hoeveel parkeerplaatsen blijven er?"], []),
        ("Wat vaststaat", [], ["Er rijdt verkeer."]),
    ]


def test_every_version_can_be_read_back():
    point = a_decided_point("consult")
    first = list(point.fixed)
    change(point, fixed=["Twee."])
    change(point, fixed=["Drie."])
    newest, older = changes_of([point], "nl")[point.pk]
    assert (older.differences[0].before, older.differences[0].after) == (first, ["Twee."])
    assert (newest.differences[0].before, newest.differences[0].after) == (["Twee."], ["Drie."])


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_without_a_reason_nothing_changes(reason):
    point = a_decided_point("consult")
    with pytest.raises(Refused) as refusal:
        change(point, fixed=["Anders."], reason=reason)
    assert refusal.value.field == "reason"
    assert DecisionPoint.objects.get(pk=point.pk).fixed == point.fixed


def test_nothing_else_is_refused():
    point = a_decided_point("consult")
    with pytest.raises(Refused):
        change(point, fixed=point.fixed)
    assert not FrameChange.objects.exists()


def test_before_a_level_it_is_no_promise():
    with pytest.raises(Refused) as refusal:
        change(a_decision_point(), fixed=["Anders."])
    assert refusal.value.code == "state"


def test_the_question_itself_stays():
    with pytest.raises(Refused) as refusal:
        change(a_decided_point("consult"), question="Iets heel anders?")
    assert refusal.value.code == "malformed"


def test_after_the_decision_the_promise_stays_as_it_was():
    point = a_decided_point("consult")
    record_outcome(
        actor=the_officer(point.project.municipality), decision_point=point,
        decided_on=timezone.localdate(), result="taken", outcome="Het kan.",
        what_we_did="Wij namen het over.", now=timezone.now(),
    )  # fmt: skip
    with pytest.raises(Refused) as refusal:
        change(point, fixed=["Anders."])
    assert refusal.value.code == "state"


def test_a_new_day_lies_ahead():
    point = a_decided_point("consult")
    today = timezone.localdate()
    with pytest.raises(Refused) as refusal:
        change(point, decides_on=today - timedelta(days=1))
    assert refusal.value.field == "decides_on"
    change(point, decides_on=today + timedelta(days=90))
    [told] = changes_of([point], "nl")[point.pk]
    assert [one.label for one in told.differences] == ["Wanneer het wordt besloten"]


def test_another_body_decides_and_the_promise_names_it():
    """Commitment 3 is promised in the name of who decides; the questions have to be looked at again."""
    answers = {**answers_for("co_create"), "commitment": 3}
    point = an_assessed_point(answers=answers)
    choose(point, "co_create")
    change(point, decided_by="raad")
    point = DecisionPoint.objects.get(pk=point.pk)
    assert "De raad beslist." in promise_for(point, "nl").text
    assert point.draft.answers["decider"] == "raad"
    assert point.draft.adopted is None


def test_who_saw_an_older_version_is_told():
    point = a_decided_point("consult")
    first = change(point, fixed=["Twee."], seen=None)
    with pytest.raises(Refused) as refusal:
        change(point, fixed=["Drie."], seen=None)
    assert refusal.value.code == "state"
    change(point, fixed=["Drie."], seen=first.pk)


@pytest.mark.parametrize("role", ["facilitator", "council", "observer", None])
def test_others_may_not(role):
    point = a_decided_point("consult")
    project = None if role in (None, "council") else point.project
    somebody = a_user(role, project=project, municipality=point.project.municipality)
    with pytest.raises(Refused) as refusal:
        change(point, fixed=["Anders."], actor=somebody)
    assert refusal.value.code == "forbidden"


def test_a_change_is_in_the_trail():
    point = a_decided_point("consult")
    kept = change(point, fixed=["Anders."])
    row = AuditEntry.objects.get(action="change_frames")
    assert (row.result, row.object_label, row.object_id) == (
        "done",
        "projects.FrameChange",
        str(kept.pk),
    )
    assert "fixed" in row.detail


def test_a_change_is_written_once():
    kept = change(a_decided_point("consult"), fixed=["Anders."])
    kept.reason = "Toch niet."
    for attempt in (kept.save, kept.delete, FrameChange.objects.all().delete):
        with pytest.raises(Refused):
            attempt()


def test_another_level_needs_the_reason_too():
    point = a_decided_point("consult")
    before = level_in_force(point)
    with pytest.raises(Refused) as refusal:
        choose(point, "inform", motivation="De raad wil het zo.")
    assert refusal.value.field == "change_reason"
    assert level_in_force(point) == before
    choose(point, "inform", motivation="De raad wil het zo.", change_reason="Er is haast.")
    [told] = changes_of([point], "nl")[point.pk]
    assert told.reason == "Er is haast."
    assert [(one.before, one.after) for one in told.differences] == [
        (["U geeft uw mening"], ["Wij vertellen het u"])
    ]
    assert AuditEntry.objects.filter(action="change_level", result="done").count() == 1


def test_the_same_promise_again_is_no_change():
    point = a_decided_point("consult")
    an_assessed_point("consult", point, {**answers_for("consult"), "attention": 2})
    choose(point, "consult")
    assert not FrameChange.objects.exists()
    assert point.level_decisions.count() == 2


def test_the_same_level_with_another_commitment_is_a_change():
    point = a_decided_point("co_create")
    before = promise_for(point, "nl").text
    an_assessed_point("co_create", point, {**answers_for("co_create"), "commitment": 3})
    with pytest.raises(Refused) as refusal:
        choose(point, "co_create")
    assert refusal.value.field == "change_reason"
    choose(point, "co_create", change_reason="Het college volgt de uitkomst.")
    assert promise_for(point, "nl").text != before


def test_many_points_cost_one_query(django_assert_num_queries):
    points = [a_decided_point("consult") for _one in range(3)]
    for point in points:
        change(point, fixed=["Anders."])
    with django_assert_num_queries(1):
        assert len(changes_of(points, "nl")) == 3
