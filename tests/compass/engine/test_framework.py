"""Is a framework file read whole, and is everything wrong with it named at once, with its place?"""

import re
from datetime import date
from hashlib import sha256

import pytest

from compass.engine.framework import FrameworkErrors, load_framework

from .shipped import SOURCE, nl, rule_text


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
    assert (framework.key, framework.version) == ("nl", "2026-1")
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


@pytest.mark.parametrize(
    ("right", "wrong", "table", "key", "expected"),
    [
        ('when = "room=0"', 'when = "romo=0"', "rules", "when", 'a known question or score, not "romo"'),
        ('when = "room=0"', 'when = "room=9"', "rules", "when", "room compared with a code from 0, 1, 2, 3"),
        ('when = "room=0"', "when = 3", "rules", "when", "a text"),
        ('when = "room=0"', 'when = "outcome is inform"', "rules", "when",
         'no "outcome": only a flag may read the outcome'),
        ('at_most = "inform"', 'at_most = "informeren"', "rules", "at_most",
         "a level from none, inform, consult, co_create, collaborate"),
        ('at_most = "inform"', 'at_moost = "inform"', "rules", "",
         "exactly one effect of settle, at_least, at_most, means_at_most, points_to, mode, flag"),
        ('at_most = "inform"', 'at_most = "inform"\nflag = "x"', "rules", "at_most, flag",
         "exactly one effect of settle, at_least, at_most, means_at_most, points_to, mode, flag"),
        ('kind = "law"', 'kind = "wish"', "rules", "kind", '"law" or "promise" or "policy"'),
        ('kind = "law"', "", "rules", "kind", '"law" or "promise" or "policy"'),
        ('at_least = "answer:g_promised"', 'at_least = "answer:room"', "rules", "at_least",
         '"answer:KEY" of a question whose options are levels'),
        ('mode = "doing"\nbecause', 'mode = "dreaming"\nbecause', "rules", "mode", '"doing"'),
        ('flag = "ask_first"', 'flag = "board_must_listen"', "rules", "flag",
         "another name: the engine itself raises board_must_listen"),
        ('id = "ceiling_no_room"', 'id = "ask_first"', "rules", "id", "a name that is used once, not 'ask_first'"),
        ('because.nl = "Het bestuur leest de uitkomst alleen."', "", "rules", "because.nl", "a text"),
        ('key = "reach"', 'key = "outcome"', "questions", "key", "a name without a meaning, not 'outcome'"),
        ('key = "reach"', 'key = "Reach it"', "questions", "key",
         "a name of small letters, digits and _, starting with a letter"),
        ('kind = "criterion"\nmonotone = "up"\nchangeable = true\nname.nl = "Ruimte"',
         'kind = "criterium"\nmonotone = "up"\nchangeable = true\nname.nl = "Ruimte"',
         "questions", "kind", '"gate" or "criterion"'),
        ("{ code = 0, label = { nl = \"niets\", en = \"nothing\" } },\n  { code = 1, label = { nl = \"kleine",
         "{ code = 5, label = { nl = \"niets\", en = \"nothing\" } },\n  { code = 1, label = { nl = \"kleine",
         "questions", "options", "two or more codes: 0, 1, 2, … in order, names, or true, false"),
        ('label = { nl = "handig", en = "useful" }', 'label = { nl = "handig" }', "questions",
         "options[1].label.en", "a text"),
        ("terms = { impact = 2,", "terms = { impct = 2,", "scores", "terms.impct",
         "a question with numbered options"),
        ("caps = { purpose = 3 }", "caps = { initiator = 3 }", "scores", "caps.initiator",
         "one of the terms, with a whole number"),
        ("influence = -1", "influence = 7", "levels", "influence", "a whole number from -1 to 2"),
        ('mode = "design"', 'mode = "drawing"', "levels", "mode", '"design" or "doing"'),
        ("rank = 2\n", "rank = 1\n", "levels", "rank", "a rank of its own, or one design and one doing level"),
        ("counts_as_participation = false", 'counts_as_participation = "no"', "levels",
         "counts_as_participation", "true or false"),
        ('map = { 0 = "inform"', 'map = { 9 = "inform"', "compare", "map", "a level for each of 0, 1, 2, 3, 4"),
        ('question = "purpose"', 'question = "porpoise"', "compare", "question", "the key of a question"),
        ("valid_from = 2026-01-01", 'valid_from = "soon"', "", "valid_from", "a date, such as 2026-01-01"),
        ('version = "2026-1"', "", "", "version", "a text"),
    ],
)  # fmt: skip
def test_one_mistake(right, wrong, table, key, expected):
    source = SOURCE.replace(right, wrong, 1)
    assert source != SOURCE
    found = errors_of(source)
    assert (table, key, expected) in {(error.table, error.key, error.expected) for error in found}


def test_an_error_gives_the_line_of_the_header_of_its_table():
    source = SOURCE.replace('when = "commitment=0"', 'when = "commitment=8"')
    (error,) = errors_of(source)
    assert error.line == line_of(source, 'when = "commitment=8"')
    assert source.splitlines()[error.line - 1] == "[[rules]]"
    assert str(error).startswith(f"line {error.line}, [rules]: when: expected commitment compared")


def test_a_header_inside_a_text_is_no_header():
    text = 'why.nl = """\n[[rules]]\n"""\n'
    source = SOURCE.replace('why.nl = "Wat de wet verbiedt, kunt u niet beloven."\n', text)
    source = source.replace('when = "commitment=0"', 'when = "commitment=8"')
    (error,) = errors_of(source)
    assert error.line == line_of(source, 'when = "commitment=8"')


def test_all_mistakes_are_named_at_once_in_the_order_of_the_file():
    source = (
        SOURCE.replace("influence = -1", "influence = 7")
        .replace('when = "room=0"', 'when = "room=9 and rom=1"')
        .replace("caps = { purpose = 3 }", "caps = { purpose = 3 }\nsurprise = 1")
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
    (error,) = errors_of("key = \nversion = 1")
    assert error.line == 1 and "TOML" in error.expected


@pytest.mark.parametrize(
    "source", ["", "rules = 3", "levels = [1, 2]", "[levels]\nkey = 1", "[[levels]]"]
)
def test_a_file_without_substance_has_errors_and_no_crash(source):
    assert errors_of(source)


def test_rules_that_execute_something_are_just_wrong_names():
    source = SOURCE + rule_text("evil", "__import__('os').system('true')", 'flag = "evil"')
    assert [error.key for error in errors_of(source)] == ["when"]
