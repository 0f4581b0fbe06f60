"""Where do the engine's tests find its Dutch? In the platform's own catalogue, read without Django."""

import gettext
from functools import cache
from pathlib import Path

from compass.engine.framework import Rulebook, load_framework
from compass.engine.messages import Message

LOCALE = Path(__file__).resolve().parents[3] / "locale"


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("django", LOCALE, [language], fallback=True)


def translate(message: Message, language: str, count: int = 1) -> str:
    catalogue = _catalogue(language)
    if message.plural:
        return catalogue.ngettext(message.text, message.plural, count)
    if message.context:
        return catalogue.pgettext(message.context, message.text)
    return catalogue.gettext(message.text)


def load_translated(source: str) -> Rulebook:
    """Read a framework that says its sentences in Dutch, too."""
    return load_framework(source, translate=translate)
