"""What-if: which other answers would change a decided advice, and what follows from them.

Only what an officer can change is proposed (`changeable`): time or capacity, never the impact. While
the advice can still move by itself nothing is proposed; the most telling question is named instead.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, product
from typing import NamedTuple

from compass.engine import look_ahead
from compass.engine.advise import Advice, advise, only
from compass.engine.anatomy import Rule, Rulebook
from compass.engine.answers import check_answers
from compass.engine.conditions import Code
from compass.engine.means import MeansPlan, facts_of, start_plan
from compass.engine.resolve import resolve
from compass.engine.search import plan_for

MOST_PER_LEVEL = 3  # ways that are shown to one level; more is a list nobody reads
MOST_WAYS = 2  # answers that are shown for a rule that is one answer away

Answers = Mapping[str, Code]


class AdviceChange(NamedTuple):
    """One or two other answers, and where they lead: what fits then, and what is feasible then."""

    answers: tuple[tuple[str, Code], ...]
    level: str
    now: str
    steps: int  # how many options further, in all
    plan: MeansPlan


class Nearly(NamedTuple):
    """A rule that one other answer makes fire, and by which answers (one is enough)."""

    rule: Rule
    answers: tuple[tuple[str, Code], ...]


class Telling(NamedTuple):
    """The question to answer next: the rules that wait for it, and what each answer leaves possible."""

    question: str
    rules: tuple[str, ...]
    options: tuple[tuple[Code, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Everything around an advice that would move it. `unreachable`: levels no two changes lead to."""

    source: Rulebook
    answers: Answers
    outcome: str | None
    now: str | None
    changes: tuple[AdviceChange, ...]
    unreachable: tuple[str, ...]
    nearly: tuple[Nearly, ...]
    telling: Telling | None
    compared: str | None
    fixed: tuple[str, ...]

    def as_dict(self, language: str = "") -> dict:
        """Tell it in one language, in an order that never varies, ready for JSON."""
        from compass.engine.changes_serializer import what_if_as_dict

        return what_if_as_dict(self, language)


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Two advices: on the answers as they are, and with some of them changed."""

    before: Advice
    after: Advice
    changed: tuple[str, ...]

    def as_dict(self, language: str = "") -> dict:
        """Tell both, and in words where they differ."""
        from compass.engine.changes_serializer import side_by_side_as_dict

        return side_by_side_as_dict(self, language)


def what_if(framework: Rulebook, answers: Mapping) -> WhatIf:
    """Work out what would change the advice; raise AnswerErrors when the answers don't fit."""
    known = check_answers(framework, answers)
    ahead = look_ahead.LookAhead(framework, known)
    prospect = ahead.prospect()
    outcome, now = only(prospect.possible), only(prospect.possible_now)
    found = Ways(framework, known, outcome, now) if outcome and now else None
    changes = tuple(found.nearest()) if found else ()
    reached = {outcome, *(change.level for change in changes)}
    return WhatIf(
        source=framework,
        answers=known,
        outcome=outcome,
        now=now,
        changes=changes,
        unreachable=tuple(
            level.key for level in framework.levels if found and level.key not in reached
        ),
        nearly=tuple(nearly(framework, known, prospect.verdicts)),
        telling=telling(ahead, prospect),
        compared=compared(framework, known),
        fixed=tuple(key for key in known if not framework.question(key).changeable),
    )


def side_by_side(framework: Rulebook, answers: Mapping, changed: Mapping) -> SideBySide:
    """Advise twice: on the answers, and with the changed ones; None takes an answer away."""
    return SideBySide(
        advise(framework, answers), advise(framework, {**answers, **changed}), tuple(changed)
    )


