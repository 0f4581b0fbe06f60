"""Throttling of guessed join codes: then who types a code also types the word beside it; nobody is shut out.

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
from deliberation.people.counters import counters
from deliberation.people.throttling import Limit

from ..models import JoinCode, Run

COOKIE = "code_tries"
TEN_MINUTES = 600
CHANCE_OF_DIGITS = 4e-5  # per hour, that guessed digits alone let anybody in with a municipality
CODES = 1_000_000
WAIT, MOST_WAITS = 0.02, 50  # seconds; while other codes typed at the same moment are looked up
WORD_TOO = "is asked for the word beside the code; who scanned or follows a link is not"
# Of a municipality: what is tried at one host makes nobody at another type more. `most` with one evening.
TRIED = Limit("join codes that are looked up", 20, 3600, WORD_TOO)
WRONG = Limit("wrong join codes", 20, 3600, WORD_TOO)
# After so many typing errors the word helps.
PER_BROWSER = Limit("wrong join codes of a browser", 5, TEN_MINUTES, WORD_TOO)
# Of all hosts together: with more than this the sum of ADR 25 no longer holds, and the server has other worries.
OF_ALL = Limit(
    "join codes of everybody", 10_000, 60, "waits a minute; who scanned or follows a link does not"
)


class Asks(StrEnum):
    """What somebody has to show to be let in with a code."""

    CODE = "code"
    WORD = "word"
    PATIENCE = "patience"


class Try(NamedTuple):
    """A code that somebody shows: what it takes to be let in, and whether it counts as a guess so far.

    `proven`: they scanned it, or came by a link of ours. `place`: the municipality at whose host they are.
    """

    asks: Asks
    counted: bool = False
    proven: bool = False
    place: str = ""


def begin(request, code: str, proof: str = "") -> Try:
    """Say what this browser must show for a code now. `proof` stands in a QR code and in our own links.

    Counts the try before it is answered, so that tries at the same moment don't all pass. End it with
    `was_right`, `note_wrong`, or `forget` when nothing was tried.
    """
    municipality = getattr(request, "municipality", None) or None
    place = municipality.slug if municipality else ""
    if has_proof(code, proof):
        return Try(Asks.CODE, proven=True, place=place)
    known = bool(counters.get(_right(code)))
    mistypes = PER_BROWSER.is_full(_browser(request))
    return Try(*_ask(municipality, place, mistypes, known), place=place)


def _ask(municipality, place: str, mistypes: bool, known: bool) -> tuple[Asks, bool]:
    """Count a try, unless somebody typed this code just now and it was right: so a full hall counts once.

    Others that are being looked up may be right too. Wait for those, before asking for the word.
    """
    most, counted = budget(municipality), not known
    for _wait in range(MOST_WAITS):
        tried = _count_try(place, int(counted))
        if OF_ALL.used() > OF_ALL.most:
            _count_try(place, -int(counted))  # nothing was looked at, so nothing was guessed
            return Asks.PATIENCE, False
        if mistypes or WRONG.used(place) >= most:
            return Asks.WORD, counted
        if tried + known <= most:
            return Asks.CODE, counted
        _count_try(place, -int(counted))
        time.sleep(WAIT)
    return Asks.WORD, False


def _count_try(place: str, by: int) -> int:
    OF_ALL.add(by)
    return TRIED.add(by, place)


def budget(municipality=None) -> int:
    """Say how many wrong codes an hour may have while digits alone are enough.

    The more codes let somebody in now, the sooner a guess hits one: 20 with one evening, 1 with twenty.
    """
    codes = JoinCode.objects.filter(run__state__in=Run.JOINABLE)
    if municipality:
        codes = codes.filter(run__session__project__municipality=municipality)
    return int(CHANCE_OF_DIGITS * CODES / max(codes.count(), 2) + 1e-9)


def forget(tried: Try) -> None:
    """Take a try off the count again: it was no guess."""
    if tried.counted:
        _count_try(tried.place, -1)


def was_right(code: str, tried: Try) -> None:
    """Say that a try was right: no guess, and for ten minutes who types the same is none either."""
    forget(tried)
    counters.set(_right(code), 1, TEN_MINUTES)


def note_wrong(request, response, tried: Try) -> None:
    """Say that a try was wrong; counted by a cookie too, so that who mistypes is helped with the word."""
    browser = _browser(request) or uuid.uuid4().hex
    leave_signed_cookie(response, COOKIE, browser, TEN_MINUTES)
    if not tried.counted:
        _count_try(tried.place, 1)
    WRONG.add(1, tried.place)
    PER_BROWSER.add(1, browser)


def has_proof(code: str, proof: str) -> bool:
    """Tell whether somebody scanned this code, or came by a link of ours: then they guess nothing."""
    return bool(proof) and any(
        hmac.compare_digest(proof.encode(), _proof_by(key, code).encode())
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    )


def proof_of(code: str) -> str:
    """Give the few letters that a QR code carries and nobody can guess; those of a former key still prove."""
    return _proof_by(settings.SECRET_KEY, code)


def _proof_by(key: str, code: str) -> str:
    secret = hashlib.sha256(f"scanned code{key}".encode()).digest()
    return hmac.new(secret, code.encode(), hashlib.sha256).hexdigest()[:12]


def _browser(request) -> str:
    return signed_cookie(request, COOKIE, TEN_MINUTES)


def _right(code: str) -> str:
    return f"live-right-code-{proof_of(code)}"
