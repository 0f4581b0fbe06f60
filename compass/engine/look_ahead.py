"""Look-ahead on partial answers: which levels are still possible, and which question tells most."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from compass.engine.anatomy import Rulebook
from compass.engine.conditions import OUTCOME, Code
from compass.engine.resolve import Outlook, Span, resolve, still_matter
from compass.engine.search import Goal, Node, Search

WARNINGS = ("c1", "c2", "listen", "tension", "gap")
BEARS_ON = {  # which parts of the resolution bear on which result
    "fits": ("settle", "floor", "ceiling", "wish"),
    "now": ("settle", "floor", "ceiling", "wish", "means"),
    "c1": ("settle", "owed", "ceiling"),
    "c2": ("settle", "floor", "means"),
    "listen": ("settle", "policy", "ceiling"),
    "tension": ("settle", "wish", "floor", "ceiling"),
    "gap": ("settle", "floor", "ceiling", "wish", "means"),
}


class Prospect(NamedTuple):
    """What every completion of the answers shares, and the levels they lead to.

    A verdict is True when the rule fires in every completion, False when in none, else None.
    """

    verdicts: tuple[bool | None, ...]
    possible: tuple[str, ...]
    possible_now: tuple[str, ...]
    warnings: frozenset[str]


def look_ahead(framework: Rulebook, answers: Mapping[str, Code]) -> Prospect:
    """Work out what is sure and what is still possible, exactly; answers are checked ones."""
    return LookAhead(framework, answers).prospect()


def look(framework: Rulebook, answers: Mapping[str, Code]) -> Prospect:
    """Work out what complete answers lead to."""
    facts = dict(answers)
    for score in framework.scores:
        facts[score.key] = score.value(answers)
    rules = framework.rules
    verdicts: list = [None] * len(rules)
    for number in framework.deciding:
        verdicts[number] = rules[number].when.evaluate(facts)
    outlook = resolve(framework, verdicts)
    facts[OUTCOME] = framework.level_at(outlook.fits.low, outlook.doing)
    for number in framework.warning:
        verdicts[number] = rules[number].when.evaluate(facts)
    now = framework.level_at(outlook.now.low, outlook.doing)
    warnings = frozenset(name for name in WARNINGS if getattr(outlook, name))
    return Prospect(tuple(verdicts), (facts[OUTCOME],), (now,), warnings)


def may_be(framework: Rulebook, level: str, span: Span, doing: bool | None) -> bool | None:
    """Say whether a span of places surely is this level, surely is not, or may be."""
    place = framework.place(level)
    if not span.low <= place <= span.high:
        return False
    modes = (False, True) if doing is None else (doing,)
    named = [framework.level_at(place, mode) == level for mode in modes]
    if not any(named):
        return False
    return True if all(named) and span.low == span.high else None


class LookAhead:
    """One look at answers. Every completion that is found serves as witness for all."""

    def __init__(self, framework: Rulebook, answers: Mapping[str, Code]):
        self.framework, self.answers = framework, answers
        self.complete = len(answers) == len(framework.questions)
        self.completions: list[Mapping[str, Code]] = []
        self.witnesses: list[Prospect] = []

    @cached_property
    def search(self) -> Search:
        return Search(self.framework, self.answers)

    def prospect(self) -> Prospect:
        if self.complete:
            return look(self.framework, self.answers)
        possible = self.reachable("fits", "possible")
        possible_now = self.reachable("now", "possible_now")
        warnings = frozenset(name for name in WARNINGS if self.is_sure(name))
        return Prospect(self.verdicts(possible), possible, possible_now, warnings)

    def after(self, key: str, possible: tuple[str, ...]) -> Iterator[tuple[Code, tuple[str, ...]]]:
        """Give, per answer to an open question, which of the levels possible now may then still fit.

        What was found so far, with that one answer changed, is tried before anything is searched.
        """
        signatures, seen = self.search.plan.signatures[key], {}
        for code, signature in zip(self.framework.question(key).codes, signatures, strict=True):
            if signature not in seen:
                seen[signature] = self.with_answer(key, code).among(possible)
            yield code, seen[signature]

    def with_answer(self, key: str, code: Code) -> "LookAhead":
        ahead = LookAhead(self.framework, {**self.answers, key: code})
        for completion in self.completions:
            ahead.take({**completion, key: code})
        return ahead

    def among(self, levels: tuple[str, ...]) -> tuple[str, ...]:
        """Give which of these levels may fit, when no other may."""
        if self.complete:
            return look(self.framework, self.answers).possible
        shown = {level for witness in self.witnesses for level in witness.possible}
        if len(shown) == len(levels):
            return levels
        return self.reachable("fits", "possible", levels)

    def take(self, completion: Mapping[str, Code]) -> Prospect:
        self.completions.append(completion)
        self.witnesses.append(look(self.framework, completion))
        return self.witnesses[-1]

    def witnessed(self, goal: Goal) -> Prospect | None:
        """Look for a completion that reaches the goal and keep it as a witness."""
        completion = self.search.find(goal)
        return None if completion is None else self.take(completion)

    # Levels

    def reachable(self, part: str, shown_as: str, levels=None) -> tuple[str, ...]:
        """Give each level (of these) that some completion leads to, in order of rank."""
        levels = levels or [level.key for level in self.framework.levels]
        open_levels = [level for level in levels if self.bounds_allow(level, part)]
        if len(open_levels) == 1:
            return tuple(open_levels)
        return tuple(
            level
            for level in open_levels
            if any(level in getattr(witness, shown_as) for witness in self.witnesses)
            or self.witnessed(self.level_goal(level, part))
        )

    def bounds_allow(self, level: str, part: str) -> bool:
        reached = self.level_goal(level, part).reached
        return any(reached(root) is not False for root in self.search.roots)

    def level_goal(self, level: str, part: str) -> Goal:
        def reached(node: Node) -> bool | None:
            span = getattr(node.outlook, part)
            return may_be(self.framework, level, span, node.outlook.doing)

        return Goal(reached, self.open_rules(*BEARS_ON[part], "mode"))

    def open_rules(self, *parts: str):
        return lambda node: still_matter(self.framework, node.verdicts, parts)

    # Warnings that come from the bounds

    def is_sure(self, warning: str) -> bool:
        """Say whether a conflict, the tension or the gap holds in every completion."""
        seen = {getattr(root.outlook, warning) for root in self.search.roots}
        if len(seen) == 1 and None not in seen:
            return True in seen
        if any(warning not in witness.warnings for witness in self.witnesses):
            return False

        def absent(node: Node) -> bool | None:
            held = getattr(node.outlook, warning)
            return None if held is None else not held

        return self.witnessed(Goal(absent, self.open_rules(*BEARS_ON[warning]))) is None

    # Rules

    def verdicts(self, possible: tuple[str, ...]) -> tuple[bool | None, ...]:
        """Say of each rule whether it fires in every completion, in none, or in some."""
        columns = zip(*(root.verdicts for root in self.search.roots), strict=True)
        return tuple(
            self.verdict(number, set(column), possible) for number, column in enumerate(columns)
        )

    def verdict(self, number: int, seen: set, possible: tuple[str, ...]) -> bool | None:
        """Decide one rule from what it says at the roots, or else by looking for witnesses."""
        plan = self.search.plan
        if number in plan.reads_outcome:
            seen = {self.flag_holds(number, root, possible) for root in self.search.roots}
        if len(seen) == 1 and None not in seen:
            return seen.pop()
        if number in plan.plain:
            return None
        for wanted in (False, True):
            if not self.rule_can_be(number, wanted):
                return not wanted
        return None

    def rule_can_be(self, number: int, wanted: bool) -> bool:
        if any(witness.verdicts[number] is wanted for witness in self.witnesses):
            return True
        plan = self.search.plan

        def reached(node: Node) -> bool | None:
            held = node.verdicts[number]
            if number in plan.reads_outcome:
                held = self.flag_holds(number, node, self.levels_left(node.outlook))
            return None if held is None else held is wanted

        def open_rules(node: Node) -> list[int]:
            """Decide the rule by itself before the outcome it reads."""
            asks_more = any(key not in node.facts for key in plan.asks[number])
            return [number] if asks_more else self.open_rules(*BEARS_ON["fits"], "mode")(node)

        return self.witnessed(Goal(reached, open_rules)) is not None

    def flag_holds(self, number: int, node: Node, levels) -> bool | None:
        """Consider a flag that reads the outcome, with the levels that are left."""
        held = node.verdicts[number]
        if held is not None:
            return held
        return self.framework.rules[number].when.consider({**node.facts, OUTCOME: levels})

    def levels_left(self, outlook: Outlook) -> list[str]:
        keys = (level.key for level in self.framework.levels)
        return [
            key
            for key in keys
            if may_be(self.framework, key, outlook.fits, outlook.doing) is not False
        ]


def next_questions(
    framework: Rulebook, answers: Mapping[str, Code], prospect: Prospect
) -> tuple[str, ...]:
    """Name the questions that can still change the level or what is feasible now, most telling
    first: those that most undecided rules read, ties in the order of the file."""
    now_open = len(prospect.possible_now) > 1
    level_open = now_open or len(prospect.possible) > 1
    counted = [
        rule
        for rule, verdict in zip(framework.rules, prospect.verdicts, strict=True)
        if verdict is None
        and not rule.is_flag
        and (now_open if rule.effect == "means_at_most" else level_open)
    ]
    return most_read(framework, answers, counted)


def flag_questions(
    framework: Rulebook, answers: Mapping[str, Code], prospect: Prospect
) -> tuple[str, ...]:
    """Name the questions that can't change the level any more, but may still raise a warning."""
    counted = [
        rule
        for rule, verdict in zip(framework.rules, prospect.verdicts, strict=True)
        if verdict is None and rule.is_flag
    ]
    deciding = next_questions(framework, answers, prospect)
    return tuple(key for key in most_read(framework, answers, counted) if key not in deciding)


def most_read(framework: Rulebook, answers: Mapping[str, Code], rules) -> tuple[str, ...]:
    """Order the unanswered questions these rules read by how many of the rules read them."""
    readers: dict[str, set[str]] = {question.key: set() for question in framework.questions}
    for rule in rules:
        for key in rule.reads:
            readers[key].add(rule.id)
    unanswered = [key for key in readers if readers[key] and key not in answers]
    return tuple(sorted(unanswered, key=lambda key: -len(readers[key])))
