"""Failed sign-ins: a security line for each, that names nobody; after several, a sign on an administrator's desk.

Whose it was is a digest under the platform's key: it can be looked up for somebody we know, never read back.
"""

import logging
from datetime import timedelta

from allauth.account.internal.stagekit import unstash_login
from allauth.core import context
from django.db.models import Sum
from django.utils import timezone
from django.utils.crypto import salted_hmac

from cms.models import FailedSignIn
from deliberation.projects.models import Municipality, Role, RoleAssignment

from .operations import record_failed_sign_in

# What allauth says to a wrong password or code, at whichever of its doors.
WRONG = {
    "email_password_mismatch", "enter_current_password", "incorrect_code", "incorrect_password",
    "invalid_login", "too_many_login_attempts", "too_many_app_codes",
}  # fmt: skip
SEVERAL, LOOKS_BACK, KEPT = 5, timedelta(days=1), timedelta(days=7)
log = logging.getLogger("samenkompas.security")


def digest_of(email: str) -> str:
    """Name an address without saying it: sixteen characters, the same each time, here only."""
    return salted_hmac("failed sign-in", email.lower(), algorithm="sha256").hexdigest()[:16]


def note_failure(code: str) -> None:
    """Write down that a password or code was wrong; other mistakes in a form are none of security's."""
    request = context.request
    if code not in WRONG or request is None:
        return
    email = _whose(request)
    who = digest_of(email) if email else "nobody"
    match = request.resolver_match
    log.warning("sign-in failed: %s, of %s, at %s", code, who, match.url_name if match else "")
    if email:
        record_failed_sign_in(who=who, now=timezone.now())


def _whose(request) -> str:
    """Give the address that is tried: of who is signed in, of who is half-way, else what was typed."""
    if request.user.is_authenticated:
        return request.user.email
    login = unstash_login(request, peek=True)
    if login:
        return login.user.email if login.user else login.email or ""
    return request.POST.get("login") or request.POST.get("email") or ""


def tried_often(user, now) -> list[tuple]:
    """List for an administrator whose accounts were tried often since yesterday: (colleague, how often)."""
    held = RoleAssignment.objects.filter(user=user, role=Role.ADMINISTRATOR, project=None)
    places = Municipality.objects.filter(pk__in=held.values("municipality"))
    if not places:
        return []
    working = RoleAssignment.objects.filter(municipality__in=places).select_related("user")
    colleagues = {digest_of(one.user.email): one.user for one in working}
    rows = FailedSignIn.objects.filter(who__in=colleagues, hour__gte=now - LOOKS_BACK)
    counted = rows.values("who").annotate(tries=Sum("times")).filter(tries__gte=SEVERAL)
    return sorted(((colleagues[row["who"]], row["tries"]) for row in counted), key=str)


def forget_old(now) -> None:
    """Remove what is too old to say anything."""
    FailedSignIn.objects.filter(hour__lt=now - KEPT).delete()
