"""Advice for the open compass: what it says to these answers, in the words of this municipality."""

from collections.abc import Mapping
from functools import lru_cache

from compass.engine.advise import advise
from compass.engine.anatomy import Rulebook
from compass.engine.promise import promise_texts
from compass.engine.what_if import side_by_side, what_if

from .budget import thinking

REMEMBERED = 256  # people in one hall begin alike, so most of their pages are the same


def advised(framework: Rulebook, answers: Mapping, language: str) -> tuple[dict, dict]:
    """Tell the advice and what would change it; both are shared, so never change them."""
    return _advised(framework, tuple(answers.items()), language)


@lru_cache(maxsize=REMEMBERED)
def _advised(framework: Rulebook, answers: tuple, language: str) -> tuple[dict, dict]:
    known = dict(answers)
    with thinking("page"):
        advice = advise(framework, known).as_dict(language)
        return advice, what_if(framework, known).as_dict(language)


def compared(framework: Rulebook, answers: Mapping, other: Mapping, language: str) -> dict:
    """Tell the advice beside the one with other answers."""
    with thinking("page"):
        return side_by_side(framework, answers, other).as_dict(language)


def promised(framework: Rulebook, level: str, answers: Mapping, language: str) -> str:
    """Say what residents would be promised at a level with these answers."""
    return " ".join(line[language] for line in promise_texts(framework, level, answers))
