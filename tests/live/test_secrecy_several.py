"""Do several answers each, and cards typed in, keep as secret as one answer who chose what?"""

import logging
import uuid

import pytest
from django.utils import timezone

from deliberation.live.models import Ballot, Spent
from tests.builders import a_decided_point
from tests.live.builders import a_card, an_evening, stored_votes
from tests.live.test_parallel import at_once
from tests.live.test_secrecy import _end, nine_people, physical_order, what_is_known


def play_several(point, people, choices, now, known):
    """Nine people give up to two answers each or don't know, in the hall and at home."""
    evening = an_evening(
        hall_mode="H3",
        headcount=9,
        point=point,
        commits=False,
        now=now,
        max_choices=2,
        dont_know=True,
    )
    evening.lead("open_activity")
    for number, (person, choice) in enumerate(zip(people, choices, strict=True)):
        evening.join("hall" if number % 3 == 0 else "online", person)
        op_id = str(uuid.UUID(int=number))
        answer = evening.submit(person, "cast_ballot", op_id=op_id, choices=choice)
        known.append((answer.status, answer.receipt, answer.reason))
    counted = {"hands": [2, 2, 1], "voters": 4}
    evening.lead("enter_hall_count", **counted)
    evening.submit(evening.counter, "confirm_hall_count", **counted)
    _end(evening, known)


@pytest.mark.django_db
def test_a9_several_answers_each_look_the_same_whoever_chose_what(caplog):
    caplog.set_level(logging.INFO)
    about = (a_decided_point(), nine_people())
    how = {"now": timezone.now(), "caplog": caplog, "play": play_several}
    one = what_is_known(*about, [[0], [0, 1], [2], [1], [0], [0, 1], [1], [2], [0]], **how)
    other = what_is_known(*about, [[1], [2], [0, 1], [0], [0, 1], [2], [0], [1], [0, 1]], **how)
    assert one == other
    assert [answer[0] for answer in one[:9]] == ["applied"] * 9


@pytest.mark.django_db
def test_a9_closing_cuts_ballots_of_cards_and_of_several_answers_loose():
    evening = an_evening(
        hall_mode="H2", max_choices=2, dont_know=True, headcount=20, poll_open=True
    )
    for number in range(1, 9):
        a_card(evening.run, number)
        choices = [2] if number % 3 == 0 else [0, 1][: 1 + number % 2]
        answer = evening.submit(
            evening.facilitator, "cast_card_ballot", card=number, choices=choices
        )
        assert answer.status == "applied", answer
    for choices in ([0], [0, 1], [2]):
        evening.vote(evening.join(), choices)
    evening.close()
    ids = [str(one) for one in physical_order(Ballot, "id")]
    assert ids == sorted(ids)
    rows = set(Ballot.objects.values_list("voter_key", "lane"))
    assert rows == {(None, "")}, "three voters at home"
    assert Spent.objects.count() == 11
    tally = evening.activity.rounds.get().tally
    assert (tally["hall"], tally["online"], tally["card_voters"]) == (None, None, 8)


@pytest.mark.django_db(transaction=True)
def test_a4_several_answers_at_once_from_each_person_stay_one_ballot():
    evening = an_evening(headcount=0, poll_open=True, commits=False, max_choices=2, dont_know=True)
    voters = [evening.join() for _ in range(10)]

    def job(voter, choices):
        body = {"do": "cast_ballot", "activity": evening.activity.pk, "choices": choices}
        return lambda: evening.send(voter, body | {"op_id": str(uuid.uuid4())})

    jobs = [job(voter, [[0], [0, 1], [2]][n % 3]) for n in range(6) for voter in voters]
    assert {answer.status for answer in at_once(jobs)} == {"applied"}
    assert len(stored_votes()) == Spent.objects.count() == 10
    assert all(choices in ([0], [0, 1], [2]) for choices in stored_votes())
