"""Methods that fit a level and these answers, and what the lightest start takes in hours and weeks."""

from collections.abc import Mapping
from typing import NamedTuple

from compass.engine.anatomy import Method, Rulebook
from compass.engine.conditions import Code


class MeansPlan(NamedTuple):
    """The lightest start: one method, its hours (of the municipality's people) and its weeks."""

    methods: tuple[Method, ...]
    hours: int
    weeks: int

    def as_dict(self, language: str) -> dict:
        names = [method.name[language] for method in self.methods]
        return {"methods": names, "hours": self.hours, "weeks": self.weeks}


def start_plan(framework: Rulebook, level: str, answers: Mapping[str, Code]) -> MeansPlan:
    """Plan the lightest start at a level: the method of fewest hours, then weeks, that begins there.

    A method that serves a lower level too is not enough by itself, so it counts only when there is
    no other; one that surely fits these answers goes before one that may. No method: an empty plan.
    """
    fitting = framework.methods_for(level, answers)
    beginning = [one for one in fitting if lowest_place(framework, one) == framework.place(level)]
    facts = facts_of(framework, answers)
    lightest = sorted(
        beginning or fitting,
        key=lambda one: (one.when.consider(facts) is None, one.hours, one.weeks),
    )[:1]
    return MeansPlan(
        tuple(lightest), sum(m.hours for m in lightest), sum(m.weeks for m in lightest)
    )


def lowest_place(framework: Rulebook, method: Method) -> int:
    return min(framework.place(level) for level in method.levels)


def facts_of(framework: Rulebook, answers: Mapping[str, Code]) -> dict:
    """Give answers with the span of every score, as conditions consider them."""
    return {**answers, **{score.key: score.span(answers) for score in framework.scores}}


def method_rows(
    framework: Rulebook, level: str, answers: Mapping[str, Code], language: str
) -> list[dict]:
    """List the methods for a level, those that surely fit first: the methods table.

    `fit` is "fits" or "may fit" (an answer it depends on is unknown); hours and weeks are whole.
    """
    facts = facts_of(framework, answers)
    rows = [
        {
            "id": method.id,
            "name": method.name[language],
            "fit": "fits" if method.when.consider(facts) else "may fit",
            "hours": method.hours,
            "weeks": method.weeks,
            "not_enough": method.not_enough[language],
        }
        for method in framework.methods_for(level, answers)
    ]
    return sorted(rows, key=lambda row: row["fit"] != "fits")
