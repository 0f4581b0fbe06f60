"""The endpoint decorator: what every answer of the API has of version, language, headers and refusals.

Nobody signs in here and no cookie is read, so a forged request can do nothing that its sender couldn't:
that is why the one POST needs no token against forging (docs/adr/0033).
"""

import logging
from collections.abc import Callable

from csp.constants import NONE
from csp.decorators import csp
from django.conf import settings
from django.core.signals import got_request_exception
from django.http import HttpResponse, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.csrf import csrf_exempt

from deliberation.open_compass.budget import TooBusy
from deliberation.people.outages import is_outage, try_again

from .problems import ApiProblem, not_found
from .reading import is_too_long

logger = logging.getLogger(__name__)

VERSION = "1.0.0"  # semantic; the first number stands in the address
HEADERS = {
    "API-Version": VERSION,
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
FROM_ANYWHERE = {"Access-Control-Allow-Origin": "*"}  # what is read; the design rules ask it


def endpoint(*, get: Callable | None = None, post: Callable | None = None):
    """Make a view: a function takes the request and what stands in the address, and gives plain data."""
    functions = {"GET": get, "HEAD": get, "POST": post}
    allowed = [method for method, function in functions.items() if function] + ["OPTIONS"]

    @csrf_exempt
    @csp({"default-src": [NONE], "frame-ancestors": [NONE]})
    def view(request, **about):
        language = language_for(request)
        with translation.override(language):
            response = _answer(request, functions, allowed, about)
        sent = {**HEADERS, "Content-Language": language, **(FROM_ANYWHERE if get else {})}
        for name, value in sent.items():
            response[name] = value
        return response

    return view


def _answer(request, functions, allowed, about) -> HttpResponse:
    try:
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers={"Allow": ", ".join(allowed)})
        return JsonResponse(_done(request, functions, allowed, about))
    except ApiProblem as problem:
        return problem.response()
    except TooBusy as busy:
        detail = _("Too much was asked in this minute. Try again in the next one.")
        return ApiProblem(429, detail, headers={"Retry-After": str(busy.wait)}).response()
    except Exception as failure:
        logger.exception("the API could not answer")
        if is_outage(failure):
            detail = _("We could not reach our database. Try again in a moment.")
            return try_again(ApiProblem(503, detail).response())
        got_request_exception.send(sender=None, request=request)
        return ApiProblem(500, _("We could not answer this. Try again later.")).response()


def _done(request, functions, allowed, about) -> dict:
    function = functions.get(request.method)
    if function is None:
        detail = _("This address knows: %s.") % ", ".join(allowed)
        raise ApiProblem(405, detail, headers={"Allow": ", ".join(allowed)})
    if not request.municipality:
        raise not_found()
    return function(request, **about)


def language_for(request) -> str:
    """Choose the language of an answer: asked in the address, else what the program prefers, else Dutch."""
    ours = dict(settings.LANGUAGES)
    if not is_too_long(request) and (asked := request.GET.get("language")) in ours:
        return asked
    for code, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if (language := code.split("-")[0]) in ours:
            return language
    return settings.LANGUAGE_CODE


def nothing_here(request, **about):
    """Answer for every address the API doesn't have; one with a slash at the end is another address."""
    raise not_found()
