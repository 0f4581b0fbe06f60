"""Is every command checked to the letter, answered once, and taken only from who may give it?"""

import json
import logging
import uuid

import pytest
from django.utils.translation import gettext as _

from compass.refusal import Refused
from deliberation.live import operations
from deliberation.live.commands import COMMANDS, submit
from deliberation.live.models import (
    Activity,
    Attendance,
    Ballot,
    Event,
    EventNote,
    Op,
    Round,
    Run,
    Spent,
)
from deliberation.people.models import AuditEntry
from deliberation.people.operations import create_participant
from deliberation.projects.models import Role
from tests.builders import a_user
from tests.live.builders import an_evening, stored_votes

pytestmark = pytest.mark.django_db

OP = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
def evening():
    return an_evening(hall_mode="H3", headcount=20, poll_open=True)


def stored():
    """Everything a command may leave behind."""
    rows = (Ballot, Spent, Op, Event, AuditEntry, Attendance)
    return [list(model.objects.order_by("pk").values()) for model in rows]


def a_ballot(evening, **changes):
    return {
        "do": "cast_ballot",
        "op_id": OP,
        "activity": evening.activity.pk,
        "choice": 0,
        **changes,
    }


def test_a_vote_is_received_with_a_code_that_says_nothing(evening):
    answer = evening.submit(evening.join(), "cast_ballot", choice=1, op_id=OP)
    assert (answer.status, answer.code) == ("applied", 200)
    assert len(answer.receipt) == 9
    body = answer.body()
    assert json.loads(json.dumps(body)) == body
    assert set(body) == {"op_id", "status", "reason", "receipt", "field"}


def test_a_repeat_gets_the_first_answer(evening):
    voter = evening.join()
    first = evening.submit(voter, "cast_ballot", choice=1, op_id=OP)
    again = evening.submit(voter, "cast_ballot", choice=0, op_id=OP.upper())
    assert (again.status, again.code, again.receipt) == ("duplicate", 200, first.receipt)
    assert stored_votes() == [[1]]


def test_a_repeat_of_a_refusal_is_refused_again_for_the_first_reason(evening):
    voter = evening.join()
    evening.lead("pause_activity")
    first = evening.submit(voter, "cast_ballot", choice=1, op_id=OP)
    evening.lead("resume_activity")
    again = evening.submit(voter, "cast_ballot", choice=1, op_id=OP)
    assert first.status == again.status == "refused"
    assert (first.code, first.reason) == (again.code, again.reason)
    assert not stored_votes()


def test_a4_the_last_vote_counts_once(evening):
    voter = evening.join()
    for choice in (0, 1, 0, 1):
        evening.vote(voter, choice)
    assert stored_votes() == [[1]]
    assert Spent.objects.count() == 1


def test_a5_a_recorded_vote_played_again_after_closing_changes_nothing(evening, caplog):
    voter, thief = evening.join(), evening.join()
    body = a_ballot(evening)
    first = evening.send(voter, body)
    evening.close()
    before = stored()
    with caplog.at_level(logging.WARNING):
        assert evening.send(voter, body).receipt == first.receipt
        assert stored() == before
        stolen = evening.send(thief, body)
        anew = evening.send(voter, {**body, "op_id": str(uuid.uuid4())})
    for answer in (stolen, anew):
        assert (answer.status, answer.code, answer.receipt) == ("refused", 409, "")
    assert caplog.text.count("refused do=cast_ballot") == 2
    assert len(stored_votes()) == 1


def test_a5_somebody_who_did_not_join_is_refused(evening, caplog):
    before = stored()
    for actor in (create_participant(), None, evening.facilitator):
        answer = evening.send(actor, a_ballot(evening))
        assert (answer.status, answer.code) == ("refused", 403)
    assert stored() == before
    assert "do=cast_ballot" in caplog.text


NOT_A_BALLOT = (
    {"choice": 2},
    {"choice": -1},
    {"choice": None},
    {"choice": 1.0},
    {"choice": True},
    {"choice": "1"},
    {"choice": [0]},
    {"choice": [0, 1]},
    {"choices": [0, 1]},
    {"weight": 5},
    {"lane": "hall"},
    {"receipt": "K7QF-2MXD"},
    {"voter_key": "x"},
    {"seen": 1},
    {"activity": None},
    {"activity": "1"},
    {"activity": 0},
    {"activity": True},
    {"activity": 10**30},
    {"activity": 999_999},
    {"op_id": "7"},
    {"op_id": None},
    {"op_id": 7},
    {"op_id": ""},
    {"do": "cast_vote"},
    {"do": None},
    {"do": ["cast_ballot"]},
    {"do": "__class__"},
)


