"""Known browsers: one that signed in to an account before is counted apart, so that strangers can't lock it out.

Tries and mails are counted for each account. Strangers share one count; a browser that was inside before
has a count of its own, so who keeps guessing an address never keeps its owner out.
"""

import secrets

from django.utils.crypto import salted_hmac

from deliberation.people.cookies import leave_signed_cookie, signed_cookie

COOKIE = "known_browser"
LASTS = 365 * 24 * 3600


def remember_browser(request, response, email: str) -> None:
    """Leave a cookie that says nothing to who reads it: a random number and a keyed hash.

    Who signs in again keeps the number: what waits for this browser is found by it.
    """
    number = _number(request, email) or secrets.token_hex(8)
    leave_signed_cookie(response, COOKIE, f"{number}-{_mark(number, email)}", LASTS)


def counted_as(request, email: str) -> str:
    """Name the count that a try for this address belongs to: the strangers', or this browser's own."""
    email = email.lower()
    number = _number(request, email)
    return f"{email} {number}" if number else email


def _number(request, email: str) -> str:
    value = signed_cookie(request, COOKIE, LASTS)
    return value.partition("-")[0] if is_of(value, email) else ""


def is_of(value: str, email: str) -> bool:
    """Tell whether what a cookie holds was left at a sign-in with this address."""
    number, _, mark = value.partition("-")
    return bool(mark) and secrets.compare_digest(mark, _mark(number, email))


def _mark(number: str, email: str) -> str:
    return salted_hmac("known browser", f"{number} {email.lower()}", algorithm="sha256").hexdigest()
