"""The condition tree of rules: when one holds, also on partial answers, what it reads, and its words.

One tree, one class per node. Each node can be evaluated (on complete answers), considered (on
partial answers: None is "not yet"), asked what it reads, and put into words.

Facts are one flat mapping. Evaluating reads codes, score totals and `outcome` as a level key.
Considering reads the codes that are known, each score as (lowest, highest) and `outcome` as the
level keys that are still possible.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from compass.engine.scores import Score

OUTCOME = "outcome"

Code = bool | int | str
Facts = Mapping


class Condition:
    """What every node of a `when` can do."""

    __slots__ = ()

    def evaluate(self, facts: Facts) -> bool:
        raise NotImplementedError

    def consider(self, facts: Facts) -> bool | None:
        raise NotImplementedError

    def leaves(self) -> Iterator["Condition"]:
        yield self

    def asks(self) -> tuple[str, ...]:
        """Name the questions this node itself looks at, scores apart."""
        return ()

    def words(self, book) -> str:
        raise NotImplementedError


class OneAnswer(Condition):
    """A test of one answer: unknown stays unknown."""

    __slots__ = ()

    def evaluate(self, facts):
        return self.accepts(facts[self.key])

    def consider(self, facts):
        code = facts.get(self.key)
        return None if code is None else self.accepts(code)

    def accepts(self, code: Code) -> bool:
        raise NotImplementedError

    def asks(self):
        return (self.key,)

    def words(self, book):
        return book.answer(self.key, self.accepts)


@dataclass(frozen=True, slots=True)
class Is(OneAnswer):
    key: str
    code: Code

    def accepts(self, code):
        return code == self.code


@dataclass(frozen=True, slots=True)
class In(OneAnswer):
    key: str
    codes: tuple[Code, ...]

    def accepts(self, code):
        return code in self.codes


@dataclass(frozen=True, slots=True)
class AtLeast(OneAnswer):
    key: str
    code: int

    def accepts(self, code):
        return code >= self.code


@dataclass(frozen=True, slots=True)
class AtMost(OneAnswer):
    key: str
    code: int

    def accepts(self, code):
        return code <= self.code


@dataclass(frozen=True, slots=True)
class Known(OneAnswer):
    """The question has an answer: not yet while it has none, never no."""

    key: str

    def accepts(self, code):
        return True

    def words(self, book):
        return book.known(self.key)


@dataclass(frozen=True, slots=True)
class Count(Condition):
    """At least `least` of these questions have this answer."""

    keys: tuple[str, ...]
    code: Code
    least: int

    def evaluate(self, facts):
        return sum(facts[key] == self.code for key in self.keys) >= self.least

    def consider(self, facts):
        codes = [facts.get(key) for key in self.keys]
        sure, unknown = codes.count(self.code), codes.count(None)
        if sure >= self.least:
            return True
        return None if sure + unknown >= self.least else False

    def asks(self):
        return self.keys

    def words(self, book):
        return book.count(self.keys, self.code, self.least)


@dataclass(frozen=True, slots=True)
class ScoreAtLeast(Condition):
    score: Score
    total: int

    def evaluate(self, facts):
        return facts[self.score.key] >= self.total

    def consider(self, facts):
        low, high = facts[self.score.key]
        if low >= self.total:
            return True
        return None if high >= self.total else False

    def words(self, book):
        return book.score_at_least(self.score.key, self.total)


@dataclass(frozen=True, slots=True)
class ScoreAtMost(Condition):
    score: Score
    total: int

    def evaluate(self, facts):
        return facts[self.score.key] <= self.total

    def consider(self, facts):
        low, high = facts[self.score.key]
        if high <= self.total:
            return True
        return None if low <= self.total else False

    def words(self, book):
        return book.score_at_most(self.score.key, self.total)


@dataclass(frozen=True, slots=True)
class OutcomeIs(Condition):
    """The advised level is this one. For warnings only: a level can't depend on itself."""

    level: str

    def evaluate(self, facts):
        return facts[OUTCOME] == self.level

    def consider(self, facts):
        possible = facts.get(OUTCOME)
        if possible is None:
            return None
        if self.level not in possible:
            return False
        return True if len(possible) == 1 else None

    def words(self, book):
        return book.outcome(self.level)


@dataclass(frozen=True, slots=True)
class All(Condition):
    parts: tuple[Condition, ...]

    def evaluate(self, facts):
        for part in self.parts:  # noqa: SIM110 - all() costs a generator in the hottest loop
            if not part.evaluate(facts):
                return False
        return True

    def consider(self, facts):
        verdict = True
        for part in self.parts:
            held = part.consider(facts)
            if held is False:
                return False
            if held is None:
                verdict = None
        return verdict

    def leaves(self):
        for part in self.parts:
            yield from part.leaves()

    def words(self, book):
        return book.all_of([part.words(book) for part in self.parts])


@dataclass(frozen=True, slots=True)
class Any(Condition):
    parts: tuple[Condition, ...]

    def evaluate(self, facts):
        for part in self.parts:  # noqa: SIM110 - any() costs a generator in the hottest loop
            if part.evaluate(facts):
                return True
        return False

    def consider(self, facts):
        verdict = False
        for part in self.parts:
            held = part.consider(facts)
            if held is True:
                return True
            if held is None:
                verdict = None
        return verdict

    def leaves(self):
        for part in self.parts:
            yield from part.leaves()

    def words(self, book):
        return book.any_of([part.words(book) for part in self.parts])


@dataclass(frozen=True, slots=True)
class Not(Condition):
    part: Condition

    def evaluate(self, facts):
        return not self.part.evaluate(facts)

    def consider(self, facts):
        held = self.part.consider(facts)
        return None if held is None else not held

    def leaves(self):
        return self.part.leaves()

    def words(self, book):
        return book.not_so(self.part.words(book))


def questions_asked(condition: Condition) -> frozenset[str]:
    """Name the questions a condition looks at directly, so not by way of a score."""
    return frozenset(key for leaf in condition.leaves() for key in leaf.asks())


def scores_read(condition: Condition) -> frozenset[Score]:
    """Name the scores a condition compares."""
    leaves = condition.leaves()
    return frozenset(leaf.score for leaf in leaves if isinstance(leaf, ScoreAtLeast | ScoreAtMost))


def reads_outcome(condition: Condition) -> bool:
    return any(isinstance(leaf, OutcomeIs) for leaf in condition.leaves())


def answers_read(condition: Condition) -> frozenset[str]:
    """Name every question whose answer a condition reads, the terms of its scores included."""
    counted = {term.key for score in scores_read(condition) for term in score.terms}
    return questions_asked(condition) | counted
