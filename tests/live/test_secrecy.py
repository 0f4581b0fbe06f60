"""Can anybody find out who chose what, from rows, their order, logs or what screens are given?"""

import logging
import uuid

import pytest
from django.db import connection, transaction
from django.utils import timezone

from deliberation.live import operations, queries, randomness, round_secrets
from deliberation.live.models import Attendance, Ballot, Event, Op, Round, Run, SealedBallot, Spent
from deliberation.live.operations.ballots import ballots_digest
from deliberation.people.models import AuditEntry, Participant
from tests.builders import a_decided_point
from tests.live.builders import a_card, an_evening, stored_votes

from .random_sources import Seeded

pytestmark = pytest.mark.django_db

MANY = 60


class Undo(Exception):
    """Take an evening back, so that the next one gets the same numbers."""


def physical_order(model, column):
    """Read a column in the order in which rows lie in the file."""
    place = "ctid" if connection.vendor == "postgresql" else "rowid"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {model._meta.db_table} ORDER BY {place}")  # noqa: S608
        return [value for (value,) in cursor.fetchall()]


def guessed_right(choices, people, chose) -> float:
    """Guess that the n-th ballot is of the n-th person: the share that is right."""
    hits = sum(
        str(chose[str(person)]) in str(choice)
        for choice, person in zip(choices, people, strict=True)
    )
    return hits / len(people)


def as_ids(values):
    return [str(uuid.UUID(str(value))) for value in values]


def orders():
    """Everything in the database that holds people in some order."""
    with_op = Op.objects.filter(actor__startswith="p:").order_by("pk")
    joined = {
        str(attendance.participant_id): str(attendance.pk)
        for attendance in Attendance.objects.all()
    }
    return {
        "attendance": as_ids(physical_order(Attendance, "id")),
        "spent": as_ids(physical_order(Spent, "attendance_id")),
        "op": [joined[op.actor[2:]] for op in with_op],
        "id": sorted(joined.values()),
    }


def an_evening_of_many():
    """Let many vote, the first half for one answer and the rest for the other: order tells all."""
    with randomness.drawn_from(Seeded(7)):
        evening = an_evening(headcount=0, poll_open=True)
        chose = {}
        for number in range(MANY):
            voter = evening.join()
            evening.vote(voter, choice := int(number >= MANY / 2))
            chose[str(Attendance.objects.get(participant=voter).pk)] = choice
        return evening, chose


def test_a9_with_the_secret_the_order_of_rows_tells_so_the_test_can_fail():
    _evening, chose = an_evening_of_many()
    choices = stored_votes()
    for name in ("attendance", "spent", "op"):
        assert guessed_right(choices, orders()[name], chose) == 1.0, name


def test_a9_after_closing_no_order_of_rows_tells_more_than_guessing():
    evening, chose = an_evening_of_many()
    with randomness.drawn_from(Seeded(8)):
        evening.close()
    choices = physical_order(Ballot, "choices")
    for name, people in orders().items():
        assert len(people) == MANY
        # Half is what guessing gives; 2.6 standard deviations of it for 60 people.
        assert abs(guessed_right(choices, people, chose) - 0.5) < 0.17, name
    assert orders()["spent"] != orders()["op"]


def test_a9_after_closing_no_column_leads_from_a_ballot_to_a_person():
    evening, _chose = an_evening_of_many()
    secret_file = round_secrets._path(Round.objects.get())
    assert secret_file.exists()
    assert oct(secret_file.stat().st_mode)[-3:] == "600"
    assert oct(secret_file.parent.stat().st_mode)[-3:] == "700"
    evening.close()
    assert not secret_file.exists()
    names = {column.name for column in Ballot._meta.fields}
    assert names == {"id", "round", "voter_key", "lane", "choices"}
    assert set(Ballot.objects.values_list("voter_key", flat=True)) == {None}
    assert Ballot.objects.count() == Spent.objects.count() == MANY


def test_a9_all_ballots_of_a_round_are_of_one_transaction():
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL keeps the transaction of a row")
    evening, _chose = an_evening_of_many()
    evening.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT xmin::text FROM live_ballot")
        assert len(cursor.fetchall()) == 1


