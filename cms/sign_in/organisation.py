"""OpenID Connect: the municipality's own sign-in, and what we believe of it."""

import hashlib
import logging

from allauth.socialaccount.forms import DisconnectForm
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import Http404
from django.shortcuts import render

from compass.refusal import Refused
from deliberation.people.names import clean_name

from .issuers import Issuer

logger = logging.getLogger(__name__)


class CheckedSignIn(OpenIDConnectOAuth2Adapter):
    """Check the signature of every ID token, and that the profile is of the same person."""

    def _decode_id_token(self, app, id_token):
        return jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
            verify_signature=True,
        )

    def _fetch_user_info(self, access_token):
        self._profile = super()._fetch_user_info(access_token)
        return self._profile

    def complete_login(self, request, app, token, **answer):
        issuer = issuer_for(request)
        if self.openid_config["issuer"].rstrip("/") != issuer.issuer:
            raise OAuth2Error("another issuer")
        id_token = answer["response"].get("id_token")
        if not id_token:
            raise OAuth2Error("no ID token")
        login = super().complete_login(request, app, token, **answer)
        if login.account.extra_data.get("subject") != self._profile.get("sub"):
            raise OAuth2Error("the profile is of somebody else")
        return login


class Disconnect(DisconnectForm):
    """Ask which link to end; on a municipality's host only the one with its own organisation."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        issuer = issuer_for(self.request)
        self.accounts = self.accounts.filter(provider=issuer.municipality if issuer else "")
        self.fields["account"].queryset = self.accounts


def leave_for(request, provider_id):
    """Send somebody to their organisation. A page in between: our policy lets no form lead elsewhere."""
    response = _view(OAuth2LoginView, request, provider_id)
    if response.status_code != 302 or request.method != "POST":
        return response
    name = CheckedSignIn(request, provider_id).get_provider().name
    return render(request, "socialaccount/leaving.html", {"href": response.url, "name": name})


def come_back(request, provider_id):
    """Take somebody back from their organisation."""
    return _view(OAuth2CallbackView, request, provider_id)


def _view(view, request, provider_id):
    try:
        return view.adapter_view(CheckedSignIn(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None


def issuer_for(request) -> Issuer | None:
    """Give the issuer of the municipality on whose host this is asked."""
    municipality = getattr(request, "municipality", None)
    return settings.ISSUERS.get(municipality.slug) if municipality else None


def app_of(issuer: Issuer) -> SocialApp:
    """Give an issuer in allauth's terms; never saved."""
    return SocialApp(
        provider="openid_connect",
        provider_id=issuer.municipality,
        name=issuer.name,
        client_id=issuer.client_id,
        secret=issuer.client_secret,
        settings={"server_url": issuer.issuer, "oauth_pkce_enabled": True},
    )


def number_of(issuer: Issuer, subject) -> str:
    """Name somebody by issuer and subject: a municipality that changes issuer brings no links along."""
    return hashlib.sha256(f"{issuer.issuer} {subject}".encode()).hexdigest()


def keep_little(request, sociallogin) -> None:
    """Keep of all that the organisation told only what we act on: no profile stays with us."""
    issuer, told = issuer_for(request), sociallogin.account.extra_data
    profile, proof = told.get("userinfo") or {}, told.get("id_token") or {}
    about = profile or proof
    methods = proof.get("amr") or []
    methods = methods if isinstance(methods, list) else [methods]
    used = {str(one) for one in [*methods, proof.get("acr")] if one}
    sociallogin.account.uid = number_of(issuer, proof.get("sub"))
    sociallogin.account.extra_data = {
        "subject": proof.get("sub"),
        # Strictly the value true: a text "false" is not a yes.
        "confirmed": one_address(about.get("email")) if about.get("email_verified") is True else "",
        "second_factor": bool(used & set(issuer.second_factor)),
    }


def one_address(told) -> str:
    """Give an address as it is compared; blank for what is none, or more than one, or looks like another."""
    try:
        validate_email(told if isinstance(told, str) and told.isascii() else "")
    except ValidationError:
        return ""
    return told.lower()


def confirmed_address(sociallogin) -> str:
    """Give the e-mail address that the organisation says is confirmed; empty when there is none."""
    return sociallogin.account.extra_data.get("confirmed") or ""


def asked_second_factor(sociallogin) -> bool:
    """Tell whether the organisation said, in the signed token, that it asked for a second factor."""
    return bool(sociallogin.account.extra_data.get("second_factor"))


def name_or_nothing(text: str) -> str:
    """Clean a name that somebody else typed; nothing when residents may not carry it."""
    try:
        return clean_name(text) if text else ""
    except Refused:
        return ""


def log_failure(provider, error, exception) -> None:
    """Note why a sign-in failed, without saying whose."""
    reason = type(exception).__name__ if exception else "refused"
    logger.warning("sign-in with %s failed: %s %s", provider.name, error, reason)
