"""Sign-in codes by mail: one opens an account, also for somebody who was never here."""

from datetime import UTC, datetime

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.internal.userkit import filter_users_by_email
from allauth.account.models import EmailAddress, Login
from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.account.views import ConfirmLoginCodeView, PasswordResetView, RequestLoginCodeView
from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.core.internal.cryptokit import compare_user_code
from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import time_format
from django.utils.decorators import method_decorator
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from deliberation.live.randomness import join_word
from deliberation.people.codes import CodeField, TypedCode, typed_code
from deliberation.people.mailing import NOT_MAILED, NotMailed
from deliberation.people.models import User
from deliberation.people.operations import create_resident
from deliberation.people.recent_sign_in import SIGNS_IN_AS
from deliberation.people.throttling import Limit

from .known_browser import counted_as
from .mailed_codes import (
    MailedCode,
    forget_newest_code,
    give_back_code,
    keep_newest_code,
    newest_code,
    use_code,
)

POINTED = "is pointed to the newest message, which lets in every browser; who was inside before counts apart"
CODES = Limit("messages with a code to an address", 3, 3600, POINTED)
WHICH = _(
    "Are there several messages? Use the digits of the one that we sent at %(time)s. "
    "Or press “Send a new code”, and use the newest message."
)
LINKS = Limit("messages with a link for a new password to an address", 3, 3600, POINTED)


class AskForCode(RequestLoginCodeForm):
    """Ask for an e-mail address; what it answers is the same for every address."""

    def clean_email(self):
        email = self.cleaned_data["email"]
        request = context.request
        if not ratelimit.consume(request, app="allauth.account", action="request_login_code"):
            raise get_adapter().validation_error("rate_limited")
        users = filter_users_by_email(email, prefer_verified=True, for_login=True)
        self._user = users[0] if users else None
        return email


class CodeAndWord(TypedCode, ConfirmLoginCodeForm):
    """Take the six digits; with the word below them where no message of one's own could go."""

    word = CodeField(
        label=_("The word below the digits"),
        help_text=_("Six letters, for example BOLAMI."),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    def __init__(self, *args, word="", sent_at=None, **options):
        super().__init__(*args, **options)
        self.expected_word, self.sent_at = word, sent_at
        if not word:
            del self.fields["word"]

    def clean_code(self):
        # With a word both are looked at together: else each could be guessed apart.
        if self.expected_word:
            return typed_code(self.cleaned_data["code"])
        try:
            return super().clean_code()
        except forms.ValidationError as wrong:
            # A stranger may have had a later message sent: its digits belong to another browser.
            raise forms.ValidationError(
                [wrong, forms.ValidationError(WHICH, params={"time": self.sent_at})]
            ) from wrong

    def clean(self):
        cleaned = super().clean()
        if self.expected_word and not self.errors:
            typed = compare_user_code(actual=cleaned["code"], expected=self.expected_code)
            worded = compare_user_code(actual=cleaned["word"], expected=self.expected_word)
            if not (typed and worded):
                self.add_error("code", get_adapter().validation_error("incorrect_code"))
        return cleaned


class CodeByMail(LoginCodeVerificationProcess):
    """Mail a code to whoever asks. The right code shows the mailbox is theirs: then the account is made."""

    @classmethod
    def start(cls, request, user, email) -> None:
        login = Login(user=user, email=email)
        login.state["stages"] = {"current": LoginByCodeStage.key}
        stage = LoginByCodeStage(LoginStageController(request, login), request, login)
        stage.state.update(cls.initial_state(user=user, email=email), initiated_by_user=True)
        process = cls(stage=stage)
        process.mail_or_point()
        process.persist()

    def mail_or_point(self) -> None:
        """Mail a new code. An address that had enough gets no other: then its newest code counts here too."""
        email = self.state["email"]
        who = counted_as(self.request, email)
        has_room = CODES.take(who)
        newest = None if has_room else newest_code(email)
        if newest:
            self.state.update(newest._asdict())
            return
        try:
            self.send()
        except NotMailed:
            if has_room:
                CODES.give_back(who)
            raise

    def send_by_email(self, email, skip_enumeration_mails=False):
        mailed = MailedCode(self.generate_code(), join_word())
        get_adapter().send_mail(
            "account/email/login_code", email, {"request": self.request, **mailed._asdict()}
        )
        keep_newest_code(email, *mailed)
        self.state["word"] = ""  # who has a message of their own needs no word

    @property
    def can_resend(self):
        return True  # mail_or_point counts

    def resend(self):
        self.mail_or_point()
        self.state["at"] = timezone.now().timestamp()
        self.record_resend()
        self.persist()

    def finish(self, redirect_url):
        email = self.state["email"]
        forget_newest_code(email)
        if self.user is None:
            # Asked again: in the meantime the other tab may have made it.
            found = User.objects.with_address(email).first()
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
    """The page that asks where to mail a code; once it begins with the address of who has to sign in again."""

    def get_initial(self):
        return super().get_initial() | {"email": self.request.session.pop(SIGNS_IN_AS, "")}

    def form_valid(self, form):
        try:
            CodeByMail.start(self.request, form._user, form.cleaned_data["email"])
        except NotMailed:
            form.add_error("email", NOT_MAILED)
            return self.form_invalid(form)
        return HttpResponseRedirect(self.get_success_url())


class ResetPassword(PasswordResetView):
    """The page that asks where to mail a link for a new password."""

    def form_valid(self, form):
        if not ratelimit.consume(self.request, app="allauth.account", action="reset_password"):
            return ratelimit.respond_429(self.request)
        who = counted_as(self.request, form.cleaned_data["email"])
        if LINKS.take(who):
            try:
                form.save(self.request)
            except NotMailed:
                LINKS.give_back(who)
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

    def _verify_form_valid(self, form):
        email, code = self._process.state["email"], self._process.code
        if not use_code(email, code, self.request.session.session_key):
            form.add_error("code", get_adapter().validation_error("incorrect_code"))
            return self.form_invalid(form)
        try:
            return super()._verify_form_valid(form)
        except Exception:
            give_back_code(email, code)
            raise

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        if "code" not in kwargs:
            return kwargs
        state = self._process.state
        sent_at = localtime(datetime.fromtimestamp(state["at"], UTC))
        return kwargs | {"word": state.get("word", ""), "sent_at": time_format(sent_at, "H:i")}

    def get_context_data(self, **kwargs):
        about = {
            "minutes": app_settings.LOGIN_BY_CODE_TIMEOUT // 60,
            "pointed": bool(self._process.state.get("word")),
        }
        return super().get_context_data(**about, **kwargs)
