"""The footer pages: those that belong at the bottom of every page."""

from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from wagtail.models import Site

from cms.page_cache.worked_out import worked_out

from .languages import language_of_words


def footer(request) -> dict:
    """Offer `footer_pages` to every template as a list of {title, language, href}; asked for only when shown."""
    return {"footer_pages": SimpleLazyObject(lambda: _footer_pages(request))}


def _footer_pages(request) -> list[dict]:
    site, municipality = Site.find_for_request(request), getattr(request, "municipality", None)
    if site is None or not municipality:
        return _pages_of(site, request) if site else []
    what = f"footer-{get_language()}-{site.pk}"
    return worked_out(what, municipality.pk, lambda: _pages_of(site, request))


def _pages_of(site, request) -> list[dict]:
    pages = site.root_page.localized.get_children().live().public().in_menu()
    return [
        {"title": page.title, "language": language_of_words(page), "href": page.get_url(request)}
        for page in pages.select_related("locale")
    ]
