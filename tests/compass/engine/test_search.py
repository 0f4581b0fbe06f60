"""Does the search see what trying every completion sees, in frameworks nobody would write?"""

from itertools import product
from random import Random

import pytest

from compass.engine.look_ahead import look, look_ahead

from .random_frameworks import a_framework


def completions(framework, partial):
    choices = [
        [partial[question.key]] if question.key in partial else question.codes
        for question in framework.questions
    ]
    keys = [question.key for question in framework.questions]
    return [dict(zip(keys, codes, strict=True)) for codes in product(*choices)]


def shared(verdicts):
    return verdicts[0] if len(set(verdicts)) == 1 else None


@pytest.mark.exhaustive
def test_looking_ahead_equals_trying_everything():
    rng, several = Random(7), 0
    for _ in range(15):
        framework = a_framework(rng)
        for _ in range(2):
            partial = {
                q.key: rng.choice(q.codes) for q in framework.questions if rng.random() < 0.4
            }
            ahead = look_ahead(framework, partial)
            every = [look(framework, answers) for answers in completions(framework, partial)]
            assert set(ahead.possible) == {each.possible[0] for each in every}
            assert set(ahead.possible_now) == {each.possible_now[0] for each in every}
            assert ahead.warnings == frozenset.intersection(*(each.warnings for each in every))
            columns = zip(*(each.verdicts for each in every), strict=True)
            assert ahead.verdicts == tuple(shared(column) for column in columns)
            several += len(ahead.possible) > 1
    assert several > 10, "too few sets were undecided to mean anything"
