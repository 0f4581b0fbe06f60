"""Text as it is kept: one cleaning, for everything that people, files and programs hand in."""

import re
import unicodedata

NEW_LINE = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Letters and signs that show nothing, though Unicode calls them letters.
BLANK = dict.fromkeys(map(ord, "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"))
# Control, format (direction, zero-width, tags), lone surrogates, private use.
INVISIBLE = {"Cc", "Cf", "Cs", "Co"}
NON_JOINER, JOINER, SOFT_HYPHEN = "\u200c", "\u200d", "\u00ad"
# Scripts in which a joiner between two letters makes another word, by the names of their letters.
JOINING = tuple(
    "ARABIC SYRIAC MONGOLIAN NKO ADLAM DEVANAGARI BENGALI GURMUKHI GUJARATI ORIYA TAMIL TELUGU "
    "KANNADA MALAYALAM SINHALA KHMER MYANMAR TIBETAN".split()
)
EMOJI = {"So", "Sk", "Sm"}  # a picture, a tone of skin, an arrow
PICTURE = "\ufe0f"  # says that the sign before it is shown as a picture


def clean(text: str) -> str:
    """Give a text in composed letters, its lines ended by a line feed, without signs that nobody can see.

    Joiners stay between letters of joining scripts and inside emoji, soft hyphens between letters:
    there they carry meaning. Clean text comes back as it is, and never longer: what a browser let through
    as not too long stays so.
    """
    text = NEW_LINE.sub("\n", composed(text)).translate(BLANK)
    if text.replace("\n", "").isprintable():
        return text
    kept: list[str] = []
    for sign, after in zip(text, text[1:] + " ", strict=True):
        if not is_invisible(sign) or _carries_meaning(sign, "".join(kept[-1:]), after):
            kept.append(sign)
    # Once more: a taken-out sign can have kept two apart that belong together.
    return composed("".join(kept))


def composed(text: str) -> str:
    """Compose letters (NFC); as it was typed where that makes it longer, as with some letters of Bengali."""
    made = unicodedata.normalize("NFC", text)
    return made if len(made) <= len(text) else text


def clean_value(value):
    """Clean every text in what was read from JSON or TOML; other values stay as they are."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean_value(key): clean_value(each) for key, each in value.items()}
    if isinstance(value, list):
        return [clean_value(each) for each in value]
    return value


def is_invisible(sign: str) -> bool:
    """Tell whether a sign shows nothing and is no space or line end; noncharacters belong to no text at all."""
    return sign not in "\n\t" and (
        unicodedata.category(sign) in INVISIBLE
        or ord(sign) & 0xFFFE == 0xFFFE
        or "\ufdd0" <= sign <= "\ufdef"
    )


def _carries_meaning(sign: str, before: str, after: str) -> bool:
    if not before:
        return False
    if sign == SOFT_HYPHEN:
        return before.isalpha() and after.isalpha()
    if sign == JOINER and unicodedata.category(after) in EMOJI:
        return before == PICTURE or unicodedata.category(before) in EMOJI
    return sign in (NON_JOINER, JOINER) and _joins(before) and _joins(after)


def _joins(sign: str) -> bool:
    is_letter = unicodedata.category(sign)[0] in "LM"
    return is_letter and unicodedata.name(sign, "").startswith(JOINING)