class Ways:
    """The smallest sets of changed answers that lead from a decided advice to each other level."""

    def __init__(self, framework: Rulebook, answers: Answers, outcome: str, now: str):
        self.framework, self.answers = framework, answers
        self.outcome, self.now = outcome, now
        self.complete = len(answers) == len(framework.questions)
        self.readers = deciding_readers(framework)
        self.facts = self._scored(answers)
        self.verdicts = [self._holds(number, self.facts) for number in range(len(framework.rules))]

    def nearest(self) -> Iterator[AdviceChange]:
        """Give, per level in order of rank, the nearest ways there: one answer, or else two."""
        single = list(self._landings(1))
        double = None
        for level in self._targets():
            ways = [way for way in single if self._leads(way, level)]
            if not ways:
                double = list(self._landings(2)) if double is None else double
                ways = [way for way in double if self._leads(way, level)]
            ways.sort(key=lambda way: way[3])  # stable: ties stay in the order of the file
            for answers, fits, now, steps in ways[:MOST_PER_LEVEL]:
                plan = start_plan(self.framework, fits, {**self.answers, **dict(answers)})
                yield AdviceChange(answers, fits, now, steps, plan)

    def _targets(self) -> list[str]:
        """Name every other level; and the same one, when it fits but isn't feasible now."""
        keys = [level.key for level in self.framework.levels]
        return [key for key in keys if key != self.outcome or self.now != self.outcome]

    def _leads(self, way, level: str) -> bool:
        """Say whether a way leads there; to what fits already only by making it feasible."""
        fits, now = way[1], way[2]
        return fits == level and (level != self.outcome or now == level)

    def _landings(self, size: int) -> Iterator[tuple]:
        """Try every set of this many other answers: (answers, fits, now, steps) where it is decided."""
        options = changeable_options(self.framework, self.answers, frozenset(self.readers))
        for keys in combinations(options, size):
            for picked in product(*(options[key] for key in keys)):
                answers = tuple(zip(keys, (code for code, _ in picked), strict=True))
                landed = self._land(dict(answers))
                if landed:
                    yield answers, *landed, sum(steps for _, steps in picked)

    def _land(self, changed: Answers) -> tuple[str, str] | None:
        """Say what fits and what is feasible with other answers; None while that is undecided."""
        facts = self._scored({**self.answers, **changed})
        verdicts = self.verdicts.copy()
        for key in changed:
            for number in self.readers[key]:
                verdicts[number] = self._holds(number, facts)
        outlook = resolve(self.framework, verdicts)
        decided = outlook.fits.low == outlook.fits.high and outlook.now.low == outlook.now.high
        if not decided or outlook.doing is None:
            return None
        level_at = self.framework.level_at
        return level_at(outlook.fits.low, outlook.doing), level_at(outlook.now.low, outlook.doing)

    def _scored(self, answers: Answers) -> dict:
        if not self.complete:
            return facts_of(self.framework, answers)
        scores = self.framework.scores
        return {**answers, **{score.key: score.value(answers) for score in scores}}

    def _holds(self, number: int, facts) -> bool | None:
        rule = self.framework.rules[number]
        if rule.is_flag:
            return False
        return rule.when.evaluate(facts) if self.complete else rule.when.consider(facts)


@lru_cache(maxsize=32)
def deciding_readers(framework: Rulebook) -> dict[str, tuple[int, ...]]:
    """List per question the rules that decide something and read it, scores included."""
    readers: dict[str, list[int]] = {}
    for number in framework.deciding:
        for key in framework.rules[number].reads:
            readers.setdefault(key, []).append(number)
    return {key: tuple(numbers) for key, numbers in readers.items()}


def changeable_options(
    framework: Rulebook, answers: Answers, read: frozenset[str]
) -> dict[str, list[tuple[Code, int]]]:
    """List the other answers an officer could give, per question: (code, options further).

    Of options that no rule tells apart only the nearest is worth trying.
    """
    told_apart = plan_for(framework).signatures
    options = {}
    for key, code in answers.items():
        question = framework.question(key)
        if question.changeable and key in read:
            options[key] = _nearest_options(question.codes, code, told_apart[key])
    return options


def _nearest_options(codes: Sequence[Code], given: Code, signatures) -> list[tuple[Code, int]]:
    at = codes.index(given)
    by_distance = sorted(range(len(codes)), key=lambda number: (abs(number - at), number))
    seen, options = {signatures[at]}, []
    for number in by_distance:
        if signatures[number] not in seen:
            seen.add(signatures[number])
            options.append((codes[number], abs(number - at)))
    return options


def nearly(framework: Rulebook, answers: Answers, verdicts) -> Iterator[Nearly]:
    """List the rules for the level or the means that did not fire, but would with one other answer.

    A rule that only repeats a gate is left out: that a `ja` there would settle it is plain to see.
    """
    gates = {(gate.key,) for gate in framework.gates}
    for number in framework.deciding:
        rule = framework.rules[number]
        if not verdicts[number] and rule.reads not in gates:
            ways = tuple(_one_answer_away(framework, rule, answers))
            if ways:
                yield Nearly(rule, ways[:MOST_WAYS])


def _one_answer_away(
    framework: Rulebook, rule: Rule, answers: Answers
) -> Iterator[tuple[str, Code]]:
    """Find, per answered question the rule reads, the nearest other answer that makes it fire."""
    for key in rule.reads:
        if key not in answers:
            continue
        codes = framework.question(key).codes
        at = codes.index(answers[key])
        for number in sorted(range(len(codes)), key=lambda number: abs(number - at)):
            facts = facts_of(framework, {**answers, key: codes[number]})
            if number != at and rule.when.consider(facts):
                yield key, codes[number]
                break


def telling(ahead: look_ahead.LookAhead, prospect: look_ahead.Prospect) -> Telling | None:
    """Pick the most telling open question; None when nothing can change any more."""
    framework = ahead.framework
    questions = look_ahead.next_questions(framework, ahead.answers, prospect)
    if not questions:
        return None
    key = questions[0]
    waiting = [
        rule.id
        for rule, verdict in zip(framework.rules, prospect.verdicts, strict=True)
        if verdict is None and not rule.is_flag and key in rule.reads
    ]
    options = tuple(ahead.after(key, prospect.possible))
    return Telling(key, tuple(dict.fromkeys(waiting)), options)


def compared(framework: Rulebook, answers: Answers) -> str | None:
    """Name the level by the other route: one answer by itself; None without that answer."""
    route = framework.compare
    return route.levels.get(answers.get(route.question)) if route else None
