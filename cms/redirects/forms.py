"""The form for a redirect: from an address that was to one that is."""

from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST = 255  # as Wagtail keeps them


class AddressField(forms.CharField):
    """An address of this site: a path, or a whole address of which the host is left out."""

    def __init__(self, **options):
        super().__init__(max_length=LONGEST, **options)

    def clean(self, value):
        typed = super().clean(value)
        try:
            path = urlsplit(typed).path
        except ValueError as error:
            raise forms.ValidationError(
                _("This is no address. Copy it from the bar of your browser.")
            ) from error
        return path if path.startswith("/") else f"/{path}"


class RedirectForm(forms.Form):
    """What an administrator fills in."""

    old_path = AddressField(
        label=_("Which address is no longer there?"),
        help_text=_(
            "Copy it from a letter or from the bar of your browser. For example: /parkeren/"
        ),
    )
    new_path = AddressField(
        label=_("Which page should people see?"),
        help_text=_("Open that page on the site and copy its address."),
    )
