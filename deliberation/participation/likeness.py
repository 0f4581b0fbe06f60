"""Similarity of texts by shared words, to find contributions that say the same; a person decides."""

import re

WORD = re.compile(r"\w{4,}")
MOST = 12


def most_alike(text: str, others: list[tuple[int, str]], most: int = MOST) -> list[tuple[int, str]]:
    """Sort (id, text) pairs by the share of longer words they have in common with a text."""
    mine = _words(text)
    ranked = sorted(others, key=lambda one: -_share(mine, _words(one[1])))
    return ranked[:most]


def _words(text: str) -> set[str]:
    return set(WORD.findall(text.lower()))


def _share(mine: set[str], theirs: set[str]) -> float:
    return len(mine & theirs) / len(mine | theirs) if mine or theirs else 0.0
