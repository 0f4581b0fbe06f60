"""The way from the desk to one's own account: password, second factor, passkeys, where one is signed in."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.account import BaseSettingsPanel


class SignInPanel(BaseSettingsPanel):
    """The first part of Wagtail's page about an account; nothing is filled in here."""

    name = "sign-in"
    title = _("Sign-in and second lock")
    order = 50
    template_name = "cms/desk_account.html"

    def get_form(self):
        return forms.Form()