def test_a6_a34_what_is_not_a_ballot_stores_nothing(evening):
    voter = evening.join()
    before = stored()
    for changes in NOT_A_BALLOT:
        answer = evening.send(voter, a_ballot(evening, **changes))
        assert (answer.status, answer.code, answer.receipt) == ("refused", 400, ""), changes
        assert answer.reason
        assert stored() == before, changes


@pytest.mark.parametrize("body", [None, [], "x", 7, {}, {"do": "cast_ballot"}, [["do"]]])
def test_a6_what_is_not_a_command_at_all(evening, body):
    assert evening.send(evening.join(), body).code == 400


@pytest.mark.parametrize("missing", ["choice", "activity", "op_id", "do"])
def test_a6_a_missing_part(evening, missing):
    body = a_ballot(evening)
    del body[missing]
    assert evening.send(evening.join(), body).code == 400


def test_a6_a_poll_of_another_session_is_unknown_here(evening):
    other = an_evening(poll_open=True)
    voter = evening.join()
    other.join(participant=voter)
    before = stored()
    assert evening.send(voter, a_ballot(other)).code == 400
    assert stored() == before
    assert submit(run_id=0, actor=voter, body=a_ballot(other), now=other.now).result().code == 400


def test_a6_a_closed_poll_takes_nothing(evening):
    voter = evening.join()
    evening.close()
    assert evening.send(voter, a_ballot(evening)).code == 409
    assert not stored_votes()


def test_a7_a_vote_is_not_changed_after_closing_whatever_the_clock_of_the_phone_says(evening):
    voter = evening.join()
    evening.vote(voter, 0)
    evening.lead("close_activity")
    evening.pass_time(seconds=10)
    # Nobody looked since the grace passed, so the poll still stands as closing: the clock decides.
    assert Activity.objects.get(pk=evening.activity.pk).state == "closing"
    assert evening.send(voter, a_ballot(evening, choice=1)).code == 409
    wound_back = a_ballot(evening, choice=1, at="2020-01-01T00:00:00Z", op_id=str(uuid.uuid4()))
    assert evening.send(voter, wound_back).code == 400
    assert stored_votes() == [[0]]


def test_a8_an_op_id_or_receipt_of_somebody_else_gives_nothing_of_theirs(evening):
    voter, thief = evening.join(), evening.join()
    first = evening.submit(voter, "cast_ballot", choice=1, op_id=OP)
    answer = evening.submit(thief, "cast_ballot", choice=0, op_id=OP)
    assert answer.status == "applied"
    assert answer.receipt != first.receipt
    assert evening.send(thief, a_ballot(evening, receipt=first.receipt)).code == 400
    assert sorted(stored_votes()) == [[0], [1]]


def test_an_op_id_is_of_one_run(evening):
    voter, other = evening.join(), an_evening(poll_open=True)
    other.join(participant=voter)
    evening.submit(voter, "cast_ballot", choice=1, op_id=OP)
    assert other.submit(voter, "cast_ballot", choice=1, op_id=OP).code == 400


ARGUMENTS = {
    "record_headcount": {"count": 3},
    "tell_sound": {"sound": False},
    "turn_page": {"page": 2},
    "reopen_run": {"reason": "x"},
    "cast_card_ballot": {"card": 1, "choice": 0},
    "reopen_activity": {"reason": "x"},
    "void_activity": {"reason": "x"},
    "reveal_result": {"to": "public"},
    "enter_hall_count": {"hands": [1, 1]},
    "confirm_hall_count": {"hands": [1, 1]},
    "correct_hall_count": {"hands": [1, 1], "reason": "x"},
    "divide_hall": {"blocks": "Rij 1-4, Rij 5-8"},
    "expect_paper": {"due": "2099-01-01"},
}
STAFF = sorted(name for name, command in COMMANDS.items() if command.staff)


def test_a19_a_resident_gives_no_staff_command(evening, caplog):
    resident = evening.join()
    before = stored(), Run.objects.values().get(pk=evening.run.pk)
    for do in STAFF:
        answer = evening.submit(resident, do, **ARGUMENTS.get(do, {}))
        assert (answer.status, answer.code) == ("refused", 403), do
        assert f"refused do={do} run={evening.run.pk} code=403" in caplog.text
        assert (stored(), Run.objects.values().get(pk=evening.run.pk)) == before, do


def test_staff_of_another_project_may_nothing_here(evening):
    stranger = an_evening(state="draft").facilitator
    for do in STAFF:
        assert evening.submit(stranger, do, **ARGUMENTS.get(do, {})).code == 403, do


