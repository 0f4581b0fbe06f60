"""URL patterns of signing in that are ours. They come before allauth's own."""

from django.contrib.auth.decorators import login_required
from django.urls import path
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from . import codes, kept_forms, organisation, passkeys, user_sessions


class Mailbox(TemplateView):
    """Shown only: who made the account changes its address, so nobody adds a mailbox to somebody's account."""

    template_name = "account/email.html"


class SignedOut(TemplateView):
    """Where leaving ends: nothing of somebody is left here."""

    template_name = "account/signed_out.html"


urlpatterns = [
    path("login/code/", codes.RequestCode.as_view(), name="account_request_login_code"),
    path("login/code/confirm/", codes.ConfirmCode.as_view(), name="account_confirm_login_code"),
    path("password/reset/", codes.ResetPassword.as_view(), name="account_reset_password"),
    path("email/", require_safe(login_required(Mailbox.as_view())), name="account_email"),
    path("signed-out/", SignedOut.as_view(), name="signed_out"),
    path("kept/", kept_forms.kept_text, name="kept_text"),
    path("sessions/", user_sessions.Sessions.as_view(), name="usersessions_list"),
    path("2fa/webauthn/add/", passkeys.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("oidc/<str:provider_id>/login/", organisation.leave_for, name="openid_connect_login"),
    path(
        "oidc/<str:provider_id>/login/callback/",
        organisation.come_back,
        name="openid_connect_callback",
    ),
]
