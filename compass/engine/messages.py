"""Messages of the engine: what it says itself, in English, as gettext's message ids with named parameters.

Words that belong to a framework stand in its file, by language code. Who reads a framework gives the
translator of these; the catalogue of the platform (`locale/`) collects them by the names of the functions.
"""

from collections.abc import Callable
from typing import NamedTuple


class Message(NamedTuple):
    """One sentence in English; `plural` when it counts, `context` when the same words mean another thing elsewhere."""

    text: str
    plural: str = ""
    context: str = ""


Translator = Callable[[Message, str, int], str]  # the message, a language code, what is counted


def gettext_noop(text: str) -> Message:
    return Message(text)


def ngettext_noop(text: str, plural: str) -> Message:
    return Message(text, plural)


def pgettext_noop(context: str, text: str) -> Message:
    return Message(text, context=context)


def in_english(message: Message, language: str, count: int) -> str:
    """Give a message as it is written: the translator of who has none."""
    return message.plural if message.plural and count != 1 else message.text
