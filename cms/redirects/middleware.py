"""Addresses that aren't found lead to the page they mean: renamed, or typed with other capitals, digits or slash."""

from django.http import HttpResponseRedirect
from django.utils.encoding import iri_to_uri
from django.utils.http import escape_leading_slashes
from wagtail.contrib.redirects.middleware import get_redirect
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Site

from .lookup import PAGES, leads_somewhere, ways_to_write

LONGEST = 500  # signs; no page of ours has a longer address


class MeantAddress:
    """Lead on where nothing was found; what a view of ours didn't find (a code, a project) stays not found."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code != 404 or request.method != "GET" or _was_looked_up(request):
            return response
        target = renamed(request) or meant(request)
        return HttpResponseRedirect(target) if target else response


def _was_looked_up(request) -> bool:
    found = request.resolver_match
    return found is not None and found.url_name != PAGES


def renamed(request) -> str | None:
    """Give the address a page got, or an administrator gave; never that of a page not everybody may read."""
    ways = (Redirect.normalise_path(path) for path in (request.path, *ways_to_write(request.path)))
    row = next((row for path in dict.fromkeys(ways) if (row := get_redirect(request, path))), None)
    page = row and row.redirect_page
    if not row or (page and not (page.live and not page.get_view_restrictions().exists())):
        return None
    return row.link


def meant(request) -> str | None:
    """Give the first way to write this address by which there is something, with the query that was asked."""
    site = Site.find_for_request(request)
    # A browser reads dots as a way up, so they mean another address to it than to us.
    if site is None or len(request.path) > LONGEST or {".", ".."} & set(request.path.split("/")):
        return None
    ways = (path for path in ways_to_write(request.path) if path != request.path)
    found = next((path for path in ways if leads_somewhere(site, path)), None)
    query = request.META.get("QUERY_STRING", "")
    return found and escape_leading_slashes(iri_to_uri(found)) + (f"?{query}" if query else "")
