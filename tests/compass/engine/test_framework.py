"""Is a framework file read whole, and is everything wrong with it named at once, with its place?"""

import re
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from compass.engine.advise import advise
from compass.engine.framework import FrameworkErrors, load_framework

from .shipped import SOURCE, nl

SMALL = (Path(__file__).parent / "small.toml").read_text(encoding="utf-8")


def errors_of(source):
    with pytest.raises(FrameworkErrors) as caught:
        load_framework(source)
    return caught.value.errors


def line_of(source, text):
    """Find the line of the table header above a text."""
    before = source[: source.index(text)].splitlines()
    return max(number for number, line in enumerate(before, start=1) if line.startswith("[["))


def test_the_shipped_framework_is_whole():
    framework = nl()
    assert (framework.key, framework.version) == ("nl", "2026-4")
    assert framework.valid_from == date(2026, 1, 1)
    assert framework.source_hash == sha256(SOURCE.encode()).hexdigest()
    assert [level.key for level in framework.levels] == [
        "none", "inform", "consult", "co_create", "collaborate",
    ]  # fmt: skip
    assert [level.influence for level in framework.levels] == [-1, 0, 1, 2, 2]
    assert [level.name["nl"] for level in framework.levels[1:]] == [
        "informeren", "raadplegen", "samenspel", "meewerken",
    ]  # fmt: skip
    assert [level.plain["nl"] for level in framework.levels[1:]] == [
        "Wij vertellen het u", "U geeft uw mening", "We maken het samen", "We doen het samen",
    ]  # fmt: skip
    assert len(framework.gates) == 11 and len(framework.criteria) == 19
    assert framework.compare.levels == {
        0: "inform", 1: "consult", 2: "consult", 3: "co_create", 4: "collaborate",
    }  # fmt: skip


def test_every_text_is_there_in_both_languages():
    dutch = set(re.findall(r"^(\w+)\.nl =", SOURCE, re.MULTILINE))
    assert dutch == set(re.findall(r"^(\w+)\.en =", SOURCE, re.MULTILINE))
    for question in nl().questions:
        for text in (question.text, question.help, question.why):
            assert text["nl"] != text["en"]
        assert all(set(option.label) == {"nl", "en"} for option in question.options)


