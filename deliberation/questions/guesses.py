"""Is somebody guessing receipts? Wrong ones are counted per browser and for everybody together.

A receipt has 80 bits, so guessing finds nothing; this keeps the tries from costing us work. A right one
is never held up by what others do.
"""

import uuid

from django.utils import timezone

from deliberation.people.cookies import leave_signed_cookie, signed_cookie
from deliberation.people.counters import count, counters

COOKIE = "receipt_tries"
PER_BROWSER = 10  # wrong receipts in ten minutes
PER_MINUTE = 60  # wrong receipts of everybody; above it we only say that it is busy
TEN_MINUTES = 600


def may_try(request) -> bool:
    """Tell whether this browser may try a receipt now."""
    browser = _browser(request)
    return not browser or counters.get(_mine(browser), 0) < PER_BROWSER


def is_busy() -> bool:
    """Tell whether so many wrong receipts came in this minute that we stop explaining."""
    return counters.get(_everybody(), 0) >= PER_MINUTE


def note_wrong(request, response) -> None:
    """Count a wrong receipt, and give the browser a cookie to count it by."""
    browser = _browser(request) or uuid.uuid4().hex
    leave_signed_cookie(response, COOKIE, browser, TEN_MINUTES)
    for key, lasts in ((_mine(browser), TEN_MINUTES), (_everybody(), 120)):
        count(key, lasts)


def _browser(request) -> str:
    return signed_cookie(request, COOKIE, TEN_MINUTES)


def _mine(browser: str) -> str:
    return f"receipt-tries-{browser}"


def _everybody() -> str:
    return f"receipt-tries-{timezone.now():%H%M}"
