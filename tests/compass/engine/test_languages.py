"""Does a framework speak a third language, and one alone, without a line of code for it?"""

import re
from pathlib import Path

import pytest

from compass.engine.advise import advise
from compass.engine.findings import finding_as_dict
from compass.engine.framework import FrameworkErrors, load_framework
from compass.engine.framework_serializer import framework_as_dict
from compass.engine.messages import Message
from compass.engine.verification import check
from compass.engine.what_if import what_if

SMALL = (Path(__file__).parent / "small.toml").read_text(encoding="utf-8")
ANSWERS = {"shut": False, "vowed": False, "size": 1, "who": "them"}


def frisian(source: str) -> str:
    """Give every text of a file a third one, made of its Dutch."""
    return re.sub(r'nl = "([^"]*)", ', r'nl = "\1", fy = "fy \1", ', source)


def only_dutch(source: str) -> str:
    return re.sub(r', en = "[^"]*"', "", source)


def translate(message: Message, language: str, count: int) -> str:
    return f"{language} {message.text}"


@pytest.fixture(scope="module")
def third():
    return load_framework(frisian(SMALL), translate=translate)


def test_every_text_is_there_in_the_third_language(third):
    assert third.languages == ("nl", "fy", "en")
    told = framework_as_dict(third, "fy")
    assert told["title"] == "fy Klein"
    assert all(level["promise"].startswith("fy ") for level in told["levels"])
    assert all(rule["because"].startswith("fy ") for rule in told["rules"])


def test_an_advice_and_its_changes_are_told_in_the_third_language(third):
    found = advise(third, ANSWERS).as_dict("fy")
    assert found["explanations"]
    for each in found["explanations"].values():
        assert each["text"].startswith("fy ")
    changes = what_if(third, ANSWERS).as_dict("fy")["changes"]
    assert changes and all(change["text"].startswith("fy Then fy") for change in changes)


def test_the_check_speaks_every_language_of_the_framework(third):
    for found in check(third):
        assert tuple(found.text) == third.languages
        assert finding_as_dict(third, found, "fy")["text"].startswith("fy ")


def test_a_language_that_a_framework_has_not_is_answered_in_its_first():
    dutch = load_framework(only_dutch(SMALL), translate=translate)
    assert dutch.languages == ("nl",)
    assert dutch.level("ask").name["en"] == dutch.level("ask").name["nl"] == "vragen"
    assert advise(dutch, ANSWERS).as_dict("en") == advise(dutch, ANSWERS).as_dict("nl")


@pytest.mark.parametrize(
    ("title", "key", "expected"),
    [
        ("{}", "title", "a text in one or more languages, each by its code"),
        ('"Klein"', "title", "a text in one or more languages, each by its code"),
        ('{ nl = "Klein" }', "plain", "only the languages nl"),
        ('{ nl = "Klein", en = "Small", fy = "Lyts" }', "plain.fy", "a text"),
        ('{ nl = "Klein", en = "Small", "N!" = "x" }', "title", "only the languages nl, en"),
    ],
)
def test_the_title_says_which_languages_a_framework_has(title, key, expected):
    with pytest.raises(FrameworkErrors) as caught:
        load_framework(SMALL.replace('{ nl = "Klein", en = "Small" }', title))
    assert (key, expected) in [(error.key, error.expected) for error in caught.value.errors]
