"""Conflicts between rules: which of them ask for more than others allow."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from compass.engine.anatomy import BOARD_MUST_LISTEN, OWED, Rule, Rulebook

PUBLIC_REASON = "public_reason"  # the duty that is left of a policy floor under an exclusion ground


@dataclass(frozen=True, slots=True)
class Clash:
    """Something the rules don't agree on: which ask for more, and which hold it back."""

    code: str
    more: tuple[Rule, ...]
    less: tuple[Rule, ...]


def find_clashes(
    framework: Rulebook,
    fired: Sequence[Rule],
    warnings: frozenset[str],
    outcome: str | None,
) -> tuple[Clash, ...]:
    """Name, for each warning that holds, the rules on both sides, among those that surely fired."""
    settled = with_effect(fired, "settle")
    if settled:
        return tuple(under_exclusion(fired, settled, warnings))
    return tuple(between_bounds(framework, fired, warnings, outcome)) if warnings else ()


def under_exclusion(
    fired: Sequence[Rule], settled: list[Rule], warnings: frozenset[str]
) -> Iterator[Clash]:
    """An exclusion ground breaks what is owed, and leaves a duty of what is only policy."""
    limit = max(rule.rank for rule in settled)
    owed = [rule for rule in floors(fired, *OWED) if rule.rank > limit]
    policy = [rule for rule in floors(fired, "policy") if rule.rank > limit]
    if "c1" in warnings:
        yield Clash("C1", tuple(owed), tuple(settled))
    if policy:
        yield Clash(PUBLIC_REASON, tuple(policy), tuple(settled))


def between_bounds(
    framework: Rulebook,
    fired: Sequence[Rule],
    warnings: frozenset[str],
    outcome: str | None,
) -> Iterator[Clash]:
    ceilings, means = with_effect(fired, "at_most"), with_effect(fired, "means_at_most")
    if "c1" in warnings:
        yield clash("C1", floors(fired, *OWED), ceilings)
    if "c2" in warnings:
        yield clash("C2", with_effect(fired, "at_least"), means)
    if "listen" in warnings:
        yield clash(BOARD_MUST_LISTEN, floors(fired, "policy"), ceilings)
    if "tension" in warnings:
        wishes = with_effect(fired, "points_to") or with_effect(fired, "at_least")
        yield clash("tension", wishes, ceilings)
    if "gap" in warnings:
        fits = framework.place(outcome) if outcome else len(framework.ranks)
        yield Clash("gap", (), tuple(rule for rule in means if rule.rank < fits))


def clash(code: str, more: list[Rule], less: list[Rule]) -> Clash:
    """Keep the rules that really stand against one another."""
    lowest = min((rule.rank for rule in less), default=-1)
    above = tuple(rule for rule in more if rule.rank > lowest)
    highest = max((rule.rank for rule in above), default=lowest + 1)
    return Clash(code, above, tuple(rule for rule in less if rule.rank < highest))


def with_effect(rules: Sequence[Rule], effect: str) -> list[Rule]:
    return [rule for rule in rules if rule.effect == effect]


def floors(rules: Sequence[Rule], *kinds: str) -> list[Rule]:
    return [rule for rule in with_effect(rules, "at_least") if rule.kind in kinds]
