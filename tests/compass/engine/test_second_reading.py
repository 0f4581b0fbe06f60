"""Does the framework `nl` say what its table says? The table read a second time, by hand."""

import random

from compass.engine.advise import advise

from .by_hand import RANK, advice
from .shipped import nl


def told(found):
    """Say an advice of the engine as the second reading says it."""
    return {
        "outcome": found.outcome,
        "now": found.now,
        "rules": {reason.rule.id for reason in found.reasons if not reason.rule.is_flag},
        "flags": set(found.flags),
        "conflicts": set(found.conflicts),
        "tension": found.tension,
        "gap": found.gap,
        "bounds": {name: bound and RANK[bound.level] for name, bound in found.bounds.items()},
    }


def random_answers(rng, gate_is_yes=0.05):
    """Answer every question at random; gates are mostly nee, or they would settle everything."""
    answers = {question.key: rng.choice(question.codes) for question in nl().questions}
    return {
        key: code if rng.random() < gate_is_yes or not nl().question(key).is_gate else False
        for key, code in answers.items()
    }


def test_the_engine_reads_the_table_as_a_person_does():
    rng, seen = random.Random(20260101), set()
    for _ in range(500):
        answers = random_answers(rng, rng.choice([0.02, 0.2]))
        found = advise(nl(), answers)
        assert told(found) == advice(answers), answers
        assert found.possible == (found.outcome,) and found.done
        seen.add((found.outcome, found.now))
    assert len(seen) >= 8, "the answers reach too few outcomes to mean anything"
