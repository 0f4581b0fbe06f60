"""Resolution of rules: the level that follows from those that fired, and from those that still may.

The arithmetic of the design, on places (ranks counted from 0), done once for both cases: every part
is a span from its lowest to its highest possible place, and with complete answers both are equal.
"""

from collections.abc import Sequence
from typing import NamedTuple

from compass.engine.anatomy import Rulebook

Verdicts = Sequence[bool | None]  # per rule: fired, did not fire, or undecided
NOWHERE = -1  # the place of an empty wish or of no settle at all: below every level


class Span(NamedTuple):
    """From the lowest to the highest place still possible."""

    low: int
    high: int

    def above(self, other: "Span") -> bool | None:
        """Say whether this is certainly higher, certainly not, or undecided."""
        if self.low > other.high:
            return True
        return None if self.high > other.low else False


class Outlook(NamedTuple):
    """What the rules lead to, as far as it is decided; None is undecided."""

    fits: Span
    now: Span
    doing: bool | None
    c1: bool | None  # a law or promise floor above what is possible
    c2: bool | None  # a floor above what is affordable now
    listen: bool | None  # a policy floor above what is possible
    tension: bool | None  # a wish above what is possible
    gap: bool | None  # what is affordable now is below what fits


def resolve(framework: Rulebook, verdicts: Verdicts) -> Outlook:
    """Work out where the rules lead. An exclusion ground that surely fired silences the rest."""
    sources = framework.sources_of_bounds
    settle, doing = sources["settle"], any_fired(sources["mode"], verdicts)
    settled = highest(settle, verdicts, NOWHERE)
    owed = highest(sources["owed"], verdicts, 0)
    if settled.low > NOWHERE:
        return Outlook(settled, settled, doing, owed.above(settled), False, False, False, False)
    open_outlook = weigh(framework, verdicts, owed, doing)
    if settled.high == NOWHERE:
        return open_outlook
    return merged(open_outlook, owed, Span(lowest_open(settle, verdicts), settled.high))


def weigh(framework: Rulebook, verdicts: Verdicts, owed: Span, doing: bool | None) -> Outlook:
    """Weigh floor, ceiling, means and wish when no exclusion ground holds."""
    sources, top = framework.sources_of_bounds, len(framework.ranks) - 1
    policy = highest(sources["policy"], verdicts, 0)
    floor = higher(owed, policy)
    ceiling = lowest(sources["ceiling"], verdicts, top)
    means = lowest(sources["means"], verdicts, top)
    wish = highest(sources["wish"], verdicts, NOWHERE)
    fits = higher(floor, lower(wish, ceiling))
    now = higher(floor, lower(fits, means))
    return Outlook(
        fits,
        now,
        doing,
        c1=owed.above(ceiling),
        c2=floor.above(means),
        listen=policy.above(ceiling),
        tension=effective(wish, floor).above(ceiling),
        gap=both(fits.above(floor), fits.above(means)),
    )


def merged(weighed: Outlook, owed: Span, settled: Span) -> Outlook:
    """Keep only what holds whether or not an exclusion ground turns out to hold."""
    fits = Span(min(weighed.fits.low, settled.low), max(weighed.fits.high, settled.high))
    now = Span(min(weighed.now.low, settled.low), max(weighed.now.high, settled.high))
    c1 = weighed.c1 if weighed.c1 is owed.above(settled) else None
    silenced = [None if fact else fact for fact in weighed[4:]]
    return Outlook(fits, now, weighed.doing, c1, *silenced)


def effective(wish: Span, floor: Span) -> Span:
    """An empty wish counts as the floor."""
    if wish.low > NOWHERE:
        return wish
    return floor if wish.high == NOWHERE else Span(0, max(wish.high, floor.high))


def higher(one: Span, other: Span) -> Span:
    return Span(max(one.low, other.low), max(one.high, other.high))


def lower(one: Span, other: Span) -> Span:
    return Span(min(one.low, other.low), min(one.high, other.high))


def both(one: bool | None, other: bool | None) -> bool | None:
    if one is False or other is False:
        return False
    return True if one and other else None


def any_fired(rules, verdicts: Verdicts) -> bool | None:
    """Say whether at least one of these rules fired."""
    held = [verdicts[number] for number, _ in rules]
    return True if True in held else None if None in held else False


def highest(rules, verdicts: Verdicts, empty: int) -> Span:
    """Take the maximum over rules: those that fired give the low end, open ones may raise it."""
    low = high = empty
    for number, place in rules:
        verdict = verdicts[number]
        if verdict is not False and place > low:
            if place > high:
                high = place
            if verdict:
                low = place
    return Span(low, high)


def lowest(rules, verdicts: Verdicts, empty: int) -> Span:
    """Take the minimum over rules: those that fired give the high end, open ones may lower it."""
    low = high = empty
    for number, place in rules:
        verdict = verdicts[number]
        if verdict is not False and place < high:
            if place < low:
                low = place
            if verdict:
                high = place
    return Span(low, high)


def lowest_open(rules, verdicts: Verdicts) -> int:
    """Give the lowest place among rules that are still undecided."""
    return min(place for number, place in rules if verdicts[number] is None)


def still_matter(framework: Rulebook, verdicts: Verdicts, parts: Sequence[str]) -> list[int]:
    """Number the undecided rules that can still move one of these parts of the resolution."""
    sources = framework.sources_of_bounds
    if "settle" in parts and any_fired(sources["settle"], verdicts):
        parts = [part for part in parts if part in ("settle", "owed", "mode")]
    return [number for part in parts for number in moving(part, sources[part], verdicts)]


def moving(part: str, rules, verdicts: Verdicts) -> list[int]:
    """Number the undecided rules that reach beyond those of the same part that fired."""
    fired = [place for number, place in rules if verdicts[number]]
    undecided = [(number, place) for number, place in rules if verdicts[number] is None]
    if not fired:
        return [number for number, _ in undecided]
    if part == "mode":
        return []
    if part in ("ceiling", "means"):
        return [number for number, place in undecided if place < min(fired)]
    return [number for number, place in undecided if place > max(fired)]
