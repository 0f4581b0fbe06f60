"""Codes as people type them: in any digits, with spaces and dashes, in small letters, with a slash behind."""

import unicodedata

from django import forms
from django.urls import register_converter

from deliberation.registry import gather

LONGEST_TYPED = 200  # signs; a stranger sends megabytes, and nobody types them


def typed_code(text: str) -> str:
    """Read a code as it was meant: capitals A to Z and digits 0 to 9 only; whatever else was typed is left out."""
    return "".join(
        sign
        for sign in plain_signs(text[:LONGEST_TYPED]).upper()
        if sign.isascii() and sign.isalnum()
    )


def digits_of(code) -> str:
    """Read the digits of a code; spaces and dashes in it don't matter."""
    return "".join(filter(str.isdigit, typed_code(str(code))))


def plain_signs(text: str) -> str:
    """Write letters in their plain form, and digits of whichever script as 0 to 9."""
    return plain_digits(unicodedata.normalize("NFKC", text))


def plain_digits(text: str) -> str:
    """Write the digits of whichever script as 0 to 9, and leave the rest as it is."""
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in text)


def door_of(typed: str) -> tuple[str, str] | None:
    """Find where a code leads by how it looks, in whichever form it was typed: (name of the address, code)."""
    return next(iter(gather("address_of_code", typed_code(typed))), None)


class CodeField(forms.CharField):
    """A code in a form: gives what was meant."""

    def to_python(self, value):
        return typed_code(super().to_python(value))


class TypedCode:
    """Put before a form of somebody else's that has a `code`: it looks at what was meant."""

    def clean_code(self):
        self.cleaned_data["code"] = typed_code(self.cleaned_data["code"])
        return super().clean_code()


class CodeConverter:
    """A code in an address: `<code:name>` gives the view what was meant."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return typed_code(value)

    def to_url(self, value: str) -> str:
        return value


register_converter(CodeConverter, "code")
