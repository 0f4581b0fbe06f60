"""Depth-first search: whether open answers can still be completed so that something holds, and by which.

A depth-first search over the unanswered questions. Each score is first split into the bands its
rules compare it with, so that rules over one score are read together; then questions are answered
one by one, the most read first, and a branch is left as soon as the bounds rule it out. Options
that no rule tells apart are tried once.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from compass.engine.anatomy import FrameworkQuestion, Rule, Rulebook
from compass.engine.conditions import (
    Code,
    Count,
    Known,
    OneAnswer,
    ScoreAtLeast,
    ScoreAtMost,
    questions_asked,
    reads_outcome,
    scores_read,
)
from compass.engine.resolve import Outlook, Verdicts, resolve
from compass.engine.scores import Score, reaches, totals


class Node:
    """A place in the search: answers and bands so far, and what each rule says to them."""

    __slots__ = ("_outlook", "facts", "framework", "verdicts")

    def __init__(self, framework: Rulebook, facts: Mapping, verdicts: Verdicts):
        self.framework, self.facts, self.verdicts = framework, facts, verdicts
        self._outlook: Outlook | None = None

    @property
    def outlook(self) -> Outlook:
        if self._outlook is None:
            self._outlook = resolve(self.framework, self.verdicts)
        return self._outlook


class Goal(NamedTuple):
    """What to look for: whether it holds by now, and else which undecided rules bear on it."""

    reached: Callable[[Node], bool | None]
    open_rules: Callable[[Node], Iterable[int]]


class SearchPlan:
    """What a search wants to know about a framework, worked out once."""

    def __init__(self, framework: Rulebook):
        self.framework = framework
        self.asks = [tuple(questions_asked(rule.when)) for rule in framework.rules]
        self.readers = {
            question.key: [n for n, keys in enumerate(self.asks) if question.key in keys]
            for question in framework.questions
        }
        leaves = [leaf for rule in framework.rules for leaf in rule.when.leaves()]
        self.scores_with = {
            question.key: [s for s in framework.scores if question.key in points_of(s)]
            for question in framework.questions
        }
        self.signatures = {
            question.key: signatures(question, leaves, self.scores_with[question.key])
            for question in framework.questions
        }
        self.codes = {
            question.key: telling_codes(question, self.signatures[question.key])
            for question in framework.questions
        }
        numbered = list(enumerate(framework.rules))
        self.scoreless = {n for n, rule in numbered if not scores_read(rule.when)}
        self.reads_outcome = {n for n, rule in numbered if reads_outcome(rule.when)}
        self.plain = {n for n, rule in numbered if is_plain(rule, framework)}
        self.bands = {score.key: bands_of(score, leaves) for score in framework.scores}


@lru_cache(maxsize=32)
def plan_for(framework: Rulebook) -> SearchPlan:
    """Give the plan of a framework, from memory when it was asked before."""
    return SearchPlan(framework)


def is_plain(rule: Rule, framework: Rulebook) -> bool:
    """Say whether three values are exact for a rule: each question is looked at once, by a test
    that can go both ways, and nothing else is read."""
    asked = [key for leaf in rule.when.leaves() for key in leaf.asks()]
    both_ways = (
        isinstance(leaf, OneAnswer | Count)
        and all(goes_both_ways(leaf, framework.question(key)) for key in leaf.asks())
        for leaf in rule.when.leaves()
    )
    return len(asked) == len(set(asked)) and all(both_ways)


def goes_both_ways(leaf, question: FrameworkQuestion) -> bool:
    return {leaf_holds(leaf, code) for code in question.codes} == {True, False}


def points_of(score: Score) -> Mapping[str, Mapping[int, int]]:
    return {term.key: term.points for term in score.terms}


def signatures(question: FrameworkQuestion, leaves, scores) -> tuple[tuple, ...]:
    """Say per option how rules and scores take it: options with the same signature are as one."""
    tests = [leaf for leaf in leaves if question.key in leaf.asks()]
    points = [points_of(score)[question.key] for score in scores]
    return tuple(
        (*(leaf_holds(leaf, code) for leaf in tests), *(each[code] for each in points))
        for code in question.codes
    )


def telling_codes(question: FrameworkQuestion, signed: tuple[tuple, ...]) -> tuple[Code, ...]:
    """Keep one option of each group that no rule and no score tells apart."""
    groups: dict[tuple, Code] = {}
    for code, signature in zip(question.codes, signed, strict=True):
        groups.setdefault(signature, code)
    return tuple(groups.values())


def leaf_holds(leaf, code: Code) -> bool:
    if isinstance(leaf, Known):
        return True
    return code == leaf.code if isinstance(leaf, Count) else leaf.accepts(code)


def bands_of(score: Score, leaves) -> tuple[tuple[int, int], ...]:
    """Cut the totals of a score where a rule starts or stops to hold."""
    low, high = score.span({})
    starts = {low}
    for leaf in leaves:
        if isinstance(leaf, ScoreAtLeast) and leaf.score is score:
            starts.add(leaf.total)
        elif isinstance(leaf, ScoreAtMost) and leaf.score is score:
            starts.add(leaf.total + 1)
    cuts = sorted(start for start in starts if low <= start <= high)
    return tuple(zip(cuts, [cut - 1 for cut in cuts[1:]] + [high], strict=True))


class Search:
    """Looks for completions of one set of partial answers."""

    def __init__(self, framework: Rulebook, answers: Mapping[str, Code]):
        self.framework, self.answers = framework, answers
        self.plan = plan_for(framework)
        self.totals: dict[tuple, tuple[int, int]] = {}
        self.roots = list(self._roots())

    def _roots(self) -> Iterator[Node]:
        """Start once for each combination of bands the scores can still reach."""
        scores, rules = self.framework.scores, self.framework.rules
        shared = {n: rules[n].when.consider(self.answers) for n in self.plan.scoreless}
        for bands in product(*(self.plan.bands[score.key] for score in scores)):
            facts = {
                **self.answers,
                **{score.key: band for score, band in zip(scores, bands, strict=True)},
            }
            if all(self._can_reach(score, facts) for score in scores):
                verdicts = [
                    shared[number] if number in shared else rule.when.consider(facts)
                    for number, rule in enumerate(rules)
                ]
                yield Node(self.framework, facts, verdicts)

    def find(self, goal: Goal) -> dict[str, Code] | None:
        """Give complete answers for which the goal holds, or None when there are none."""
        for root in self.roots:
            found = self._descend(root, goal)
            if found is not None:
                return {q.key: found.get(q.key, q.codes[0]) for q in self.framework.questions}
        return None

    def _descend(self, node: Node, goal: Goal) -> Mapping | None:
        reached = goal.reached(node)
        if reached is not None:
            return self._made_whole(node.facts) if reached else None
        key = self._most_read(node, goal)
        for facts in self._answered(node.facts, key):
            found = self._descend(self._considered(node, key, facts), goal)
            if found is not None:
                return found
        return None

    def _made_whole(self, facts: Mapping) -> Mapping | None:
        """Answer the terms of the scores that are left: their bands were promised, now make them."""
        terms = (term.key for score in self.framework.scores for term in score.terms)
        key = next((key for key in terms if key not in facts), None)
        if key is None:
            return facts
        whole = (self._made_whole(answered) for answered in self._answered(facts, key))
        return next((found for found in whole if found is not None), None)

    def _answered(self, facts: Mapping, key: str) -> Iterator[Mapping]:
        """Answer one more question in each way that keeps every score inside its band."""
        for code in self.plan.codes[key]:
            answered = {**facts, key: code}
            if all(self._can_reach(score, answered) for score in self.plan.scores_with[key]):
                yield answered

    def _considered(self, node: Node, key: str, facts: Mapping) -> Node:
        """Consider again the undecided rules that look at the question just answered."""
        verdicts = list(node.verdicts)
        for number in self.plan.readers[key]:
            if verdicts[number] is None:
                verdicts[number] = self.framework.rules[number].when.consider(facts)
        return Node(self.framework, facts, verdicts)

    def _most_read(self, node: Node, goal: Goal) -> str:
        """Pick the unanswered question that most undecided rules look at."""
        counts: dict[str, int] = {}
        for number in goal.open_rules(node):
            for key in self.plan.asks[number]:
                if key not in node.facts:
                    counts[key] = counts.get(key, 0) + 1
        return max(counts, key=counts.get)

    def _can_reach(self, score: Score, facts: Mapping) -> bool:
        low, high = facts[score.key]
        known, unknown = 0, []
        for term in score.terms:
            if term.key in facts:
                known += term.points[facts[term.key]]
            else:
                unknown.append(term)
        memory = (score.key, *(term.key for term in unknown))
        if memory not in self.totals:
            self.totals[memory] = totals(unknown)
        return reaches(self.totals[memory], low - known, high - known)