EFFECTS = "exactly one effect of settle, at_least, at_most, means_at_most, points_to, mode, flag"
SLUG = "a name of small letters, digits and _, starting with a letter"
MISTAKES = [  # what is right, what stands there instead, then the error: table, key, expected
    ('when = "size=0"', 'when = "sise=0"', "rules", "when", 'a known question or score, not "sise"'),
    ('when = "size=0"', 'when = "size=9"', "rules", "when", "size compared with a code from 0, 1"),
    ('when = "size=0"', "when = 3", "rules", "when", "a text"),
    ('when = "size=0"', 'when = "outcome is tell"', "rules", "when",
     'no "outcome": only a flag may read the outcome'),
    ('when = "size=0"', "when = \"__import__('os')\"", "rules", "when",
     "a name, a number or a sign, not \"'\""),
    ('at_most = "ask"', 'at_most = "vragen"', "rules", "at_most", "a level from tell, ask, plan"),
    ('at_most = "ask"', 'at_moost = "ask"', "rules", "", EFFECTS),
    ('at_most = "ask"', 'at_most = "ask"\nflag = "x"', "rules", "at_most, flag", EFFECTS),
    ('kind = "promise"', 'kind = "wish"', "rules", "kind", '"law" or "promise" or "policy"'),
    ('kind = "promise"', "", "rules", "kind", '"law" or "promise" or "policy"'),
    ('settle = "tell"', 'settle = "tell"\nkind = "law"', "rules", "kind", "nothing"),
    ('"answer:vowed"', '"answer:size"', "rules", "at_least",
     '"answer:KEY" of a question whose options are levels'),
    ('mode = "doing"', 'mode = "dreaming"', "rules", "mode", '"doing"'),
    ('flag = "mind"', 'flag = "board_must_listen"', "rules", "flag",
     "another name: the engine itself raises board_must_listen"),
    ('id = "mind"', 'id = "doing"', "rules", "id", "a name that is used once, not 'doing'"),
    ('because = { nl = "Zij.", en = "Them." }', 'because = { en = "Them." }', "rules", "because.nl",
     "a text"),
    ('because = { nl = "Zij.", en = "Them." }', 'because = { nl = "Zij.", en = "Them.", fy = "Sy." }',
     "rules", "because", "only the languages nl, en"),
    ('key = "who"', 'key = "outcome"', "questions", "key", "a name without a meaning, not 'outcome'"),
    ('key = "weight"', 'key = "size"', "scores", "key", "a name without a meaning, not 'size'"),
    ('key = "who"', 'key = "Who else"', "questions", "key", SLUG),
    ('kind = "criterion"', 'kind = "criterium"', "questions", "kind", '"gate" or "criterion"'),
    ("{ code = 0,", "{ code = 5,", "questions", "options",
     "two or more codes: 0, 1, 2, … in order, names, or true, false"),
    ("{ code = 0,", "{ code = [0],", "questions", "options[0].code",
     "true, false, a whole number of at most 1000 or a short name"),
    ('{ code = "ask",', '{ code = "beg",', "questions", "options",
     "the codes true and false, or false and one or more levels"),
    ('label = { nl = "groot", en = "big" }', 'label = { nl = "groot" }', "questions",
     "options[1].label.en", "a text"),
    ("terms = { size = 2 }", "terms = { sise = 2 }", "scores", "terms.sise",
     "a question with numbered options"),
    ("terms = { size = 2 }", "terms = { who = 2 }", "scores", "terms.who",
     "a question with numbered options"),
    ("terms = { size = 2 }", "terms = { size = 0.5 }", "scores", "terms.size",
     "a whole number of at most 1000 as weight, or a list of points"),
    ("terms = { size = 2 }", "terms = { size = [1] }", "scores", "terms.size",
     "a list of 2 whole numbers, one per option"),
    ("terms = { size = 2 }", "terms = { size = [1, true] }", "scores", "terms.size",
     "a list of 2 whole numbers, one per option"),
    ("terms = { size = 2 }", "terms = { size = [1, 4] }", "scores", "caps.size",
     "no cap beside a list of points"),
    ('when = "who=them"', 'when = "who=them"\noff = "no"', "rules", "off", "true or false"),
    ('levels = ["tell", "ask"]', 'levels = ["tell", "beg"]', "methods", "levels",
     "a list of one or more of tell, ask, plan"),
    ('levels = ["tell", "ask"]', "levels = []", "methods", "levels",
     "a list of one or more of tell, ask, plan"),
    ("hours = 8", "hours = -8", "methods", "hours", "a whole number from 0 to 9999"),
    ('id = "letter"', 'id = "letter"\nprice = 3', "methods", "price",
     "no such key here, but one of hours, id, levels, name, not_enough, weeks, when"),
    ('answers = { shut = false', "answers = { shutt = false", "cases", "answers.shutt",
     "the key of a question"),
    ("size = 1, who", "size = true, who", "cases", "answers.size", "a code from 0, 1"),
    ('expect = "ask"', 'expect = "beg"', "cases", "expect", '"tell" or "ask" or "plan"'),
    ('expect = "ask"', 'expect = "ask"\nexpect_now = "beg"', "cases", "expect_now",
     '"tell" or "ask" or "plan"'),
    ('finding = "c1:vowed_floor/them_ceiling"', "finding = 3", "explained", "finding", "a text"),
    ("caps = { size = 1 }", "caps = { who = 1 }", "scores", "caps.who",
     "one of the terms, with a whole number"),
    ('public_reason = { nl = "Waarom?", en = "Why?" }', "", "questions", "public_reason.nl", "a text"),
    ('public_reason = { nl = "Waarom?", en = "Why?" }',
     'public_reason = { nl = "Waarom?", en = "Why?" }\nmonotone = "down"', "questions", "monotone",
     'nothing or "up"'),
    ("rank = 20", "rank = 0xFFFFFF", "levels", "rank", "a whole number from -1000 to 1000"),
    ("terms = { size = 2 }", "terms = { size = 1000000000 }", "scores", "terms.size",
     "a whole number of at most 1000 as weight, or a list of points"),
    ('version = "1"', f'version = "{"1" * 61}"', "", "version", "a text of at most 60 characters"),
    ('id = "mind"', f'id = "{"m" * 61}"', "rules", "id", SLUG),
    ('id = "mind"', 'id = "mind\\n"', "rules", "id", SLUG),
    ("influence = 1", "influence = 7", "levels", "influence", "a whole number from -1 to 2"),
    ('mode = "design"', 'mode = "drawing"', "levels", "mode", '"design" or "doing"'),
    ("influence = 2\n", "influence = 1\n", "levels", "mode", "nothing"),
    ("rank = 20", "rank = 10", "levels", "rank", "a rank of its own, or one design and one doing level"),
    ("counts_as_participation = false", 'counts_as_participation = "no"', "levels",
     "counts_as_participation", "true or false"),
    ('map = { 0 = "tell"', 'map = { 9 = "tell"', "compare", "map", "a level for each of 0, 1"),
    ('question = "size"', 'question = "sise"', "compare", "question", "the key of a question"),
    ("valid_from = 2026-01-01", 'valid_from = "soon"', "", "valid_from",
     "a date between 1950 and 2100, such as 2026-01-01"),
    ('version = "1"', "", "", "version", "a text"),
    ('key = "small"', 'key = "small"\nkeys = 1', "", "keys",
     "no such key here, but one of cases, compare, explained, format, key, levels, methods, promises, "
     "questions, rules, scores, title, valid_from, version"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "table", "key", "expected"), MISTAKES)
