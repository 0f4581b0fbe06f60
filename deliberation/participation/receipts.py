"""Receipts: the code with which somebody follows what they gave, without an account."""

import secrets

from django.urls import reverse

SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that looks like something else
CODE_LENGTH = 16  # signs of 5 bits: 80 bits, which nobody guesses


def new_code() -> str:
    """Make a code to follow a contribution with."""
    return "".join(secrets.choice(SIGNS) for _sign in range(CODE_LENGTH))


def address_of_code(code: str) -> tuple[str, str] | None:
    """Say where the code to follow a contribution with leads, by how it looks."""
    is_ours = len(code) == CODE_LENGTH and set(code) <= set(SIGNS)
    return ("follow_contribution", spaced_code(code)) if is_ours else None


def spaced_code(code: str) -> str:
    """Write a code so that it can be typed over: four by four."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def follow_path(contribution, language: str = "") -> str:
    """Give the address on which who gave it can follow it; in a language, where it leads from a mail."""
    path = reverse("follow_contribution", args=[spaced_code(contribution.code)])
    return f"{path}?lang={language}" if language else path
