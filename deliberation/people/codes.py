"""Codes as people type them: in any digits, with spaces and dashes, in small letters, with a slash behind."""

import unicodedata

from django.urls import register_converter


def typed_code(text: str) -> str:
    """Read a code as it was meant: capitals A to Z and digits 0 to 9 only; whatever else was typed is left out."""
    return "".join(sign for sign in plain_signs(text).upper() if sign.isascii() and sign.isalnum())


def plain_signs(text: str) -> str:
    """Write letters in their plain form, and digits of whichever script as 0 to 9."""
    return "".join(_digit(sign) for sign in unicodedata.normalize("NFKC", text))


def _digit(sign: str) -> str:
    return str(unicodedata.decimal(sign, sign))


class CodeConverter:
    """A code in an address: `<code:name>` gives the view what was meant."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return typed_code(value)

    def to_url(self, value: str) -> str:
        return value


register_converter(CodeConverter, "code")