def test_one_mistake(right, wrong, table, key, expected):
    source = SMALL.replace(right, wrong, 1)
    assert source != SMALL
    found = errors_of(source)
    assert (table, key, expected) in {(error.table, error.key, error.expected) for error in found}


def test_points_can_be_given_per_option():
    """A published scorecard counts from one: category 1 is one point, not none."""
    scored = load_framework(
        SMALL.replace("terms = { size = 2 }", "terms = { size = [1, 5] }").replace(
            "caps = { size = 1 }", ""
        )
    )
    assert scored.scores[0].span({}) == (1, 5)
    assert advise(scored, {"shut": False, "vowed": False, "size": 0, "who": "us"}).outcome == "tell"


def test_a_rule_that_is_off_is_kept_but_does_not_count():
    answers = {"shut": False, "vowed": False, "size": 1, "who": "them"}
    off = load_framework(SMALL.replace('when = "who=them"', 'when = "who=them"\noff = true'))
    assert advise(load_framework(SMALL), answers).outcome == "ask"
    assert advise(off, answers).outcome == "plan"
    assert [rule.id for rule in off.switched_off] == ["them_ceiling"]


def test_a_method_fits_unless_it_surely_does_not():
    small = load_framework(SMALL)
    for answers, fitting in (({}, ["letter"]), ({"size": 0}, ["letter"]), ({"size": 1}, [])):
        assert [method.id for method in small.methods_for("ask", answers)] == fitting
    assert small.methods_for("plan", {}) == ()


def test_cases_and_explanations_travel_with_the_framework():
    small = load_framework(SMALL)
    (case,) = small.cases
    assert (case.id, case.expect, case.expect_now) == ("for_them", "ask", None)
    assert advise(small, case.answers).outcome == case.expect
    assert small.explained["c1:vowed_floor/them_ceiling"]["nl"] == "Zo is het."


def test_levels_are_data():
    """Another municipality has other levels, and the engine has no word for any of them."""
    small = load_framework(SMALL)
    found = advise(small, {"shut": False, "vowed": "plan", "size": 0, "who": "them"})
    assert (found.outcome, found.now, found.conflicts) == ("plan", "plan", ("C1", "C2"))
    assert advise(small, {"shut": True}).flags == ("mind",)
    assert advise(small, {"who": "them", "size": 1}).possible == ("tell", "ask", "plan")


def test_an_error_gives_the_line_of_the_header_of_its_table():
    source = SMALL.replace('when = "who=them"', 'when = "who=no_one"')
    (error,) = errors_of(source)
    assert error.line == line_of(source, 'when = "who=no_one"')
    assert source.splitlines()[error.line - 1] == "[[rules]]"
    assert (
        str(error)
        == f"line {error.line}, [rules]: when: expected who compared with a code from us, them"
    )


def test_a_header_inside_a_text_is_no_header():
    source = SMALL.replace('source = "test"', 'source = """\n[[rules]]\n"""')
    source = source.replace('when = "who=them"', 'when = "who=no_one"')
    (error,) = errors_of(source)
    assert error.line == line_of(source, 'when = "who=no_one"')


def test_all_mistakes_are_named_at_once_in_the_order_of_the_file():
    source = (
        SMALL.replace("influence = 1", "influence = 7")
        .replace('when = "size=0"', 'when = "size=9 and sise=1"', 1)
        .replace("caps = { size = 1 }", "caps = { size = 1 }\nsurprise = 1")
    )
    found = errors_of(source)
    assert [(error.table, error.key) for error in found] == [
        ("levels", "influence"),
        ("scores", "surprise"),
        ("rules", "when"),
        ("rules", "when"),
    ]
    assert len({error.line for error in found}) == 3


def test_what_is_no_toml_says_where():
    (error,) = errors_of('key = "k"\nversion = \n')
    assert error.line == 2 and "TOML" in error.expected


@pytest.mark.parametrize(
    "source", ["", "rules = 3", "levels = [1, 2]", "[levels]\nkey = 1", "[[levels]]"]
)
def test_a_file_without_substance_has_errors_and_no_crash(source):
    assert errors_of(source)
