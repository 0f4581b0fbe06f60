"""Is every mistake in a framework file said in the reader's own language, with what belongs there?"""

import re

import pytest
from django.utils import translation

from cms.frameworks.editing.mistakes import said_of
from compass.engine.framework import FrameworkErrors
from compass.queries import read_framework
from tests.compass.engine.shipped import SOURCE

WHEN = re.compile(r'^when = ".*"$', re.MULTILINE)
TERMS = re.compile(r"^terms = .*$", re.MULTILINE)
CONDITIONS = {
    "onbekend >= 2": "Geen vraag of score heet “onbekend”.",
    "room >= 7": "Bij room horen deze antwoorden: 0, 1, 2, 3.",
    "(room >= 1": "De voorwaarde houdt te vroeg op.",
    "room is 1 or": "De voorwaarde houdt te vroeg op.",
    "room >= 1 room": "De voorwaarde is niet te lezen bij “room”.",
    "room ? 1": "De voorwaarde is niet te lezen bij “?”.",
    "room at all": "De voorwaarde is niet te lezen bij “all”.",
    "need 9..3": "Schrijf het laagste eerst, niet 9..3.",
    "outcome is inform": "Alleen een waarschuwing mag naar de uitkomst kijken.",
    f"{'(' * 60}room >= 1{')' * 60}": "Dit is te diep",
}
VALUES = {
    "terms = 3": "Hier hoort een lijst van namen met waarden.",
}


def expected_of(source: str) -> list[str]:
    with pytest.raises(FrameworkErrors) as found:
        read_framework(source)
    return [error.expected for error in found.value.errors]


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda condition: condition[:20])
def test_a_condition_that_cannot_be_read_is_said_in_dutch(condition):
    expected = expected_of(WHEN.sub(f'when = "{condition}"', SOURCE, count=1))
    said = [said_of(one) for one in expected]
    assert any(one.startswith(CONDITIONS[condition]) for one in said), (said, expected)
    assert all(said), expected


@pytest.mark.parametrize("value", VALUES)
def test_a_value_that_does_not_belong_is_said_in_dutch(value):
    expected = expected_of(TERMS.sub(value, SOURCE, count=1))
    assert VALUES[value] in [said_of(one) for one in expected], expected
    assert all(said_of(one) for one in expected), expected


def test_it_is_said_in_english_too():
    with translation.override("en"):
        said = [said_of(one) for one in expected_of(WHEN.sub('when = "x > 1"', SOURCE, count=1))]
    assert "No question or score is called “x”." in said
