"""What does the compass say to the answer sets a reader would try first? Expectations by hand."""

import pytest

from compass.engine.advise import AnswerErrors, advise, check_answers

from .answer_sets import GATES_NEE, QUIET
from .shipped import nl


def reasons(found):
    return {reason.rule.id for reason in found.reasons}


def test_gates_nee_and_much_room():
    """need = 6+3+1+2+4+2+2+3 = 23; the board adopts or explains; there is time and money."""
    found = advise(
        nl(),
        {**QUIET, "impact": 3, "reach": 3, "uneven": 1, "attention": 2, "knowledge": 2,
         "problem": 2, "energy": 2, "purpose": 3},
    )  # fmt: skip
    assert (found.outcome, found.now) == ("co_create", "co_create")
    assert reasons(found) == {"floor_affected", "wish_co_create"}
    told = found.as_dict()["bounds"]
    assert told == {"floor": "consult", "ceiling": None, "means": None, "wish": "co_create"}
    assert found.flags == () and found.done


def test_room_zero():
    """Nothing can be changed: inform, however much people would want."""
    found = advise(nl(), {**QUIET, "room": 0, "impact": 3, "knowledge": 2})
    assert (found.outcome, found.now) == ("inform", "inform")
    assert found.tension and found.conflicts == ()
    assert found.flags == ("inform_but_listen",)
    assert reasons(found) == {"ceiling_no_room", "wish_co_create", "inform_but_listen"}


def test_law_requires_and_room_zero():
    """What is owed is more than there is to choose: the law wins and the collision is named."""
    found = advise(nl(), {**QUIET, "g_law_requires": True, "room": 0})
    assert (found.outcome, found.now, found.conflicts) == ("consult", "consult", ("C1",))
    told = found.as_dict()
    assert told["bounds"] == {
        "floor": "consult",
        "ceiling": "inform",
        "means": None,
        "wish": "consult",
    }
    assert told["explanations"]["C1"]["rules"] == ["floor_law", "ceiling_no_room"]
    assert "De wet zegt" in told["explanations"]["C1"]["text"]
    assert found.tension


def test_half_unknown():
    """Room 2 and commitment 1 known: no more than consult; impact or knowledge may make it a must."""
    found = advise(nl(), {**GATES_NEE, "room": 2, "commitment": 1, "initiator": "gemeente"})
    assert found.possible == ("inform", "consult")
    assert (found.outcome, found.now, found.provisional) == (None, None, True)
    told = found.as_dict()["bounds"]
    assert told == {"floor": None, "ceiling": "consult", "means": None, "wish": None}
    assert reasons(found) == {"ceiling_weigh_and_explain"}
    # impact and knowledge: the policy floor and three bands; purpose: three bands and the mode rule
    assert found.next_questions[:3] == ("impact", "knowledge", "purpose")


def test_a_residents_garden():
    """Residents came with it: together, doing, whatever little time there is."""
    found = advise(
        nl(),
        {**QUIET, "initiator": "inwoners", "room": 2, "purpose": 4, "doing": 1, "time": 1,
         "capacity": 1, "commitment": 1},
    )  # fmt: skip
    assert (found.outcome, found.now) == ("collaborate", "collaborate")
    assert found.as_dict()["bounds"] == {
        "floor": None, "ceiling": None, "means": None, "wish": "co_create",
    }  # fmt: skip
    assert found.flags == ("initiative_route",)
    assert {"wish_initiative", "mode_doing"} <= reasons(found)


def test_crisis_with_impact_three():
    found = advise(nl(), {**QUIET, "g_crisis": True, "impact": 3})
    assert (found.outcome, found.now) == ("inform", "inform")
    assert found.flags == ("inform_but_listen", "confirm_exclusion")
    assert {"settle_crisis", "floor_affected"} <= reasons(found)
    assert "public_reason" in found.as_dict()["explanations"]


@pytest.mark.parametrize(
    ("answers", "key", "expected"),
    [
        ({"room": 7}, "room", "expected 0, 1, 2, 3 or null, not 7"),
        ({"room": "2"}, "room", "expected 0, 1, 2, 3 or null, not '2'"),
        ({"room": True}, "room", "expected 0, 1, 2, 3 or null, not True"),
        ({"room": 2.0}, "room", "expected 0, 1, 2, 3 or null, not 2.0"),
        ({"room": [2]}, "room", "expected 0, 1, 2, 3 or null, not [2]"),
        ({"g_crisis": 1}, "g_crisis", "expected true, false or null, not 1"),
        ({"g_promised": True}, "g_promised", "expected false, consult, co_create, collaborate or null, not True"),
        ({"decider": "koning"}, "decider", "expected raad, college, burgemeester or null, not 'koning'"),
        ({"rom": 1}, "rom", "expected room"),
        ([], "", "expected an object with a code for each question"),
    ],
)  # fmt: skip
def test_a_wrong_answer_names_the_key_and_what_was_expected(answers, key, expected):
    with pytest.raises(AnswerErrors) as caught:
        advise(nl(), answers)
    assert caught.value.errors[key] == expected
    assert expected in str(caught.value)


def test_all_wrong_answers_are_named_at_once():
    with pytest.raises(AnswerErrors) as caught:
        check_answers(nl(), {"room": 9, "nonsense": 1, "impact": "much"})
    assert set(caught.value.errors) == {"room", "nonsense", "impact"}


def test_null_and_missing_are_both_unknown():
    assert check_answers(nl(), {"impact": None, "room": 0}) == {"room": 0}
