"""Formulas for the Z3 solver, made of a framework's conditions and its arithmetic.

The fifth thing that is done with the one tree of conditions. Every option of a question is one
proposition, of which exactly one holds; a score is a weighted sum of propositions. Places of levels
are told as "at least this place", so that maxima and minima are plain ors and ands.
"""

from collections.abc import Callable, Mapping
from functools import cache, partial, singledispatchmethod

from compass.engine.anatomy import Rulebook
from compass.engine.conditions import (
    All,
    Any,
    Code,
    Condition,
    Count,
    Known,
    Not,
    OneAnswer,
    OutcomeIs,
    ScoreAtLeast,
    ScoreAtMost,
)


def load_solver():
    """Import the solver when it is needed: a site that proves nothing never loads it."""
    import z3

    return z3


class AnswerVariables:
    """The propositions "this question has this answer", some of them fixed beforehand."""

    def __init__(self, framework: Rulebook):
        self.z3, self.framework = load_solver(), framework
        # Of its own, and nothing made in it goes before it does: when Python cleans up is chance, and
        # the solver's answers would follow that. So the same framework is proven the same way.
        self.context, self.kept = self.z3.Context(), []
        self.chosen = {
            (question.key, number): self.z3.Bool(f"{question.key}={number}", self.context)
            for question in framework.questions
            for number in range(len(question.codes))
        }

    def one_each(self) -> list:
        """Say that every question has exactly one answer."""
        rules = []
        for question in self.framework.questions:
            row = [self.chosen[question.key, n] for n in range(len(question.codes))]
            rules += [self.z3.PbEq([(each, 1) for each in row], 1)]
        return rules

    def truth(self, holds: bool):
        return self.z3.BoolVal(holds, self.context)

    def any(self, parts):
        """Join with "or"; nothing joined is false."""
        return self.z3.Or(list(parts), self.context)

    def all(self, parts):
        """Join with "and"; nothing joined is true."""
        return self.z3.And(list(parts), self.context)

    def read(self, model) -> dict[str, Code]:
        """Read complete answers from a model."""
        return {
            question.key: next(
                code
                for number, code in enumerate(question.codes)
                if self.z3.is_true(model.eval(self.chosen[question.key, number]))
            )
            for question in self.framework.questions
        }

    def say(self, answers: Mapping[str, Code]) -> list:
        """Name the propositions that hold with these answers."""
        return [
            self.chosen[key, self.framework.question(key).codes.index(code)]
            for key, code in answers.items()
        ]


