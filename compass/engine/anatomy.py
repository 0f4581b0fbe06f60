"""Data classes of a framework: levels, questions, rules, methods, worked cases, and the Rulebook of them all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from compass.engine.conditions import Code, Condition
from compass.engine.messages import Translator, in_english
from compass.engine.scores import Score

EFFECTS = ("settle", "at_least", "at_most", "means_at_most", "points_to", "mode", "flag")
FLOOR_KINDS = ("law", "promise", "policy")
OWED = ("law", "promise")  # floors that a board can't set aside; a policy floor yields to a settle
BOARD_MUST_LISTEN = "board_must_listen"

SIGNS = {-1: "none", 0: "inform", 1: "consult", "design": "co_create", "doing": "collaborate"}


class Text(dict[str, str]):
    """The same words by language code; asked for a language that isn't there it answers in its first."""

    def __missing__(self, language) -> str:
        return next(iter(self.values()), "")


@dataclass(frozen=True, eq=False)
class Level:
    """One step of participation: its place in this framework and its meaning to the platform."""

    key: str
    rank: int
    influence: int
    mode: str
    counts_as_participation: bool
    name: Text
    plain: Text
    promise: Text
    advice: Text | None
    roles: Text | None
    feedback: Text | None

    @property
    def sign(self) -> str:
        """Name the drawing that stands for what this means to the platform, whatever its key is."""
        return SIGNS[self.influence] if self.influence < 2 else SIGNS[self.mode]


@dataclass(frozen=True, eq=False)
class Option:
    code: Code
    label: Text
    example: Text | None


@dataclass(frozen=True, eq=False)
class FrameworkQuestion:
    """A gate (its `ja` needs a public reason) or a criterion."""

    key: str
    kind: str
    name: Text
    text: Text
    help: Text
    why: Text
    source: str
    options: tuple[Option, ...]
    monotone: str
    changeable: bool
    public_reason: Text | None

    @cached_property
    def codes(self) -> tuple[Code, ...]:
        return tuple(option.code for option in self.options)

    @property
    def is_gate(self) -> bool:
        return self.kind == "gate"

    def label(self, code: Code) -> Text:
        """Give the words of an option."""
        return self.options[self.codes.index(code)].label


@dataclass(frozen=True, eq=False)
class Rule:
    """When its condition holds, one thing follows. `rank` is the place of its level, from 0."""

    id: str
    when: Condition
    effect: str
    kind: str
    level: str | None
    rank: int | None
    name: str
    because: Text
    reference: str
    reads: tuple[str, ...]

    @property
    def is_flag(self) -> bool:
        return self.effect == "flag"


@dataclass(frozen=True, eq=False)
class PromiseLine:
    """A sentence that joins a level's promise when its condition holds."""

    id: str
    when: Condition
    text: Text


@dataclass(frozen=True, eq=False)
class Method:
    """A way to involve people at some levels: what it takes, and what it is not enough for.

    `hours` are those of the municipality's people, `weeks` the time from plan to result. It may fit
    as long as `when` isn't surely false.
    """

    id: str
    name: Text
    levels: tuple[str, ...]
    when: Condition
    hours: int
    weeks: int
    not_enough: Text


@dataclass(frozen=True, eq=False)
class Case:
    """A worked example: the advice on these answers has to be this level."""

    id: str
    text: Text
    answers: Mapping[str, Code]
    expect: str
    expect_now: str | None


@dataclass(frozen=True, eq=False)
class Comparison:
    """The other route: one question's answer maps straight to a level."""

    question: str
    levels: Mapping[Code, str]


