"""Pseudonyms of who takes part: the sign by which staff and they know that they mean the same person."""

import hashlib

from ..randomness import READABLE

LENGTH = 5  # 24 million signs: two people of one evening hardly ever have the same


def sign_of(attendance) -> str:
    """Give the sign of an attendance, like `K7-Q4M`. It follows from its random id and leads nowhere else."""
    number = int.from_bytes(hashlib.sha256(attendance.pk.bytes).digest()[:8])
    signs = ""
    for _sign in range(LENGTH):
        number, at = divmod(number, len(READABLE))
        signs += READABLE[at]
    return f"{signs[:2]}-{signs[2:]}"


def bare_sign(text: str) -> str:
    """Read a sign as somebody types it, whole or in part: capitals, lines and spaces don't matter."""
    return "".join(one for one in text.upper()[:20] if one in READABLE)
