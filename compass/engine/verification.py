"""Verification of a framework: every claim is proven by a solver or refuted by answers that show it."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from compass.engine import look_ahead
from compass.engine.anatomy import OWED, Rule, Rulebook
from compass.engine.bands import about_scores
from compass.engine.conditions import Code
from compass.engine.findings import (
    ERROR,
    SEVERITIES,
    Finder,
    Finding,
    finding_as_dict,
    label,
    named_level,
    named_levels,
    named_question,
    quiet,
    said,
)
from compass.engine.formulas import AnswerVariables, Formulas, load_solver
from compass.engine.inspection import about_cases, about_explanations, about_questions

__all__ = ["Finding", "check", "errors", "finding_as_dict"]

PATIENCE = 20_000  # milliseconds for one question to the solver; a sound framework needs a few

Holds = Callable[[look_ahead.Prospect], bool]


class NotProven(Exception):
    """The solver gave up: nothing may be said then."""


def check(framework: Rulebook) -> tuple[Finding, ...]:
    """Find everything that is wrong or strange in a framework, errors first.

    Each witness is complete answers that the engine itself agrees with, as quiet as can be: no to
    every gate and the first option, except where the finding needs another answer. Source: section 4
    of the compass design.
    """
    finder = Finder(framework)
    found = [*about_questions(finder), *about_scores(finder), *about_cases(finder)]
    try:
        found += Proof(finder).findings()
    except NotProven:
        found.append(finder.finding("not_proven"))
    found += about_explanations(finder, found)
    return tuple(sorted(found, key=lambda one: SEVERITIES.index(one.severity)))


def errors(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Keep what stops a framework from being published."""
    return tuple(one for one in findings if one.severity == ERROR)


