"""Is a field taken for a secret when it is one, and only then? By its name alone, held against every form there is."""

import re

import pytest
from django import forms
from django.urls import resolve
from wagtail.blocks import BaseStructBlock

from deliberation.live.command_validation import COMMANDS
from deliberation.people.secret_fields import ORDINARY, is_secret
from tests.deploy.shipped import ROOT
from tests.fields import all_forms

TYPED_IN = ("one-time-code", "current-password", "new-password")
# Secret by their name, though the form shows what is typed.
SHOWN = {
    "code": "of an evening or a receipt: whoever has it comes in, or reads on",
    "credential": "what a passkey answers",
    "password": "of a page or a folder that visitors of Wagtail's own forms share; or no field to type in",
    "usable_password": "of Django's own administration, that is not installed",
}


def test_every_field_of_every_form_is_secret_by_its_name_as_by_its_type():
    resolve("/")  # the URL map imports every view, and a view its forms
    wrong, secrets = [], set()
    for form in (one for one in all_forms() if not one.__module__.startswith("tests.")):
        for name, field in getattr(form, "base_fields", {}).items():
            shown = field.widget.attrs.get("autocomplete") not in TYPED_IN
            typed = isinstance(field.widget, forms.PasswordInput) or not shown
            secrets |= {name} if typed else set()
            if typed != is_secret(name) and (typed or name not in SHOWN):
                wrong.append(
                    (form.__module__, form.__name__, name, "secret" if typed else "ordinary")
                )
    assert wrong == []
    assert len(secrets) > 4 and not secrets & ORDINARY


def test_what_no_form_declares_is_no_secret():
    """Names in a block of a page, in what a live screen sends, and written by hand in a template."""
    declared = {"code", "credential"}  # SHOWN, above
    blocks = {name for one in below(BaseStructBlock) for name in getattr(one, "base_blocks", {})}
    sent = {name for one in COMMANDS.values() for name in (*one.needs, *one.allows)}
    templates = [path.read_text() for path in (ROOT / "templates").rglob("*.html")]
    written = {name for text in templates for name in re.findall(r'\bname="([\w.-]+)"', text)}
    assert len(blocks) > 10 and len(sent) > 10 and len(written) > 50
    assert {name for name in blocks | sent | written if is_secret(name)} <= declared


def below(kind):
    for one in kind.__subclasses__():
        yield from (one, *below(one))


@pytest.mark.parametrize(
    "name",
    """password password1 oldpassword new_password form-0-password wachtwoord code recovery_code
    sms_code token reset_token api_key client_secret otp credential""".split(),
)
def test_a_secret_is_told_by_its_name(name):
    assert is_secret(name) and is_secret(name.upper())


@pytest.mark.parametrize(
    "name",
    "postal_code postcode key options-0-code tokens barcode keyboard passport decode summary".split(),
)
def test_what_only_looks_like_a_secret_is_none(name):
    assert not is_secret(name)
