"""The sitemap: every public address, for search engines; an index of parts where one list would be long."""

from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from cms.templatetags.site_meta import absolute

from .site_pages import root_of, visible_pages

PER_PART = 200  # pages: what a request makes of addresses without anybody waiting for it
PAGES = ("news", "status", "try_gates", "read_rules", "see_register")  # that nobody writes


@require_safe
def sitemap(request):
    """List every page that everybody may see, in every language, with the day it changed; or the parts of that list."""
    parts = _parts(request)
    asked = request.GET.get("part")
    if asked is None and len(parts) > len(_languages(request)):
        places = [
            absolute(request, f"{request.path}?part={number}") for number in range(len(parts))
        ]
        context = {"parts": places}
    elif asked is None:
        context = {"addresses": [one for part in parts for one in _addresses(request, *part)]}
    else:
        if asked not in map(str, range(len(parts))):
            raise Http404("There is no such part.")
        context = {"addresses": _addresses(request, *parts[int(asked)])}
    return render(request, "cms/sitemap.xml", context, content_type="application/xml")


def _languages(request) -> list[str]:
    """List the languages that have pages of their own; the last one that hasn't shows those of another."""
    roots = {}
    for code, _name in settings.LANGUAGES:
        if root := root_of(request, code):
            roots.setdefault(root.pk, code)
    return list(roots.values())


def _parts(request) -> list[tuple[str, int]]:
    """List the parts as (language, how many pages come before it): each language has one at least."""
    parts = []
    for code in _languages(request):
        number = visible_pages(request, code).count()
        parts += [(code, start) for start in range(0, max(number, 1), PER_PART)]
    return parts


def _addresses(request, code: str, start: int) -> list[tuple]:
    with override(code):
        pages = visible_pages(request, code).select_related("locale").order_by("path")
        found = [
            (page.get_full_url(request), page.last_published_at)
            for page in pages[start : start + PER_PART]
        ]
    if not start:
        found += _own_screens(request, code)
    return [one for one in found if one[0]]


def _own_screens(request, code: str) -> list[tuple]:
    alone = len(_languages(request)) == 1
    codes = [one for one, _name in settings.LANGUAGES] if alone else [code]
    found = []
    for one in codes:
        with override(one):
            found += [(absolute(request, reverse(name)), None) for name in PAGES]
    return found
