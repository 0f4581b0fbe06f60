"""Are votes that come in together each answered as if they came alone, for the price of one?"""

import threading
import time
import uuid
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from deliberation.live import ballot_writer, operations
from deliberation.live.commands import submit, submit_ballot
from deliberation.live.models import Attendance, Event, Op, SealedBallot, Spent
from deliberation.live.operations.ballot_batches import Vote, write_batch
from tests.live.builders import a_card, an_evening, stored_votes
from tests.live.screens.browsers import Browser, in_thread, live


@pytest.fixture
def evening(db):
    return an_evening(headcount=0, poll_open=True)


def a_vote(evening, person, choices=(0,), **changes):
    about = {
        "run_id": evening.run.pk, "participant_id": person.pk, "op_id": str(uuid.uuid4()),
        "activity_id": evening.activity.pk, "choices": choices and list(choices), "card": None,
        "at": evening.now, "language": "nl",
    }  # fmt: skip
    return Vote(**{**about, **changes})


def send(evening, person):
    """Send a vote as a page does, and give the promise of its answer."""
    body = {
        "do": "cast_ballot",
        "activity": evening.activity.pk,
        "choice": 0,
        "op_id": str(uuid.uuid4()),
    }
    return submit(run_id=evening.run.pk, actor=person, body=body, now=evening.now)


def test_many_votes_cost_the_database_no_more_questions_than_two(evening):
    people = evening.joined(online=22)

    def questions(some):
        with CaptureQueriesContext(connection) as asked:
            answers = write_batch([a_vote(evening, one) for one in some])
        assert {answer.status for answer in answers} == {"applied"}
        return len(asked)

    assert questions(people[:2]) == questions(people[2:]) <= 14
    assert len(stored_votes()) == Spent.objects.count() == 22
    assert not Event.objects.filter(kind__contains="ballot").exists()


def test_each_is_answered_on_its_own_and_of_one_voter_the_last_counts(evening):
    one, other, outside = evening.join(), evening.join(), evening.sent_out().participant
    first = a_vote(evening, one, [0])
    answers = write_batch([
        first, a_vote(evening, one, [1]), first, a_vote(evening, other, [7]), a_vote(evening, other, [0, 1]),
        a_vote(evening, outside), a_vote(evening, one, None), a_vote(evening, one, activity_id=999),
        a_vote(evening, one, run_id=999), a_vote(evening, other, [0]),
    ])  # fmt: skip
    told = [(answer.status, answer.code) for answer in answers]
    assert told == [
        ("applied", 200), ("applied", 200), ("duplicate", 200), ("refused", 400), ("refused", 400),
        ("refused", 403), ("refused", 400), ("refused", 400), ("refused", 400), ("applied", 200),
    ]  # fmt: skip
    assert answers[2].receipt == answers[0].receipt != answers[1].receipt
    assert sorted(stored_votes()) == [[0], [1]]
    assert write_batch([first])[0].receipt == answers[0].receipt
    assert Op.objects.filter(actor__startswith="p:").count() == 3


def test_a_refusal_is_in_the_language_of_who_reads_it(evening):
    people = evening.joined(online=2)
    evening.lead("pause_activity")
    votes = [a_vote(evening, people[0]), a_vote(evening, people[1], language="en")]
    dutch, english = write_batch(votes)
    assert "stil" in dutch.reason or "Wacht" in dutch.reason
    assert english.reason == "Voting is paused. Wait a moment and try again."
    assert {op.reason for op in Op.objects.exclude(reason="")} == {dutch.reason, english.reason}


def test_cards_on_one_phone_vote_apart_and_a_blocked_one_not_at_all():
    evening = an_evening(hall_mode="H2", headcount=3, poll_open=True)
    cards = [a_card(evening.run, number) for number in (1, 2)]
    person = evening.join("hall")
    for card in cards:
        operations.activate_card(actor=person, code=card.code, also=True, now=evening.now)
    votes = [a_vote(evening, person, [n], card=n + 1) for n in (0, 1)]
    answers = write_batch([*votes, a_vote(evening, person, card=9)])
    assert [answer.code for answer in answers] == [200, 200, 403]
    assert sorted(stored_votes()) == [[0], [1]]
    operations.block_card(actor=evening.facilitator, card=cards[1], now=evening.now)
    answers = write_batch([a_vote(evening, person, card=2), a_vote(evening, person, card=1)])
    assert [answer.code for answer in answers] == [403, 200]


class Breaks:
    """Let the database fail at whatever names one number of a command."""

    def __init__(self, op_id, failure):
        self.op_id, self.failure = op_id.replace("-", ""), failure

    def __call__(self, execute, sql, params, *more):
        if sql.startswith("INSERT") and self.op_id in str(params).replace("-", ""):
            raise self.failure("no")
        return execute(sql, params, *more)


def test_a_vote_that_breaks_its_batch_is_left_out_alone(evening):
    votes = [a_vote(evening, person) for person in evening.joined(online=3)]
    with connection.execute_wrapper(Breaks(votes[1].op_id, ValueError)):
        answers = write_batch(votes)
    assert [answers[0].status, answers[2].status] == ["applied", "applied"]
    assert isinstance(answers[1], ValueError)
    assert len(stored_votes()) == Op.objects.filter(actor__startswith="p:").count() == 2


