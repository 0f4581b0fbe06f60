"""Did somebody sign in to this account with this browser before? Then strangers can't lock them out.

Tries and mails are counted for each account. Strangers share one count; a browser that was inside before
has a count of its own, so who keeps guessing an address never keeps its owner out.
"""

import secrets

from django.conf import settings
from django.core.signing import BadSignature
from django.utils.crypto import salted_hmac

COOKIE = "known_browser"
LASTS = 365 * 24 * 3600


def remember_browser(response, email: str) -> None:
    """Leave a cookie that says nothing to who reads it: a random number and a keyed hash."""
    number = secrets.token_hex(8)
    response.set_signed_cookie(
        COOKIE,
        f"{number}-{_mark(number, email)}",
        max_age=LASTS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def counted_as(request, email: str) -> str:
    """Name the count that a try for this address belongs to: the strangers', or this browser's own."""
    email = email.lower()
    number = _number(request, email)
    return f"{email} {number}" if number else email


def _number(request, email: str) -> str:
    try:
        value = request.get_signed_cookie(COOKIE, "", max_age=LASTS)
    except BadSignature:
        return ""
    number, _, mark = value.partition("-")
    return number if mark and secrets.compare_digest(mark, _mark(number, email)) else ""


def _mark(number: str, email: str) -> str:
    return salted_hmac("known browser", f"{number} {email.lower()}", algorithm="sha256").hexdigest()
