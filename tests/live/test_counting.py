"""Do hall and online add up, once each, and is nothing shown that should not be? Without a database."""

from datetime import datetime, timedelta

import pytest

from compass.refusal import Refused
from deliberation.live.counting.hall_checks import (
    accept_difference,
    check_hands,
    check_heads,
    counted_double,
    is_old,
)
from deliberation.live.counting.totals import (
    Counted,
    Devices,
    NoWinner,
    combine,
    count_devices,
    may_show_lanes,
)


def devices(hall=(0, 0), online=(0, 0), small_group=5):
    columns = (("hall", hall), ("online", online))
    votes = [
        (lane, [choice])
        for lane, numbers in columns
        for choice, number in enumerate(numbers)
        for _ in range(number)
    ]
    return count_devices(votes, len(hall), small_group)


def hands(*numbers, spread=()):
    """What one person each showed with a hand."""
    return Counted(numbers, sum(numbers), spread)


def test_phone_or_hand_names_no_winner_when_the_lead_may_be_double():
    outcome = combine("H3", devices((30, 12), (10, 15)), hands(25, 10), 80)
    assert (outcome.total, outcome.base, outcome.max_double) == ((65, 37), 102, 35)
    assert (outcome.winner, outcome.no_winner) == (None, NoWinner.DOUBLE)
    assert (outcome.hall, outcome.online) == ((55, 22), (10, 15))


def test_too_many_hands_are_at_least_seven_double():
    with pytest.raises(Refused) as refusal:
        combine("H3", devices((30, 12), (10, 15)), hands(25, 20), 80)
    assert refusal.value.code == "state"
    assert refusal.value.reason.numbers == {"hands": 45, "devices": 42, "heads": 80, "double": 7}
    assert "at least %(double)d counted twice" in refusal.value.reason.source


def test_hands_only_adds_up():
    outcome = combine("H1", devices(online=(10, 15)), hands(50, 20), 80)
    assert (outcome.total, outcome.base, outcome.max_double) == ((60, 35), 95, 0)
    assert (outcome.winner, outcome.no_winner) == (0, None)


@pytest.mark.parametrize(
    ("headcount", "hall_devices", "hands", "double"),
    [
        (80, 42, 45, 7),
        (80, 42, 38, 0),
        (80, 42, 39, 1),
        (80, 0, 80, 0),
        (80, 0, 9999, 9919),
        (10, 12, 0, 0),
        (10, 12, 1, 1),
        (0, 0, 1, 1),
    ],
)
def test_hands_beyond_the_people_left_are_double(headcount, hall_devices, hands, double):
    assert counted_double(hands, headcount, hall_devices) == double


def test_hands_need_a_headcount_first():
    with pytest.raises(Refused) as refusal:
        check_hands(1, None, 0)
    assert refusal.value.reason.source == "Count the people in the hall first."


def test_a_lead_of_exactly_max_double_names_nobody_and_one_more_does():
    level = combine("H3", devices((5, 0), (10, 0)), hands(0, 5), 20)
    assert (level.max_double, level.total) == (5, (15, 5))
    assert level.winner == 0
    equal = combine("H3", devices((5, 0), (5, 0)), hands(0, 5), 20)
    assert (equal.total, equal.winner, equal.no_winner) == ((10, 5), None, NoWinner.DOUBLE)


def test_a_tie_names_nobody():
    outcome = combine("H1", devices(online=(5, 5)), hands(0, 0), 0)
    assert (outcome.winner, outcome.no_winner) == (None, NoWinner.TIE)


def test_a_tie_for_the_second_place_is_no_tie():
    outcome = combine("H1", devices((0, 0, 0), (9, 2, 2)), hands(0, 0, 0), 0)
    assert outcome.winner == 0


def test_nobody_voted():
    outcome = combine("H1", devices(), hands(0, 0), 0)
    assert (outcome.base, outcome.winner, outcome.no_winner) == (0, None, NoWinner.NOBODY)


@pytest.mark.parametrize("heads", [None, 42, 43])
def test_closing_needs_as_many_heads_as_devices(heads):
    check_heads(heads, 42)


def test_closing_with_fewer_heads_asks_for_a_new_headcount():
    with pytest.raises(Refused) as refusal:
        check_heads(41, 42)
    assert refusal.value.reason.numbers == {"devices": 42, "heads": 41}


def test_a_headcount_holds_twenty_minutes():
    taken = datetime(2026, 3, 1, 20, 0)
    assert not is_old(taken, taken + timedelta(minutes=20))
    assert is_old(taken, taken + timedelta(minutes=20, seconds=1))


@pytest.mark.parametrize(
    ("first", "second", "accepted"),
    [
        ((50, 20), (50, 20), True),
        ((50, 20), (51, 20), True),
        ((50, 20), (51, 19), True),
        ((50, 20), (52, 20), False),  # 2% of 52 is 1.04
        ((100, 20), (102, 20), True),
        ((100, 20), (103, 20), False),
        ((20, 20), (20, 20), True),
        ((20, 20), (21, 20), False),  # a tie or not
        ((21, 20), (20, 20), False),
        ((21, 20), (20, 21), False),
        ((22, 20), (21, 20), True),
        ((22, 20), (21, 21), False),  # one of each mixture could be a tie
        ((0, 3), (1, 3), True),
        ((5, 0, 1), (5, 1, 1), False),  # the order of the losers counts too
    ],
)
def test_two_counters(first, second, accepted):
    assert accept_difference(first, second) is accepted
    assert accept_difference(second, first) is accepted


def test_no_winner_when_either_count_could_name_another():
    close = combine("H1", devices(online=(0, 29)), hands(50, 20, spread=(1, 0)), 80)
    assert (close.total, close.no_winner) == ((50, 49), NoWinner.COUNT)
    clear = combine("H1", devices(online=(0, 28)), hands(50, 20, spread=(1, 0)), 80)
    assert (clear.total, clear.winner) == ((50, 48), 0)


@pytest.mark.parametrize(
    ("hall_devices", "online", "shown"),
    [(40, 3, False), (3, 40, False), (40, 5, True), (40, 0, True), (0, 40, True), (0, 4, False)],
)
def test_a_small_group_hides_both_lanes(hall_devices, online, shown):
    assert may_show_lanes(hall_devices, online, 5) is shown


def test_forty_in_the_hall_and_three_online_give_only_the_total():
    by_phone = combine("H3", devices((30, 10), (1, 2)), hands(0, 0), 40)
    by_hand = combine("H1", devices(online=(1, 2)), hands(30, 10), 40)
    for outcome in (by_phone, by_hand):
        assert (outcome.total, outcome.base) == ((31, 12), 43)
        assert (outcome.hall, outcome.online) == (None, None)


def test_a_few_hands_counted_in_public_hide_nothing():
    outcome = combine("H1", devices(online=(25, 15)), hands(2, 1), 3)
    assert (outcome.hall, outcome.online) == ((2, 1), (25, 15))


def test_hidden_columns_are_not_kept():
    assert devices((30, 10), (1, 2)) == Devices((31, 12), None, None, 40, 3)
