"""Do the bounds lead to the level that section 2 of the design says, and to its warnings?"""

import re

import pytest

from compass.engine.advise import advise
from compass.engine.framework import load_framework

from .answer_sets import QUIET
from .shipped import SOURCE, nl, nl_with

MUCH = {"impact": 3, "reach": 3, "knowledge": 2}  # need = 16: the wish is co_create


def given(*, framework=None, **changes):
    return advise(framework or nl(), {**QUIET, **changes})


def levels(found):
    return found.outcome, found.now


def test_without_bounds_the_wish_decides():
    found = given()
    assert levels(found) == ("consult", "consult")
    told = found.as_dict()["bounds"]
    assert told == {"floor": None, "ceiling": None, "means": None, "wish": "consult"}


def test_the_ceiling_holds_the_wish_back_and_says_what_holds_it():
    found = given(**MUCH, commitment=1)
    assert levels(found) == ("consult", "consult")
    assert found.tension and found.conflicts == ()
    assert found.as_dict()["explanations"]["tension"]["rules"] == [
        "wish_co_create",
        "ceiling_weigh_and_explain",
    ]


def test_means_lower_only_what_is_feasible_now():
    found = given(**MUCH, time=1)
    assert levels(found) == ("co_create", "consult")
    assert found.gap and found.done
    text = found.as_dict("nl")["explanations"]["gap"]["text"]
    assert text == (
        "Hier past samenspel. Nu haalbaar: raadplegen. Dat komt hierdoor: "
        "Tijd: genoeg om te vragen en te antwoorden. Wie besluit dit?"
    )


def test_a_gap_names_only_the_answers_that_cause_it():
    text = given(**MUCH, time=3, capacity=1).as_dict("en")["explanations"]["gap"]["text"]
    assert "People and money: enough to ask and to answer" in text
    assert "Time" not in text and "Whose plan" not in text


def test_a_promise_above_the_ceiling_stands_and_is_a_conflict():
    found = given(g_promised="co_create", room=0)
    assert levels(found) == ("co_create", "co_create")
    assert found.conflicts == ("C1",)
    told = found.as_dict()
    assert told["bounds"]["floor"] == "co_create" and told["bounds"]["ceiling"] == "inform"
    assert told["explanations"]["C1"]["rules"] == ["floor_promise", "ceiling_no_room"]


def test_a_law_above_the_means_is_a_conflict_of_means():
    found = given(g_law_requires=True, capacity=0)
    assert levels(found) == ("consult", "consult")
    assert found.conflicts == ("C2",) and not found.gap


def test_a_policy_floor_above_the_means_is_one_too():
    assert given(impact=2, capacity=0).conflicts == ("C2",)


def test_a_policy_floor_above_the_ceiling_is_no_conflict_but_a_duty_to_listen():
    found = given(impact=2, commitment=0)
    assert levels(found) == ("consult", "consult")
    assert found.conflicts == () and found.flags == ("board_must_listen",)
    assert "board_must_listen" in found.as_dict()["explanations"]


def test_a_law_floor_above_the_ceiling_is_no_reason_to_listen():
    assert "board_must_listen" not in given(g_law_requires=True, commitment=0).flags


def test_an_exclusion_ground_settles_and_silences():
    found = given(**MUCH, g_crisis=True, commitment=0, capacity=0)
    assert levels(found) == ("inform", "inform")
    assert (found.conflicts, found.tension, found.gap) == ((), False, False)
    assert "board_must_listen" not in found.flags
    told = found.as_dict()["bounds"]
    assert told == {"floor": "consult", "ceiling": "inform", "means": "inform", "wish": "co_create"}


def test_the_highest_exclusion_ground_counts():
    assert levels(given(g_internal=True)) == ("none", "none")
    assert levels(given(g_internal=True, g_minor=True)) == ("inform", "inform")


def test_an_exclusion_ground_below_a_law_is_a_conflict():
    found = given(g_crisis=True, g_law_requires=True)
    assert levels(found) == ("inform", "inform") and found.conflicts == ("C1",)
    assert found.as_dict()["explanations"]["C1"]["rules"] == ["floor_law", "settle_crisis"]


def test_a_policy_floor_under_an_exclusion_ground_leaves_the_duty_to_explain():
    told = given(g_minor=True, impact=2).as_dict("nl")
    assert told["conflicts"] == []
    assert told["explanations"]["public_reason"]["rules"] == ["floor_affected", "settle_minor"]
    assert "minstens raadplegen" in told["explanations"]["public_reason"]["text"]
    assert "public_reason" not in given(g_minor=True).as_dict()["explanations"]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({**MUCH}, "co_create"),
        ({**MUCH, "doing": 2}, "collaborate"),
        ({**MUCH, "purpose": 4}, "collaborate"),
        ({"g_promised": "collaborate"}, "collaborate"),
        ({"g_promised": "co_create", "purpose": 4}, "collaborate"),
        ({"initiator": "inwoners"}, "collaborate"),
    ],
)
def test_a_result_of_influence_two_is_named_last(changes, named):
    assert levels(given(**changes)) == (named, named)


def test_a_rule_that_names_the_doing_level_does_not_make_it_doing():
    always = nl_with('point; room >= 0; points_to = "collaborate"')
    found = given(framework=always)
    assert found.outcome == "co_create"
    assert found.as_dict()["bounds"]["wish"] == "collaborate"


def test_an_empty_wish_counts_as_the_floor():
    wishless = load_framework(re.sub(r'points_to = "\w+"', 'flag = "was_a_wish"', SOURCE))
    assert given(framework=wishless).outcome == "none"
    found = given(framework=wishless, g_law_requires=True)
    assert levels(found) == ("consult", "consult")
    assert found.as_dict()["bounds"]["wish"] is None and not found.tension
    assert given(framework=wishless, g_law_requires=True, room=0).tension


def test_flags_that_read_the_outcome_read_the_final_one():
    flagged = nl_with('here; outcome is collaborate; flag = "here"')
    assert "here" in given(framework=flagged, initiator="inwoners").flags
    assert "here" not in given(framework=flagged, **MUCH).flags


def test_a_flag_that_two_rules_raise_is_named_once():
    twice = nl_with('again; mandate=0; flag = "ask_first"')
    assert given(framework=twice, mandate=0).flags.count("ask_first") == 1
