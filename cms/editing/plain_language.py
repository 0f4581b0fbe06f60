"""Plain language hints on Dutch text: long sentences, official words, the passive.

Pure: no database and no Wagtail. A hint is never a verdict: the editor decides.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

LIST = Path(__file__).parent / "plain_words.toml"
LONG_SENTENCE, LONG_ON_AVERAGE = 25, 15  # words; a text on level B1 stays below
ENOUGH_SENTENCES = 3  # an average of fewer says nothing
MOST_HINTS = 10
# The end of a sentence: not after "o.a.", "bijv.", "14.00" or one letter.
SHORTENED = frozenset(
    "bijv o.a i.v.m m.b.t t.a.v d.m.v enz nr art dhr mevr blz incl excl ca".split()
)
ENDS = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’)]*+\s+|\n+")
WORD = re.compile(r"[\w'’-]+")
PASSIVE = re.compile(
    r"\b(?:wordt|worden|werd|werden)\b(?:\s++[\w-]++){0,8}?\s++(?:ge|be|ver|ont)\w{3,}[dtn]\b"
)


@dataclass(frozen=True)
class Hint:
    """One thing to look at: kind is long, average, word or passive; `instead` is blank without a better word."""

    kind: str
    text: str
    number: int = 0
    instead: str = ""


def hints(text: str) -> list[Hint]:
    """List what a resident may stumble over, at most ten of each kind."""
    found = sentences(text)
    return [*_long(found), *_average(found), *_official(text), *_passive(found)]


def sentences(text: str) -> list[str]:
    """Cut a text into sentences; a line of its own, such as a heading, is one."""
    parts, begin = [], 0
    for end in ENDS.finditer(text):
        if end[0].startswith(". ") and _is_shortened(text[begin : end.start()]):
            continue
        parts.append(text[begin : end.end()].strip())
        begin = end.end()
    parts.append(text[begin:].strip())
    return [part for part in parts if WORD.search(part)]


def length(sentence: str) -> int:
    """Count the words of a sentence."""
    return len(WORD.findall(sentence))


@cache
def official_words() -> dict[str, str]:
    """Read the list of official words with what to write instead."""
    return tomllib.loads(LIST.read_text())["words"]


def _any_of(words) -> str:
    """Write an expression for any of these, longest first; by first letter, so that most places are left at once."""
    longest_first = sorted(words, key=lambda word: (word[0], -len(word)))
    by_letter = groupby(longest_first, key=lambda word: word[0])
    ends = {first: [re.escape(word[1:]) for word in group] for first, group in by_letter}
    return "|".join(f"{re.escape(first)}(?:{'|'.join(some)})" for first, some in ends.items())


OFFICIAL = re.compile(rf"(?<![\w-])(?:{_any_of(official_words())})(?![\w-])", re.I)


def _official(text: str) -> list[Hint]:
    words = dict.fromkeys(match[0].lower() for match in OFFICIAL.finditer(text))
    return [Hint("word", word, instead=official_words()[word]) for word in list(words)[:MOST_HINTS]]


def _long(found) -> list[Hint]:
    long = [(one, length(one)) for one in found if length(one) > LONG_SENTENCE]
    return [Hint("long", one, number) for one, number in long[:MOST_HINTS]]


def _average(found) -> list[Hint]:
    if len(found) < ENOUGH_SENTENCES:
        return []
    average = round(sum(map(length, found)) / len(found))
    return [Hint("average", "", average)] if average > LONG_ON_AVERAGE else []


def _passive(found) -> list[Hint]:
    return [Hint("passive", one) for one in found if PASSIVE.search(one)][:MOST_HINTS]


def _is_shortened(before: str) -> bool:
    last = before.rsplit(maxsplit=1)[-1].lower() if before.split() else ""
    return last.strip("(") in SHORTENED or re.fullmatch(r"[a-tv-z]|\d+", last) is not None
