"""Passkeys (WebAuthn): adding and naming one, which stays on the device and asks for finger, face or PIN."""

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from allauth.mfa.webauthn.internal import auth
from allauth.mfa.webauthn.views import AddWebAuthnView
from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused
from deliberation.people.names import clean_line

LONGEST = 40


class NewPasskey(AddWebAuthnForm):
    """Take what the browser made, and what its owner calls it."""

    name = forms.CharField(
        label=_("Name of this passkey"),
        help_text=_("So that you know it again, for example: my phone."),
        max_length=LONGEST,
        required=False,
    )
    passwordless = None

    def clean_name(self):
        self.cleaned_data["name"] = _cleaned(self.cleaned_data["name"])
        return super().clean_name()

    def clean(self):
        self.cleaned_data["passwordless"] = (
            True  # a key that knows its owner, not only a thing in a pocket
        )
        return super().clean()


class PasskeyName(EditWebAuthnForm):
    """Call a passkey something else."""

    name = forms.CharField(label=_("Name of this passkey"), max_length=LONGEST)

    def clean_name(self):
        return _cleaned(self.cleaned_data["name"])


def _cleaned(text: str) -> str:
    try:
        return clean_line(text, LONGEST)
    except Refused as refusal:
        raise forms.ValidationError(str(refusal)) from refusal


class AddPasskey(AddWebAuthnView):
    """Add a passkey; residents get no recovery codes, as mail always lets them in."""

    def get_context_data(self, **kwargs):
        return super(AddWebAuthnView, self).get_context_data(
            js_data=auth.begin_registration(self.request.user, passwordless=True), **kwargs
        )

    def form_valid(self, form):
        response = super().form_valid(form)
        if not self.request.user.is_staff:
            codes = Authenticator.Type.RECOVERY_CODES
            Authenticator.objects.filter(user=self.request.user, type=codes).delete()
        return response

    def get_success_url(self):
        if self.request.user.is_staff and self.did_generate_recovery_codes:
            return reverse("mfa_view_recovery_codes")
        return reverse("mfa_list_webauthn")
