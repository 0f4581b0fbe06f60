"""The newest code and word that an address was mailed: who asks when it had enough mail is pointed to them.

A stranger who asks for codes to somebody's address uses up its mail, but what they made us send lies in the
owner's mailbox. Its digits stand in no session but the one that asked; with the word beside them they open
every browser that asks for this address. Nobody guesses both (ADR 46).
"""

from typing import NamedTuple

from django.utils.crypto import salted_hmac

from deliberation.people.counters import counters

LASTS = (
    2 * 3600
)  # seconds: longer than an hour's mail is counted, so there is one while there is no room


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
    """Let a code that was used open no second browser."""
    counters.delete(_key(email))


def _key(email: str) -> str:
    digest = salted_hmac("newest code", email.lower(), algorithm="sha256").hexdigest()
    return f"newest-code-{digest}"
