"""Translation of what the engine says itself, from the catalogues of the platform (`locale/`)."""

from django.utils.translation import gettext, ngettext, npgettext, override, pgettext

from compass.engine.messages import Message


def translate(message: Message, language: str, count: int = 1) -> str:
    """Say a message of the engine in a language, whatever the language of the page is."""
    with override(language):
        match message:
            case Message(text, "", ""):
                return gettext(text)
            case Message(text, "", context):
                return pgettext(context, text)
            case Message(text, plural, ""):
                return ngettext(text, plural, count)
            case Message(text, plural, context):
                return npgettext(context, text, plural, count)
