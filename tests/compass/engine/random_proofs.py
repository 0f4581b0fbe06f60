"""How are a framework's promises tried on random answers? Each trial counts what it did, or fails."""

from collections import Counter
from random import Random

from compass.engine import look_ahead
from compass.engine.advise import advise
from compass.engine.formulas import AnswerVariables, Formulas, load_solver
from compass.engine.framework import Rulebook

YES = (0.02, 0.05, 0.2)  # how often a gate is yes: now and then, or they would settle everything


def random_answers(framework: Rulebook, rng: Random) -> dict:
    """Answer every question at random, gates mostly with no."""
    answers = {question.key: rng.choice(question.codes) for question in framework.questions}
    gate_is_yes = rng.choice(YES)
    for gate in framework.gates:
        if rng.random() > gate_is_yes:
            answers[gate.key] = False
    return answers


def more_never_lowers(framework: Rulebook, rng: Random, times: int) -> Counter:
    """Advise on complete answers; raise each `monotone` answer by one: neither fits nor now may drop."""
    place, seen = framework.place, Counter()
    rising = [question for question in framework.questions if question.monotone]
    for _ in range(times):
        answers = random_answers(framework, rng)
        found = advise(framework, answers)
        assert found.done and found.reasons and found.possible == (found.outcome,)
        seen["sets of answers"] += 1
        seen[f"fits {found.outcome}"] += 1
        for question in rising:
            at = question.codes.index(answers[question.key])
            if at + 1 == len(question.codes):
                continue
            more = look_ahead.look(framework, {**answers, question.key: question.codes[at + 1]})
            assert place(more.possible[0]) >= place(found.outcome), (question.key, answers)
            assert place(more.possible_now[0]) >= place(found.now), (question.key, answers)
            seen["steps up"] += 1
    return seen


class Told:
    """What the formulas say of complete answers, asked of the solver with the answers fixed."""

    def __init__(self, framework: Rulebook):
        self.z3, self.framework = load_solver(), framework
        self.answering = AnswerVariables(framework)
        self.formulas = Formulas(self.answering)
        self.solver = self.z3.Solver(ctx=self.answering.context)
        self.solver.add(self.answering.one_each())
        self.names = {}
        for name, formula in self.parts():
            self.names[name] = self.z3.Bool(f"part {name}", self.answering.context)
            self.solver.add(self.names[name] == formula)

    def parts(self):
        formulas = self.formulas
        for number, one in enumerate(self.framework.rules):
            fired = formulas.fired.get(number)
            yield ("rule", number), formulas.of(one.when) if fired is None else fired
        for level in self.framework.levels:
            yield ("fits", level.key), formulas.is_level(formulas.fits, level.key)
            yield ("now", level.key), formulas.is_level(formulas.now, level.key)
        for warning in look_ahead.WARNINGS:
            yield ("warning", warning), getattr(formulas, warning)

    def of(self, answers) -> set:
        assert self.solver.check(*self.answering.say(answers)) == self.z3.sat
        model = self.solver.model()
        return {name for name, part in self.names.items() if self.z3.is_true(model.eval(part))}


def said_by_the_engine(framework: Rulebook, answers) -> set:
    seen = look_ahead.look(framework, answers)
    return (
        {("rule", number) for number, held in enumerate(seen.verdicts) if held}
        | {("fits", seen.possible[0]), ("now", seen.possible_now[0])}
        | {("warning", warning) for warning in seen.warnings}
    )


def solver_agrees(framework: Rulebook, rng: Random, times: int) -> Counter:
    """Ask the solver and the engine about the same answers: rules, levels and warnings must be one."""
    told, seen = Told(framework), Counter()
    for _ in range(times):
        answers = random_answers(framework, rng)
        assert told.of(answers) == said_by_the_engine(framework, answers), answers
        seen["sets of answers"] += 1
        seen["facts compared"] += len(told.names)
    return seen


def partial_contains_completions(
    framework: Rulebook, rng: Random, times: int, completions: int
) -> Counter:
    """Advise on partial answers, then on random completions: what was said before must hold after."""
    seen = Counter()
    for _ in range(times):
        known = random_answers(framework, rng)
        share = rng.random()
        partial = {key: code for key, code in known.items() if rng.random() < share}
        before = advise(framework, partial)
        seen["partial sets"] += 1
        seen["still open"] += before.provisional
        for _ in range(completions):
            after = advise(framework, {**random_answers(framework, rng), **partial})
            assert_contained(before, after)
            seen["completions"] += 1
    return seen


def assert_contained(before, after):
    """Unknown is never no: the advice on a completion is one of those the partial advice allows."""
    assert after.outcome in before.possible and after.now in before.possible_now
    assert before.outcome in (None, after.outcome) and before.now in (None, after.now)
    assert set(before.flags) <= set(after.flags)
    assert set(before.conflicts) <= set(after.conflicts)
    assert (not before.tension or after.tension) and (not before.gap or after.gap)
    assert fired(before) <= fired(after)


def fired(advice) -> set:
    return {(reason.rule.id, reason.rule.level) for reason in advice.reasons}
