"""Kept forms: what is sent when the session is over waits behind the sign-in page.

It is kept sealed for an hour, the last one of each owner, and shown only to who wrote it: the account that was
signed in, else the last one that signed in with this browser. Nothing of passwords, files or ballots (docs/adr/0052).
Of a button without a text it is said that it was not done, on the sign-in page and on the page that it stood on.
A yes to an invitation needs no second look: it goes on by itself.
"""

import json
import re
from contextlib import suppress
from datetime import timedelta
from itertools import zip_longest
from urllib.parse import parse_qs, urlsplit

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import QueryDict
from django.shortcuts import redirect, render, resolve_url
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.http import escape_leading_slashes, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cms.models import KeptForm
from cms.templatetags.site_components import stay
from deliberation.people.ciphers import cipher_for
from deliberation.people.cookies import signed_cookie
from deliberation.people.referers import came_from
from deliberation.people.secret_fields import is_secret, no_words

from . import known_browser
from .form_labels import labels_at
from .operations import forget_forms, keep_form

LASTS, MOST = timedelta(hours=1), 64 * 1024  # bytes
AGAIN = "kept_text"  # stands in the form that is sent once more
NOT_DONE = "niet_gedaan"  # in an address: what was pressed, in words, signed
DOORS = ("account_login", "account_reauthenticate", "mfa_reauthenticate")
# Signing in itself. Of ballots, codes and cards the views say which fields are kept (`keeps_only`).
NEVER = "/account/"
GOES_ON = "invitations:accept_role"
TOO_LONG = gettext_lazy(
    "What you wrote is too long to keep here. Go back in your browser and copy it before you sign in."
)
# Commands of buttons, marks of the version that was read, and what Wagtail numbers the parts of a page with.
ABOUT_THE_FORM = re.compile(
    rf"^(op_id|next|do|action|seen\w*|framework|{AGAIN})$|_FORMS$|-(id|type|was|order|deleted)$"
    r"|^((loaded_)?revision_|action-|comments?-)"
)


class TooLong(Exception):
    """More was written than is kept."""


class KeptText:
    """Keep what was sent when the answer is to sign in, and say on the sign-in page what happened."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if _says_not_done(request) and request.user.is_authenticated:
            return _say_what_was_not_done(request)
        response = self.get_response(request)
        if request.method == "POST":
            return self._sent(request, response)
        if _door(response) == reverse("account_login") and _had_session(request):
            messages.info(request, _("Your session is over. Sign in again."))
        return response

    def _sent(self, request, response):
        door = _door(response)
        if not door:
            _forget_sent(request)
            return response
        try:
            kept = keep(request, timezone.now())
        except TooLong:
            messages.warning(request, TOO_LONG)
            return response
        if not kept:
            return _back_to_the_page(request, response)
        if not _goes_on(request.path):
            messages.info(request, _("What you wrote is kept for an hour. You find it after this."))
        return _leads(response, door, reverse("kept_text"))


def _door(response) -> str:
    """Give the path of the door that an answer leads to; empty when it leads elsewhere.

    A script hears of it in an answer that leads nowhere by itself: a no, with the address of the door.
    """
    if response.status_code != 302 and not 400 <= response.status_code < 500:
        return ""
    path = urlsplit(response.get("Location", "")).path
    return path if path in [reverse(name) for name in DOORS] else ""


def _back_to_the_page(request, response):
    """Lead who signs in to the page that a button stood on, and say here and there that it was not done."""
    if request.path.startswith(NEVER) or _door(response) != reverse("account_login"):
        return response
    asked = parse_qs(urlsplit(response["Location"]).query).get("next", [request.get_full_path()])
    following = came_from(request, otherwise=asked[0])
    if _had_session(request) or _writer(request):
        pressed = getattr(_view_at(request.path), "words_of", no_words)(request.POST)
        messages.warning(request, _not_done(pressed))
        following += ("&" if "?" in following else "?") + urlencode(
            {NOT_DONE: signing.dumps(pressed, salt=NOT_DONE)}
        )
    return _leads(response, _door(response), following)


def _leads(response, door: str, following: str):
    response["Location"] = f"{door}?{urlencode({'next': following})}"
    return response


def _says_not_done(request) -> bool:
    # The whole query is only read where it may say so: one of thousands of names is refused later, in words.
    may = request.method == "GET" and f"{NOT_DONE}=" in request.META.get("QUERY_STRING", "")
    return may and NOT_DONE in request.GET


def _say_what_was_not_done(request):
    """Say it on the page that it was pressed on, once: its address says it no more."""
    query = request.GET.copy()
    [*_all, signed] = query.pop(NOT_DONE)
    with suppress(signing.BadSignature):
        pressed = signing.loads(signed, salt=NOT_DONE, max_age=LASTS)
        messages.warning(request, _not_done(pressed))
    address = f"{request.path}?{query.urlencode()}" if query else request.path
    return redirect(escape_leading_slashes(address))


def _not_done(pressed: str) -> str:
    if not pressed:
        return _(
            "Your session was over. What you pressed was not done and not stored. Do it again."
        )
    return _(
        "Your session was over. This was not done and not stored: “%(what)s”. Do it again."
    ) % {"what": pressed}


def _view_at(path: str):
    """Find the view at a path; None where there is none."""
    with suppress(Resolver404):
        return resolve(path.partition("?")[0]).func
    return None


def _had_session(request) -> bool:
    return settings.SESSION_COOKIE_NAME in request.COOKIES and not request.user.is_authenticated


def keep(request, now) -> bool:
    """Keep the fields of a form; tells whether there was something to keep, and somebody to keep it for."""
    owner, goes_on = _writer(request), _goes_on(request.path)
    names = _names_to_keep(request)
    fields = [(name, request.POST.getlist(name)) for name in request.POST if name in names]
    worth = any(
        value.strip() for name, held in fields for value in held if not ABOUT_THE_FORM.search(name)
    )
    if not owner or not (worth or goes_on) or request.path.startswith(NEVER):
        return False
    form = [request.get_full_path(), fields, bool(request.FILES)]
    said = json.dumps(form, ensure_ascii=False).encode()
    if len(said) > MOST:
        raise TooLong
    keep_form(owner=owner, sealed=cipher_for("kept text").encrypt(said).decode(), now=now)
    return True


def _goes_on(path: str) -> bool:
    """Tell whether what was sent to a path is done as soon as its owner signed in."""
    try:
        return resolve(path.partition("?")[0]).view_name == GOES_ON
    except Resolver404:
        return False


def _names_to_keep(request) -> set[str]:
    """Name the fields that are no secret; of some views only those that they say."""
    view = request.resolver_match and request.resolver_match.func
    names_in = getattr(view, "keeps_only", set)
    secret = {name for name in request.POST if is_secret(name)}
    return set(names_in(request.POST)) - secret - {"csrfmiddlewaretoken", AGAIN}


def _writer(request) -> str:
    """Name who writes: the account, or else this browser's mark of who signed in last; empty for a stranger."""
    if request.user.is_authenticated:
        return owner_of(request.user)
    mark = signed_cookie(request, known_browser.COOKIE, known_browser.LASTS)
    return _digest(f"browser {mark}") if mark else ""


