"""Error pages: words and a way on when something goes wrong, and never what is inside."""

import logging
import sys
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.signals import got_request_exception
from django.dispatch import receiver
from django.http import JsonResponse
from django.shortcuts import render
from django.urls import NoReverseMatch
from django.utils.translation import gettext as _
from django.views.debug import ExceptionReporter

from deliberation.people.outages import is_outage, outage_page, wants_json

logger = logging.getLogger(__name__)
OURS = ("cms.", "deliberation.", "compass.")
# What it is called when something else was sent than was expected.
SHAPE = (
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    OverflowError,
    NoReverseMatch,
    ValidationError,
)
# How Django's own page for developers begins; it shows addresses, settings and code.
FOR_DEVELOPERS = b"<title>Page not found at"


def csrf_failure(request, reason=""):
    """Say in plain words that the page was too old, with a way on; or that a server in front forgets the port."""
    if lost := _lost_port(request):
        logger.error(
            "a form of %s came in as one of %s: let the server in front pass the Host with its port",
            *lost,
        )
        reason = _(
            "What you sent was not saved. This site is set up for another address than the one you see. Tell the "
            "municipality: whoever looks after the site reads in its log what to change."
        )
        return render(request, "403.html", {"reason": reason}, status=403)
    if wants_json(request):
        old = _("This page is too old. Refresh it and try again.")
        return JsonResponse({"status": "refused", "reason": old}, status=403)
    return render(request, "403.html", {"stale_form": True}, status=403)


def _lost_port(request) -> tuple[str, str] | None:
    """Give where a form says it is from and where it came in, when only the port is another."""
    origin, host = urlsplit(request.headers.get("Origin", "")), request.get_host()
    here = urlsplit(f"//{host}")
    if origin.hostname and origin.hostname == here.hostname and origin.netloc != host:
        return origin.netloc, host
    return None


@receiver(got_request_exception)
def note_outage(request=None, **_signal) -> None:
    """Note with its request that an outage ended it, wherever that was."""
    if request is not None:
        request.is_outage = is_outage(sys.exc_info()[1])


class Outages:
    """Answer an outage with what was filled in and a button to send it again.

    A handler of errors would not do: with DEBUG, as in the demo, Django asks none.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        broke = response.status_code == 500 and getattr(request, "is_outage", False)
        return outage_page(request) if broke else response


class PlainNotFound:
    """Show our own page when something isn't found, also in the demo, which runs with DEBUG."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if settings.DEBUG and settings.DEMO and _is_for_developers(response):
            return render(request, "404.html", status=404)
        return response


class CrookedForms:
    """Answer 400 when a screen of Wagtail breaks on what was sent: its forms expect what its own pages send.

    A form without its counts, an id that is a word: people see what to do, and the log keeps where it broke.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        sent = request.GET or request.method not in ("GET", "HEAD")
        if not (request.path.startswith("/admin/") and sent and isinstance(exception, SHAPE)):
            return None
        if not request.resolver_match or request.resolver_match.func.__module__.startswith(OURS):
            return None
        logger.error("broke on what was sent: %s", request.path, exc_info=exception)
        return render(request, "400.html", status=400)


class PlainReporter(ExceptionReporter):
    """Show our own page when something breaks in the demo; developers without the demo see Django's."""

    def get_traceback_html(self):
        if not settings.DEMO:
            return super().get_traceback_html()
        return render(None, "500.html").content.decode()


def _is_for_developers(response) -> bool:
    if response.status_code != 404 or response.streaming:
        return False
    return FOR_DEVELOPERS in response.content[:2000]
