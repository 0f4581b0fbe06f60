"""Languages of a page: those in which it can be read, and whether somebody wrote it in one."""

from django.conf import settings


def pages_in_languages(page) -> dict:
    """Give the published pages with the same content by language; one that repeats another counts too."""
    every = page.get_translations(inclusive=True).live().public().select_related("locale")
    return {one.locale.language_code: one for one in every}


def language_of_words(page) -> str:
    """Tell in which language the words of a page are: an alias repeats those of the first language."""
    return settings.LANGUAGE_CODE if page.alias_of_id else page.locale.language_code


def is_translated(page) -> bool:
    """Tell whether somebody wrote this page in its language: it repeats no other page."""
    return page.alias_of_id is None
