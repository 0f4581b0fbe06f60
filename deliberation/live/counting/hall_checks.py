"""Checks on counts of the hall: numbers that can be true, two counts that agree. Pure: no Django, clock or chance.

Whether a difference between two counters matters is judged on the hands alone. Judged on the total it
would tell staff, before the result is revealed, how the secret votes lie.
"""

from datetime import timedelta
from itertools import combinations

from compass.refusal import Refused

from ..state_machine import Sentence, _

HEADCOUNT_HOLDS = timedelta(minutes=20)  # live.md section 3
DIFFERENCE_SHARE = 0.02  # live.md section 3: at most max(1, 2%)


def counted_double(hands: int, headcount: int, hall_devices: int) -> int:
    """Give how many people were counted twice at least: hands that the people left can't explain."""
    return max(0, hands - max(0, headcount - hall_devices))


def check_hands(
    hands: int, headcount: int | None, hall_devices: int, cards: int = 0, papers: int = 0
) -> None:
    """Refuse hands, cards and papers when the hall was not counted, or holds too few people for them."""
    if headcount is None:
        raise Refused(Sentence(_("Count the people in the hall first.")), code="state")
    double = counted_double(hands + cards + papers, headcount, hall_devices)
    numbers = {"hands": hands, "devices": hall_devices, "heads": headcount, "double": double}
    if double and not (cards or papers):
        reason = _(
            "Hands: %(hands)d, votes on phones: %(devices)d, people in the hall: %(heads)d. So at "
            "least %(double)d counted twice. Count the hands or the people again."
        )
        raise Refused(Sentence(reason, **numbers), code="state")
    if double:
        reason = _(
            "Hands: %(hands)d, cards: %(cards)d, papers: %(papers)d, votes on phones: %(devices)d, "
            "people in the hall: %(heads)d. So at least %(double)d counted twice. Count again."
        )
        raise Refused(Sentence(reason, cards=cards, papers=papers, **numbers), code="state")


def check_marks(
    marks: tuple[int, ...], voters: int, max_choices: int, dont_know: bool = False
) -> None:
    """Refuse marks that so many voters can't have made: each made 1 to `max_choices`, or said not to know."""
    unsure = marks[-1] if dont_know else 0
    chosen = sum(marks) - unsure
    sure = voters - unsure
    if sure < 0 or not sure <= chosen <= sure * max_choices or max(marks) > voters:
        reason = _(
            "These numbers can't be of the people who voted (%(voters)d): everybody chooses at least "
            "one answer, and at most %(most)d. Count again."
        )
        raise Refused(Sentence(reason, voters=voters, most=max_choices), code="state")


def check_heads(headcount: int | None, hall_devices: int) -> None:
    """Refuse to close while fewer heads were counted than hall devices voted; no vote is refused for it."""
    if headcount is not None and headcount < hall_devices:
        reason = _(
            "Phones in the hall that voted: %(devices)d. People who were counted: %(heads)d. "
            "Count the people in the hall again."
        )
        raise Refused(Sentence(reason, devices=hall_devices, heads=headcount), code="state")


def is_old(taken_at, now) -> bool:
    """Tell whether a headcount asks for an update: after 20 minutes."""
    return now - taken_at > HEADCOUNT_HOLDS


def accept_difference(first: tuple[int, ...], second: tuple[int, ...]) -> bool:
    """Tell whether two counts of the same hands agree well enough to stand.

    Equal, or per option at most max(1, 2%) apart with the same order in every mixture of the two.
    """
    if first == second:
        return True
    return near(first, second) and all(
        _same_order(first, second, one, other) for one, other in combinations(range(len(first)), 2)
    )


def near(first: tuple[int, ...], second: tuple[int, ...]) -> bool:
    """Tell whether two counts lie at most max(1, 2%) apart in every number."""
    return all(
        abs(a - b) <= max(1, DIFFERENCE_SHARE * max(a, b))
        for a, b in zip(first, second, strict=True)
    )


def distance(first: tuple[int, ...], second: tuple[int, ...]) -> tuple[int, ...]:
    """Give per option how far two counts lie apart."""
    return tuple(abs(a - b) for a, b in zip(first, second, strict=True))


def _same_order(first, second, one: int, other: int) -> bool:
    """Tell whether two options keep their order, whichever counter was right about each."""
    least = min(first[one], second[one]) - max(first[other], second[other])
    most = max(first[one], second[one]) - min(first[other], second[other])
    return least > 0 or most < 0 or least == most == 0
