"""Adapters of allauth: where people go, which links mail holds, which second factor counts."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from cms.templatetags.site_components import stay
from deliberation.people.mailing import language_header, mailing, sender
from deliberation.people.operations import create_resident
from deliberation.people.participant_session import welcome
from deliberation.people.second_factor import note_issuer
from deliberation.people.throttling import Limit
from deliberation.projects.invitations.queries import invitations_for

from . import encryption, linking, organisation, password_queue
from .addresses import public_address
from .failed_sign_ins import note_failure
from .known_browser import counted_as, remember_browser

PASSWORDS = Limit(
    "wrong passwords of an account",
    10,
    60,
    "hears of a code by mail, which wrong passwords never hold up; who was inside before counts apart",
)
MFA_STAGE = "allauth.mfa.stages.AuthenticateStage"
RECENTLY = (
    10 * 60
)  # seconds in which a resident who just signed in changes keys without being asked again


class Doors(DefaultAccountAdapter):
    """Let residents in with a code, and lead everybody on."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("This e-mail address or password is not right."),
        "incorrect_code": _("This code is not right."),
        "too_many_login_attempts": _(
            "Too many tries. Wait a minute and try again, or ask for a code by e-mail: that always works."
        ),
        "too_many_passwords_at_once": _(
            "Very many people sign in with a password just now. Ask for a code by e-mail: that always works."
        ),
        "too_many_app_codes": _(
            "Too many wrong codes for this account. Use your passkey, or a browser in which you signed in "
            "before. Or begin again with a code by e-mail instead of your password."
        ),
        "rate_limited": _(
            "Very much mail was asked for from your network. Wait a minute, or sign in with a passkey."
        ),
    }

    def validation_error(self, code, *args):
        note_failure(code)
        return super().validation_error(code, *args)

    def is_open_for_signup(self, request):
        return False  # with a password; a code by mail makes an account

    def get_login_stages(self):
        ours = "cms.sign_in.stages.StaffSecondFactor"
        return [ours if stage == MFA_STAGE else stage for stage in super().get_login_stages()]

    def login(self, request, user):
        super().login(request, user)
        if user.is_staff:
            request.session.set_expiry(0)  # with the browser
        welcome(request.session, user)

    def post_login(self, request, user, **how):
        response = super().post_login(request, user, **how)
        came_by = (how.get("signal_kwargs") or {}).get("sociallogin")
        if came_by:
            asked = organisation.asked_second_factor(came_by)
            note_issuer(request.session, came_by.account.provider, asked)
        else:
            linking.link_after_proof(request, user)
        remember_browser(request, response, user.email)
        return response

    def get_login_redirect_url(self, request):
        if invitations_for(request.user, timezone.now()).exists():
            return reverse("invitations:see_invitations")
        return resolve_url(settings.LOGIN_REDIRECT_URL) if request.user.is_staff else stay("/")

    get_signup_redirect_url = get_login_redirect_url

    def is_safe_url(self, url):
        hosts = {self.request.get_host()}
        return url_has_allowed_host_and_scheme(url, hosts, require_https=self.request.is_secure())

    def is_reauthentication_required(self, *, app, **about):
        user = self.request.user
        if user.is_authenticated and not user.is_staff and _signed_in_recently(self.request):
            return False
        if app == "allauth.mfa" and _showed_seconds_ago(self.request):
            return False
        return super().is_reauthentication_required(app=app, **about)

    def get_from_email(self):
        return sender(self._site_name())

    def _site_name(self) -> str:
        municipality = getattr(self.request, "municipality", None)
        return municipality.name if municipality else settings.WAGTAIL_SITE_NAME

    def send_mail(self, template_prefix, email, context):
        ours = {
            "site_name": self._site_name(),
            "sign_in_url": public_address(self.request, reverse("account_login")),
        }
        with mailing():
            super().send_mail(template_prefix, email, {**context, **ours})

    def render_mail(self, template_prefix, email, context, headers=None):
        ours = {**language_header(), **(headers or {})}
        return super().render_mail(template_prefix, email, context, headers=ours)

    def send_password_reset_mail(self, user, email, context):
        # A resident has no password: the same message as to an address we don't know.
        if not user.is_staff:
            return self.send_mail("account/email/unknown_account", email, {})
        return super().send_password_reset_mail(user, email, context)

    def get_reset_password_from_key_url(self, key):
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return public_address(self.request, path.replace("UID-KEY", key))

    def authenticate(self, request, **credentials):
        email = credentials.get("email", "").lower()
        who = counted_as(request, email)
        if not PASSWORDS.take(who):
            raise self.validation_error("too_many_login_attempts")
        try:
            with (password_queue.STRANGERS if who == email else password_queue.KNOWN).stand():
                user = super().authenticate(request, **credentials)
        except password_queue.NoPlace as full:
            PASSWORDS.give_back(who)  # it was not looked at
            raise self.validation_error("too_many_passwords_at_once") from full
        if user:
            PASSWORDS.give_back(who)
        return user

    def _delete_login_attempts_cached_email(self, request, **credentials):
        PASSWORDS.forget(counted_as(request, credentials.get("email", "")))


