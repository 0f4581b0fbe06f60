"""Quoting in messages of a value that somebody sent: short, however large it is."""

import reprlib

TOO_LARGE = "a value that is too large"
LONGEST = 60  # characters of a name that are repeated

_short = reprlib.Repr()
_short.maxstring = _short.maxother = _short.maxlong = LONGEST


def quoted(value) -> str:
    """Say a value as Python would, in short. Python refuses to write out very large numbers."""
    try:
        return _short.repr(value)
    except (ValueError, RecursionError):
        return TOO_LARGE


def named(key) -> str:
    """Say a key, in short."""
    text = key if isinstance(key, str) else quoted(key)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
