"""Totals of hall and online, and what of them may be shown. Pure: no Django, no clock, no chance.

Columns have one number per answer. Where people may say "I don't know", that is the last one. With
several answers each, marks and voters are two things: columns hold marks, `voters` counts people.

Small groups. The votes of fewer than k people are not shown apart. Groups that voted in secret are
the hall's devices, cards and papers, and online; hands were seen by everybody, so they never need
hiding and a hall with three hands is shown. But a column beside the total tells the other column, so
when one secret group is too small no column is shown, only the total, also where the other column is
hands (hall 40, online 3: only 43). The total is always shown: it is the answer. What remains: who
counted the hands in the hall can subtract them from the total. Nothing printed can prevent that, and
so the screens say it before voting when a group is small.

The hall apart (H4). An estimate of the hall stands beside what devices gave; the two are never summed,
so there is no total, no base and no winner. Devices are then a group of their own, and hidden when small.

Two counters. A difference that was accepted is remembered as `spread`, and no winner is named when it
could be another with either count.

Who wins. Somebody who was counted twice gives an answer at most one mark too many, with several answers
each too. So the lead must be larger than the number of people who may be double (`max_double`), and
"I don't know" neither wins nor hinders who wins.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from .hall_checks import check_hands

HANDS, CARD, DEVICE_OR_HAND, APART = "H1", "H2", "H3", "H4"
HALL, ONLINE = "hall", "online"
SMALL_GROUP = 5  # live.md section 3: k, unless a municipality chose another
SMALL_SESSION = 10  # live.md section 3: sessions under 10 people say so before voting


@dataclass(frozen=True)
class Devices:
    """What devices and cards gave, per answer. The columns are None where a group is too small to show.

    `hall_voters` voted on a phone in the hall, `card_voters` with a card that somebody typed in.
    """

    total: tuple[int, ...]
    hall: tuple[int, ...] | None
    online: tuple[int, ...] | None
    hall_voters: int
    online_voters: int
    card_voters: int = 0

    @property
    def voters(self) -> int:
        """How many people that were."""
        return self.hall_voters + self.card_voters + self.online_voters


@dataclass(frozen=True)
class Counted:
    """What people counted in the hall: marks per answer, of so many voters. Nothing is also a count."""

    hands: tuple[int, ...]
    voters: int
    spread: tuple[int, ...] = ()
    paper_voters: int = 0  # of these voters: papers are filled in unseen


class NoWinner(StrEnum):
    """Why no option is named the most chosen one."""

    NOBODY = "nobody"
    UNKNOWN = "unknown"
    TIE = "tie"
    DOUBLE = "double"
    COUNT = "count"
    APART = "apart"


@dataclass(frozen=True)
class Outcome:
    """The result of a round, per answer. `hall` and `online` are None when not shown apart.

    In mode H4 `total` and `base` are None, `hall` is the estimate and `online` all devices.
    """

    total: tuple[int, ...] | None
    hall: tuple[int, ...] | None
    online: tuple[int, ...] | None
    base: int | None
    hall_base: int | None
    online_base: int | None
    hands: tuple[int, ...]
    hand_voters: int
    spread: tuple[int, ...]
    max_double: int
    winner: int | None
    no_winner: NoWinner | None


def may_show_lanes(hall_devices: int, online: int, small_group: int) -> bool:
    """Tell whether hall and online may be shown apart: no secret group of 1 to k-1 voters."""
    return not any(is_small(group, small_group) for group in (hall_devices, online))


def is_small(voters: int, small_group: int) -> bool:
    """Tell whether a group that voted in secret is too small to show apart: 1 to k-1 voters."""
    return 0 < voters < small_group


def count_devices(
    ballots: Iterable[tuple[str, Iterable[int]]], answers: int, small_group: int, cards: int = 0
) -> Devices:
    """Count (lane, choices) pairs; keeps the columns apart only where they may be shown.

    `cards` of the hall's ballots were typed in from a card.
    """
    columns = {HALL: [0] * answers, ONLINE: [0] * answers}
    voters = {HALL: 0, ONLINE: 0}
    for lane, choices in ballots:
        voters[lane] += 1
        for choice in choices:
            columns[lane][choice] += 1
    hall, online = tuple(columns[HALL]), tuple(columns[ONLINE])
    apart = may_show_lanes(voters[HALL], voters[ONLINE], small_group)
    return Devices(
        total=added(hall, online),
        hall=hall if apart else None,
        online=online if apart else None,
        hall_voters=voters[HALL] - cards,
        online_voters=voters[ONLINE],
        card_voters=cards,
    )


def combine(
    mode: str,
    devices: Devices,
    counted: Counted,
    headcount: int | None,
    *,
    dont_know: bool = False,
    small_group: int = SMALL_GROUP,
    phones_doubted: bool = False,
) -> Outcome:
    """Add hall and online up, once each. Refused when hands were counted twice for certain.

    Of `phones_doubted` nobody knows that: then all of them may have been, and the lead must be larger.
    """
    if mode == APART:
        return _apart(devices, counted, headcount, small_group)
    cards, papers = devices.card_voters, counted.paper_voters
    if counted.voters:
        hands = counted.voters - papers
        phones = 0 if phones_doubted else devices.hall_voters
        check_hands(hands, headcount, phones, cards, papers)
    spread = counted.spread or (0,) * len(counted.hands)
    total = added(devices.total, counted.hands)
    max_double = min(counted.voters + cards, devices.hall_voters) if mode == DEVICE_OR_HAND else 0
    known = slice(-1) if dont_know else slice(None)
    winner, no_winner = _winner(total[known], max_double, spread[known])
    if no_winner is NoWinner.NOBODY and sum(total):
        no_winner = NoWinner.UNKNOWN
    in_secret = devices.hall_voters + cards + papers
    shown = devices.hall is not None and not is_small(in_secret, small_group)
    return Outcome(
        total=total,
        hall=added(devices.hall, counted.hands) if shown else None,
        online=devices.online if shown else None,
        base=devices.voters + counted.voters,
        hall_base=devices.hall_voters + cards + counted.voters if shown else None,
        online_base=devices.online_voters if shown else None,
        hands=tuple(counted.hands),
        hand_voters=counted.voters,
        spread=spread,
        max_double=max_double,
        winner=winner,
        no_winner=no_winner,
    )


def added(*columns: tuple[int, ...]) -> tuple[int, ...]:
    """Add columns up, answer by answer."""
    return tuple(map(sum, zip(*columns, strict=True)))


def _apart(devices: Devices, counted: Counted, headcount, small_group: int) -> Outcome:
    """Put an estimate of the hall beside what devices gave: two columns that nobody may add up."""
    if counted.voters:
        check_hands(counted.voters, headcount, 0)
    shown = not (counted.voters and is_small(devices.voters, small_group))
    return Outcome(
        total=None,
        hall=tuple(counted.hands),
        online=devices.total if shown else None,
        base=None,
        hall_base=counted.voters,
        online_base=devices.voters if shown else None,
        hands=tuple(counted.hands),
        hand_voters=counted.voters,
        spread=counted.spread or (0,) * len(counted.hands),
        max_double=0,
        winner=None,
        no_winner=NoWinner.APART,
    )


def _winner(total, max_double: int, spread) -> tuple[int | None, NoWinner | None]:
    if not sum(total):
        return None, NoWinner.NOBODY
    first, second = sorted(range(len(total)), key=lambda i: (-total[i], i))[:2]
    lead = total[first] - total[second]
    if lead == 0:
        return None, NoWinner.TIE
    if lead <= max_double:
        return None, NoWinner.DOUBLE
    others = (i for i in range(len(total)) if i != first)
    surely = min(total[first] - spread[first] - total[i] - spread[i] for i in others)
    return (first, None) if surely > max_double else (None, NoWinner.COUNT)
