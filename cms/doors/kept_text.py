"""What becomes of a form that is sent when the session is over? Its text waits behind the sign-in page.

It is kept in the browser's own session, encrypted, for an hour, and shown only to who wrote it: the account that was
signed in, else the last one that signed in with this browser. Nothing of passwords, files or ballots (docs/adr/0052).
"""

import base64
import hashlib
import json
import re
import time
from urllib.parse import urlsplit

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cms.templatetags.site_components import stay
from deliberation.people.cookies import signed_cookie

from . import known_browser

KEY, LASTS, MOST = "kept_text", 3600, 256 * 1024  # seconds, bytes
DOORS = ("account_login", "account_reauthenticate", "mfa_reauthenticate")
# Signing in itself, and what people do in a session: among it they vote.
NEVER = ("/account/", "/s/")
SECRET = re.compile(r"password|wachtwoord|secret|token|^code$|_code$", re.I)
ABOUT_THE_FORM = re.compile(r"^(op_id|next)$|_FORMS$")


class KeptText:
    """Keep what was sent when the answer is to sign in, and say on the sign-in page what happened."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.method == "POST":
            return self._sent(request, response)
        if _door(response) == reverse("account_login") and _had_session(request):
            messages.info(request, _("Your session is over. Sign in again."))
        return response

    def _sent(self, request, response):
        door = _door(response)
        if not door:
            forget_sent(request)
            return response
        if not keep(request):
            return response
        messages.info(request, _("What you wrote is kept for an hour. You find it after this."))
        return redirect(f"{door}?{urlencode({'next': reverse('kept_text')})}")


def _door(response) -> str:
    """Give the path of the door that an answer leads to; empty when it leads elsewhere."""
    if response.status_code != 302:
        return ""
    path = urlsplit(response["Location"]).path
    return path if path in [reverse(name) for name in DOORS] else ""


def _had_session(request) -> bool:
    return settings.SESSION_COOKIE_NAME in request.COOKIES and not request.user.is_authenticated


def keep(request) -> bool:
    """Keep the fields of a form; tells whether there was something to keep, and somebody to keep it for."""
    owner = _owner(request)
    fields = [(name, request.POST.getlist(name)) for name in request.POST if _may_keep(name)]
    worth = any(
        value.strip() for name, held in fields for value in held if not ABOUT_THE_FORM.search(name)
    )
    if not owner or not worth or request.path.startswith(NEVER):
        return False
    files = bool(request.FILES)
    kept = json.dumps([owner, time.time(), request.get_full_path(), fields, files]).encode()
    if len(kept) > MOST:
        return False
    request.session[KEY] = _cipher().encrypt(kept).decode()
    return True


def _may_keep(name: str) -> bool:
    return name != "csrfmiddlewaretoken" and not SECRET.search(name)


def _owner(request):
    """Name who writes: the number of the account, or else this browser's mark of who signed in last."""
    if request.user.is_authenticated:
        return request.user.pk
    return signed_cookie(request, known_browser.COOKIE, known_browser.LASTS)


def kept_for(request):
    """Give (path, fields, whether there were files) of what this account wrote; None for anybody else."""
    try:
        sealed = request.session.get(KEY, "").encode()
        owner, at, path, fields, files = json.loads(_cipher().decrypt(sealed))
    except (InvalidToken, ValueError):
        return None
    user = request.user
    mine = owner == user.pk if isinstance(owner, int) else known_browser.is_of(owner, user.email)
    return (path, fields, files) if mine and time.time() - at < LASTS else None


def forget_sent(request) -> None:
    """Let go of what is kept once its form was sent again, and as soon as somebody else is signed in."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or KEY not in request.session:
        return
    if request.user.is_authenticated:
        kept = kept_for(request)
        if kept is None or kept[0] == request.get_full_path():
            request.session.pop(KEY, None)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def kept_text(request):
    """Show what was kept, to change and send once more; or throw it away."""
    kept = kept_for(request)
    if kept is None or request.method == "POST":
        request.session.pop(KEY, None)
        return redirect(
            resolve_url(settings.LOGIN_REDIRECT_URL) if request.user.is_staff else stay("/")
        )
    path, fields, files = kept
    values = [(name, value) for name, held in fields for value in held]
    context = {
        "action": path,
        "files": files,
        "texts": [pair for pair in values if _is_text(*pair)],
        "others": [pair for pair in values if not _is_text(*pair)],
    }
    return render(request, "account/kept_text.html", context)


def _is_text(name: str, value: str) -> bool:
    """Tell whether a value is something a person wrote, and no choice, number or block of an editor."""
    if ABOUT_THE_FORM.search(name):
        return False
    return (len(value) > 30 or " " in value.strip() or "\n" in value) and value[:1] not in (
        "{",
        "[",
    )


def _cipher() -> Fernet:
    key = hashlib.sha256(b"kept text" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