def test_ballots_lie_in_the_order_of_their_random_ids():
    evening, _chose = an_evening_of_many()
    evening.close()
    ids = as_ids(physical_order(Ballot, "id"))
    assert ids == sorted(ids)


def test_a45_ballots_can_be_counted_again_and_a_change_shows():
    evening, _chose = an_evening_of_many()
    evening.close()
    round_ = Round.objects.get()
    votes = [ballot.choices[0] for ballot in round_.ballots.all()]
    assert [votes.count(0), votes.count(1)] == round_.tally["total"]
    assert ballots_digest(round_) == round_.digest
    assert Event.objects.get(kind="activity_shut").data["digest"] == round_.digest
    changed = round_.ballots.filter(choices=[0]).first()
    changed.choices = [1]
    changed.save()
    assert ballots_digest(round_) != round_.digest


# --- The secret -----------------------------------------------------------------------------------


def test_an_opening_that_was_taken_back_leaves_nothing_in_the_way():
    evening = an_evening(headcount=0)
    try:
        with transaction.atomic():
            evening.lead("open_activity")
            raise Undo
    except Undo:
        evening.lead("open_activity")
    evening.vote(evening.join(), 0)
    assert stored_votes() == [[0]]


def test_every_round_has_its_own_key():
    evening = an_evening(headcount=0, poll_open=True)
    voter = evening.join()
    evening.vote(voter, 0)
    first = SealedBallot.objects.get()
    evening.close()
    evening.lead("reopen_activity", reason="Nog eens")
    evening.vote(voter, 0)
    second = SealedBallot.objects.get()
    assert second.voter_key != first.voter_key and second.sealed != first.sealed


def test_destroying_a_secret_twice_is_destroying_it_once():
    an_evening(poll_open=True)
    round_ = Round.objects.get()
    assert not round_secrets.is_lost(round_)
    round_secrets.destroy_secret(round_)
    round_secrets.destroy_secret(round_)
    assert round_secrets.is_lost(round_)


# --- Two evenings that differ only in who chose what -------------------------------------------------


def nine_people():
    """Make participants with the same ids in every run of the test."""
    return [Participant.objects.create(id=uuid.UUID(int=number + 1)) for number in range(9)]


def what_is_known(point, people, choices, now, caplog, play=None):
    """Play an evening until its result waits to be revealed; return what any audience is given on the way."""
    known = []
    caplog.clear()
    try:
        with transaction.atomic(), randomness.drawn_from(Seeded(3)):
            (play or _play)(point, people, choices, now, known)
            raise Undo
    except Undo:
        known.append([(record.name, record.getMessage()) for record in caplog.records])
        return known


def _play(point, people, choices, now, known):
    evening = an_evening(hall_mode="H3", headcount=9, point=point, commits=False, now=now)
    evening.lead("open_activity")
    for number, (person, choice) in enumerate(zip(people, choices, strict=True)):
        evening.join("hall" if number % 3 == 0 else "online", person)
        answer = evening.submit(
            person, "cast_ballot", op_id=str(uuid.UUID(int=number)), choice=choice
        )
        known.append((answer.status, answer.receipt, answer.reason))
        known.append(_given(evening))
    evening.count(2, 2)
    _end(evening, known)


def _play_with_cards(point, people, choices, now, known):
    """Three vote from home, two with a card on a phone (one for a second card too), three by a card typed in."""
    evening = an_evening(hall_mode="H2", headcount=9, point=point, commits=False, now=now)
    cards = [a_card(evening.run, number) for number in range(1, 7)]
    evening.lead("open_activity")
    for number, (person, choice) in enumerate(zip(people, choices, strict=True)):
        actor, do, extra = person, "cast_ballot", {}
        if number < 3:
            evening.join(participant=person)
        elif number < 6:
            voter = people[3] if number == 5 else person
            about = {"actor": voter, "code": cards[number - 3].code, "now": now}
            operations.activate_card(also=number == 5, **about)
            actor, extra = voter, {"card": number - 2}
        else:
            actor, do, extra = evening.counter, "cast_card_ballot", {"card": number - 2}
        op_id = str(uuid.UUID(int=number))
        answer = evening.submit(actor, do, op_id=op_id, choice=choice, **extra)
        assert answer.status == "applied", answer
        known.append((answer.status, answer.receipt, answer.reason))
        known.append(_given(evening))
    _end(evening, known)


