"""Middleware of the page cache: gives nobody in particular the page that the last one got, as long as it holds."""

import gzip
import hashlib
from datetime import datetime, time, timedelta

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import Error
from django.http import HttpResponse
from django.middleware.gzip import re_accepts_gzip
from django.utils import timezone
from django.utils.cache import get_conditional_response
from wagtail.models import Site

from cms.tenants.municipalities import look_anew
from deliberation.people.cookies import cookie_name

from .generations import generation_of
from .memory import KeptAnswer, Memory

# Views that show everybody the same, and no form that changes anything. A test asks each of them.
PUBLIC = {
    "wagtail_serve", "news", "status", "news_feed", "decision_feed", "calendar", "see_register",
}  # fmt: skip
# A server in front may give it to others for a second; a browser asks each time whether it is still right. nginx
# goes by the second header only: nothing else of ours, a picture that becomes private, is ever kept there.
FOR_OTHERS = {
    "Cache-Control": "public, max-age=0, s-maxage=1, must-revalidate",
    "X-Accel-Expires": "1",  # seconds, as above
    "Vary": "Accept-Encoding",
}
answers = Memory()


class PageCache:
    """Keep what a public view answers to a plain request; mark it so that nginx and browsers can do so too."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        key = key_of(request) if settings.PAGES_ARE_KEPT else None
        if key is None:
            return self.get_response(request)
        last, now = answers.get(key), timezone.now()
        try:
            # Before anything that the page is made of is read: what changes meanwhile makes it old.
            generation = generation_of(last.municipality_id) if last else None
        except Error:  # while the database is away nothing can change
            generation = last.generation
        if last and last.holds(generation, now):
            response = HttpResponse(last.content, headers=dict(last.headers))
        else:
            response = self._make(request, key, last, generation, now)
        if not response.has_header("ETag"):
            return response
        return get_conditional_response(request, response["ETag"], None, response)

    def _make(self, request, key, last, generation, now):
        if last and last.generation != generation:
            look_anew()  # another process may have changed it
        response = self.get_response(request)
        municipality = _whose(request) if is_public(request, response) else None
        if municipality:
            for name, value in FOR_OTHERS.items():
                response[name] = value
            response["ETag"] = _etag(response)
            kept = KeptAnswer.seen(municipality.pk, now)
            if last and last.municipality_id == municipality.pk and generation is not None:
                headers = tuple(response.items())
                kept = KeptAnswer(
                    municipality.pk, generation, now, valid_until(now), response.content, headers
                )
            answers.add(key, kept)
        return response


def key_of(request) -> tuple | None:
    """Name what a request asks for; None when the answer may differ by who asks, or may be made for this one only."""
    if request.method != "GET" or request.META.get("QUERY_STRING"):
        return None
    someone = {settings.SESSION_COOKIE_NAME, cookie_name("messages")}
    if someone & request.COOKIES.keys() or "Authorization" in request.headers:
        return None
    try:
        host = request.get_host()
    except DisallowedHost:  # whoever comes next says so
        return None
    packed = bool(re_accepts_gzip.search(request.headers.get("Accept-Encoding", "")))
    return request.scheme, host, request.path, packed


def is_public(request, response) -> bool:
    """Tell whether this answer is for everybody: by its view, and by all it does."""
    match = request.resolver_match
    return (
        match is not None
        and match.view_name in PUBLIC
        and response.status_code == 200
        and not (response.streaming or response.cookies or response.has_header("Cache-Control"))
        and "CSRF_COOKIE_NEEDS_UPDATE" not in request.META
    )


def valid_until(now: datetime) -> datetime:
    """Give the first moment at which time alone may change a page: midnight here, as all of them count in days."""
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    midnight = timezone.make_aware(datetime.combine(tomorrow, time.min))
    return min(midnight, now + timedelta(seconds=settings.PAGES_ARE_KEPT))


def _etag(response) -> str:
    """Name what a page says, however it is packed: packing adds bytes by chance."""
    said = response.content
    if response.get("Content-Encoding") == "gzip":
        said = gzip.decompress(said)
    return f'W/"{hashlib.sha256(said).hexdigest()[:32]}"'


def _whose(request):
    """Give the municipality of a host that is spelled as its site spells it: any other would fill the memory."""
    site = Site.find_for_request(request)
    if site is None or request.get_host() not in (site.hostname, f"{site.hostname}:{site.port}"):
        return None
    return request.municipality or None
