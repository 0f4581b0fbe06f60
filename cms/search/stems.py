"""Stemming and folding of words, so that "fietser" finds "fietsers" and "parkeren" finds "parkeerplaatsen".

Pure: no database. The same folding is used when a text is indexed and when somebody searches.
"""

import re
import unicodedata
from functools import lru_cache

import snowballstemmer

LANGUAGES = {"nl": "dutch", "en": "english"}
LONGEST_WORD = 40
WORD = re.compile(r"\w+")
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
    """Take away case and accents: "Één café" is "een cafe"."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


def words(text: str) -> list[str]:
    """Cut a text into words, folded; what is too long to be a word is cut off."""
    return [word[:LONGEST_WORD] for word in WORD.findall(folded(text).replace("_", " "))]


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
    for word in words(text):
        if word not in stop:
            key = stem(word, language)
            counts[key] = counts.get(key, 0) + 1
    return dict(sorted(counts.items(), key=lambda one: -one[1])[:most])


def terms(query: str, most: int) -> list[tuple[str, ...]]:
    """List what somebody searches for: per word its stem in each language, each once.

    Frequent words like "de" count only when there is nothing else.
    """
    asked = words(query)
    stop = frozenset().union(*STOP_WORDS.values())
    kept = [word for word in asked if word not in stop] or asked
    stems = [tuple(dict.fromkeys(stem(word, code) for code in LANGUAGES)) for word in kept]
    return list(dict.fromkeys(stems))[:most]


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
