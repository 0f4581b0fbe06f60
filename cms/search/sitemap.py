"""The sitemap: every public address, for search engines."""

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from cms.templatetags.site_meta import absolute

from .site_pages import visible_pages

MOST_ADDRESSES = 10_000
PAGES = ("news", "status", "try_gates", "read_rules", "see_register")  # that nobody writes


@require_safe
def sitemap(request):
    """List every page that everybody may see, in every language, with the day it changed."""
    found, seen = [], set()
    for code, _name in settings.LANGUAGES:
        with override(code):
            for page in visible_pages(request, code).select_related("locale")[:MOST_ADDRESSES]:
                if page.pk not in seen:
                    seen.add(page.pk)
                    found.append((page.get_full_url(request), page.last_published_at))
            found += [(absolute(request, reverse(name)), None) for name in PAGES]
    addresses = [one for one in found if one[0]]
    return render(
        request, "cms/sitemap.xml", {"addresses": addresses}, content_type="application/xml"
    )
