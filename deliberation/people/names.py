"""Cleaning of names and lines: tricks with signs are taken out, and a name that pretends to be an office is refused."""

import re
import unicodedata

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from compass.refusal import Refused
from compass.text import SOFT_HYPHEN, clean, composed

LONGEST_NAME = 60
MOST_MARKS, MOST_REPEATS, MOST_SYMBOLS = 3, 3, 3
# Only staff is called this; residents read it as a voice of the municipality.
RESERVED = (
    "admin administrator alderman beheer beheerder burgemeester college council gemeente "
    "gemeenteraad gespreksleider griffie griffier helpdesk mayor moderator moderatie municipality "
    "notulist raadslid redactie samenkompas staff support systeem wethouder"
).split()
# What looks like a Latin letter: Cyrillic, Greek, digits and signs, each under the letter it plays.
LOOKS_LIKE = {
    "a": "аαɑ@4", "b": "вβь8", "c": "сϲ", "d": "ԁɗ", "e": "еєеεɛ3", "f": "ғƒ", "g": "ɡԍ9", "h": "һнη",
    "k": "кκ", "l": "iіι1|!ıӏłɩ", "m": "мμ", "n": "пո", "o": "оοσ0øо", "p": "рρ", "q": "ԛ", "r": "гґ",
    "s": "ѕ$5", "t": "тτ7", "u": "υцս", "v": "νѵ", "w": "ωԝѡш", "x": "хχ", "y": "уγү", "z": "з2",
}  # fmt: skip
SAME_LETTER = {ord(sign): letter for letter, signs in LOOKS_LIKE.items() for sign in signs}


def clean_line(text: str, limit: int, field: str | None = None) -> str:
    """Give one line: visible signs, single spaces, few marks and repeats. Refused: longer than `limit`."""
    return _limited(" ".join(_visible(text).split()), limit, field)


def clean_text(text: str, limit: int, field: str | None = None) -> str:
    """Give text that keeps its lines, at most one empty line between them. Refused: longer than `limit`."""
    lines = [" ".join(line.split()) for line in _visible(text).split("\n")]
    return _limited(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip(), limit, field)


def clean_name(text: str, field: str | None = "name") -> str:
    """Give a name residents may carry. Refused: without a letter, mostly symbols, or of an office."""
    name = clean_line(text, LONGEST_NAME, field)
    if not any(sign.isalnum() for sign in name):
        raise Refused(_("Fill in a name with letters."), code="malformed", field=field)
    if sum(unicodedata.category(sign) == "So" for sign in name) > MOST_SYMBOLS:
        raise Refused(_("Use fewer symbols in the name."), code="malformed", field=field)
    if is_reserved(name):
        reason = _("This name is for people who work for the municipality. Choose another name.")
        raise Refused(reason, field=field)
    return name


def is_reserved(name: str) -> bool:
    """Tell whether a name, or a word in it, reads as an office, in whichever alphabet it was typed."""
    words = [_skeleton(word.strip("!")) for word in re.split(r"[\s_.,:;?/()\[\]-]+", name)]
    return bool({"".join(words), *words} & _RESERVED_SKELETONS)


def _visible(text: str) -> str:
    kept, marks, repeats = [], 0, 0
    for sign in clean(text).replace("\t", " ").replace(SOFT_HYPHEN, ""):
        kind = unicodedata.category(sign)
        marks = marks + 1 if kind in ("Mn", "Me", "Mc") else 0
        repeats = repeats + 1 if kind == "So" and kept and kept[-1] == sign else 0
        if marks <= MOST_MARKS and repeats < MOST_REPEATS:
            kept.append(sign)
    return composed("".join(kept))


def _limited(text: str, limit: int, field: str | None) -> str:
    if len(text) <= limit:
        return text
    reason = ngettext_lazy(
        "At most %(count)s character, please.", "At most %(count)s characters, please.", "count"
    )
    raise Refused(reason % {"count": limit}, code="malformed", field=field)


def _skeleton(word: str) -> str:
    """Give what a reader's eye makes of a word: without accents, case and alphabets."""
    letters = unicodedata.normalize("NFKD", word).casefold().translate(SAME_LETTER)
    seen = "".join(sign for sign in letters if sign.isalnum())
    return seen.replace("rn", "m").replace("vv", "w")


_RESERVED_SKELETONS = {_skeleton(word) for word in RESERVED}
