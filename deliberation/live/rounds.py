"""What stands in one round: who voted, which hands count, what devices gave?"""

from . import counting
from .models import HallCount, Lane, Round, Spent

CountState = HallCount.State
STANDING_COUNTS = (CountState.CONFIRMED, CountState.CORRECTED)


def last_round(activity) -> Round | None:
    """Find the round that was opened last; None before the first."""
    return activity.rounds.order_by("number").last()


def hall_devices(round_) -> int:
    """Count the hall's devices that voted in a round."""
    return Spent.objects.filter(round=round_, attendance__lane=Lane.HALL).count()


def last_headcount(run) -> int | None:
    """Give the number of people in the hall as counted last; None while nobody counted."""
    return run.headcounts.order_by("id").values_list("count", flat=True).last()


def hall_counts(activity) -> list[HallCount]:
    """List the counts of hands of the last round, oldest first: nothing is overwritten."""
    counts = HallCount.objects.filter(round=last_round(activity))
    return list(counts.select_related("counted_by").order_by("id"))


def current_count(round_) -> HallCount | None:
    """Find the count that nothing follows."""
    return HallCount.objects.filter(round=round_, followed_by=None).first()


def agreed_hands(round_) -> list[int] | None:
    """Give the hands that stand: of the first counter, when a second agrees or a third decided."""
    count = current_count(round_)
    if count is None or count.state not in STANDING_COUNTS:
        return None
    stands = count.confirms if count.state == CountState.CONFIRMED and not count.alone else count
    return stands.hands


def accepted_spread(round_) -> tuple[int, ...]:
    """Give per option how far two accepted counts lie apart; empty when there is one number."""
    count = current_count(round_)
    if count is None or count.state != CountState.CONFIRMED or count.alone:
        return ()
    return counting.distance(tuple(count.confirms.hands), tuple(count.hands))


def hands_are_expected(run) -> bool:
    """Tell whether a result waits for hands: unless the hall was counted and is empty."""
    return last_headcount(run) != 0


def headcount_for(run, round_) -> int | None:
    """Give the headcount a round counts with: the last, but for a closed round the one it closed with."""
    return round_.result["headcount"] if round_.result else last_headcount(run)


def devices_of(round_) -> counting.Devices:
    """Read back what devices gave in a round that was shut."""
    columns = {
        name: None if round_.tally[name] is None else tuple(round_.tally[name])
        for name in ("total", "hall", "online")
    }
    voters = {name: round_.tally[name] for name in ("hall_voters", "online_voters")}
    return counting.Devices(**columns, **voters)
