"""Middleware for staff sessions: which requests end in signing in again, or in confirming first who they are."""

import re
from contextlib import ExitStack, suppress
from functools import cache

from django.apps import apps
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.db import connection
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from deliberation.people.recent_sign_in import way_to_show
from deliberation.people.referers import came_from
from deliberation.people.staff_session import (
    BEGAN,
    ConfirmFirst,
    is_over,
    must_confirm,
    note_presence,
    unconfirmed,
)

# What is in these apps and models says who is who, who may do what, or which rules count. Whatever writes there,
# ours or a library's, asks first; `sensitive` marks the operations that write elsewhere too.
TABLES_OF_RIGHTS = (
    "auth", "mfa", "account", "socialaccount", "people.User", "projects.RoleAssignment",
    "projects.RoleInvitation", "compass.Framework", "wagtailcore.Site", "wagtailcore.GroupPagePermission",
    "wagtailcore.GroupCollectionPermission", "wagtailcore.GroupSitePermission", "wagtailcore.APIToken",
)  # fmt: skip
SHOWS_WHO_IT_IS = ("account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn")
WRITES = re.compile(
    r'\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)', re.IGNORECASE
)
# What a browser shows by itself; all else is a file that somebody can walk away with.
SHOWN = re.compile(
    r"(?:text/(?!csv)|image/|application/(?:[\w.+-]*(?:json|xml)|javascript)(?:;|$))"
)
FOR_EVERYBODY = ("/documents/", "/media/", "/static/", "/s/uitslag/", "/agenda.ics")


@cache
def tables_of_rights() -> frozenset[str]:
    """Name the tables that nobody changes who has yet to confirm who they are."""
    found = []
    for label in TABLES_OF_RIGHTS:
        named = [apps.get_model(label)] if "." in label else apps.get_app_config(label).get_models()
        for model in named:
            joins = [field.remote_field.through for field in model._meta.local_many_to_many]
            found += [one._meta.db_table for one in (model, *joins)]
    return frozenset(found)


def refuse_rights(execute, sql, params, many, context):
    """Ask first, before a statement that changes a table of rights."""
    written = WRITES.match(sql)
    if written and written[1] in tables_of_rights():
        raise ConfirmFirst
    return execute(sql, params, many, context)


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
        with ExitStack() as held:
            held.enter_context(unconfirmed(asks))
            if asks and not _shows_who_it_is(request):
                held.enter_context(connection.execute_wrapper(refuse_rights))
            response = self.get_response(request)
        if asks and not request.path.startswith(FOR_EVERYBODY) and _is_file(response):
            return ask_first(request)
        return response

    def process_exception(self, request, error):
        return ask_first(request) if isinstance(error, ConfirmFirst) else None


def _shows_who_it_is(request) -> bool:
    # Confirming writes too: a code of the app, or a code on paper, is used up.
    with suppress(Resolver404):
        return resolve(request.path).url_name in SHOWS_WHO_IT_IS
    return False


def _is_file(response) -> bool:
    has_text = response.status_code == 200 and "Content-Type" in response
    return "attachment" in response.get("Content-Disposition", "") or (
        has_text and not SHOWN.match(response["Content-Type"])
    )


def ask_first(request):
    """Lead somebody to where they confirm who they are, and from there back to where they were."""
    asked = request.method in ("GET", "HEAD")
    home = reverse(settings.LOGIN_REDIRECT_URL)
    following = request.get_full_path() if asked else came_from(request, otherwise=home)
    messages.info(
        request, _("You were away for a while. Confirm that it is you, and do this once more.")
    )
    if way_to_show(request):
        return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': following})}")
    # Only their organisation can tell who they are: signing in is the way to show it.
    logout(request)
    return redirect(f"{reverse('account_login')}?{urlencode({'next': following})}")
