"""Search for e-mail addresses in stored values: one that is there, not one that only looks like it.

A name is no proof of who is meant: people choose it themselves, and others are called the same.
"""

import re

# What no address holds, unless in quotes; all else may be a part of somebody else's.
BETWEEN = re.compile(r'[\s<>()\[\],;:"\\‘’“”„«»]+')
DOMAIN = re.compile(r"[^!-,/:-@\[-^`{-~]*")


def mentions(value, wanted: set[str]) -> bool:
    """Tell whether JSON-able data holds one of these (in lower case): as a whole value, or as an address in a text."""
    if isinstance(value, dict):
        return any(mentions(one, wanted) for pair in value.items() for one in pair)
    if isinstance(value, list | tuple):
        return any(mentions(one, wanted) for one in value)
    text = value.lower() if isinstance(value, str) else ""
    return text in wanted or not wanted.isdisjoint(_addresses_in(text))


def _addresses_in(text: str) -> set[str]:
    words = BETWEEN.split(text) if "@" in text else []
    return {_address_of(word) for word in words if word.count("@") == 1}


def _address_of(word: str) -> str:
    """Take off what stands around it: a pair of quotes, and what ends a sentence or follows in a link."""
    local, _at, rest = word.partition("@")
    if local[:1] in ("'", "`") and local[0] in rest:
        local = local[1:]
    return f"{local}@{DOMAIN.match(rest)[0].rstrip('.-…')}"
