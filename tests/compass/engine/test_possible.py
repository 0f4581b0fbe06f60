"""Is what is still possible exactly what some completion leads to, and what is sure what all share?"""

import random
import time
from itertools import product

import pytest

from compass.engine.advise import advise
from compass.engine.framework import load_framework

from .answer_sets import GATES_NEE, QUIET
from .by_hand import advice
from .shipped import SOURCE, nl, nl_with, rule_text
from .test_second_reading import random_answers, told

ENTANGLED = (
    "room", "commitment", "impact", "knowledge", "initiator", "doing", "purpose", "time",
    "capacity", "phase", "attention", "g_promised", "g_crisis", "g_law_requires",
)  # fmt: skip
WORLDS, SETS_PER_WORLD = 25, 40  # 1,000 partial sets


def a_world(rng):
    """Pin most answers and leave some free: few enough to try everything, often questions that
    share rules, because that is where guessing goes wrong."""
    pinned = random_answers(rng, gate_is_yes=0.06)
    free = rng.sample(ENTANGLED if rng.random() < 0.6 else list(pinned), 4)
    choices = [nl().question(key).codes for key in free]
    rows = [dict(zip(free, codes, strict=True)) for codes in product(*choices)]
    return pinned, [(row.items(), as_facts(advice({**pinned, **row}))) for row in rows]


def as_facts(advised):
    """Say an advice as a set of facts, so that what advices share is an intersection."""
    lists = {(name, each) for name in ("rules", "flags", "conflicts") for each in advised[name]}
    truths = {(name, advised[name]) for name in ("tension", "gap") if advised[name]}
    return frozenset(lists | truths), advised["outcome"], advised["now"]


@pytest.mark.exhaustive
def test_partial_answers_equal_brute_force():
    rng, provisional = random.Random(2026), 0
    for _ in range(WORLDS):
        pinned, completions = a_world(rng)
        free = {key for key, _ in completions[0][0]}
        for _ in range(SETS_PER_WORLD):
            unknown = {key for key in free if rng.random() < 0.75}
            known = {(key, pinned[key]) for key in free - unknown}
            found = advise(nl(), {key: pinned[key] for key in pinned.keys() - unknown})
            check(found, {led_to for row, led_to in completions if known <= row})
            provisional += found.provisional
    assert provisional > 300, "too few sets were undecided to mean anything"


def check(found, every):
    """Compare with every completion: what is possible, and what all of them share."""
    facts, outcomes, nows = zip(*every, strict=True)
    assert set(found.possible) == set(outcomes)
    assert set(found.possible_now) == set(nows)
    assert (found.outcome is None) == (len(set(outcomes)) > 1)
    assert (found.now is None) == (len(set(nows)) > 1)
    assert as_facts(told(found))[0] == frozenset.intersection(*facts)


@pytest.mark.parametrize("answers", [{}, GATES_NEE], ids=["all unknown", "gates nee"])
def test_a_nearly_empty_set_is_answered_at_once(answers):
    advise(nl(), answers)  # the plan of a framework is made once
    started = time.process_time()
    advise(nl(), answers)
    assert time.process_time() - started < 0.2


def test_all_unknown_leaves_every_level():
    found = advise(nl(), {})
    assert found.possible == ("none", "inform", "consult", "co_create", "collaborate")
    assert found.possible_now == found.possible
    assert (found.outcome, found.now, found.provisional, found.done) == (None, None, True, False)
    assert found.reasons == () and found.flags == ()


def test_gates_nee_rules_out_no_participation():
    found = advise(nl(), GATES_NEE)
    assert found.possible == ("inform", "consult", "co_create", "collaborate")


def test_bounds_of_partial_answers_are_those_that_are_sure():
    told_bounds = advise(nl(), {"g_law_requires": True}).as_dict()["bounds"]
    assert told_bounds == {"floor": "consult", "ceiling": None, "means": None, "wish": None}


def test_unknown_is_never_no():
    """With everything else known, an unknown gate keeps both of its outcomes open."""
    partial = {key: code for key, code in QUIET.items() if key != "g_crisis"}
    assert advise(nl(), partial).possible == ("inform", "consult")


def test_rules_over_one_score_are_read_together():
    """Whatever the score is, one of its bands holds: there is always a wish."""
    counted = (
        "impact",
        "reach",
        "uneven",
        "attention",
        "knowledge",
        "problem",
        "energy",
        "purpose",
    )
    partial = {key: code for key, code in QUIET.items() if key not in counted}
    assert "none" not in advise(nl(), partial).possible


def test_a_condition_that_always_holds_is_sure():
    """Three values alone don't see this; the search does."""
    framework = nl_with('always; room=0 or not room=0; flag = "always"')
    assert "always" in advise(framework, {}).flags
    bands = nl_with('banded; need<=5 or need>=6; flag = "banded"')
    assert "banded" in advise(bands, {}).flags


def test_the_question_most_rules_read_comes_first():
    asked = advise(nl(), GATES_NEE).next_questions
    # room: 1 floor, 4 ceilings, 2 wishes. initiator: 2 ceilings, means, wish, mode.
    assert asked[:2] == ("room", "initiator")
    # impact, knowledge: floor and 3 bands; purpose: 3 bands and mode. Ties in the order of the file.
    assert asked[2:5] == ("impact", "knowledge", "purpose")
    assert asked[-1] == "time"


def test_questions_for_warnings_stand_apart():
    found = advise(nl(), {})
    assert found.flag_questions == ("mandate", "decider", "earlier", "advisory_body")
    assert not set(found.flag_questions) & set(found.next_questions)


def test_done_when_nothing_can_change_the_level():
    found = advise(nl(), {"g_crisis": True})
    assert (found.outcome, found.now, found.done) == ("inform", "inform", True)
    assert found.next_questions == ()
    assert "impact" in found.flag_questions  # a manager may have to confirm


def test_means_are_asked_only_while_they_matter():
    partial = {key: code for key, code in QUIET.items() if key not in ("time", "capacity")}
    found = advise(nl(), partial)
    assert found.outcome == "consult" and found.now is None and not found.done
    assert found.next_questions == ("capacity", "time")
    settled = advise(nl(), {**partial, "capacity": 0})
    assert settled.done and settled.next_questions == ()


def test_two_scores_over_the_same_questions_are_read_together():
    """weight <= 1 leaves at most need = 19, so need >= 20 can't hold beside it."""
    framework = load_framework(
        SOURCE
        + '\n[[scores]]\nkey = "weight"\nname.nl = "gewicht"\nname.en = "weight"\n'
        + "terms = { impact = 1, reach = 1 }\n"
        + rule_text("never", "weight<=1 and need>=20", 'settle = "none"')
        + rule_text("never_now", "weight<=1 and need>=20", 'flag = "never"')
    )
    assert "none" not in advise(framework, GATES_NEE).possible