def test_a30_staff_without_a_second_factor_do_nothing(evening):
    lacking = a_user("facilitator", project=evening.run.project, second_factor=False)
    reasons = {
        evening.submit(lacking, do, **ARGUMENTS.get(do, {})).body()["reason"] for do in STAFF
    }
    assert reasons == {_("Set up a second factor for your account first.")}


def test_a34_a_staff_command_says_what_was_seen_and_nothing_more(evening):
    added = (
        {"seen": None},
        {"seen": True},
        {"session_id": 3},
        {"actor": 1},
        {"now": "2020-01-01"},
        {"status": "approved"},
    )
    for do in STAFF:
        body = {"do": do, "op_id": OP, "seen": 1, **ARGUMENTS.get(do, {})}
        if COMMANDS[do].about == "activity":
            body["activity"] = evening.activity.pk
        unseen = {key: value for key, value in body.items() if key != "seen"}
        for wrong in (unseen, *({**body, **extra} for extra in added)):
            assert evening.send(evening.facilitator, wrong).code == 400, wrong


def test_two_consoles_that_press_together_make_one_step(evening):
    seen = evening.refresh().run.seq
    colleague = a_user("co_facilitator", project=evening.run.project)
    first = evening.submit(evening.facilitator, "pause_activity", seen=seen)
    second = evening.submit(colleague, "pause_activity", seen=seen)
    assert (first.status, second.status, second.code) == ("applied", "refused", 409)
    assert Event.objects.filter(kind="activity_paused").count() == 1


def test_what_was_seen_may_be_the_name_of_the_state(evening):
    assert evening.submit(evening.facilitator, "pause_activity", seen="closed").code == 409
    assert evening.submit(evening.facilitator, "pause_activity", seen="open").code == 200
    assert evening.submit(evening.facilitator, "pause_run", seen="paused").code == 409
    assert evening.submit(evening.facilitator, "pause_run", seen="open").code == 200


def test_a_headcount_in_between_does_not_make_a_screen_old(evening):
    seen = evening.refresh().run.seq
    evening.lead("record_headcount", count=21)
    assert evening.submit(evening.facilitator, "close_activity", seen=seen).code == 200


def test_a2_tricks_with_signs_are_taken_out_of_a_reason(evening):
    reason = "te\u202e laat\x00: \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
    evening.lead("void_activity", reason=reason)
    note = EventNote.objects.exclude(text="").get()
    assert note.text == "te laat: \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"


@pytest.mark.parametrize("reason", ["", " ", "x" * 301, "a\nb", 7, None])
def test_a2_a_reason_is_one_readable_line(evening, reason):
    assert evening.submit(evening.facilitator, "void_activity", reason=reason).code == 400


def test_refusals_of_staff_are_in_the_audit_trail_and_those_of_residents_are_not(evening):
    voter = evening.join()
    evening.submit(evening.facilitator, "resume_activity")
    evening.lead("pause_activity")
    evening.submit(voter, "cast_ballot", choice=0)
    refused = AuditEntry.objects.filter(result="refused")
    assert [entry.action for entry in refused] == ["resume_activity"]


def test_joining_and_voting_leave_no_audit_row_and_no_event(evening):
    before = Event.objects.count(), AuditEntry.objects.count()
    evening.votes("hall", 2, 1)
    assert (Event.objects.count(), AuditEntry.objects.count()) == before


def test_a41_logs_hold_no_person_no_choice_and_nothing_that_was_sent(evening, caplog):
    voter = evening.join()
    evening.lead("pause_activity")
    with caplog.at_level(logging.DEBUG):
        evening.submit(voter, "cast_ballot", choice=1)
        evening.send(voter, {"do": "x\ny", "op_id": OP})
        evening.submit(voter, "open_activity")
    lines = [record.getMessage() for record in caplog.records if "live" in record.name]
    run = evening.run.pk
    assert lines == [
        f"refused do=cast_ballot run={run} code=409",
        f"refused do=? run={run} code=400",
        f"refused do=open_activity run={run} code=403",
    ]


# --- Roles and levels -----------------------------------------------------------------------------

EVERYBODY = {role.value for role in Role}
COUNTERS = {"administrator", "officer", "facilitator", "co_facilitator", "note_taker"}
LEADERS = COUNTERS - {"note_taker"}
DECIDERS = LEADERS - {"co_facilitator"}
# Written a second time by hand: who may give which command.
MAY = {
    **dict.fromkeys(STAFF, LEADERS),
    **dict.fromkeys(("ready_run", "reopen_run", "cancel_run"), DECIDERS),
    **dict.fromkeys(("reopen_activity", "void_activity", "peek_result"), DECIDERS),
    **dict.fromkeys(
        ("record_headcount", "enter_hall_count", "confirm_hall_count", "correct_hall_count"),
        COUNTERS,
    ),
    **dict.fromkeys(("divide_hall", "cast_card_ballot", "turn_page"), COUNTERS),
}


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_who_may_give_which_command(evening, role):
    whole = role in ("administrator", "council")
    user = a_user(
        role,
        project=None if whole else evening.run.project,
        municipality=evening.run.municipality if whole else None,
    )
    allowed = {do for do in STAFF if evening.submit(user, do, **ARGUMENTS.get(do, {})).code != 403}
    assert allowed == {do for do, roles in MAY.items() if role in roles}