@dataclass(frozen=True, eq=False)
class Rulebook:
    """One version of a municipality's questions, levels and rules; never changes once used."""

    key: str
    version: str
    title: Text
    valid_from: date
    levels: tuple[Level, ...]
    questions: tuple[FrameworkQuestion, ...]
    scores: tuple[Score, ...]
    rules: tuple[Rule, ...]
    promises: tuple[PromiseLine, ...]
    compare: Comparison | None
    source_hash: str
    switched_off: tuple[Rule, ...] = ()  # read and checked, but not counted here
    methods: tuple[Method, ...] = ()
    cases: tuple[Case, ...] = ()
    explained: Mapping[str, Text] = field(default_factory=dict)  # by the name of a finding
    lines: Mapping[tuple[str, str], int] = field(default_factory=dict)  # by table and name
    languages: tuple[str, ...] = ()  # its texts are in each of these
    translate: Translator = in_english  # of what the engine says itself

    def language_for(self, language: str | None) -> str:
        """Give that language when the framework has it, else its first."""
        return language if language in self.languages else self.languages[0]

    def level(self, key: str) -> Level:
        return self._levels[key]

    def question(self, key: str) -> FrameworkQuestion:
        return self._questions[key]

    @property
    def gates(self) -> tuple[FrameworkQuestion, ...]:
        return tuple(question for question in self.questions if question.is_gate)

    @property
    def criteria(self) -> tuple[FrameworkQuestion, ...]:
        return tuple(question for question in self.questions if not question.is_gate)

    @cached_property
    def with_reasons(self) -> frozenset[str]:
        """Name the questions that may come with a public reason: the gates, and the other route's."""
        route = {self.compare.question} if self.compare else set()
        return frozenset({gate.key for gate in self.gates} | route)

    def methods_for(self, level: str, answers: Mapping[str, Code]) -> tuple[Method, ...]:
        """List the methods for a level that fit these answers, or still may; in order of the file."""
        facts = {**answers, **{score.key: score.span(answers) for score in self.scores}}
        return tuple(
            method
            for method in self.methods
            if level in method.levels and method.when.consider(facts) is not False
        )

    @cached_property
    def _levels(self) -> Mapping[str, Level]:
        return {level.key: level for level in self.levels}

    @cached_property
    def _questions(self) -> Mapping[str, FrameworkQuestion]:
        return {question.key: question for question in self.questions}

    @cached_property
    def accepted_codes(self) -> Mapping[str, frozenset[tuple[type, Code]]]:
        """Give per question the codes it accepts, each with its type: True is not 1 here."""
        types = self.code_types
        return {key: frozenset((types[key][code], code) for code in types[key]) for key in types}

    @cached_property
    def code_types(self) -> Mapping[str, Mapping[Code, type]]:
        """Give the same as a look-up, for where answers are checked by the thousand."""
        return {
            question.key: {code: type(code) for code in question.codes}
            for question in self.questions
        }

    @cached_property
    def ranks(self) -> tuple[int, ...]:
        """Give the ranks in use, lowest first; the engine counts in places of this row."""
        return tuple(sorted({level.rank for level in self.levels}))

    def place(self, level: str) -> int:
        """Give the place of a level's rank, counted from 0."""
        return self._places[level]

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {level.key: self.ranks.index(level.rank) for level in self.levels}

    @cached_property
    def _named(self) -> tuple[tuple[str, str], ...]:
        """Name every place twice: for a design result and for a doing result."""
        rows = [[level for level in self.levels if level.rank == rank] for rank in self.ranks]
        return tuple(
            tuple(
                next((level.key for level in row if level.mode == mode), row[0].key)
                for mode in ("design", "doing")
            )
            for row in rows
        )

    def level_at(self, place: int, doing: bool) -> str:
        """Name the level at a place: the doing level when asked for and there is one."""
        return self._named[place][doing]

    @cached_property
    def deciding(self) -> tuple[int, ...]:
        """Number the rules that bear on the level or on what is feasible now."""
        return tuple(n for n, rule in enumerate(self.rules) if not rule.is_flag)

    @cached_property
    def warning(self) -> tuple[int, ...]:
        """Number the rules that only raise a flag."""
        return tuple(n for n, rule in enumerate(self.rules) if rule.is_flag)

    def numbered(self, effect: str, *kinds: str) -> tuple[tuple[int, int | None], ...]:
        """List the rules with this effect, as (number, place of its level)."""
        return tuple(
            (number, rule.rank)
            for number, rule in enumerate(self.rules)
            if rule.effect == effect and (not kinds or rule.kind in kinds)
        )

    @cached_property
    def sources_of_bounds(self) -> Mapping[str, tuple[tuple[int, int | None], ...]]:
        """List, per part of the resolution, which rules set it."""
        return {
            "settle": self.numbered("settle"),
            "floor": self.numbered("at_least"),
            "owed": self.numbered("at_least", *OWED),
            "policy": self.numbered("at_least", "policy"),
            "ceiling": self.numbered("at_most"),
            "means": self.numbered("means_at_most"),
            "wish": self.numbered("points_to"),
            "mode": self.numbered("mode"),
        }
