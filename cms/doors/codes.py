"""How does a code by mail open the door, also for somebody who was never here?"""

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.forms import RequestLoginCodeForm
from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.internal.userkit import filter_users_by_email
from allauth.account.models import EmailAddress, Login
from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.account.views import ConfirmLoginCodeView, PasswordResetView, RequestLoginCodeView
from allauth.core import context
from allauth.core.exceptions import RateLimited
from allauth.core.internal import ratelimit
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from deliberation.people.mailing import NOT_MAILED, NotMailed
from deliberation.people.models import User
from deliberation.people.operations import create_resident

from .known_browser import counted_as


class AskForCode(RequestLoginCodeForm):
    """Ask for an e-mail address; what it answers is the same for every address."""

    def clean_email(self):
        email = self.cleaned_data["email"]
        self.counted = count_code(email)
        if not self.counted:
            raise get_adapter().validation_error("rate_limited")
        users = filter_users_by_email(email, prefer_verified=True, for_login=True)
        self._user = users[0] if users else None
        return email


def count_mail(request, action: str, key: str):
    """Count one more message to an address; nothing when it had enough this hour.

    allauth's own, not its public twin: that one can't be told that a message did not go.
    """
    return ratelimit.consume(request, app="allauth.account", action=action, key=key)


def not_sent(counted) -> None:
    """Take a message that did not go off the count of its address. That of the place it came from
    stays: who makes our mail server fail is held up as well."""
    counted.usage[-1].rollback()  # the limits are counted in the order of options.MAIL


def count_code(email: str):
    """Count one more message with a code to an address; nothing when it had enough this hour."""
    request = context.request
    return count_mail(request, "request_login_code", counted_as(request, email))


class CodeByMail(LoginCodeVerificationProcess):
    """Mail a code to whoever asks. The right code shows the mailbox is theirs: then the account is made."""

    @classmethod
    def start(cls, request, user, email) -> None:
        login = Login(user=user, email=email)
        login.state["stages"] = {"current": LoginByCodeStage.key}
        stage = LoginByCodeStage(LoginStageController(request, login), request, login)
        stage.state.update(cls.initial_state(user=user, email=email), initiated_by_user=True)
        process = cls(stage=stage)
        process.send()
        process.persist()

    def send_by_email(self, email, skip_enumeration_mails=False):
        details = {"request": self.request, "code": self.generate_code()}
        get_adapter().send_mail("account/email/login_code", email, details)

    @property
    def can_resend(self):
        return True  # count_code counts, and a refusal says so in words

    def resend(self):
        counted = count_code(self.state["email"])
        if not counted:
            raise RateLimited
        self.state["at"] = timezone.now().timestamp()
        try:
            self.send()
        except NotMailed:
            not_sent(counted)
            raise
        self.record_resend()
        self.persist()

    def finish(self, redirect_url):
        email = self.state["email"]
        if self.user is None:
            # Asked again: in the meantime the other tab may have made it.
            found = User.objects.filter(email__iexact=email).first()
            self._user = found or create_resident(actor=None, email=email, now=timezone.now())
        confirm_address(self.user, email)
        return super().finish(redirect_url)


def confirm_address(user, email: str) -> None:
    """Note that this mailbox is theirs."""
    first = not EmailAddress.objects.filter(user=user, primary=True).exists()
    address, made = EmailAddress.objects.get_or_create(
        user=user, email=email.lower(), defaults={"verified": True, "primary": first}
    )
    if not made and not address.verified:
        address.set_verified()


class RequestCode(RequestLoginCodeView):
    """The page that asks where to mail a code."""

    def form_valid(self, form):
        try:
            CodeByMail.start(self.request, form._user, form.cleaned_data["email"])
        except NotMailed:
            not_sent(form.counted)
            form.add_error("email", NOT_MAILED)
            return self.form_invalid(form)
        return HttpResponseRedirect(self.get_success_url())


class ResetPassword(PasswordResetView):
    """The page that asks where to mail a link for a new password."""

    def form_valid(self, form):
        counted = count_mail(self.request, "reset_password", form.cleaned_data["email"].lower())
        if not counted:
            return ratelimit.respond_429(self.request)
        try:
            form.save(self.request)
        except NotMailed:
            not_sent(counted)
            form.add_error("email", NOT_MAILED)
            return self.form_invalid(form)
        return HttpResponseRedirect(self.get_success_url())


@method_decorator(
    login_stage_required(LoginByCodeStage.key, redirect_urlname="account_request_login_code"),
    name="dispatch",
)
class ConfirmCode(ConfirmLoginCodeView):
    """The page that takes the code."""

    @method_decorator(never_cache)
    def dispatch(self, request, *args, **kwargs):
        self.stage = request._login_stage
        self._process = CodeByMail(stage=self.stage).abort_if_invalid()
        if not self._process:
            return HttpResponseRedirect(reverse("account_request_login_code"))
        # Past allauth's own dispatch, which would go on with a process that knows no newcomers.
        return super(ConfirmLoginCodeView, self).dispatch(request, *args, **kwargs)

    def _resend_form_valid(self, form):
        try:
            return super()._resend_form_valid(form)
        except NotMailed:
            messages.error(self.request, NOT_MAILED)
            return HttpResponseRedirect(reverse("account_confirm_login_code"))

    def get_context_data(self, **kwargs):
        minutes = app_settings.LOGIN_BY_CODE_TIMEOUT // 60
        return super().get_context_data(minutes=minutes, **kwargs)