@pytest.mark.parametrize(
    ("level", "opens"), [("none", False), ("inform", False), ("consult", True), ("co_create", True)]
)
def test_the_level_decides_whether_a_poll_opens(level, opens):
    evening = an_evening(level=level)
    answer = evening.submit(evening.facilitator, "open_activity")
    assert (answer.code == 200) is opens
    if not opens:
        assert answer.code == 403
        assert answer.reason
        assert not Round.objects.exists()


def test_a_level_that_is_lowered_closes_the_poll_to_residents(evening):
    from deliberation.projects.operations import decide_level
    from tests.builders import the_officer

    voter = evening.join()
    point = evening.activity.decision_point
    decide_level(
        actor=the_officer(point.project.municipality),
        decision_point=point,
        level="inform",
        motivation="De raad heeft inmiddels besloten.",
        change_reason="Er is haast.",
        now=evening.now,
    )
    answer = evening.submit(voter, "cast_ballot", choice=0)
    assert (answer.code, len(stored_votes())) == (403, 0)
    assert "level" in answer.reason or "niveau" in answer.reason


def test_a_phase_that_ended_closes_the_poll(evening):
    voter = evening.join()
    evening.pass_time(days=31)
    assert evening.submit(voter, "cast_ballot", choice=0).code == 403


# --- Joining and lanes ------------------------------------------------------------------------------


def test_the_code_sets_the_lane_and_coming_back_is_the_same_attendance(evening):
    resident = evening.join("hall")
    evening.join("hall", resident)
    attendance = Attendance.objects.get()
    assert (attendance.lane, attendance.participant) == ("hall", resident)


@pytest.mark.parametrize("by", ["command", "code"])
def test_a_lane_can_be_corrected_until_the_first_vote(evening, by):
    resident = evening.join("hall")

    def correct(lane):
        if by == "command":
            return evening.submit(resident, "change_lane", lane=lane)
        evening.join(lane, resident)
        return None

    correct("online")
    assert Attendance.objects.get().lane == "online"
    evening.join("hall", resident)
    evening.vote(resident, 0)
    answer = correct("online")
    assert answer is None or answer.code == 409
    assert Attendance.objects.get().lane == "hall"
    evening.close()
    correct("online")
    assert Attendance.objects.get().lane == "hall"


def test_nobody_says_themselves_that_they_are_in_the_hall(evening):
    """Who knows the link of home only would fill its column, and stop polls from closing."""
    resident = evening.join("online")
    answer = evening.submit(resident, "change_lane", lane="hall")
    assert (answer.code, answer.reason) == (
        409,
        "Typ de code die in de zaal staat. Daarmee doet u in de zaal mee.",
    )
    assert Attendance.objects.get().lane == "online"


def test_phones_in_the_hall_are_locked_when_hands_count():
    evening = an_evening(hall_mode="H1", headcount=5, poll_open=True)
    assert evening.submit(evening.join("hall"), "cast_ballot", choice=0).code == 409
    evening.vote(evening.join("online"), 0)


@pytest.mark.parametrize("state", ["draft", "ready"])
def test_nobody_joins_before_the_doors_open(state):
    evening = an_evening(state=state)
    with pytest.raises(Refused) as refusal:
        evening.join()
    assert refusal.value.code == "state"
    assert not Attendance.objects.exists()


@pytest.mark.parametrize("code", ["", "000000000", "48291", "abc", "\x00", "٤٨٢٩١٣", None])
def test_an_unknown_code_lets_nobody_in(evening, code):
    with pytest.raises(Refused) as refusal:
        operations.join_run(actor=create_participant(), code=code, now=evening.now)
    assert refusal.value.field == "code"


def test_a_code_may_be_typed_with_a_space(evening):
    code = evening.run.online_code
    spaced = f" {code[:3]} {code[3:]} "
    joined = operations.join_run(actor=create_participant(), code=spaced, now=evening.now)
    assert joined.lane == "online"


def test_codes_are_unique_over_runs_and_lanes():
    runs = [an_evening(state="draft").run for _ in range(5)]
    codes = [code for run in runs for code in (run.hall_code, run.online_code)]
    assert len(set(codes)) == 10
    assert all(len(code) == 6 and code.isdigit() for code in codes)
