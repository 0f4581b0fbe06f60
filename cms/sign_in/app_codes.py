"""The form field for a first TOTP code: the six digits of an authenticator app, as a phone types them."""

from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.utils.translation import gettext_lazy as _

from deliberation.people.codes import TypedCode


class FirstAppCode(TypedCode, ActivateTOTPForm):
    """Take the first code, which shows that the app knows the key."""

    code = forms.CharField(
        label=_("The six digits from the app"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