def _end(evening, known):
    ours = evening.run.pk
    known.append(_given(evening))
    evening.close()
    known.append(_given(evening))
    rows = Event.objects.filter(run=ours).order_by("seq")
    known.append([(row.seq, row.kind, row.at.isoformat()) for row in rows])
    known.append([_unnumbered(row) for row in rows])
    known.append([str(one.attendance_id) for one in Spent.objects.order_by("pk")])
    columns = ("actor", "op_id", "status", "code", "reason", "receipt")
    of_residents = Op.objects.filter(actor__startswith="p:").order_by("pk")
    known.append(list(of_residents.values_list(*columns)))
    audit = AuditEntry.objects.order_by("pk").values_list("action", "result", "detail")
    known.append(list(audit)[-20:])


def _unnumbered(event):
    """Leave out row numbers, which PostgreSQL never gives twice, and what closing may know: the tally."""
    hidden = {"item", "activity", "readied", "count", "tally", "digest", "result"}
    return {key: value for key, value in event.data.items() if key not in hidden}


def _given(evening):
    """What screens of every audience are made of."""
    run = Run.objects.get(pk=evening.run.pk)
    current = queries.current_activity(run)
    return [
        run.state,
        run.seq,
        (current.state, current.reveal, str(current.closes_at)),
        queries.turnout(run, current),
        queries.presence(run),
        queries.is_small_session(run),
        queries.headcount_question(run, evening.now),
        [(count.hands, count.state) for count in queries.hall_counts(current)],
        queries.fresh_state(run)["activities"][current.pk],
        [queries.result(current, audience) for audience in ("pub", "mod")],
        [queries.region_heads(run, audience) for audience in ("pub", "mod")],
    ]


def test_a9_two_evenings_that_differ_only_in_who_chose_what_look_the_same(caplog):
    caplog.set_level(logging.INFO)
    about = (a_decided_point(), nine_people())
    now = timezone.now()
    one = what_is_known(*about, [0, 0, 0, 0, 0, 0, 1, 1, 1], now, caplog)
    other = what_is_known(*about, [1, 1, 1, 0, 1, 0, 0, 1, 1], now, caplog)
    assert one == other
    assert "applied" in str(one)


def test_a9_with_cards_too_two_evenings_that_differ_only_in_who_chose_what_look_the_same(caplog):
    caplog.set_level(logging.INFO)
    about = (a_decided_point(), nine_people())
    how = {"now": timezone.now(), "caplog": caplog, "play": _play_with_cards}
    one = what_is_known(*about, [0, 0, 0, 0, 0, 0, 1, 1, 1], **how)
    other = what_is_known(*about, [1, 1, 1, 0, 1, 0, 0, 1, 1], **how)
    assert one == other
    assert "applied" in str(one)


def test_a_planted_leak_is_noticed(caplog, monkeypatch):
    about = (a_decided_point(), nine_people())
    now = timezone.now()

    def leaking(run, activity, round_=None):
        return {"hall": 0, "online": stored_votes().count([0])}

    monkeypatch.setattr(queries, "turnout", leaking)
    one = what_is_known(*about, [0] * 9, now, caplog)
    assert one != what_is_known(*about, [1] * 9, now, caplog)


def test_the_same_evening_twice_draws_the_same_codes(caplog):
    point = a_decided_point()
    codes = set()
    for _ in range(2):
        try:
            with transaction.atomic(), randomness.drawn_from(Seeded(3)):
                run = an_evening(point=point, state="draft", commits=False).run
                codes.add((run.hall_code, run.online_code, run.epoch))
                raise Undo
        except Undo:
            pass
    assert len(codes) == 1


def test_finishing_without_a_poll_whose_time_has_come_locks_and_writes_nothing(
    django_assert_num_queries,
):
    evening = an_evening(poll_open=True)
    with django_assert_num_queries(1):
        operations.finish_closing(run=evening.run, now=evening.now)