def test_while_the_database_is_away_nobody_is_told_that_a_vote_is_in(evening):
    votes = [a_vote(evening, person) for person in evening.joined(online=3)]
    with connection.execute_wrapper(Breaks(votes[1].op_id, OperationalError)):
        answers = write_batch(votes)
    assert {answer.code for answer in answers} == {503}
    assert stored_votes() == [] and not Op.objects.filter(actor__startswith="p:").exists()


# --- The thread --------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_votes_of_many_threads_are_stored_by_one():
    evening = an_evening(headcount=0, poll_open=True, commits=False)
    people = evening.joined(online=12)
    promises = [send(evening, person) for person in people]
    assert [one.name for one in threading.enumerate()].count("ballot-writer") == 1
    receipts = {promise.result(timeout=30).receipt for promise in promises}
    assert len(receipts) == len(stored_votes()) == 12


@pytest.mark.django_db(transaction=True)
def test_a_vote_is_in_time_by_the_moment_it_was_taken_unless_the_round_was_counted_since():
    evening = an_evening(headcount=0, poll_open=True, commits=False)
    early, late = evening.joined(online=2)
    evening.lead("close_activity")
    last = evening.now + timedelta(seconds=evening.run.grace_seconds - 0.1)
    body = {"do": "cast_ballot", "activity": evening.activity.pk, "choice": 0}
    about = {"run_id": evening.run.pk, "now": last}
    taken = submit_ballot(
        participant_id=early.pk, body={**body, "op_id": str(uuid.uuid4())}, **about
    )
    assert taken.result(timeout=30).status == "applied"
    evening.pass_time(seconds=evening.run.grace_seconds)
    operations.finish_closing(run=evening.run, now=evening.now)
    missed = submit_ballot(
        participant_id=late.pk, body={**body, "op_id": str(uuid.uuid4())}, **about
    )
    assert missed.result(timeout=30).code == 409
    assert stored_votes() == [[0]]


@pytest.mark.django_db(transaction=True)
def test_a_vote_over_a_socket_reads_no_session():
    evening = an_evening(headcount=0, poll_open=True, commits=False)
    resident = Browser(evening).join()

    @live
    async def vote():
        socket = resident.socket()
        await socket.open()
        await in_thread(resident.client.session.flush)
        body = resident.body("cast_ballot", activity=evening.activity.pk, choice=1)
        assert (await socket.submit(body))["status"] == "applied"
        await socket.disconnect()

    vote()
    assert Attendance.objects.count() == SealedBallot.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_writer_goes_on_after_its_connection_was_lost():
    evening = an_evening(headcount=0, poll_open=True, commits=False)
    people = evening.joined(online=2)
    assert send(evening, people[0]).result(timeout=30).status == "applied"
    ballot_writer.stop()
    assert send(evening, people[1]).result(timeout=30).status == "applied"
    assert len(stored_votes()) == 2


@pytest.mark.django_db(transaction=True)
def test_who_hangs_up_takes_no_vote_of_another_along():
    evening = an_evening(headcount=0, poll_open=True, commits=False)
    gone, other = (a_vote(evening, person, choices=[0]) for person in evening.joined(online=2))
    promises = [ballot_writer.submit(gone), ballot_writer.submit(other)]
    for promise in promises:
        promise.cancel()  # as a server does with what waits for a phone that left
    assert [promise.result(timeout=30).status for promise in promises] == ["applied"] * 2
    again = a_vote(evening, evening.join(), choices=[0])
    assert ballot_writer.submit(again).result(timeout=30).status == "applied"
    assert [one.name for one in threading.enumerate()].count("ballot-writer") == 1


@pytest.mark.django_db(transaction=True)
def test_the_key_of_a_round_stays_in_no_memory_once_nobody_votes():
    evening = an_evening(headcount=0, poll_open=True, commits=False)
    ballot_writer.submit(a_vote(evening, evening.join())).result(timeout=30)
    evening.close()
    ends = time.monotonic() + 30
    while ballot_writer._writer.kept._polls and time.monotonic() < ends:
        time.sleep(0.05)
    assert not ballot_writer._writer.kept._polls


@pytest.mark.django_db(transaction=True)
def test_what_was_read_for_the_last_batch_holds_no_poll_open_and_lets_nobody_in():
    evening = an_evening(headcount=0, poll_open=True, commits=False)
    person, unwelcome = evening.joined(online=2)
    assert evening.vote(person, 0) and evening.vote(unwelcome, 0)
    evening.sent_out(unwelcome)
    assert evening.submit(unwelcome, "cast_ballot", choice=1).code == 403
    evening.vote(person, 0)
    evening.lead("pause_activity")
    assert evening.submit(person, "cast_ballot", choice=1).code == 409
    evening.lead("resume_activity")
    assert evening.vote(person, 1)
    assert sorted(stored_votes()) == [[0], [1]]
