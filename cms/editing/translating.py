"""Translating a page with wagtail-localize, by the same steps as in the editor."""

from django.db import transaction
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation, Translation
from wagtail_localize.operations import translate_object


@transaction.atomic
def translate_page(page, language: str, words: dict[str, str], user=None):
    """Translate a page and publish it. What `words` doesn't hold stays in its own language.

    `words` gives the translation of each piece of text; line breaks in a piece don't matter. The
    translation stays tied to its source: a changed text comes back to be translated again.
    """
    locale = Locale.objects.get(language_code=language)
    translate_object(page, [locale], user=user)
    translation = Translation.objects.get(
        source__object_id=page.translation_key, target_locale=locale
    )
    told = {_in_line(source): text for source, text in words.items()}
    for segment in translation.source.stringsegment_set.select_related("string", "context"):
        if text := told.get(_in_line(segment.string.data)):
            StringTranslation.objects.update_or_create(
                translation_of=segment.string,
                locale=locale,
                context=segment.context,
                defaults={"data": text, "last_translated_by": user},
            )
    translation.save_target(user=user, publish=True)
    return page.get_translation(locale)


def _in_line(text: str) -> str:
    return " ".join(text.split())
