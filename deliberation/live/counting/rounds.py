"""Queries on one round: who voted, what is counted in which part of the hall, what devices gave."""

from dataclasses import dataclass

from django.db.models import Count, Q

from ..models import Activity, HallCount, Lane, Round, Run, Spent
from . import hall_checks, totals

CountState, Medium, HallMode = HallCount.State, HallCount.Medium, Activity.HallMode
STANDING_COUNTS = (CountState.CONFIRMED, CountState.CORRECTED)
BY_HAND = (HallMode.HANDS, HallMode.DEVICE_OR_HAND, HallMode.APART)
WITH_PAPER = (HallMode.HANDS, HallMode.DEVICE_OR_HAND)


@dataclass(frozen=True)
class HallPart:
    """What is counted apart in a round: hands or papers, of these rows (blank: of the whole hall)."""

    number: int
    medium: str
    block: str

    @property
    def key(self) -> str:
        """How the log names it."""
        return f"{self.medium} {self.block}".strip()


def last_round(activity) -> Round | None:
    """Find the round that was opened last; None before the first."""
    return activity.rounds.order_by("number").last()


def open_rounds(run) -> list[Round]:
    """List the rounds of a run that take votes, each with its poll."""
    rounds = list(
        Round.objects.filter(activity__run=run, closed_at=None).select_related("activity")
    )
    for round_ in rounds:
        round_.activity.run = run
    return rounds


def lost_its_secret(activity, round_) -> bool:
    """Tell whether a poll is void as the secret of its last round was lost: then it may be voted on again."""
    return activity.state == Activity.State.VOIDED and round_ is not None and round_.secret_lost


def hall_voters(round_) -> tuple[int, int]:
    """Count who voted in the hall in a round: on a phone, and with a card that somebody typed in."""
    in_hall = Spent.objects.filter(round=round_, attendance__lane=Lane.HALL)
    # A second card on somebody's phone is a vote on a phone too: a hand may have gone up beside it.
    on_phone = Q(attendance__participant__isnull=False) | Q(attendance__beside__isnull=False)
    phones = Count("id", filter=on_phone)
    found = in_hall.aggregate(phones=phones, all=Count("id"))
    return found["phones"], found["all"] - found["phones"]


def hall_devices(round_) -> int:
    """Count the hall's devices that voted in a round."""
    return hall_voters(round_)[0]


def last_headcount(run) -> int | None:
    """Give the number of people in the hall as counted last; None while nobody counted."""
    return run.headcounts.order_by("id").values_list("count", flat=True).last()


def headcount_for(run, round_) -> int | None:
    """Give the headcount a round counts with: the last, but for a closed round the one it closed with."""
    return round_.result["headcount"] if round_.result else last_headcount(run)


# --- What is counted in the hall ------------------------------------------------------------------


def takes_hands(activity) -> bool:
    """Tell whether hands are raised and counted. Never for something sensitive: all would see them."""
    return activity.hall_mode in BY_HAND and not activity.sensitive


def takes_paper(activity) -> bool:
    """Tell whether papers are counted: where a hand may be raised but should not be, or when expected."""
    if activity.hall_mode not in WITH_PAPER:
        return False
    return activity.sensitive or activity.paper_due is not None


def parts_of(activity, round_) -> list[HallPart]:
    """List what is counted in the hall in a round; hands per block of rows first, then the papers."""
    blocks = ((round_.blocks if round_ else []) or [""]) if takes_hands(activity) else []
    parts = [(Medium.HANDS.value, block) for block in blocks]
    if takes_paper(activity):
        parts.append((Medium.PAPER.value, ""))
    return [HallPart(number, *part) for number, part in enumerate(parts)]


def parts_needed(activity, round_) -> list[HallPart]:
    """List the parts without which there is no result.

    An empty hall needs no counting, unless somebody was counted there.
    """
    parts = parts_of(activity, round_)
    if last_headcount(activity.run) != 0:
        return parts
    promised = activity.paper_due is not None
    raised = {key for key, count in current_counts(round_).items() if count.voters}
    return [
        part for part in parts if part.key in raised or (promised and part.medium == Medium.PAPER)
    ]


def hall_counts(activity) -> list[HallCount]:
    """List the counts of the last round, oldest first: nothing is overwritten."""
    counts = HallCount.objects.filter(round=last_round(activity))
    return list(counts.select_related("counted_by").order_by("id"))


def current_counts(round_) -> dict[str, HallCount]:
    """Find per part, by its key, the count that nothing follows."""
    counts = HallCount.objects.filter(round=round_).select_related("confirms").order_by("id")
    return {part_key(count): count for count in counts}


def part_key(count) -> str:
    """Name the part that a count is of, as the log does."""
    return HallPart(0, count.medium, count.block).key


def standing(count) -> HallCount | None:
    """Give the count that stands: of the first counter, when a second agrees or a third decided."""
    if count is None or count.state not in STANDING_COUNTS:
        return None
    return count.confirms if count.state == CountState.CONFIRMED and not count.alone else count


def stands_before_all(run, activity, counts) -> bool:
    """Tell whether the last of these counts of a part stands in a result that everybody saw."""
    seen = run.state == Run.State.CLOSED or activity.reveal == Activity.Reveal.PUBLIC
    return seen and bool(counts) and counts[-1].state in STANDING_COUNTS


def agreed_by_two(counts) -> bool:
    """Tell whether a part was ever settled by more than one person, given its counts."""
    return any(one.state in STANDING_COUNTS and not one.alone for one in counts)


def agreed(activity, round_) -> totals.Counted | None:
    """Add up what stands in every part of the hall; None while a part is still out."""
    counts = current_counts(round_)
    found = {key: standing(count) for key, count in counts.items()}
    if any(found.get(part.key) is None for part in parts_needed(activity, round_)):
        return None
    stands = {key: one for key, one in found.items() if one is not None}
    nothing = (0,) * len(activity.answers)
    return totals.Counted(
        hands=totals.added(nothing, *(tuple(one.hands) for one in stands.values())),
        voters=sum(one.voters for one in stands.values()),
        spread=totals.added(nothing, *(_spread(counts[key]) for key in stands)),
        paper_voters=sum(one.voters for one in stands.values() if one.medium == Medium.PAPER),
    )


def uncounted(activity, round_) -> list[HallPart]:
    """List the parts of the hall that a result waits for."""
    counts = current_counts(round_)
    parts = parts_needed(activity, round_)
    return [part for part in parts if standing(counts.get(part.key)) is None]


def count_states(round_) -> dict[str, str]:
    """Say per part how far its counting is."""
    return {key: count.state for key, count in current_counts(round_).items()}


def standing_hands(round_) -> dict[str, list[int]]:
    """Give per part the marks that stand there."""
    stands = {key: standing(count) for key, count in current_counts(round_).items()}
    return {key: count.hands for key, count in stands.items() if count}


def _spread(count) -> tuple[int, ...]:
    """Give per answer how far two accepted counts lie apart."""
    if count.state != CountState.CONFIRMED or count.alone:
        return (0,) * len(count.hands)
    return hall_checks.distance(tuple(count.confirms.hands), tuple(count.hands))


def devices_of(round_) -> totals.Devices:
    """Read back what devices gave in a round that was shut."""
    columns = {
        name: None if round_.tally[name] is None else tuple(round_.tally[name])
        for name in ("total", "hall", "online")
    }
    voters = {name: round_.tally[name] for name in ("hall_voters", "online_voters")}
    # Rounds of before there were cards say nothing of them.
    return totals.Devices(**columns, **voters, card_voters=round_.tally.get("card_voters", 0))
