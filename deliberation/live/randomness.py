"""Randomness: codes, ids, keys and random order from one source, so that a test can repeat an evening.

The seam: everything random in a live session is drawn here. In service that is the operating
system's randomness. A test that compares two evenings byte for byte writes
`with drawn_from(source):`, where `source` has the methods of `Chance`.
"""

import secrets
import uuid
from contextlib import contextmanager

# No letters or digits that are easily mistaken when read aloud or copied by hand.
READABLE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CARD_SIGNS = 10
NONCE = 12  # bytes: what AES-GCM takes
CONSONANTS, VOWELS = "BDFGHKLMNPRSTVWZ", "AEIOU"
# No screen in a hall should say these, in Dutch or English.
RUDE = ("KAK", "KUT", "LUL", "PIK", "POP", "NEG", "HOM", "NAZI", "TIT", "SEK", "SEX", "HOE", "GEK")


class Chance:
    """The operating system's randomness."""

    def bits(self, count: int) -> int:
        return secrets.randbits(count)

    def below(self, limit: int) -> int:
        return secrets.randbelow(limit)


_source = Chance()


@contextmanager
def drawn_from(source):
    """Draw from this source inside the block, in every thread."""
    global _source
    before, _source = _source, source
    try:
        yield source
    finally:
        _source = before


def new_id() -> uuid.UUID:
    """Draw a random identifier (UUID version 4)."""
    return uuid.UUID(int=_source.bits(128), version=4)


def join_code() -> str:
    """Draw six digits, leading zeros included."""
    return f"{_source.below(1_000_000):06d}"


def join_word() -> str:
    """Draw a word like `BOLAMI` that stands beside a join code: 19 bits, easy to say and to type in any language."""
    while True:
        word = "".join(_drawn(CONSONANTS) + _drawn(VOWELS) for _ in range(3))
        if not any(rude in word for rude in RUDE):
            return word


def card_code() -> str:
    """Draw the ten signs of a participant's card: 49 bits (see docs/adr/0025)."""
    return "".join(_drawn(READABLE) for _ in range(CARD_SIGNS))


def receipt_code() -> str:
    """Draw a code like `K7QF-2MXD`: 39 bits, enough that nobody finds one by trying."""
    letters = "".join(_drawn(READABLE) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def salt() -> str:
    """Draw 128 bits as text."""
    return f"{_source.bits(128):032x}"


def _drawn(signs: str) -> str:
    return signs[_source.below(len(signs))]


def secret() -> bytes:
    """Draw 256 bits."""
    return _source.bits(256).to_bytes(32, "big")


def nonce() -> bytes:
    """Draw the 96 bits that make one encryption differ from every other under the same key."""
    return _source.bits(8 * NONCE).to_bytes(NONCE, "big")


def shuffled(items) -> list:
    """Put things in a random order (Fisher and Yates)."""
    mixed = list(items)
    for last in range(len(mixed) - 1, 0, -1):
        other = _source.below(last + 1)
        mixed[last], mixed[other] = mixed[other], mixed[last]
    return mixed
