"""Does a condition survive being turned into menus, and into words of the notation, and back?"""

import tomllib
from itertools import product
from random import Random

import pytest

from compass.engine.conditions import All, Any, Is, Not
from compass.engine.framework import load_framework
from compass.engine.menus import ALL, ANY, Group, Menu, MenuRow, menu_of, written, written_menu
from compass.engine.notation import Vocabulary, read_condition

from .random_frameworks import a_condition
from .shipped import SOURCE, nl
from .test_conditions import NEED, WORDS
from .test_framework import SMALL


def vocabulary(framework) -> Vocabulary:
    return Vocabulary(
        codes={question.key: question.codes for question in framework.questions},
        scores={score.key: score for score in framework.scores},
        levels=tuple(level.key for level in framework.levels),
        may_read_outcome=True,
    )


def whens(source: str) -> list[str]:
    """List every `when` of a file, as it is written there."""
    tables = tomllib.loads(source)
    rows = [row for table in ("rules", "promises", "methods") for row in tables.get(table, ())]
    return [row["when"] for row in rows if "when" in row]


SHIPPED = [(nl(), text) for text in whens(SOURCE)]
SHIPPED += [(load_framework(SMALL), text) for text in whens(SMALL)]


@pytest.mark.parametrize(("framework", "text"), SHIPPED, ids=[text for _, text in SHIPPED])
def test_every_shipped_condition_survives(framework, text):
    names = vocabulary(framework)
    condition = read_condition(text, names)
    assert read_condition(written(condition), names) == condition
    menu = menu_of(condition)
    assert menu is not None, "an officer can't change this rule with menus"
    assert menu_of(read_condition(written_menu(menu), names)) == menu


def every_fact(keys="abcd"):
    """Give complete and partial facts for the random frameworks' names."""
    for codes in product((0, 1, 2, None), repeat=len(keys)):
        for gate in (True, False, None):
            yield dict(zip(keys, codes, strict=True)) | {"g": gate}


def as_facts(answers: dict, scores, outcome) -> dict:
    known = {key: code for key, code in answers.items() if code is not None}
    return {**known, "s": scores[0], "t": scores[1], "outcome": outcome}


RANDOM_WORDS = Vocabulary(
    codes=dict.fromkeys("abcd", (0, 1, 2)) | {"g": (True, False)},
    scores={"s": NEED.__class__("s", {}, ()), "t": NEED.__class__("t", {}, ())},
    levels=("inform", "collaborate"),
    may_read_outcome=True,
)
SPANS = [((0, 3), (2, 9)), ((4, 4), (0, 0)), ((7, 8), (5, 5))]


def test_random_conditions_are_written_and_read_the_same():
    rng, with_menu = Random(4), 0
    for _ in range(2_000):
        text = a_condition(rng, may_read_outcome=True)
        condition = read_condition(text, RANDOM_WORDS)
        assert read_condition(written(condition), RANDOM_WORDS) == condition, text
        menu = menu_of(condition)
        if menu is None:
            continue
        with_menu += 1
        again = read_condition(written_menu(menu), RANDOM_WORDS)
        assert menu_of(again) == menu, text
        for answers in rng.sample(list(every_fact()), 25):
            facts = as_facts(answers, rng.choice(SPANS), rng.choice([("inform",), ("x", "inform")]))
            assert again.consider(facts) is condition.consider(facts), (text, facts)
    assert with_menu > 1_000


@pytest.mark.parametrize(
    "text",
    ["all(g)", "any(g)", "all(g, all(a=1, b=1))", "not not g", "not (a 1..2)", "need -3..5",
     "count(a, b = 2) = 1", "count(a, b = 2) <= 1", "not (g and who=x) or a in (1)",
     "all(all(a>=1, a<=2), any(g))", "not all(g)", "need>=-2"],
)  # fmt: skip
def test_odd_brackets_are_written_and_read_the_same(text):
    condition = read_condition(text, WORDS)
    assert read_condition(written(condition), WORDS) == condition


def test_a_condition_of_menus_is_what_it_says():
    menu = Menu(
        ALL,
        (
            Group((MenuRow("question", ("a",), "at_least", (2,)), MenuRow("question", ("g",), "is", (True,)))),
            Group((MenuRow("question", ("who",), "is", ("x",)),), negated=True),
            Group((MenuRow("count", ("a", "b"), "between", (1, 2), code=3),)),
        ),
    )  # fmt: skip
    text = written_menu(menu)
    assert text == "(a >= 2 or g) and not (who=x) and count(a, b = 3) 1..2"
    again = menu_of(read_condition(text, WORDS))
    assert again.joiner == ALL
    assert [len(group.tests) for group in again.groups] == [2, 1, 1]


def test_any_of_groups():
    condition = read_condition("g and a=1 or not (who=x and b<=2)", WORDS)
    menu = menu_of(condition)
    assert menu.joiner == ANY
    assert [group.negated for group in menu.groups] == [False, True]


def test_what_is_nested_too_deep_has_no_menu():
    deep = read_condition("g and (a=1 or b=1 and (who=x or a=2))", WORDS)
    assert menu_of(deep) is None
    assert read_condition(written(deep), WORDS) == deep


def test_nothing_has_no_menu():
    assert menu_of(All(())) is None
    assert menu_of(Any(())) is None


def test_two_times_not_is_nothing():
    assert menu_of(Not(Not(Is("g", True)))) == menu_of(Is("g", True))
