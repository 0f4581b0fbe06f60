"""Do the shipped frameworks keep their promises on random answers? The full counts: benchmarks/compass_proof.py."""

from random import Random

import pytest

from .random_proofs import more_never_lowers, partial_contains_completions, solver_agrees
from .shipped import KEYS, shipped

every_framework = pytest.mark.parametrize("key", KEYS)


@every_framework
def test_more_never_lowers(key):
    assert more_never_lowers(shipped(key), Random(20), 300)["steps up"] > 900


@every_framework
def test_an_advice_on_partial_answers_contains_those_on_completions(key):
    seen = partial_contains_completions(shipped(key), Random(21), 15, 10)
    assert seen["completions"] == 150 and seen["still open"] > 2


@pytest.mark.exhaustive
@every_framework
def test_more_never_lowers_on_many_answers(key):
    seen = more_never_lowers(shipped(key), Random(22), 5_000)
    assert {name for name in seen if name.startswith("fits ")} == {
        f"fits {level.key}" for level in shipped(key).levels
    }


@pytest.mark.exhaustive
@every_framework
def test_the_solver_and_the_engine_agree_on_a_thousand_random_answers(key):
    assert solver_agrees(shipped(key), Random(23), 1_000)["sets of answers"] == 1_000


@pytest.mark.exhaustive
@every_framework
def test_many_partial_advices_contain_those_on_completions(key):
    seen = partial_contains_completions(shipped(key), Random(24), 100, 50)
    assert seen["completions"] == 5_000 and seen["still open"] > 20
