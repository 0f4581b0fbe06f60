"""Is somebody guessing join codes? Then who types a code also types the word beside it; nobody is shut out.

docs/adr/0025 has the sums. Six digits alone are let in while so few wrong codes were typed in the past
hour, by everybody together, that guessing has no chance. After that the word is asked as well. Nothing is
counted per address: a hall has one.
"""

import hashlib
import hmac
import time
import uuid
from enum import StrEnum
from typing import NamedTuple

from django.conf import settings

from deliberation.people.cookies import leave_signed_cookie, signed_cookie
from deliberation.people.counters import count, counters

from ..models import JoinCode, Run

COOKIE = "code_tries"
PER_COOKIE = 5  # wrong codes in ten minutes: after so many typing errors the word helps
TEN_MINUTES = 600
CHANCE_OF_DIGITS = 4e-5  # per hour, that guessed digits alone let anybody in
CODES = 1_000_000
MOST_PER_MINUTE = 10_000  # wrong codes; beyond it the server has other worries, and says so
WAIT, MOST_WAITS = 0.02, 50  # seconds; while other codes typed at the same moment are looked up
TRIED, WRONG = "tries", "wrong"


class Asks(StrEnum):
    """What somebody has to show to be let in with a code."""

    CODE = "code"
    WORD = "word"
    PATIENCE = "patience"


class Try(NamedTuple):
    """A code that somebody shows: what it takes to be let in, and whether it counts as a guess so far."""

    asks: Asks
    counted: bool = False


def begin(request, code: str, proof: str = "") -> Try:
    """Say what this browser must show for a code now. `proof` stands in a QR code and in our own links.

    Counts the try before it is answered, so that tries at the same moment don't all pass. End it with
    `was_right`, `note_wrong`, or `forget` when nothing was tried.
    """
    if has_proof(code, proof):
        return Try(Asks.CODE)
    known = bool(counters.get(_right(code)))
    return _ask(counters.get(_own(_browser(request)), 0), known)


def _ask(own_wrong: int, known: bool) -> Try:
    """Count a try, unless somebody typed this code just now and it was right: so a full hall counts once.

    Others that are being looked up may be right too. Wait for those, before asking for the word.
    """
    most, counted = budget(), not known
    for _wait in range(MOST_WAITS):
        if _change(TRIED, int(counted)) > MOST_PER_MINUTE:
            return Try(Asks.PATIENCE, counted)
        if own_wrong >= PER_COOKIE or _past_hour(WRONG) >= most:
            return Try(Asks.WORD, counted)
        if _past_hour(TRIED) + known <= most:
            return Try(Asks.CODE, counted)
        forget(Try(Asks.WORD, counted))
        time.sleep(WAIT)
    return Try(Asks.WORD)


def budget() -> int:
    """Say how many wrong codes an hour may have while digits alone are enough.

    The more codes are in use, the sooner a guess hits one: 20 with one evening, 1 with twenty.
    """
    in_use = JoinCode.objects.exclude(run__state__in=Run.OVER).count()
    return int(CHANCE_OF_DIGITS * CODES / in_use + 1e-9) if in_use else 0


def forget(tried: Try) -> None:
    """Take a try off the count again: it was no guess."""
    if tried.counted:
        _change(TRIED, -1)


def was_right(code: str, tried: Try) -> None:
    """Say that a try was right: no guess, and for ten minutes who types the same is none either."""
    forget(tried)
    counters.set(_right(code), 1, TEN_MINUTES)


def note_wrong(request, response, tried: Try) -> None:
    """Say that a try was wrong; counted by a cookie too, so that who mistypes is helped with the word."""
    browser = _browser(request) or uuid.uuid4().hex
    leave_signed_cookie(response, COOKIE, browser, TEN_MINUTES)
    if not tried.counted:
        _change(TRIED, 1)
    _change(WRONG, 1)
    count(_own(browser), TEN_MINUTES)


def has_proof(code: str, proof: str) -> bool:
    """Tell whether somebody scanned this code, or came by a link of ours: then they guess nothing."""
    return bool(proof) and hmac.compare_digest(proof.encode(), proof_of(code).encode())


def proof_of(code: str) -> str:
    """Give the few letters that a QR code carries and nobody can guess."""
    key = hashlib.sha256(b"scanned code" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, code.encode(), hashlib.sha256).hexdigest()[:12]


def _change(what: str, by: int) -> int:
    """Count tries or wrong codes; gives how many there are in this minute."""
    now = time.time()
    minute = f"live-{what}-minute-{int(now // 60)}"
    for key, lasts in ((_tens(what, now), 2 * 3600), (minute, TEN_MINUTES)):
        counted = count(key, lasts, by)
    return counted


def _past_hour(what: str) -> int:
    now = time.time()
    keys = [_tens(what, now - back * TEN_MINUTES) for back in range(7)]
    return sum(counters.get_many(keys).values())


def _tens(what: str, at: float) -> str:
    return f"live-{what}-{int(at // TEN_MINUTES)}"


def _browser(request) -> str:
    return signed_cookie(request, COOKIE, TEN_MINUTES)


def _own(browser: str) -> str:
    return f"live-wrong-codes-{browser}"


def _right(code: str) -> str:
    return f"live-right-code-{proof_of(code)}"
