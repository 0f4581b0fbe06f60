"""Does a written `when` mean what a reader thinks it means, also when answers are missing?"""

import random
from itertools import product

import pytest

from compass.engine.conditions import (
    All,
    Any,
    AtLeast,
    AtMost,
    Count,
    In,
    Is,
    Known,
    Not,
    OutcomeIs,
    ScoreAtLeast,
    answers_read,
)
from compass.engine.notation import NotationErrors, Vocabulary, read_condition
from compass.engine.phrasebook import Phrasebook
from compass.engine.scores import Score, Term

from .shipped import nl

POINTS = {0: 0, 1: 1, 2: 2, 3: 3}
NEED = Score("need", {"nl": "nodig", "en": "need"}, (Term("a", POINTS), Term("b", POINTS)))
WORDS = Vocabulary(
    codes={"a": (0, 1, 2, 3), "b": (0, 1, 2, 3), "g": (True, False), "who": ("x", "y")},
    scores={"need": NEED},
    levels=("inform", "consult"),
    may_read_outcome=True,
)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a=2", Is("a", 2)),
        ("a is 2", Is("a", 2)),
        ("a>=2", AtLeast("a", 2)),
        ("a at least 2", AtLeast("a", 2)),
        ("a > 1", AtLeast("a", 2)),
        ("a<=2", AtMost("a", 2)),
        ("a at most 2", AtMost("a", 2)),
        ("a < 3", AtMost("a", 2)),
        ("a 1..2", All((AtLeast("a", 1), AtMost("a", 2)))),
        ("who in (x, y)", In("who", ("x", "y"))),
        ("who=x", Is("who", "x")),
        ("g", Is("g", True)),
        ("g=false", Is("g", False)),
        ("not g", Not(Is("g", True))),
        ("known(a)", Known("a")),
        ("a is known", Known("a")),
        ("count(a, b = 2) >= 1", Count(("a", "b"), 2, 1)),
        ("count(a, b is 2) <= 1", Not(Count(("a", "b"), 2, 2))),
        ("outcome is inform", OutcomeIs("inform")),
        ("g or g and who=x", Any((Is("g", True), All((Is("g", True), Is("who", "x")))))),
        ("(g or g) and who=x", All((Any((Is("g", True), Is("g", True))), Is("who", "x")))),
        ("all(g, any(g, who=y))", All((Is("g", True), Any((Is("g", True), Is("who", "y")))))),
        ("need >= 3", ScoreAtLeast(NEED, 3)),
    ],
)
def test_notation(text, tree):
    assert read_condition(text, WORDS) == tree


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("c=1", 'expected a known question or score, not "c"'),
        ("a=4", "expected a compared with a code from 0, 1, 2, 3"),
        ("a=true", "expected a compared with a code from 0, 1, 2, 3"),
        ("a", "expected a compared with a code from 0, 1, 2, 3"),
        ("g=1", "expected g compared with a code from true, false"),
        ("g >= 1", 'expected a question with numbered options, not "g"'),
        ("who=z", "expected who compared with a code from x, y"),
        ("outcome is nothing", "expected a level from inform, consult"),
        ("need 5..2", "expected a band from low to high, not 5..2"),
        ("a=1 b=1", 'expected "and", "or" or the end, found "b"'),
        ("(a=1", 'expected ")", found the end'),
        ("a >=", "expected a whole number, found the end"),
        ("", "expected the name of a question, a score or a gate, found the end"),
        ("__import__('os')", 'expected a name, a number or a sign, not "\'"'),
        ("a.b = 1", "expected a name, a number or a sign, not '.'"),
        ("(" * 500 + "g" + ")" * 500, "expected at most 30 levels of nesting"),
        ("g " * 3000, "expected at most 2000 characters"),
    ],
)
def test_what_cannot_be_read_says_what_was_expected(text, expected):
    with pytest.raises(NotationErrors) as caught:
        read_condition(text, WORDS)
    assert expected in caught.value.expected


def test_every_wrong_name_is_reported_at_once():
    with pytest.raises(NotationErrors) as caught:
        read_condition("c=1 and a=9 or who=z", WORDS)
    assert len(caught.value.expected) == 3


