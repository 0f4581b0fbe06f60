"""Parser of the written `when`, by recursive descent: from text to a condition tree.

when   = and-part { "or" and-part }          and-part = not-part { "and" not-part }
part   = "not" part | "(" when ")" | "all" "(" when, … ")" | "any" "(" when, … ")"
       | "known" "(" NAME ")" | "count" "(" NAME, … = VALUE ")" COMPARE NUMBER
       | NAME ( COMPARE VALUE | "is" VALUE | "is" "known" | "in" "(" VALUE, … ")"
              | "at" "least" NUMBER | "at" "most" NUMBER | NUMBER ".." NUMBER )
       | GATE                                which means: the gate is true
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from compass.engine.conditions import (
    OUTCOME,
    All,
    Any,
    AtLeast,
    AtMost,
    Code,
    Condition,
    Count,
    In,
    Is,
    Known,
    Not,
    OutcomeIs,
    ScoreAtLeast,
    ScoreAtMost,
)
from compass.engine.scores import Score

WORDS = {"and", "or", "not", "in", "is", "at", "least", "most", "known", "count", "all", "any"}
RESERVED = WORDS | {OUTCOME, "true", "false"}
COMPARISONS = {">=", "<=", "=", "<", ">"}
DEEPEST = 30  # far above what a person writes, far below what Python's stack allows
LONGEST = 2_000

_TOKEN = re.compile(r"(-?\d+)|([A-Za-z_]\w*)|(>=|<=|\.\.|[=<>(),])|(\S)")


class NotationErrors(ValueError):
    """A `when` that can't be read: `expected` says everything that is wrong with it."""

    def __init__(self, expected: list[str]):
        super().__init__("; ".join(expected))
        self.expected = expected


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names a `when` may use, and the codes each question accepts."""

    codes: Mapping[str, tuple[Code, ...]]
    scores: Mapping[str, Score] = field(default_factory=dict)
    levels: tuple[str, ...] = ()
    may_read_outcome: bool = False


def read_condition(text: str, vocabulary: Vocabulary) -> Condition:
    """Read one `when`; raise NotationErrors that names every wrong name and code in it."""
    if len(text) > LONGEST:
        raise NotationErrors([f"expected at most {LONGEST} characters"])
    reader = _Reader(_tokens(text), vocabulary)
    condition = reader.either()
    if reader.next is not None:
        reader.fail('"and", "or" or the end')
    if reader.problems:
        raise NotationErrors(reader.problems)
    return condition


def _tokens(text: str) -> list[Code]:
    """Split into numbers (int), names and signs (str)."""
    tokens: list[Code] = []
    for number, name, sign, strange in _TOKEN.findall(text):
        if strange:
            raise NotationErrors([f"expected a name, a number or a sign, not {strange!r}"])
        tokens.append(int(number) if number else name or sign)
    return tokens


class _Reader:
    """Recursive descent over the tokens; wrong names are collected, wrong grammar stops."""

    def __init__(self, tokens, vocabulary):
        self.tokens, self.at, self.depth = tokens, 0, 0
        self.vocabulary = vocabulary
        self.problems: list[str] = []

    # Reading tokens

    @property
    def next(self) -> Code | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def fail(self, expected: str):
        found = "the end" if self.next is None else f'"{self.next}"'
        raise NotationErrors([*self.problems, f"expected {expected}, found {found}"])

    def take(self) -> Code:
        token = self.next
        self.at += 1
        return token

    def skip(self, token: str) -> bool:
        if self.next != token:
            return False
        self.at += 1
        return True

    def need(self, token: str):
        if not self.skip(token):
            self.fail(f'"{token}"')

    def number(self) -> int:
        if not isinstance(self.next, int):
            self.fail("a whole number")
        return self.take()

    def name(self) -> str:
        if not isinstance(self.next, str) or not self.next.isidentifier() or self.next in WORDS:
            self.fail("the name of a question, a score or a gate")
        return self.take()

    def value(self) -> Code:
        if isinstance(self.next, int):
            return self.take()
        name = self.name()
        return {"true": True, "false": False}.get(name, name)

    def listed(self, read: Callable):
        """Read one or more parts between brackets, with commas."""
        self.need("(")
        parts = [read()]
        while self.skip(","):
            parts.append(read())
        self.need(")")
        return tuple(parts)

    # The grammar

    def either(self) -> Condition:
        parts = [self.both()]
        while self.skip("or"):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Any(tuple(parts))

    def both(self) -> Condition:
        parts = [self.part()]
        while self.skip("and"):
            parts.append(self.part())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def part(self) -> Condition:
        self.depth += 1
        if self.depth > DEEPEST:
            raise NotationErrors([f"expected at most {DEEPEST} levels of nesting"])
        condition = self.nested()
        self.depth -= 1
        return condition

    def nested(self) -> Condition:
        if self.skip("not"):
            return Not(self.part())
        if self.skip("all"):
            return All(self.listed(self.either))
        if self.skip("any"):
            return Any(self.listed(self.either))
        if self.skip("known"):
            self.need("(")
            name = self.known_question(self.name())
            self.need(")")
            return Known(name)
        if self.skip("count"):
            return self.count()
        if self.skip("("):
            condition = self.either()
            self.need(")")
            return condition
        return self.test(self.name())

    def count(self) -> Condition:
        self.need("(")
        keys = [self.name()]
        while self.skip(","):
            keys.append(self.name())
        if not self.skip("is"):
            self.need("=")
        code = self.value()
        self.need(")")
        for key in keys:
            self.check_codes(key, code)

        def at_least(number):
            return Count(tuple(keys), code, number)

        return self.compared(at_least, lambda number: Not(at_least(number + 1)))

    def test(self, name: str) -> Condition:
        if name == OUTCOME:
            return self.outcome()
        if name in self.vocabulary.scores:
            return self.score(self.vocabulary.scores[name])
        if self.skip("in"):
            codes = self.listed(self.value)
            self.check_codes(name, *codes)
            return In(name, codes)
        if self.skip("is"):
            return Known(self.known_question(name)) if self.skip("known") else self.equal(name)
        if self.skip("="):
            return self.equal(name)
        if self.next in COMPARISONS or self.next == "at" or isinstance(self.next, int):
            return self.ordered(name)
        self.check_codes(name, True)
        return Is(name, True)

    def equal(self, key: str) -> Condition:
        code = self.value()
        self.check_codes(key, code)
        return Is(key, code)

    def ordered(self, key: str) -> Condition:
        codes = self.vocabulary.codes.get(self.known_question(key), ())
        if any(type(code) is not int for code in codes):
            self.problems.append(f'expected a question with numbered options, not "{key}"')

        def limit(node, number):
            if codes and type(codes[0]) is int and number not in codes:
                self.problems.append(f"expected {key} compared with a code from {shown(codes)}")
            return node(key, number)

        return self.compared(lambda n: limit(AtLeast, n), lambda n: limit(AtMost, n))

    def score(self, score: Score) -> Condition:
        return self.compared(lambda n: ScoreAtLeast(score, n), lambda n: ScoreAtMost(score, n))

    def compared(self, at_least: Callable, at_most: Callable) -> Condition:
        """Read a comparison or a band, and build it from `at least` and `at most`."""
        if isinstance(self.next, int):
            return self.band(at_least, at_most)
        sign, number = self.comparison(), self.number()
        if sign in (">=", ">"):
            return at_least(number + (sign == ">"))
        if sign in ("<=", "<"):
            return at_most(number - (sign == "<"))
        return All((at_least(number), at_most(number)))

    def band(self, at_least: Callable, at_most: Callable) -> Condition:
        low = self.number()
        self.need("..")
        high = self.number()
        if high < low:
            self.problems.append(f"expected a band from low to high, not {low}..{high}")
        return All((at_least(low), at_most(high)))

    def outcome(self) -> Condition:
        if not self.vocabulary.may_read_outcome:
            self.problems.append('expected no "outcome": only a flag may read the outcome')
        if not self.skip("is"):
            self.need("=")
        level = self.name()
        if level not in self.vocabulary.levels:
            self.problems.append(f"expected a level from {shown(self.vocabulary.levels)}")
        return OutcomeIs(level)

    def comparison(self) -> str:
        if self.skip("at"):
            if self.next not in ("least", "most"):
                self.fail('"least" or "most"')
            return ">=" if self.take() == "least" else "<="
        if self.next not in COMPARISONS:
            self.fail("a comparison")
        return self.take()

    # Names and codes

    def known_question(self, name: str) -> str:
        if name not in self.vocabulary.codes:
            self.problems.append(f'expected a known question or score, not "{name}"')
        return name

    def check_codes(self, key: str, *codes: Code):
        accepted = self.vocabulary.codes.get(self.known_question(key))
        for code in codes if accepted is not None else ():
            if not is_code(code, accepted):
                self.problems.append(f"expected {key} compared with a code from {shown(accepted)}")


def is_code(value, codes: tuple[Code, ...]) -> bool:
    """Say whether a value is one of the codes; in Python True equals 1, here it does not."""
    return any(type(value) is type(code) and value == code for code in codes)


def shown(codes) -> str:
    """Write codes as a framework file would."""
    return ", ".join(str(code).lower() if isinstance(code, bool) else str(code) for code in codes)
