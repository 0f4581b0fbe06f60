"""Is somebody guessing join codes? Counts wrong codes per cookie and for everybody together, never per address."""

import hashlib
import hmac
import uuid

from django.conf import settings
from django.core.cache import cache
from django.core.signing import BadSignature
from django.utils import timezone

COOKIE = "code_tries"
PER_COOKIE = 6  # wrong codes in ten minutes: six typing errors
PER_MINUTE = 30  # wrong codes of everybody; after that only scanned codes are let in for a minute
TEN_MINUTES = 600


def may_try(request, code: str, scanned: str = "") -> bool:
    """Tell whether this browser may try a code now. A hall behind one address is never held up.

    `scanned` is the proof in a QR code: who scans is not guessing.
    """
    if scanned and hmac.compare_digest(scanned.encode(), proof_of(code).encode()):
        return True
    browser = _browser(request)
    mine = cache.get(_mine(browser), 0) if browser else 0
    return mine < PER_COOKIE and cache.get(_everybody(), 0) < PER_MINUTE


def note_wrong(request, response) -> None:
    """Count a wrong code, and give the browser a cookie to count it by."""
    browser = _browser(request) or uuid.uuid4().hex
    response.set_signed_cookie(
        COOKIE,
        browser,
        max_age=TEN_MINUTES,
        httponly=True,
        samesite="Lax",
        secure=settings.ON_HTTPS,
    )
    for key, lasts in ((_mine(browser), TEN_MINUTES), (_everybody(), 120)):
        cache.add(key, 0, lasts)
        cache.incr(key)


def proof_of(code: str) -> str:
    """Give the few letters that a QR code carries and nobody can guess."""
    key = hashlib.sha256(b"scanned code" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, code.encode(), hashlib.sha256).hexdigest()[:12]


def _browser(request) -> str:
    try:
        return request.get_signed_cookie(COOKIE, "", max_age=TEN_MINUTES)
    except BadSignature:
        return ""


def _mine(browser: str) -> str:
    return f"live wrong codes {browser}".replace(" ", "-")


def _everybody() -> str:
    return f"live-wrong-codes-{timezone.now():%H%M}"
