"""Which texts make a regular expression look longest? Made from the expression itself."""

import itertools
import re
import time
from re import _constants as kind
from re import _parser

LONGEST = 64 * 1024  # characters: as much as any door lets in at once
TAILS = ("", "\x00", "!", "\n", " ", "/", "a", "1")
SHORT = (*range(16, 64, 4), 100, 200, 400, 800)  # what doubles its work is caught at the shortest
LONG = (8 * 1024, LONGEST)
SLOWEST = 6  # of the short texts are tried in full length
# Forty steps from every character: as much as a straight expression of ours may take, whatever the machine.
YARDSTICK = re.compile(r"[a-z]{40}!")
TIMES = 8  # what takes the square of its text takes hundreds; a straight one of ours took 3
SIGNS = "a1A .-_/@:\n\x00é#"
REPEATS = (kind.MAX_REPEAT, kind.MIN_REPEAT, kind.POSSESSIVE_REPEAT)


def many() -> float:
    """Give the processor seconds from which an expression takes too long, on this machine at this moment."""
    return TIMES * min(_seconds(_everywhere(YARDSTICK), "a" * LONGEST) for _time in range(3))


def slowest(pattern: re.Pattern, use: str, most: float) -> tuple[float, str]:
    """Give the processor seconds that 64 KB of this expression's worst text takes, and how that text begins.

    Stops at the shortest text that takes longer than `most`. `use` is how the code asks: fullmatch and
    match look once, anything else looks everywhere.
    """
    looks = getattr(pattern, use) if use in ("match", "fullmatch") else _everywhere(pattern)
    candidates = [(0.0, text) for text in texts(pattern)]
    for lengths in (SHORT, LONG):
        found = []
        for _took, text in candidates:
            found.append(_longest_of(looks, text, lengths, most))
            if found[-1][0] > most:
                return found[-1][0], _of_length(text, 60)
        candidates = sorted(found, reverse=True)[:SLOWEST]
    return candidates[0][0], _of_length(candidates[0][1], 60)


def _longest_of(looks, text, lengths, most) -> tuple[float, tuple]:
    took = 0.0
    for length in lengths:
        took = _least(looks, _of_length(text, length), most)
        if took > most:
            break
    return took, text


def texts(pattern: re.Pattern) -> set[tuple[str, str, str]]:
    """Make texts as (begin, what comes again and again, end): each repeated part, and each pair of signs."""
    pumps, signs = [], set(SIGNS[:6])
    _read(_parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG), "", pumps, signs)
    again = [(begin, part) for begin, part in pumps if part]
    again += [("", begin + part) for begin, part in pumps if begin + part]
    begins = {"", *(begin for begin, _part in pumps)}
    few = sorted(signs)[:10]
    again += [(begin, sign) for begin in begins for sign in signs]
    again += [("", one + other) for one, other in itertools.permutations(few, 2)]
    return {(*each, tail) for each in again for tail in TAILS}


def _of_length(text, length: int) -> str:
    begin, again, end = text
    return (begin + again * (length // len(again)))[:length] + end


def _everywhere(pattern):
    return lambda text: pattern.sub("", text)


def _seconds(looks, text: str) -> float:
    begun = time.thread_time()
    looks(text)
    return time.thread_time() - begun


def _least(looks, text: str, most: float) -> float:
    """Measure up to three times: a busy machine makes one measurement longer, never shorter."""
    least = _seconds(looks, text)
    for _again in range(2):
        if least > most:
            least = min(least, _seconds(looks, text))
    return least


def _read(parts, begin: str, pumps: list, signs: set) -> str:
    """Give a text that fits these parts, and note every repeated part with what stands before it."""
    fits = ""
    for name, about in parts:
        fits += _read_one(name, about, begin + fits, pumps, signs)
    return fits


def _read_one(name, about, begin, pumps, signs) -> str:
    if name in (kind.LITERAL, kind.NOT_LITERAL, kind.ANY, kind.IN):
        sign = _sign(name, about)
        signs.add(sign)
        return sign
    if name in REPEATS:
        least, most, inside = about
        part = _read(inside, begin, pumps, signs)
        if most > 3:
            pumps.append((begin, part))
        return part * max(least, 1)
    if name is kind.BRANCH:
        first, *_others = [_read(each, begin, pumps, signs) for each in about[1]]
        return first
    if name is kind.SUBPATTERN:
        return _read(about[3], begin, pumps, signs)
    if name is kind.ATOMIC_GROUP:
        return _read(about, begin, pumps, signs)
    if name in (kind.ASSERT, kind.ASSERT_NOT):
        _read(about[1], begin, pumps, signs)
    return ""


def _sign(name, about) -> str:
    if name is kind.LITERAL:
        return chr(about)
    if name is kind.ANY:
        return "a"
    inside = about if name is kind.IN else [(kind.NEGATE, None), (kind.LITERAL, about)]
    ranged = [chr(each[1][0]) for each in inside if each[0] is kind.RANGE]
    said = [chr(each[1]) for each in inside if each[0] is kind.LITERAL]
    known = next((sign for sign in [*SIGNS, *ranged, *said] if _holds(inside, sign)), "")
    return known or next(sign for sign in map(chr, range(0x10000)) if _holds(inside, sign))


def _holds(inside, sign: str) -> bool:
    """Tell whether a set of signs, as the parser gives it, holds this one."""
    negated = inside[0][0] is kind.NEGATE
    return negated != any(_is_one(each, about, sign) for each, about in inside)


CATEGORIES = {
    kind.CATEGORY_DIGIT: r"\d", kind.CATEGORY_NOT_DIGIT: r"\D", kind.CATEGORY_SPACE: r"\s",
    kind.CATEGORY_NOT_SPACE: r"\S", kind.CATEGORY_WORD: r"\w", kind.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip


def _is_one(each, about, sign: str) -> bool:
    if each is kind.LITERAL:
        return ord(sign) == about
    if each is kind.RANGE:
        return about[0] <= ord(sign) <= about[1]
    return each is kind.CATEGORY and re.match(CATEGORIES[about], sign) is not None
