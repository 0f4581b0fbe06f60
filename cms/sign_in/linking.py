"""Linking an organisation's sign-in to an account that was there already, after its owner proved that it is theirs.

An issuer speaks for its domains, not for our accounts: who it sends to an existing account signs in once more in their
own way (second factor included), and from then on the link stands.
"""

import time

from allauth.account.adapter import get_adapter
from allauth.account.internal.userkit import filter_users_by_email
from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from deliberation.people.second_factor import reaches_beyond

from .operations import link_issuer
from .organisation import confirmed_address, issuer_for

WAITS = "link_to_issuer"
LASTS = 15 * 60  # seconds to prove it in; as long as a code by mail


def let_in(request, sociallogin) -> None:
    """Go on only with a confirmed address of the issuer's own domains, for an account that it may open.

    Otherwise this raises the page that says why, or the one where the owner of the account signs in.
    """
    issuer = issuer_for(request)
    email = confirmed_address(sociallogin)
    if not email or not issuer.speaks_for(email):
        raise _no(request, "no_confirmed_address", name=issuer.name, email=email)
    user = sociallogin.user if sociallogin.is_existing else _account(request, sociallogin, email)
    if user and reaches_beyond(user, issuer.municipality):
        raise _no(request, "works_elsewhere", name=issuer.name)
    if user and not sociallogin.is_existing and sociallogin.state.get("process") != "connect":
        raise _ask_to_prove(request, sociallogin, issuer, user)


def _account(request, sociallogin, email: str):
    if sociallogin.state.get("process") == "connect":
        return request.user if request.user.is_authenticated else None
    found = filter_users_by_email(email, prefer_verified=True)
    return found[0] if found else None


def _no(request, page, **context) -> ImmediateHttpResponse:
    return ImmediateHttpResponse(render(request, f"socialaccount/{page}.html", context, status=403))


def _ask_to_prove(request, sociallogin, issuer, user) -> ImmediateHttpResponse:
    if request.user.is_authenticated:
        get_adapter().logout(request)
    account = sociallogin.account
    request.session[WAITS] = [account.provider, account.uid, user.pk, time.time()]
    said = _(
        "You have an account here already. Sign in once more in the way you always do. Then we connect %s to it."
    )
    messages.info(request, said % issuer.name)
    following = urlencode({"next": sociallogin.state.get("next") or "/"})
    return ImmediateHttpResponse(redirect(f"{reverse('account_login')}?{following}"))


def link_after_proof(request, user) -> None:
    """Make the link that waited for this sign-in; nothing when it was for another account or too long ago."""
    waiting = request.session.pop(WAITS, None)
    if not waiting:
        return
    provider, uid, pk, since = waiting
    if pk != user.pk or time.time() - since > LASTS or reaches_beyond(user, provider):
        return
    link_issuer(actor=user, municipality=provider, uid=uid, now=timezone.now())
