"""Advice on answers, also on partial ones: which level fits, which is feasible now, and why."""

from collections.abc import Mapping
from dataclasses import dataclass

from compass.engine import advice_serializer, look_ahead
from compass.engine.anatomy import BOARD_MUST_LISTEN, Rule, Rulebook
from compass.engine.answers import AnswerErrors, check_answers
from compass.engine.clashes import Clash, find_clashes
from compass.engine.conditions import Code

__all__ = ["Advice", "AnswerErrors", "Bound", "Clash", "Reason", "advise", "check_answers"]

BOUNDS = {  # which effect sets it, and which of its rules counts
    "floor": ("at_least", max),
    "ceiling": ("at_most", min),
    "means": ("means_at_most", min),
    "wish": ("points_to", max),
}


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of what is possible, and the rules that set it."""

    level: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that fired and the answers it read."""

    rule: Rule
    answers: Mapping[str, Code]


@dataclass(frozen=True, slots=True)
class Advice:
    """What the compass advises. On partial answers it holds only what every completion shares."""

    source: Rulebook
    answers: Mapping[str, Code]
    outcome: str | None
    now: str | None
    possible: tuple[str, ...]
    possible_now: tuple[str, ...]
    bounds: Mapping[str, Bound | None]
    conflicts: tuple[str, ...]
    tension: bool
    gap: bool
    clashes: tuple[Clash, ...]
    flags: tuple[str, ...]
    reasons: tuple[Reason, ...]
    next_questions: tuple[str, ...]
    flag_questions: tuple[str, ...]

    @property
    def framework(self) -> str:
        return self.source.key

    @property
    def version(self) -> str:
        return self.source.version

    @property
    def source_hash(self) -> str:
        return self.source.source_hash

    @property
    def provisional(self) -> bool:
        return self.outcome is None or self.now is None

    @property
    def done(self) -> bool:
        """Neither what fits nor what is feasible now can change any more: "Klaar"."""
        return not self.provisional

    def as_dict(self, language: str = "") -> dict:
        """Tell the advice in one language (none: the framework's first), in an order that never varies."""
        return advice_serializer.advice_as_dict(self, language)


def advise(framework: Rulebook, answers: Mapping) -> Advice:
    """Advise on complete or partial answers; raise AnswerErrors when they don't fit."""
    known = check_answers(framework, answers)
    prospect = look_ahead.look_ahead(framework, known)
    fired = [rule for rule, held in zip(framework.rules, prospect.verdicts, strict=True) if held]
    warnings, outcome = prospect.warnings, only(prospect.possible)
    open_ended = len(known) < len(framework.questions)
    return Advice(
        source=framework,
        answers=known,
        outcome=outcome,
        now=only(prospect.possible_now),
        possible=prospect.possible,
        possible_now=prospect.possible_now,
        bounds={name: bound(*BOUNDS[name], fired) for name in BOUNDS},
        conflicts=tuple(code.upper() for code in ("c1", "c2") if code in warnings),
        tension="tension" in warnings,
        gap="gap" in warnings,
        clashes=find_clashes(framework, fired, warnings, outcome),
        flags=flags(fired, warnings),
        reasons=tuple(reason(rule, known) for rule in fired),
        next_questions=look_ahead.next_questions(framework, known, prospect) if open_ended else (),
        flag_questions=look_ahead.flag_questions(framework, known, prospect) if open_ended else (),
    )


def only(levels: tuple[str, ...]) -> str | None:
    return levels[0] if len(levels) == 1 else None


def bound(effect: str, outermost, fired: list[Rule]) -> Bound | None:
    """Find a bound and the rules that set it, among rules that surely fired."""
    rules = [rule for rule in fired if rule.effect == effect]
    if not rules:
        return None
    place = outermost(rule.rank for rule in rules)
    setters = tuple(rule for rule in rules if rule.rank == place)
    return Bound(setters[0].level, setters)


def reason(rule: Rule, answers: Mapping[str, Code]) -> Reason:
    return Reason(rule, {key: answers[key] for key in rule.reads if key in answers})


def flags(fired: list[Rule], warnings: frozenset[str]) -> tuple[str, ...]:
    """Name each flag once, in the order of the file, the engine's own last."""
    names = dict.fromkeys(rule.name for rule in fired if rule.is_flag)
    return (*names, BOARD_MUST_LISTEN) if "listen" in warnings else tuple(names)