class Formulas:
    """A framework on complete answers: each deciding rule, and everything that follows from them.

    `fixed` gives one question one answer, as (key, number of the option); what doesn't read it is
    taken over from `like`. `without` names rules that are taken away.
    """

    def __init__(self, answering: AnswerVariables, fixed=None, without=frozenset(), like=None):
        self.z3, self.answering = answering.z3, answering
        self.framework = answering.framework
        answering.kept.append(self)
        self.fixed, self.without, self.like = fixed, without, like
        self.top = len(self.framework.ranks) - 1
        self.fired = {number: self._fires(number) for number in self.framework.deciding}
        self.limits: dict[str, Callable] = {}  # by part: "its highest (or lowest) is at least here"
        self._resolve()

    def _fires(self, number: int):
        if number in self.without:
            return self.answering.truth(False)
        rule = self.framework.rules[number]
        if self.like and not (self.fixed and self.fixed[0] in rule.reads):
            return self.like.fired[number]
        return self.of(rule.when)

    # What follows

    def _resolve(self):
        """Follow the arithmetic of the design, place by place."""
        z3 = self.z3
        settled = self._at_least("settle")
        self.settled = settled(0)
        owed, policy = self._at_least("owed"), self._at_least("policy")
        wish, floor = self._at_least("wish"), self._at_least("floor")
        ceiling, means = self._at_most("ceiling"), self._at_most("means")
        places = range(1, self.top + 1)

        @cache
        def weighed(p):
            return z3.Or(floor(p), z3.And(wish(p), ceiling(p)))

        @cache
        def feasible(p):
            return z3.Or(floor(p), z3.And(weighed(p), means(p)))

        def above(one, other):
            return self.answering.any([z3.And(one(p), z3.Not(other(p))) for p in places])

        def effective(p):
            return z3.If(wish(0), wish(p), floor(p))

        def unless_settled(held):
            return z3.And(z3.Not(self.settled), held)

        self.fits = {p: z3.If(self.settled, settled(p), weighed(p)) for p in places}
        self.now = {p: z3.If(self.settled, settled(p), feasible(p)) for p in places}
        self.doing = self._any_of("mode")
        self.c1 = z3.If(self.settled, above(owed, settled), above(owed, ceiling))
        self.c2 = unless_settled(above(floor, means))
        self.listen = unless_settled(above(policy, ceiling))
        self.tension = unless_settled(above(effective, ceiling))
        self.gap = unless_settled(z3.And(above(weighed, floor), above(weighed, means)))

    def _any_of(self, part: str):
        sources = self.framework.sources_of_bounds[part]
        return self.answering.any([self.fired[number] for number, _ in sources])

    def _at_least(self, part: str) -> Callable:
        """Say that the highest level these rules set is at this place or above."""

        def holds(sources, place: int):
            return self.answering.any([self.fired[n] for n, at in sources if at >= place])

        return self._limit(part, holds)

    def _at_most(self, part: str) -> Callable:
        """Say that no rule of these sets a level below this place."""

        def holds(sources, place: int):
            return self.z3.Not(
                self.answering.any([self.fired[n] for n, at in sources if at < place])
            )

        return self._limit(part, holds)

    def _limit(self, part: str, holds: Callable) -> Callable:
        """Make each formula about a part once; take those over from `like` whose rules are the same."""
        sources = self.framework.sources_of_bounds[part]
        if self.like and all(self.fired[n] is self.like.fired[n] for n, _ in sources):
            self.limits[part] = self.like.limits[part]
        else:
            self.limits[part] = cache(partial(holds, sources))
        return self.limits[part]

    def at_least(self, spans: Mapping, place: int):
        """Say that `fits` or `now` is at a place or above."""
        if place > self.top:
            return self.answering.truth(False)
        return spans[place] if place else self.answering.truth(True)

    def is_level(self, spans: Mapping, level: str):
        """Say that `fits` or `now` is this level, its mode included."""
        place = self.framework.place(level)
        here = self.z3.And(
            self.at_least(spans, place), self.z3.Not(self.at_least(spans, place + 1))
        )
        modes = [m for m in (False, True) if self.framework.level_at(place, m) == level]
        named = [self.doing if mode else self.z3.Not(self.doing) for mode in modes]
        return self.z3.And(here, self.answering.any(named))

    def lower(self, spans: Mapping, other_spans: Mapping):
        """Say that one is below the other."""
        pairs = [self.z3.And(other_spans[p], self.z3.Not(spans[p])) for p in spans]
        return self.answering.any(pairs)

    def differs(self, other: "Formulas"):
        """Say that two readings of the framework lead to another advice."""
        pairs = [(self.fits[p], other.fits[p]) for p in self.fits]
        pairs += [(self.now[p], other.now[p]) for p in self.now]
        for name in ("c1", "c2", "listen", "tension", "gap"):
            pairs.append((getattr(self, name), getattr(other, name)))
        here = [self.z3.Xor(one, another) for one, another in pairs]
        return self.answering.any([*here, self._named_differently(other)])

    def _named_differently(self, other: "Formulas"):
        """Say that the mode differs at a place that has two names."""
        framework = self.framework
        two = [
            p for p in range(self.top + 1) if len({framework.level_at(p, m) for m in (0, 1)}) > 1
        ]
        here = [
            self.z3.And(self.at_least(spans, p), self.z3.Not(self.at_least(spans, p + 1)))
            for p in two
            for spans in (self.fits, self.now)
        ]
        return self.z3.And(self.z3.Xor(self.doing, other.doing), self.answering.any(here))

    # Conditions

    @singledispatchmethod
    def of(self, condition: Condition):
        """Give the formula of a condition."""
        raise TypeError(f"no formula for {type(condition).__name__}")

    @of.register
    def _(self, condition: All):
        return self.answering.all([self.of(part) for part in condition.parts])

    @of.register
    def _(self, condition: Any):
        return self.answering.any([self.of(part) for part in condition.parts])

    @of.register
    def _(self, condition: Not):
        return self.z3.Not(self.of(condition.part))

    @of.register
    def _(self, condition: Known):
        return self.answering.truth(True)

    @of.register
    def _(self, condition: OneAnswer):
        codes = self.framework.question(condition.key).codes
        accepted = [n for n, code in enumerate(codes) if condition.accepts(code)]
        return self.answering.any([self._answered(condition.key, number) for number in accepted])

    @of.register
    def _(self, condition: Count):
        votes = []
        for key in condition.keys:
            number = self.framework.question(key).codes.index(condition.code)
            votes.append((self._answered(key, number), 1))
        return self._sum_at_least(votes, condition.least)

    @of.register
    def _(self, condition: ScoreAtLeast):
        return self._score_at_least(condition.score, condition.total)

    @of.register
    def _(self, condition: ScoreAtMost):
        return self.z3.Not(self._score_at_least(condition.score, condition.total + 1))

    @of.register
    def _(self, condition: OutcomeIs):
        return self.is_level(self.fits, condition.level)

    def _answered(self, key: str, number: int):
        if self.fixed and key == self.fixed[0]:
            return self.answering.truth(number == self.fixed[1])
        return self.answering.chosen[key, number]

    def _score_at_least(self, score, total: int):
        """Count each term from its lowest, so that no weight is negative."""
        votes = []
        for term in score.terms:
            codes = self.framework.question(term.key).codes
            votes += [
                (self._answered(term.key, number), term.points[code] - term.lowest)
                for number, code in enumerate(codes)
                if term.points[code] > term.lowest
            ]
        return self._sum_at_least(votes, total - sum(term.lowest for term in score.terms))

    def _sum_at_least(self, votes: list, least: int):
        sure = sum(weight for vote, weight in votes if self.z3.is_true(vote))
        open_votes = [pair for pair in votes if not self.z3.is_true(pair[0])]
        open_votes = [pair for pair in open_votes if not self.z3.is_false(pair[0])]
        needed = least - sure
        if needed <= 0:
            return self.answering.truth(True)
        if needed > sum(weight for _, weight in open_votes):
            return self.answering.truth(False)
        return self.z3.PbGe(open_votes, needed)
