"""Doubted phones: more voted in the hall than its people explain, and staff go on: who sits elsewhere stops nobody."""

from ..counting import hall_checks
from ..counting.rounds import hall_voters, last_headcount


def check_heads(run, round_, anyway=False) -> dict:
    """Refuse to close with fewer heads than phones, unless staff saw that and go on. Gives what they saw, to log."""
    phones, heads = sum(hall_voters(round_)), last_headcount(run)
    if anyway and heads is not None and heads < phones:
        return _doubt(round_, phones, heads)
    if not round_.phones_doubted:
        hall_checks.check_heads(heads, phones)
    return {}


def check_hands(round_, hands, heads, phones, cards, papers, anyway=False) -> dict:
    """Refuse hands that phones leave no room for, unless staff saw that and go on; more than people always."""
    trusted = not (anyway or round_.phones_doubted)
    hall_checks.check_hands(hands, heads, phones if trusted else 0, cards, papers)
    if anyway and hall_checks.counted_double(hands + cards + papers, heads, phones):
        return _doubt(round_, phones, heads)
    return {}


def _doubt(round_, phones: int, heads: int) -> dict:
    """Keep that the phones of this round explain nothing any more: its result names no winner by them."""
    round_.phones_doubted = True
    round_.save(update_fields=["phones_doubted"])
    return {"phones": phones, "heads": heads}