def owner_of(user) -> str:
    """Name an account as the owner of what is kept."""
    return _digest(f"account {user.pk}")


def _digest(owner: str) -> str:
    return salted_hmac("kept text", owner, algorithm="sha256").hexdigest()


def _owners(request) -> list[str]:
    """Name what is kept for who is signed in: as an account, and by this browser if it is theirs."""
    mark = signed_cookie(request, known_browser.COOKIE, known_browser.LASTS)
    mine = known_browser.is_of(mark, request.user.email)
    return [owner_of(request.user), *([_digest(f"browser {mark}")] if mine else [])]


def kept_for(request, now):
    """Give (path, fields, whether there were files) of what this account wrote last; None when that is nothing."""
    kept = KeptForm.objects.filter(owner__in=_owners(request), kept_at__gt=now - LASTS)
    try:
        path, fields, files = json.loads(
            cipher_for("kept text").decrypt(kept.latest("kept_at").sealed)
        )
    except (KeptForm.DoesNotExist, InvalidToken, ValueError):
        return None  # the last of them: another version kept it otherwise
    return path, fields, files


def forget_kept(now) -> None:
    """Remove what was kept for as long as was said."""
    KeptForm.objects.filter(kept_at__lte=now - LASTS).delete()


def _forget_sent(request) -> None:
    """Let go of what was kept once its form was sent again."""
    if request.user.is_authenticated and AGAIN in request.POST:
        forget_forms(owners=_owners(request))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def kept_text(request):
    """Show what was kept, to change and send once more; or throw it away."""
    kept = kept_for(request, timezone.now())
    if request.method == "POST":
        forget_forms(owners=_owners(request))
    if kept is None or request.method == "POST":
        return redirect(
            resolve_url(settings.LOGIN_REDIRECT_URL) if request.user.is_staff else stay("/")
        )
    path, fields, files = kept
    if _goes_on(path):
        forget_forms(owners=_owners(request))
        return _go_on(request, path, fields)
    typed = _typed(request, path, fields)
    shown = {(name, value) for _label, name, value in typed}
    values = [(name, value) for name, held in fields for value in held]
    context = {
        "action": path,
        "again": AGAIN,
        "files": files,
        "pressed": getattr(_view_at(path), "words_of", no_words)(_posted(fields)),
        "texts": typed,
        "others": [one for one in values if one not in shown],
    }
    return render(request, "account/kept_text.html", context)


def _go_on(request, path, fields):
    """Do what was sent, as if its owner had been signed in then."""
    view, args, kwargs = resolve(path.partition("?")[0])
    request.method, request.POST = "POST", _posted(fields)
    return view(request, *args, **kwargs)


def _posted(fields) -> QueryDict:
    posted = QueryDict(mutable=True)
    for name, held in fields:
        posted.setlist(name, held)
    return posted


def _typed(request, path, fields) -> list[tuple[str, str, str]]:
    """List what a person typed as (label or nothing, name, value): as the view says, else what reads as a text."""
    labels_of = getattr(_view_at(path), "labels_of", None)
    if labels_of is None:
        labels = labels_at(path, dict(fields))
        values = [(name, value) for name, held in fields for value in held]
        return [(labels.get(one[0], ""), *one) for one in values if _is_text(*one)]
    address = resolve(path.partition("?")[0]).kwargs
    labels = labels_of(request.user, _posted(fields), **address)
    return [
        (label, name, value)
        for name, held in fields
        if name in labels
        for value, label in zip_longest(held, labels[name][: len(held)], fillvalue="")
    ]


def _is_text(name: str, value: str) -> bool:
    """Tell whether a value is something a person typed, and no command, choice, number or block of an editor."""
    if ABOUT_THE_FORM.search(name):
        return False
    return (len(value) > 30 or " " in value.strip() or "\n" in value) and value[:1] not in (
        "{",
        "[",
    )