def test_only_flags_may_read_the_outcome():
    words = Vocabulary(codes=WORDS.codes, levels=WORDS.levels)
    with pytest.raises(NotationErrors, match="only a flag may read the outcome"):
        read_condition("outcome is inform", words)


def random_tree(rng, depth=0):
    leaves = ["a=1", "a>=2", "b<=1", "a in (0, 3)", "g", "who=x", "known(b)", "need 2..4",
              "need<=1", "count(a, b = 2) >= 1", "need>=5"]  # fmt: skip
    if depth > 2 or rng.random() < 0.3:
        return rng.choice(leaves)
    parts = [random_tree(rng, depth + 1) for _ in range(rng.randint(1, 3))]
    return rng.choice(["not ({0})", "all({1})", "any({1})"]).format(parts[0], ", ".join(parts))


def facts_of(answers, vocabulary=WORDS):
    known = {key: code for key, code in answers.items() if code is not None}
    return known | {"need": NEED.span(known)}


def test_unknown_stays_unknown_until_no_answer_can_change_it():
    """Considering is never wrong: a verdict on partial answers holds in every completion."""
    rng, decided = random.Random(5), 0
    everything = [
        dict(zip(WORDS.codes, codes, strict=True)) for codes in product(*WORDS.codes.values())
    ]
    for _ in range(150):
        tree = read_condition(random_tree(rng), WORDS)
        partial = {key: rng.choice([None, rng.choice(codes)]) for key, codes in WORDS.codes.items()}
        verdict = tree.consider(facts_of(partial))
        fitting = [a for a in everything if all(partial[k] in (None, a[k]) for k in a)]
        held = {tree.evaluate(a | {"need": NEED.value(a)}) for a in fitting}
        assert verdict is None or held == {verdict}
        assert all(tree.consider(facts_of(a)) in held for a in fitting[:3])
        decided += verdict is not None
    assert 30 < decided < 140


@pytest.mark.parametrize(
    ("text", "answers", "verdict"),
    [
        ("a=1 and g", {"g": False}, False),
        ("a=1 and g", {"g": True}, None),
        ("a=1 or g", {"g": True}, True),
        ("not a=1", {}, None),
        ("known(a)", {}, None),
        ("known(a)", {"a": 0}, True),
        ("count(a, b = 2) >= 1", {"a": 2}, True),
        ("count(a, b = 2) >= 2", {"a": 1}, False),
        ("count(a, b = 2) >= 2", {"a": 2}, None),
        ("need >= 4", {"a": 0}, False),
        ("need <= 3", {"a": 0}, True),
        ("need 1..3", {"a": 1}, None),
    ],
)
def test_three_values(text, answers, verdict):
    assert read_condition(text, WORDS).consider(facts_of(answers)) is verdict


def test_the_outcome_is_decided_when_one_level_is_left():
    outcome_is_inform = OutcomeIs("inform")
    assert outcome_is_inform.consider({"outcome": ("inform",)}) is True
    assert outcome_is_inform.consider({"outcome": ("inform", "consult")}) is None
    assert outcome_is_inform.consider({"outcome": ("consult",)}) is False


def test_reading_a_score_is_reading_its_terms():
    assert answers_read(read_condition("need >= 2 or g", WORDS)) == {"a", "b", "g"}


@pytest.mark.parametrize(
    ("rule", "language", "words"),
    [
        ("ceiling_no_room", "nl", "Ruimte: “niets”"),
        ("ceiling_no_room", "en", "Room: “nothing”"),
        (
            "wish_consult",
            "nl",
            "(Hoe nodig meedoen is: 6 of meer) en (Hoe nodig meedoen is: 12 of minder)",
        ),
        (
            "council_first",
            "nl",
            "(Wie beslist: “raad”) en (Wie is akkoord: “nog niemand” of “het college”)",
        ),
        (
            "ceiling_weigh_and_explain",
            "en",
            "(What the board does: “weigh it and explain”) and (not (Whose plan it is: “residents”))",
        ),
    ],
)
def test_a_condition_in_words(rule, language, words):
    found = next(each for each in nl().rules if each.id == rule)
    assert found.when.words(Phrasebook(nl(), language)) == words
