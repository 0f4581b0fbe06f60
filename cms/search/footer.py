"""The footer pages: those that belong at the bottom of every page."""

from django.utils.functional import SimpleLazyObject
from wagtail.models import Site

from .languages import language_of_words


def footer(request) -> dict:
    """Offer `footer_pages` to every template as a list of {title, language, href}; asked for only when shown."""
    return {"footer_pages": SimpleLazyObject(lambda: _footer_pages(request))}


def _footer_pages(request) -> list[dict]:
    site = Site.find_for_request(request)
    if site is None:
        return []
    pages = site.root_page.localized.get_children().live().public().in_menu()
    return [
        {"title": page.title, "language": language_of_words(page), "href": page.get_url(request)}
        for page in pages.select_related("locale")
    ]
