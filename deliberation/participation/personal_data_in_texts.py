"""Recognises personal data in a text: telephone numbers, addresses, accounts."""

import re

from django.utils.translation import gettext_lazy as _

STREETS = "straat laan weg plein kade dijk singel hof pad gracht steeg".split()
# Every pattern is bounded: a text of 1,000 signs costs microseconds, whatever stands in it.
PATTERNS = {
    "email": (
        re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}"),
        _("an e-mail address"),
    ),
    "phone": (
        re.compile(r"(?<!\d)(?:\+|00?)\(?[1-9](?:[ ().-]{0,2}\d){7,12}(?!\d)"),
        _("a telephone number"),
    ),
    "postcode": (re.compile(r"\b[1-9]\d{3} ?[A-Za-z]{2}\b(?! ?\d{3})"), _("a postcode")),
    "address": (
        re.compile(
            # The whole word first, then how it ends: nothing is read twice.
            r"\b[A-Z][\w'-]{5,34}+(?:"
            + "|".join(f"(?<={end})" for end in STREETS)
            + r") (?:nr\.? ?|nummer )?\d{1,4}(?:[- ]?[a-zA-Z])?\b"
        ),
        _("an address with a house number"),
    ),
    "account": (re.compile(r"\b[A-Z]{2}\d{2} ?[A-Z]{4}(?: ?\d){10}\b"), _("a bank account")),
    "number": (re.compile(r"(?<!\d)\d{9}(?!\d)"), _("a number like a citizen service number")),
}


def personal_data_in(text: str) -> list:
    """Name the kinds of personal data that a text seems to hold, in words; empty when there are none."""
    return [label for pattern, label in PATTERNS.values() if pattern.search(text)]