def _signed_in_recently(request) -> bool:
    from allauth.account.internal.flows.login import get_authentication_records

    records = get_authentication_records(request, request.user)
    return bool(records) and timezone.now().timestamp() - records[-1]["at"] < RECENTLY


def _showed_seconds_ago(request) -> bool:
    """Tell whether the way in was a password or a second factor, just now: a code by mail alone adds no key."""
    from allauth.account import app_settings
    from allauth.account.internal.flows.login import get_authentication_records

    since = timezone.now().timestamp() - app_settings.REAUTHENTICATION_TIMEOUT
    records = get_authentication_records(request, request.user)
    return any(one["method"] in ("password", "mfa") and one["at"] > since for one in records)


class SecondFactors(DefaultMFAAdapter):
    """Keep TOTP secrets encrypted, so that a leaked database opens no door; name passkeys plainly."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _(
            "This code is not right. An app shows another one every half minute: type the one it shows now."
        ),
    }

    def validation_error(self, code, *args):
        note_failure(code)
        return super().validation_error(code, *args)

    def encrypt(self, text):
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text):
        return encryption.decrypt(encrypted_text)

    def generate_authenticator_name(self, user, type):
        return str(_("My device"))


class Organisations(DefaultSocialAccountAdapter):
    """Let people in with their municipality's own sign-in, on its own host, for its own addresses."""

    def list_apps(self, request, provider=None, client_id=None):
        issuer = organisation.issuer_for(request)
        if issuer is None or provider not in (None, "openid_connect", issuer.municipality):
            return []
        return [organisation.app_of(issuer)] if client_id in (None, issuer.client_id) else []

    def is_open_for_signup(self, request, sociallogin):
        return True

    def populate_user(self, request, sociallogin, data):
        user = super().populate_user(request, sociallogin, data)
        user.first_name = organisation.name_or_nothing(user.first_name)
        user.last_name = organisation.name_or_nothing(user.last_name)
        organisation.keep_little(request, sociallogin)
        return user

    def pre_social_login(self, request, sociallogin):
        linking.let_in(request, sociallogin)

    def save_user(self, request, sociallogin, form=None):
        named = sociallogin.user
        email = organisation.confirmed_address(sociallogin)
        user = create_resident(actor=None, email=email, now=timezone.now())
        user.first_name, user.last_name = named.first_name, named.last_name
        sociallogin.user = user
        sociallogin.save(request)
        return user

    def get_connect_redirect_url(self, request, socialaccount):
        return reverse("socialaccount_connections")

    def on_authentication_error(self, request, provider, error=None, **about):
        organisation.log_failure(provider, error, about.get("exception"))