class Proof:
    """Asks the solver, and has the engine confirm every answer that the solver comes with."""

    def __init__(self, finder: Finder):
        self.finder, self.framework = finder, finder.framework
        self.z3 = load_solver()
        self.answering = AnswerVariables(self.framework)
        self.solver = self.z3.Solver(ctx=self.answering.context)
        self.solver.set("random_seed", 0, "timeout", PATIENCE)
        self.solver.add(self.answering.one_each())
        self.formulas = Formulas(self.answering)
        self.asked = 0
        self.told: set[tuple[str, str, str]] = set()  # a rule may set one of several levels

    def findings(self) -> Iterator[Finding]:
        yield from self.about_levels()
        alive = list(self.about_rules())
        yield from alive
        dead = {one.subjects[0] for one in alive if one.code == "dead_rule"}
        yield from self.about_matter(dead)
        yield from self.about_order()
        yield from self.about_conflicts()
        yield from self.about_floors()
        yield from self.about_settles()

    def answers_where(self, formula, holds: Holds | None = None) -> dict[str, Code] | None:
        """Find complete answers where a formula holds, made as quiet as `holds` allows; None: never."""
        self.asked += 1
        asked = self.z3.Bool(f"asked {self.asked}", self.answering.context)
        self.solver.add(self.z3.Implies(asked, formula))
        verdict = self.solver.check(asked)
        if verdict == self.z3.unknown:
            raise NotProven
        if verdict == self.z3.unsat:
            return None
        answers = self.answering.read(self.solver.model())
        return self.quietened(answers, holds) if holds else answers

    def quietened(self, answers: Mapping[str, Code], holds: Holds) -> dict[str, Code]:
        """Give every question its quiet answer as long as the engine still confirms the finding."""
        kept = dict(answers)
        if not holds(look_ahead.look(self.framework, kept)):
            raise AssertionError("the solver and the engine disagree")
        for key in kept:
            calmer = {**kept, key: quiet(self.framework, key)}
            if calmer != kept and holds(look_ahead.look(self.framework, calmer)):
                kept = calmer
        return kept

    # Levels and rules

    def about_levels(self) -> Iterator[Finding]:
        formulas = self.formulas
        for level in self.framework.levels:
            name = {"level": named_level(level.key)}
            if self.answers_where(formulas.is_level(formulas.fits, level.key)):
                continue
            feasible = self.answers_where(
                formulas.is_level(formulas.now, level.key),
                lambda seen, key=level.key: seen.possible_now == (key,),
            )
            code = "only_feasible" if feasible else "unreachable_level"
            yield self.finder.finding(code, level.key, witness=feasible, **name)

    def about_rules(self) -> Iterator[Finding]:
        """Say which rules never apply; a rule that takes its level from an answer is one rule."""
        for rule, numbers in self.by_rule():
            if not self.answers_where(self.answering.any([self.fires(n) for n in numbers])):
                when = {"when": lambda book, rule=rule: book.condition(rule)}
                yield self.finder.finding("dead_rule", rule.id, rule=said(rule), **when)

    def about_matter(self, dead: set[str]) -> Iterator[Finding]:
        for rule, numbers in self.by_rule():
            if rule.is_flag or rule.id in dead:
                continue
            without = Formulas(self.answering, without=frozenset(numbers), like=self.formulas)
            if not self.answers_where(self.formulas.differs(without)):
                yield self.finder.finding("idle_rule", rule.id, rule=said(rule))

    def by_rule(self) -> Iterator[tuple[Rule, list[int]]]:
        numbers: dict[str, list[int]] = {}
        for number, rule in enumerate(self.framework.rules):
            numbers.setdefault(rule.id, []).append(number)
        for same in numbers.values():
            yield self.framework.rules[same[0]], same

    def fires(self, number: int):
        if number in self.formulas.fired:
            return self.formulas.fired[number]
        return self.formulas.of(self.framework.rules[number].when)

    # More is never less

    def about_order(self) -> Iterator[Finding]:
        """Compare each two neighbouring options of a question that says "more is more"."""
        decides = {key for n in self.framework.deciding for key in self.framework.rules[n].reads}
        for question in self.framework.questions:
            if question.monotone and question.key in decides:
                options = range(len(question.codes))
                read = [
                    Formulas(self.answering, (question.key, n), like=self.formulas) for n in options
                ]
                for number in options[1:]:
                    yield from self.about_step(question, number, read[number - 1], read[number])

    def about_step(self, question, number: int, before: Formulas, after: Formulas):
        drop = self.z3.Or(after.lower(after.fits, before.fits), after.lower(after.now, before.now))
        witness = self.answers_where(drop)
        if witness is None:
            return
        low, high = question.codes[number - 1], question.codes[number]

        def seen(code):
            return look_ahead.look(self.framework, {**witness, question.key: code})

        def drops(_prospect=None) -> bool:
            return self.is_drop(seen(low), seen(high))

        for key in witness:  # quieten the rest of the answers, the two that are compared apart
            former = witness[key]
            witness[key] = quiet(self.framework, key) if key != question.key else former
            if not drops():
                witness[key] = former
        fits = self.is_drop(
            seen(low)._replace(possible_now=()), seen(high)._replace(possible_now=())
        )
        part = "possible" if fits else "possible_now"
        yield self.finder.finding(
            "not_monotone", question.key, str(number),
            witness={**witness, question.key: low}, other={**witness, question.key: high},
            reads=(question.key,), question=named_question(question.key),
            lower=label(question.key, low), higher=label(question.key, high),
            before=named_levels(getattr(seen(low), part)), after=named_levels(getattr(seen(high), part)),
        )  # fmt: skip

    def is_drop(self, before, after) -> bool:
        """Say whether what fits, or what is feasible, is lower than before."""
        place = self.framework.place
        return any(
            place(other) < place(one)
            for part in ("possible", "possible_now")
            for one, other in zip(getattr(before, part), getattr(after, part), strict=True)
        )

    # Rules that stand against one another

    def about_conflicts(self) -> Iterator[Finding]:
        """Find every pair of rules that leads to a conflict by itself."""
        owed, floors = self.numbered("at_least", *OWED), self.numbered("at_least")
        open_ended = self.z3.Not(self.formulas.settled)
        for more in owed:
            yield from self.about_pairs(
                "c1", more, self.numbered("settle"), self.answering.truth(True)
            )
            yield from self.about_pairs("c1", more, self.numbered("at_most"), open_ended)
        for more in floors:
            yield from self.about_pairs("c2", more, self.numbered("means_at_most"), open_ended)

    def about_pairs(self, code: str, more: int, others, condition) -> Iterator[Finding]:
        rules, fired = self.framework.rules, self.formulas.fired
        for less in others:
            pair = (code, rules[more].id, rules[less].id)
            if rules[less].rank >= rules[more].rank or pair in self.told:
                continue

            def holds(seen, less=less) -> bool:
                return bool(seen.verdicts[more] and seen.verdicts[less] and code in seen.warnings)

            both = self.z3.And(fired[more], fired[less], condition, getattr(self.formulas, code))
            witness = self.answers_where(both, holds)
            if witness:
                self.told.add(pair)
                yield self.finder.pair(code, rules[more], rules[less], witness)

    def numbered(self, effect: str, *kinds: str) -> list[int]:
        return [number for number, _ in self.framework.numbered(effect, *kinds)]

    def about_floors(self) -> Iterator[Finding]:
        """Prove that what a law or a promise asks is never undercut in silence."""
        formulas, rules = self.formulas, self.framework.rules
        for number in self.numbered("at_least", *OWED):
            rule, told = rules[number], ("floor_undercut", rules[number].id, "")
            below = self.z3.Not(formulas.at_least(formulas.fits, rule.rank))
            silent = self.z3.And(formulas.fired[number], below, self.z3.Not(formulas.c1))
            witness = self.answers_where(silent)
            if witness and told not in self.told:
                self.told.add(told)
                yield self.finder.finding(
                    "floor_undercut", rule.id, witness=witness, reads=rule.reads,
                    more=said(rule), more_follows=lambda book, rule=rule: book.level(rule.level),
                )  # fmt: skip

    def about_settles(self) -> Iterator[Finding]:
        """Name exclusion grounds that can hold at once and lead to different levels."""
        settles = self.numbered("settle")
        for less in settles:
            for more in settles:
                lower, higher = self.framework.rules[less], self.framework.rules[more]
                if lower.rank >= higher.rank:
                    continue
                both = self.z3.And(self.formulas.fired[less], self.formulas.fired[more])

                def holds(seen, less=less, more=more) -> bool:
                    return bool(seen.verdicts[less] and seen.verdicts[more])

                witness = self.answers_where(both, holds)
                if witness:
                    yield self.finder.pair("settle_raised", higher, lower, witness)
