"""Does one vote stay one vote when everything happens at once? With real commits and threads."""

import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from compass.refusal import Refused
from deliberation.live import events, operations
from deliberation.live.commands import submit
from deliberation.live.models import Event, HallCount, JoinCode, Op, Round, Run, Spent
from deliberation.people.counters import counters
from deliberation.people.operations import create_participant
from tests.builders import a_user
from tests.live.builders import an_evening, stored_votes, twenty_evenings
from tests.live.screens.test_promises import DOINGS, SHOWN

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 10


def at_once(jobs):
    """Do all jobs in threads, all starting together; return what each gave."""
    gate = threading.Barrier(THREADS)

    def work(mine):
        gate.wait()
        try:
            return [job() for job in mine]
        finally:
            connection.close()

    shares = [jobs[number::THREADS] for number in range(THREADS)]
    with ThreadPoolExecutor(THREADS) as pool:
        return [answer for answers in pool.map(work, shares) for answer in answers]


def ballot_job(evening, voter, choice, op_id=None):
    body = {
        "do": "cast_ballot",
        "op_id": op_id or str(uuid.uuid4()),
        "activity": evening.activity.pk,
        "choice": choice,
    }
    about = {"run_id": evening.run.pk, "actor": voter, "body": body}
    return lambda: submit(now=evening.now, **about).result(timeout=120)


@pytest.mark.exhaustive  # screens/test_crowd.py does it over HTTP and sockets
def test_a4_a_hundred_people_voting_ten_times_at_once_store_a_hundred_ballots():
    evening = an_evening(headcount=0, poll_open=True, commits=False)
    voters = [evening.join() for _ in range(100)]
    jobs = [ballot_job(evening, voter, n % 2) for n in range(10) for voter in voters]
    answers = at_once(jobs)
    assert {answer.status for answer in answers} == {"applied"}
    assert len({answer.receipt for answer in answers}) == 1000
    assert len(stored_votes()) == Spent.objects.count() == 100
    assert Op.objects.filter(actor__startswith="p:").count() == 1000
    evening.close()
    assert sum(Round.objects.get().tally["total"]) == 100


def test_a4_the_same_op_ten_times_at_once_is_applied_once():
    evening = an_evening(headcount=0, poll_open=True, commits=False)
    voters = [(evening.join(), str(uuid.uuid4())) for _ in range(10)]
    jobs = [ballot_job(evening, voter, n % 2, op) for voter, op in voters for n in range(10)]
    answers = at_once(jobs)
    assert sorted(answer.status for answer in answers) == ["applied"] * 10 + ["duplicate"] * 90
    assert len({answer.receipt for answer in answers}) == 10
    assert len(stored_votes()) == Op.objects.filter(actor__startswith="p:").count() == 10


def test_a10_a_hundred_right_codes_typed_at_the_same_moment_are_no_guesses():
    """Twenty evenings leave one wrong code an hour; a full hall that types is still never asked the word."""
    twenty_evenings(commits=False)
    code = JoinCode.objects.first().code
    jobs = [lambda: Client().get(f"/s/{code}").status_code for _ in range(100)]
    counters.clear()
    assert set(at_once(jobs)) == {200}
    assert Client().get("/s/000000").status_code == 404
    assert set(at_once(jobs[:THREADS])) == {403}, (
        "and once that one is spent, nobody waits or slips in"
    )


def test_fifty_votes_against_fifty_closes_give_one_total():
    evening = an_evening(headcount=0, poll_open=True, commits=False)
    evening.run.grace_seconds = 0
    evening.run.save()
    votes = [ballot_job(evening, evening.join(), 0) for _ in range(50)]
    seen = evening.refresh().run.seq

    def close():
        body = {
            "do": "close_activity",
            "op_id": str(uuid.uuid4()),
            "activity": evening.activity.pk,
            "seen": seen,
        }
        about = {"actor": evening.facilitator, "body": body, "now": evening.now}
        answer = submit(run_id=evening.run.pk, **about).result(timeout=120)
        operations.finish_closing(run=evening.run, now=evening.now)
        return answer

    jobs = [job for pair in zip(votes, [close] * 50, strict=True) for job in pair]
    answers = at_once(jobs)
    received = sum(1 for answer in answers if answer.receipt)
    evening.refresh()
    assert evening.activity.state == "closed"
    assert len(stored_votes()) == received
    assert Round.objects.get().tally["total"] == [received, 0]
    assert Event.objects.filter(kind="activity_closed").count() == 1
    assert Event.objects.filter(kind="activity_closing").count() == 1
    assert events.verify(evening.run) == []


