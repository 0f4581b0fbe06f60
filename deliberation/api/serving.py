"""The endpoint decorator: what every answer of the API has of version, language, headers and refusals.

Nobody signs in here and no cookie is read, so a forged request can do nothing that its sender couldn't:
that is why the one POST needs no token against forging (docs/adr/0033).
"""

import logging
from functools import wraps

from csp.constants import NONE
from csp.decorators import csp
from django.conf import settings
from django.core.signals import got_request_exception
from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from ninja import NinjaAPI

from deliberation.open_compass.budget import TooBusy
from deliberation.people.outages import is_outage, try_again

from .problems import ApiProblem, not_found
from .reading import is_too_long

logger = logging.getLogger(__name__)

VERSION = "1.1.0"  # semantic; the first number stands in the address
HEADERS = {
    "API-Version": VERSION,
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
FROM_ANYWHERE = {"Access-Control-Allow-Origin": "*"}  # what is read; the design rules ask it


class Api(NinjaAPI):
    """The addresses of the API, by django-ninja: it makes answers by their schemas, and describes them."""

    def get_content_type(self):
        return self.renderer.media_type  # JSON is UTF-8; there is no charset to name


api = Api(version=VERSION, docs_url=None, openapi_url=None, urls_namespace="api")


def on_a_site(function):
    """Answer only on a host of a municipality."""

    @wraps(function)
    def answer(request, **about):
        if not request.municipality:
            raise not_found()
        return function(request, **about)

    return answer


api.add_decorator(on_a_site)


@api.exception_handler(ApiProblem)
def say_problem(request, problem) -> HttpResponse:
    return problem.response()


@api.exception_handler(TooBusy)
def say_busy(request, busy) -> HttpResponse:
    detail = _("Too much was asked in this minute. Try again in the next one.")
    return ApiProblem(429, detail, headers={"Retry-After": str(busy.wait)}).response()


@api.exception_handler(Exception)
def say_failure(request, failure) -> HttpResponse:
    logger.error("the API could not answer", exc_info=failure)
    if is_outage(failure):
        detail = _("We could not reach our database. Try again in a moment.")
        return try_again(ApiProblem(503, detail).response())
    got_request_exception.send(sender=None, request=request)
    return ApiProblem(500, _("We could not answer this. Try again later.")).response()


def endpoint(view, *, read: bool = True):
    """Give every answer of a view its language, headers and limits, and say in words what is not allowed."""

    @csrf_exempt
    @csp({"default-src": [NONE], "frame-ancestors": [NONE]})
    def served(request, **about):
        language = language_for(request)
        with translation.override(language):
            response = _answer(request, view, about)
        sent = {**HEADERS, "Content-Language": language, **(FROM_ANYWHERE if read else {})}
        for name, value in sent.items():
            response[name] = value
        return response

    return served


def _answer(request, view, about) -> HttpResponse:
    response = view(request, **about)
    if response.status_code != 405:
        return response
    read = ["GET", "HEAD"] if "GET" in response["Allow"] else []
    written = ["POST"] if "POST" in response["Allow"] else []
    allowed = ", ".join([*read, *written, "OPTIONS"])
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers={"Allow": allowed})
    detail = _("This address knows: %s.") % allowed
    return ApiProblem(405, detail, headers={"Allow": allowed}).response()


def language_for(request) -> str:
    """Choose the language of an answer: asked in the address, else what the program prefers, else Dutch."""
    ours = dict(settings.LANGUAGES)
    if not is_too_long(request) and (asked := request.GET.get("language")) in ours:
        return asked
    for code, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if (language := code.split("-")[0]) in ours:
            return language
    return settings.LANGUAGE_CODE


@require_http_methods(["GET", "POST"])
def nothing_here(request, **about):
    """Answer for every address the API doesn't have; one with a slash at the end is another address."""
    return not_found().response()
