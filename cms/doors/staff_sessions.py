"""Which requests of staff end in signing in again, or in confirming first who they are?"""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _

from deliberation.people.fresh import way_to_show
from deliberation.people.staff_session import (
    BEGAN,
    ConfirmFirst,
    is_over,
    must_confirm,
    note_presence,
    unconfirmed,
)

# Wagtail's own screens that change who may do what; ours say it on the operation.
RIGHTS = ("/admin/users/", "/admin/groups/")
FILES = ("/admin/", "/mijn/")


class StaffSessions:
    """End sessions of staff in time, and ask who it is before a sensitive step and before a file leaves."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or BEGAN not in request.session:
            return self.get_response(request)
        if is_over(request.session):
            logout(request)
            messages.info(request, _("You were signed out: that happens after twelve hours."))
            return self.get_response(request)
        asks = must_confirm(request.session)
        if request.headers.get("Sec-Fetch-Dest", "document") == "document":
            note_presence(request.session)
        with unconfirmed(asks):
            response = self.get_response(request)
        if asks and request.path.startswith(FILES) and _is_file(response):
            return ask_first(request)
        return response

    def process_view(self, request, view, args, kwargs):
        if (
            request.method == "POST"
            and request.path.startswith(RIGHTS)
            and SESSION_KEY in request.session
        ):
            return ask_first(request) if must_confirm(request.session) else None
        return None

    def process_exception(self, request, error):
        return ask_first(request) if isinstance(error, ConfirmFirst) else None


def _is_file(response) -> bool:
    return "attachment" in response.get("Content-Disposition", "")


def ask_first(request):
    """Lead somebody to where they confirm who they are, and from there back to where they were."""
    following = (
        request.get_full_path() if request.method in ("GET", "HEAD") else _came_from(request)
    )
    messages.info(
        request, _("You were away for a while. Confirm that it is you, and do this once more.")
    )
    if way_to_show(request):
        return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': following})}")
    # Only their organisation can tell who they are: signing in is the way to show it.
    logout(request)
    return redirect(f"{reverse('account_login')}?{urlencode({'next': following})}")


def _came_from(request) -> str:
    came_from = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(came_from, {request.get_host()}, request.is_secure()):
        return urlsplit(came_from)._replace(scheme="", netloc="").geturl()
    return reverse(settings.LOGIN_REDIRECT_URL)