def test_people_come_in_while_the_codes_are_made_anew_and_nobody_waits_for_the_other_in_turn():
    evening = an_evening(poll_open=True, commits=False)
    codes = {"actor": evening.facilitator, "run": evening.run, "now": evening.now}

    def join():
        code = Run.objects.get(pk=evening.run.pk).hall_code
        try:
            operations.join_run(actor=create_participant(), code=code, now=evening.now)
        except Refused as refusal:
            return refusal.field
        return "in"

    answers = at_once(
        [job for _ in range(8) for job in (join, partial(operations.rotate_codes, **codes), join)]
    )
    assert {answer for answer in answers if isinstance(answer, str)} <= {"in", "code"}
    assert JoinCode.objects.filter(run=evening.run).count() == 2


def test_ten_consoles_that_press_together_make_one_step():
    evening = an_evening(poll_open=True, commits=False)
    seen = evening.refresh().run.seq
    colleagues = [a_user("facilitator", project=evening.run.project) for _ in range(THREADS)]

    def pause(colleague):
        body = {
            "do": "pause_activity",
            "op_id": str(uuid.uuid4()),
            "activity": evening.activity.pk,
            "seen": seen,
        }
        return submit(run_id=evening.run.pk, actor=colleague, body=body, now=timezone.now()).result(
            timeout=60
        )

    answers = at_once([lambda who=who: pause(who) for who in colleagues])
    assert sorted(answer.code for answer in answers) == [200] + [409] * (THREADS - 1)
    assert events.verify(evening.run) == []


def test_ten_people_who_enter_the_first_count_together_enter_one():
    evening = an_evening(headcount=50, poll_open=True, commits=False)
    counters = [a_user("note_taker", project=evening.run.project) for _ in range(THREADS)]

    def enter(counter, number):
        body = {
            "do": "enter_hall_count",
            "op_id": str(uuid.uuid4()),
            "activity": evening.activity.pk,
            "seen": 1,
            "hands": [number, 0],
        }
        return submit(run_id=evening.run.pk, actor=counter, body=body, now=timezone.now()).result(
            timeout=60
        )

    jobs = [lambda who=who, n=n: enter(who, n) for n, who in enumerate(counters)]
    answers = at_once(jobs)
    assert sorted(answer.code for answer in answers) == [200] + [409] * (THREADS - 1)
    assert HallCount.objects.count() == 1


def test_one_person_joining_ten_times_at_once_is_there_once():
    evening = an_evening(commits=False)
    voter = evening.join()
    job = lambda: operations.join_run(  # noqa: E731
        actor=voter, code=evening.run.online_code, now=evening.now
    )
    assert len({attendance.pk for attendance in at_once([job] * THREADS)}) == 1


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite lets writers in one by one: make test-full"
)
@pytest.mark.parametrize("name", [name for name in SHOWN if "," not in name])
def test_who_changes_a_promise_and_who_adds_a_poll_about_it_wait_for_each_other_in_one_order(name):
    """The one holds its decision point and asks for the run, the other holds the run and writes about the point."""
    evening, (before, do, _says) = an_evening(state="lobby", commits=False), DOINGS[name]
    point = evening.activity.decision_point
    before(point)
    poll = {"decision_point": point, "question": "En de bomen?", "options": ["Ja", "Nee"]}
    with ThreadPoolExecutor(1) as beside:
        with transaction.atomic():
            events.lock_run(evening.run.pk)
            change = beside.submit(lambda: (do(point), connection.close()))
            time.sleep(0.5)  # long enough to be waiting for the run
            operations.add_activity(
                actor=evening.facilitator, item=evening.activity.item, now=evening.now, **poll
            )
        change.result(timeout=30)
    assert evening.run.activities.count() == 2
