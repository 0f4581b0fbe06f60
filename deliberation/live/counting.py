"""What do hall and online add up to, and what may be shown of it? Pure: no Django, no clock, no chance.

Small groups. The votes of fewer than k people are not shown apart. Groups that voted in secret are
the hall's devices and online; hands were seen by everybody, so they never need hiding and a hall with
three hands is shown. But a column beside the total tells the other column, so when one secret
group is too small no column is shown, only the total, also where the other column is hands (hall 40,
online 3: only 43). The total is always shown: it is the answer. What remains: who counted the
hands in the hall can subtract them from the total. Nothing printed can prevent that, and so the screens
say it before voting when a group is small.

Two counters. Whether their difference matters is judged on the hands alone. Judged on the total it
would tell staff, before the result is revealed, how the secret votes lie. A difference that was
accepted is remembered as `spread`, and no winner is named when it could be another with either count.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import combinations

from compass.refusal import Refused

from .session import Reason, _

HANDS, DEVICE_OR_HAND = "H1", "H3"
HALL, ONLINE = "hall", "online"
HEADCOUNT_HOLDS = timedelta(minutes=20)  # live.md section 3
DIFFERENCE_SHARE = 0.02  # live.md section 3: at most max(1, 2%)
SMALL_SESSION = 10  # live.md section 3: sessions under 10 people say so before voting


@dataclass(frozen=True)
class Devices:
    """What devices gave, per option. The columns are None where a group is too small to show."""

    total: tuple[int, ...]
    hall: tuple[int, ...] | None
    online: tuple[int, ...] | None
    hall_voters: int
    online_voters: int


class NoWinner(StrEnum):
    """Why no option is named the most chosen one."""

    NOBODY = "nobody"
    TIE = "tie"
    DOUBLE = "double"
    COUNT = "count"


@dataclass(frozen=True)
class Outcome:
    """The result of a round, per option. `hall` and `online` are None when not shown apart."""

    total: tuple[int, ...]
    hall: tuple[int, ...] | None
    online: tuple[int, ...] | None
    base: int
    hands: tuple[int, ...]
    spread: tuple[int, ...]
    max_double: int
    winner: int | None
    no_winner: NoWinner | None


def may_show_lanes(hall_devices: int, online: int, small_group: int) -> bool:
    """Tell whether hall and online may be shown apart: no secret group of 1 to k-1 voters."""
    return not any(0 < group < small_group for group in (hall_devices, online))


def count_devices(ballots: Iterable[tuple[str, int]], options: int, small_group: int) -> Devices:
    """Count (lane, choice) pairs; keeps the columns apart only where they may be shown."""
    columns = {HALL: [0] * options, ONLINE: [0] * options}
    for lane, choice in ballots:
        columns[lane][choice] += 1
    hall, online = tuple(columns[HALL]), tuple(columns[ONLINE])
    apart = may_show_lanes(sum(hall), sum(online), small_group)
    return Devices(
        total=added(hall, online),
        hall=hall if apart else None,
        online=online if apart else None,
        hall_voters=sum(hall),
        online_voters=sum(online),
    )


def counted_double(hands: int, headcount: int, hall_devices: int) -> int:
    """Give how many people were counted twice at least: hands that the people left can't explain."""
    return max(0, hands - max(0, headcount - hall_devices))


def check_hands(hands: tuple[int, ...], headcount: int | None, hall_devices: int) -> None:
    """Refuse hands when the hall was not counted, or holds too few people for them."""
    if headcount is None:
        raise Refused(Reason(_("Count the people in the hall first.")), code="state")
    if double := counted_double(sum(hands), headcount, hall_devices):
        reason = _(
            "%(hands)d hands, %(devices)d votes on phones, %(heads)d people in the hall: "
            "at least %(double)d counted twice. Count the hands or the people again."
        )
        numbers = {"hands": sum(hands), "devices": hall_devices, "heads": headcount}
        raise Refused(Reason(reason, double=double, **numbers), code="state")


def check_heads(headcount: int | None, hall_devices: int) -> None:
    """Refuse to close while fewer heads were counted than hall devices voted; no vote is refused for it."""
    if headcount is not None and headcount < hall_devices:
        reason = _(
            "%(devices)d phones in the hall voted, but %(heads)d people were counted. "
            "Count the people in the hall again."
        )
        raise Refused(Reason(reason, devices=hall_devices, heads=headcount), code="state")


def is_old(taken_at, now) -> bool:
    """Tell whether a headcount asks for an update: after 20 minutes."""
    return now - taken_at > HEADCOUNT_HOLDS


def accept_difference(first: tuple[int, ...], second: tuple[int, ...]) -> bool:
    """Tell whether two counts of the same hands agree well enough to stand.

    Equal, or per option at most max(1, 2%) apart with the same order in every mixture of the two.
    """
    if first == second:
        return True
    near = all(
        abs(a - b) <= max(1, DIFFERENCE_SHARE * max(a, b))
        for a, b in zip(first, second, strict=True)
    )
    return near and all(
        _same_order(first, second, one, other) for one, other in combinations(range(len(first)), 2)
    )


def combine(
    mode: str,
    devices: Devices,
    hands: tuple[int, ...],
    headcount: int | None,
    spread: tuple[int, ...] = (),
) -> Outcome:
    """Add hall and online up, once each. Refused when hands were counted twice for certain.

    `spread` is per option how far two accepted counts of the hands lie apart.
    """
    if sum(hands):
        check_hands(hands, headcount, devices.hall_voters)
    spread = spread or (0,) * len(hands)
    total = added(devices.total, hands)
    max_double = min(sum(hands), devices.hall_voters) if mode == DEVICE_OR_HAND else 0
    winner, no_winner = _winner(total, max_double, spread)
    return Outcome(
        total=total,
        hall=None if devices.hall is None else added(devices.hall, hands),
        online=devices.online,
        base=sum(total),
        hands=tuple(hands),
        spread=spread,
        max_double=max_double,
        winner=winner,
        no_winner=no_winner,
    )


def added(*columns: tuple[int, ...]) -> tuple[int, ...]:
    """Add columns up, option by option."""
    return tuple(map(sum, zip(*columns, strict=True)))


def distance(first: tuple[int, ...], second: tuple[int, ...]) -> tuple[int, ...]:
    """Give per option how far two counts lie apart."""
    return tuple(abs(a - b) for a, b in zip(first, second, strict=True))


def _same_order(first, second, one: int, other: int) -> bool:
    """Tell whether two options keep their order, whichever counter was right about each."""
    least = min(first[one], second[one]) - max(first[other], second[other])
    most = max(first[one], second[one]) - min(first[other], second[other])
    return least > 0 or most < 0 or least == most == 0


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
