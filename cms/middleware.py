"""Middleware: what every request is given of municipality, participant, language, policy and second factor."""

from contextlib import nullcontext

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from deliberation.people.cookies import leave_cookie
from deliberation.people.operations import origin
from deliberation.people.participant_session import participant_of
from deliberation.people.read_once import reading_once
from deliberation.people.second_factor import lacks_second_factor, opened_too_narrow, with_session
from deliberation.projects.tenancy import on_site_of

from .tenants.municipalities import municipality_for, recall_site

# These addresses are read aloud or typed over, so they stay short: no language in them.
OUTSIDE_LANGUAGE_PREFIXES = ("/s/", "/meedoen/", "/volg/", "/account/", "/mijn/", "/demo/")
STAFF_SCREENS, PASSKEYS = ("/account/2fa/", "/account/password/"), "/account/2fa/webauthn/"
# Wagtail's editor has inline scripts and styles (docs/adr/0006).
EDITOR_POLICY = {
    "script-src": ["'self'", "'unsafe-inline'", "'unsafe-eval'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
    "font-src": ["'self'", "data:"],
}


# Of what a browser can open, passkeys are all we use; nothing may be asked by what is shown here.
OPEN_TO_US = ("publickey-credentials-get", "publickey-credentials-create", "fullscreen")
CLOSED = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media",
    "gamepad", "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer", "microphone",
    "midi", "payment", "picture-in-picture", "screen-wake-lock", "serial", "storage-access", "usb",
    "window-management", "xr-spatial-tracking",
)  # fmt: skip
PERMISSIONS_POLICY = ", ".join(
    [f"{name}=(self)" for name in OPEN_TO_US] + [f"{name}=()" for name in CLOSED]
)


class PermissionsPolicy:
    """Say with every answer which powers of the browser a page may use."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response["Permissions-Policy"] = PERMISSIONS_POLICY
        return response


class ContentSecurityPolicy(CSPMiddleware):
    """Serve the strict policy everywhere, and the editor's under /admin/ only."""

    def get_policy_parts(self, request, response, report_only=False) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if request.path.startswith("/admin/") and not report_only:
            parts.update = EDITOR_POLICY
        return parts


class UnprefixedLanguage:
    """Follow `?lang=` where addresses have no language: live pages, sign-in, codes. A cookie keeps it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not has_no_language(request.path):
            response = self.get_response(request)
            if has_no_language(response.get("Location", "")):
                response["Location"] = in_language(response["Location"], request.LANGUAGE_CODE)
            return response
        asked = request.GET.get("lang", "")
        language = asked or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if language in dict(settings.LANGUAGES):
            translation.activate(language)
            request.LANGUAGE_CODE = language
        response = self.get_response(request)
        if asked == language and asked in dict(settings.LANGUAGES):
            leave_cookie(response, settings.LANGUAGE_COOKIE_NAME, asked)
        return response


def has_no_language(path: str) -> bool:
    """Tell whether an address, with its query or without, stands outside of the languages."""
    return f"{path.partition('?')[0]}/".startswith(OUTSIDE_LANGUAGE_PREFIXES)


def in_language(path: str, code: str) -> str:
    """Give one of our own paths in a language, whether its address says one or not."""
    if code == settings.LANGUAGE_CODE:
        return path
    if has_no_language(path):
        return f"{path}{'&' if '?' in path else '?'}lang={code}"
    return f"/{code}{path}"


class HeadAsGet:
    """Answer HEAD as GET, without the body: no view has to know of it, and none takes it for a POST."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method != "HEAD":
            return self.get_response(request)
        request.method = "GET"
        response = self.get_response(request)
        if response.streaming:
            response.close()
            response.streaming_content = ()
        else:
            response.headers.setdefault("Content-Length", str(len(response.content)))
            response.content = b""
        return response


class CurrentMunicipality:
    """Set `request.municipality` from the Wagtail Site of this host; lazy, so falsy when there is none."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        recall_site(request)
        request.municipality = SimpleLazyObject(lambda: municipality_for(request))
        only_reads = reading_once() if request.method == "GET" else nullcontext()
        with origin("web"), on_site_of(request.municipality), only_reads:
            return self.get_response(request)


class CurrentParticipant:
    """Set `request.participant`: who joined with this browser; lazy, so falsy when nobody did."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.participant = SimpleLazyObject(lambda: participant_of(request.session))
        return self.get_response(request)


class SecondFactor:
    """Close staff addresses to residents, and to staff without a second factor; allauth has no such setting."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        user = request.user
        request.user = SimpleLazyObject(lambda: with_session(user, request.session))
        return self._elsewhere(request) or self.get_response(request)

    def _elsewhere(self, request):
        if is_staff_address(request.path) and request.user.is_authenticated:
            return self._from_the_desk(request)
        # Residents have no password and no second lock; they never see a screen about one.
        if _is_about_passwords(request.path) and request.user.is_authenticated:
            return None if request.user.is_staff else redirect("mfa_list_webauthn")
        return None

    def _from_the_desk(self, request):
        if request.user.is_staff and not lacks_second_factor(request.user):
            return None
        if request.headers.get("Accept", "").startswith("application/json"):
            return JsonResponse({"reason": "second factor needed"}, status=403)
        if not request.user.is_staff:
            reason = _("This is for people who work for the municipality.")
            return render(request, "403.html", {"reason": reason}, status=403)
        if opened_too_narrow(request.user):
            reason = _(
                "You work in more places than this municipality. Sign out, and sign in with a code, a password or a "
                "passkey."
            )
            return render(request, "403.html", {"reason": reason}, status=403)
        return redirect("mfa_index")


def _is_about_passwords(path: str) -> bool:
    return path.startswith(STAFF_SCREENS) and not path.startswith(PASSKEYS)


def is_staff_address(path: str) -> bool:
    """Tell whether an address is for staff: the desk, and a run's console."""
    return path.startswith("/admin/") or (path.startswith("/s/run/") and path.endswith("/console/"))


class RefusedTitle:
    """Begins the title of a page with "Error" when a form on it was refused, so that who hears it knows at once."""

    MARKS = (
        b" data-refused>",
        b' aria-invalid="true"',
    )  # the summary; a form of one field has none

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.method != "POST" or response.streaming:
            return response
        if any(mark in response.content for mark in self.MARKS):
            title = ("<title>" + gettext("Error:") + " ").encode()
            response.content = response.content.replace(b"<title>", title, 1)
        return response
