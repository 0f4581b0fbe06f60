"""Scores: weighted sums of answers, and the totals that can still come out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """One answer's share of a score: what each option code adds, weight and cap applied."""

    key: str
    points: Mapping[int, int]

    @property
    def lowest(self) -> int:
        return min(self.points.values())

    @property
    def highest(self) -> int:
        return max(self.points.values())


@dataclass(frozen=True, slots=True, eq=False)
class Score:
    """A weighted sum of answers, each with its own ceiling where the framework gives one."""

    key: str
    name: Mapping[str, str]
    terms: tuple[Term, ...]

    def value(self, answers: Mapping) -> int:
        """Add up complete answers."""
        total = 0
        for term in self.terms:
            total += term.points[answers[term.key]]
        return total

    def span(self, answers: Mapping) -> tuple[int, int]:
        """Give the lowest and the highest total that partial answers still allow."""
        low = high = 0
        for term in self.terms:
            code = answers.get(term.key)
            low += term.lowest if code is None else term.points[code]
            high += term.highest if code is None else term.points[code]
        return low, high


def totals(terms: Iterable[Term]) -> tuple[int, int]:
    """Give every total these unanswered terms can reach, as (lowest, bits counted from it)."""
    low, bits = 0, 1
    for term in terms:
        low += term.lowest
        steps = {points - term.lowest for points in term.points.values()}
        bits = sum_of_shifts(bits, steps)
    return low, bits


def sum_of_shifts(bits: int, steps: Iterable[int]) -> int:
    """Combine every total so far with every step: a set of totals is one whole number."""
    combined = 0
    for step in steps:
        combined |= bits << step
    return combined


def reaches(reachable: tuple[int, int], low: int, high: int) -> bool:
    """Say whether one of the totals lies between low and high, both included."""
    lowest, bits = reachable
    first, width = max(low - lowest, 0), high - lowest + 1
    return width > first and bool((bits >> first) & ((1 << (width - first)) - 1))
