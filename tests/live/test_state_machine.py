"""Does a session take only the steps it may? Every pair of state and step, without a database."""

from datetime import datetime, timedelta
from itertools import product

import pytest

from compass.refusal import Refused
from deliberation.live.state_machine import (
    ACTIVITY_STEPS,
    DONE_ALREADY,
    EMPTY,
    HALL_COUNT_STEPS,
    REVEALS,
    RUN_STEPS,
    Seen,
    Sentence,
    check_reopening_in_time,
    check_seen,
    fold,
    reveal,
    step,
    takes_ballots,
)

# Written a second time by hand from the design, so that a slip in the tables shows.
RUN = """
draft ready, ready lobby, lobby ready, lobby open, open paused, paused open, open closed, paused closed,
closed open, closed archived, draft cancelled, ready cancelled
"""
ACTIVITY = """
draft ready, ready open, open paused, paused open, open closing, paused closing, closing tallying,
closing closed, tallying closed, closed open, closed archived, draft voided, ready voided, open voided,
paused voided, closing voided, tallying voided, closed voided, voided open
"""
HALL_COUNT = """
- entered, - confirmed, entered entered, entered confirmed, entered disputed, disputed corrected, confirmed corrected,
corrected corrected, confirmed disputed, corrected disputed, disputed disputed
"""


def written(text):
    return {tuple(word.strip("-") for word in pair.split()) for pair in text.split(",")}


@pytest.mark.parametrize(
    ("table", "by_hand"),
    [(RUN_STEPS, RUN), (ACTIVITY_STEPS, ACTIVITY), (HALL_COUNT_STEPS, HALL_COUNT)],
)
def test_the_tables_are_the_design(table, by_hand):
    steps = {(state, after) for before, after in table.values() for state in before}
    assert steps == written(by_hand)


@pytest.mark.parametrize("table", [RUN_STEPS, ACTIVITY_STEPS, HALL_COUNT_STEPS])
def test_every_other_step_is_refused(table):
    states = {state for before, after in table.values() for state in (*before, after)}
    for name, state in product(table, states):
        before, after = table[name]
        if state in before:
            assert step(table, name, state) == after
        elif state in DONE_ALREADY.get(name, ()):
            assert step(table, name, state) == state
        else:
            with pytest.raises(Refused) as refusal:
                step(table, name, state)
            assert refusal.value.code == "state"


def test_reveal_goes_only_forward():
    for shown, to in product(REVEALS, REVEALS):
        if REVEALS.index(to) > REVEALS.index(shown):
            assert reveal(shown, to) == to
        else:
            with pytest.raises(Refused):
                reveal(shown, to)


def test_a_run_reopens_within_thirty_minutes():
    closed = datetime(2026, 3, 1, 22, 0)
    check_reopening_in_time(closed, closed + timedelta(minutes=30))
    with pytest.raises(Refused):
        check_reopening_in_time(closed, closed + timedelta(minutes=30, seconds=1))


CLOSES = datetime(2026, 3, 1, 21, 0)


@pytest.mark.parametrize(
    ("run", "activity", "seconds", "takes"),
    [
        ("open", "open", 0, True),
        ("open", "closing", -1, True),
        ("open", "closing", 0, False),
        ("open", "closing", 1, False),
        ("paused", "open", 0, False),
        ("closed", "open", 0, False),
        ("open", "paused", 0, False),
        ("open", "ready", 0, False),
        ("open", "tallying", -1, False),
        ("open", "closed", -1, False),
        ("open", "voided", -1, False),
    ],
)
def test_ballots_are_taken_until_the_grace_is_over(run, activity, seconds, takes):
    assert takes_ballots(run, activity, CLOSES, CLOSES + timedelta(seconds=seconds)) is takes


@pytest.mark.parametrize("seen", [Seen(seq=7), Seen(seq=8), Seen(state="open")])
def test_a_button_on_the_screen_of_now_is_taken(seen):
    check_seen(seen, 7, "open")


@pytest.mark.parametrize("seen", [Seen(seq=6), Seen(seq=0), Seen(state="paused")])
def test_a_button_on_an_old_screen_is_refused(seen):
    with pytest.raises(Refused) as refusal:
        check_seen(seen, 7, "open")
    assert refusal.value.code == "state"


def test_a_reason_is_put_into_words_when_shown():
    reason = Sentence("at least %(double)d counted twice", double=7)
    assert str(reason) == "at least 7 counted twice"


def test_a_log_of_before_reads_the_hall_as_one_part():
    before = {**EMPTY, "activities": {7: {}}}
    counted = fold(
        before, "hall_count_confirmed", {"activity": 7, "hall_count": "confirmed", "hands": [5, 2]}
    )
    assert counted["activities"][7] == {
        "hall_count": {"hands": "confirmed"},
        "hands": {"hands": [5, 2]},
    }
    opened = fold(counted, "activity_reopened", {"activity": 7, "hall_count": "", "hands": None})
    assert opened["activities"][7] == {"hall_count": {}, "hands": {}}
