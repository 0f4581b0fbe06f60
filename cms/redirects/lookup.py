"""What stands at an address of a site: one of our screens, a published page, or nothing."""

import re
from collections.abc import Iterator

from django.conf import settings
from django.http import Http404
from django.urls import Resolver404, URLResolver, get_resolver, resolve
from django.urls.resolvers import LocalePrefixPattern
from django.utils import translation
from wagtail.coreutils import get_dummy_request
from wagtail.models import Page

from deliberation.people.codes import plain_signs

PAGES = "wagtail_serve"  # the address that every page of a site is served by


def leads_somewhere(site, path: str) -> bool:
    """Tell whether there is a screen or a published page at this path; who may open it is not asked."""
    return _screen_at(path) or page_at(site, path) is not None


def is_taken(parent: Page, slug: str) -> bool:
    """Tell whether a page with this slug could never be seen: the platform shows something else there."""
    parts = parent.get_url_parts()
    if parts is None:
        return False  # in no site: nobody reads it there
    _site_id, _root, above = parts
    first = above.strip("/") in ("", *dict(settings.LANGUAGES))
    return _screen_at(f"{above}{slug}/") or (first and slug in _first_words())


def _first_words() -> set[str]:
    """List what addresses of the platform begin with: below such a word, or without its slash, a page is hidden."""
    words = {settings.STATIC_URL.strip("/"), settings.MEDIA_URL.strip("/"), "ws"}
    return words | {code for code, _name in settings.LANGUAGES} | set(_begin_with(get_resolver()))


def _begin_with(resolver) -> Iterator[str]:
    for one in resolver.url_patterns:
        word = str(one.pattern).lstrip("^").partition("/")[0].rstrip("$")
        if isinstance(one, URLResolver) and (
            not word or isinstance(one.pattern, LocalePrefixPattern)
        ):
            yield from _begin_with(one)
        elif re.fullmatch(r"[\w-]+", word):
            yield word


def page_at(site, path: str) -> Page | None:
    """Find the published page of a site at this path, in the language that the path says."""
    with _in_its_language(path):
        try:
            names = [name for name in resolve(path).args[0].split("/") if name]
            first = site.root_page.localized.specific
            return first.route(get_dummy_request(site=site), names).page
        except (Resolver404, Http404, IndexError):
            return None


def ways_to_write(path: str) -> Iterator[str]:
    """List a path in plain signs, then in small letters too, each with and without a slash at its end."""
    plain = plain_signs(path)
    for cased in dict.fromkeys((plain, plain.lower())):
        yield cased
        yield cased.rstrip("/") if cased.endswith("/") else f"{cased}/"


def _screen_at(path: str) -> bool:
    with _in_its_language(path):
        try:
            return resolve(path).url_name != PAGES
        except Resolver404:
            return False


def _in_its_language(path: str):
    return translation.override(translation.get_language_from_path(path) or settings.LANGUAGE_CODE)
