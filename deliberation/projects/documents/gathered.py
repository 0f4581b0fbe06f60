"""What did residents give about a decision point? Each instrument says it in words, for the documents."""

from collections.abc import Callable
from dataclasses import dataclass

_tellers: list[Callable] = []


@dataclass(frozen=True)
class Given:
    """What came in by one road: a title and short lines, only what everybody may read."""

    title: str
    lines: tuple[str, ...]


def register_gathered(function: Callable) -> Callable:
    """Say what was given: `function(decision_point, now) -> list[Given]`; queries don't grow with it."""
    if function not in _tellers:
        _tellers.append(function)
    return function


def gathered(decision_point, now) -> list[Given]:
    """List what residents gave, in order of registration."""
    return [given for function in _tellers for given in function(decision_point, now)]
