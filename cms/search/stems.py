"""Stemming and folding of words, so that "fietser" finds "fietsers" and "parkeren" finds "parkeerplaatsen".

Pure: no database. The same folding is used when a text is indexed and when somebody searches.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

import snowballstemmer

LANGUAGES = {"nl": "dutch", "en": "english"}
LONGEST_WORD = 40
WORD = re.compile(r"\w+")
# What is written apart here and as one elsewhere: wi-fi, foto's, 4811 AB.
JOINED = re.compile(r"(?<!\w)\w++(?:[-\u2010\u2011'\u2019]\w++)++|\b\d{4} [a-z]{2}\b")
THOUSANDS = re.compile(r"\b\d{1,3}(?:[.,]\d{3})+\b")
NO_LETTER = re.compile(r"\W+")
# What no normal form takes apart.
STROKES = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ŧ": "t",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
    }
)
DOUBLE_VOWELS = re.compile(r"(aa|ee|oo|uu)")
# Too frequent to find anything by.
STOP = {
    "nl": "de het een en of van in op te tot met voor aan bij uit door over naar om als is zijn "
    "wordt worden was dat die dit deze er we wij u ik je hij zij ze ook niet maar dan hoe wat wie "
    "waar wanneer waarom",
    "en": "the a an and or of in on to with for at by from as is are was be that this it we you i "
    "he she they not but how what who where when why",
}
STOP_WORDS = {language: frozenset(words.split()) for language, words in STOP.items()}


def folded(text: str) -> str:
    """Take away case, accents, strokes and the points in a number: "Één café in Łódź" is "een cafe in lodz"."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(part for part in parts if not unicodedata.combining(part)).translate(STROKES)
    return THOUSANDS.sub(lambda number: NO_LETTER.sub("", number[0]), plain).replace("_", " ")


def words(text: str) -> list[str]:
    """Cut a text into words, folded; what is too long to be a word is cut off."""
    return [word[:LONGEST_WORD] for word in WORD.findall(folded(text))]


def joined_words(text: str) -> list[str]:
    """List what may be written as one word too: "wifi" of wi-fi, "4811ab" of 4811 AB."""
    return [NO_LETTER.sub("", part)[:LONGEST_WORD] for part in JOINED.findall(folded(text))]


def joined_pairs(asked: list[str]) -> list[tuple[int, str]]:
    """List each two neighbours as one word, with the place of the first: people write bus halte too."""
    return [
        (place, (one + other)[:LONGEST_WORD]) for place, (one, other) in enumerate(pairwise(asked))
    ]


@lru_cache(maxsize=20_000)
def stem(word: str, language: str) -> str:
    """Give the stem of one folded word.

    A doubled vowel is written once, as Dutch does in open syllables: parkeer and parkeren are one.
    """
    stemmer = _stemmers().get(language)
    found = stemmer.stemWord(word) if stemmer else word
    return DOUBLE_VOWELS.sub(lambda match: match[0][0], found) if language == "nl" else found


@lru_cache(maxsize=1)
def _stemmers() -> dict:
    return {code: snowballstemmer.stemmer(name) for code, name in LANGUAGES.items()}


def counted_stems(text: str, language: str, most: int) -> dict[str, int]:
    """Count the stems of a text, the most frequent `most` of them; words like "de" are left out."""
    counts: dict[str, int] = {}
    stop = STOP_WORDS.get(language, frozenset())
    for word in [*words(text), *joined_words(text)]:
        if word not in stop:
            key = stem(word, language)
            counts[key] = counts.get(key, 0) + 1
    return dict(sorted(counts.items(), key=lambda one: -one[1])[:most])


def terms(query: str, most: int) -> list[tuple[str, ...]]:
    """List what somebody searches for: per word its stem in each language, each once.

    Frequent words like "de" count only when there is nothing else.
    """
    return list(dict.fromkeys(map(stems_of, asked_words(query))))[:most]


def asked_words(query: str) -> list[str]:
    """List the words of a query that count, in their order."""
    asked = words(query)
    stop = frozenset().union(*STOP_WORDS.values())
    return [word for word in asked if word not in stop] or asked


def stems_of(word: str) -> tuple[str, ...]:
    """Give the stem of a folded word in each language, each once."""
    return tuple(dict.fromkeys(stem(word, code) for code in LANGUAGES))


def ways_to_write(query: str, most: int) -> list[list[tuple[str, ...]]]:
    """List the ways in which a query may be meant, each a list of terms: as it stands, and with two words as one."""
    asked = asked_words(query)[:most]
    ways = [asked]
    for place, word in joined_pairs(asked):
        ways.append([*asked[:place], word, *asked[place + 2 :]])
    return [list(dict.fromkeys(map(stems_of, way))) for way in ways]


def edits(one: str, other: str, most: int) -> int:
    """Count how many letters differ (added, left out, other, swapped); stops above `most`."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before, row = [], list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        older, before, row = before, row, [at]
        for to, second in enumerate(other, 1):
            cost = min(before[to] + 1, row[-1] + 1, before[to - 1] + (letter != second))
            if at > 1 and to > 1 and letter == other[to - 2] and one[at - 2] == second:
                cost = min(cost, older[to - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
