"""Codes that an address was mailed: which one is the newest, and which were used and so open no other browser.

Who asks when an address had enough mail is pointed to the newest.
A stranger who asks for codes to somebody's address uses up its mail, but what they made us send lies in the
owner's mailbox. Its digits stand in no session but the one that asked; with the word beside them they open
every browser that asks for this address. Nobody guesses both (ADR 46).
"""

from typing import NamedTuple

from allauth.account import app_settings
from django.utils.crypto import salted_hmac

from deliberation.people.counters import counters

LASTS = (
    2 * 3600
)  # seconds: longer than an hour's mail is counted, so there is one while there is no room
# Who is pointed to a code at the very end has as long as anybody to type it.
USED_FOR = LASTS + app_settings.LOGIN_BY_CODE_TIMEOUT


class MailedCode(NamedTuple):
    """Six digits and a word, as they stand in one message."""

    code: str
    word: str


def newest_code(email: str) -> MailedCode | None:
    """Give what the newest message to an address holds; None when there is none, or it was used."""
    kept = counters.get(_key(email))
    return MailedCode(*kept) if kept else None


def keep_newest_code(email: str, code: str, word: str) -> None:
    """Note what an address was mailed just now."""
    counters.set(_key(email), (code, word), LASTS)


def forget_newest_code(email: str) -> None:
    """Point no other browser to a code that was used."""
    counters.delete(_key(email))


def use_code(email: str, code: str, session_key: str) -> bool:
    """Note that a code was used in a browser; False when another one used it, also at this very moment."""
    key, browser = _used(email, code), _digest("browser of a code", session_key)
    return counters.add(key, browser, USED_FOR) or counters.get(key) == browser


def give_back_code(email: str, code: str) -> None:
    """Let a code be used after all: it did not open the door."""
    counters.delete(_used(email, code))


def _key(email: str) -> str:
    return f"newest-code-{_digest('newest code', email.lower())}"


def _used(email: str, code: str) -> str:
    return f"used-code-{_digest('used code', f'{email.lower()} {code}')}"


def _digest(what: str, value: str) -> str:
    return salted_hmac(what, value, algorithm="sha256").hexdigest()
