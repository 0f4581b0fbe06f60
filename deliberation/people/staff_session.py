"""Sessions of staff: how long one lasts, and when its owner must confirm who they are.

It ends twelve hours after signing in, whatever happened in it. After half an hour in which nobody opened a page, the
next sensitive operation asks for password, app or passkey first. `sensitive` marks those: the one declaration.
"""

import contextvars
import functools
import time
from contextlib import contextmanager

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

LASTS, IDLE = 12 * 3600, 30 * 60  # seconds
PRECISION = 5 * 60  # seconds between two notes of being there, so that few pages cost a write
BEGAN, SEEN, BACK = "staff_began", "staff_seen", "staff_back_at"
RECORDS = (
    "account_authentication_methods"  # allauth's own, for each way somebody showed who they are
)
_unconfirmed = contextvars.ContextVar("unconfirmed", default=False)


class ConfirmFirst(Exception):
    """Somebody has to confirm who they are before this; nothing was done."""


def sensitive(operation):
    """Mark an operation that wants its actor confirmed when their session was left alone."""

    @functools.wraps(operation)
    def run(**arguments):
        if _unconfirmed.get():
            raise ConfirmFirst
        return operation(**arguments)

    run.is_sensitive = True
    return run


@contextmanager
def unconfirmed(whether: bool):
    """Say for what happens inside whether its actor has yet to confirm who they are."""
    token = _unconfirmed.set(whether)
    try:
        yield
    finally:
        _unconfirmed.reset(token)


@receiver(user_logged_in)
def begin(sender, request, user, **about):
    """Start the clock, by whichever door staff came in."""
    if user.is_staff:
        request.session[BEGAN] = request.session[SEEN] = time.time()


def is_over(session) -> bool:
    """Tell whether a session of staff lasted long enough; one without a beginning did."""
    return time.time() - session.get(BEGAN, 0) > LASTS


def note_presence(session) -> None:
    """Note that somebody opened a page, and when they came back after being away."""
    now, away = time.time(), time.time() - session.get(SEEN, 0)
    if away > IDLE:
        session[BACK] = now
    if away > PRECISION:
        session[SEEN] = now


def must_confirm(session) -> bool:
    """Tell whether the session was left alone, and nobody showed since that it is still theirs."""
    if BEGAN not in session:
        return False
    if time.time() - session.get(SEEN, 0) > IDLE:
        return True
    back = session.get(BACK)
    return bool(back) and all(record["at"] < back for record in session.get(RECORDS) or [])
