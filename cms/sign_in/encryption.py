"""Encryption of second factors under the platform's secret key, and what happens when that key was lost.

A factor that can't be read proves nothing: nobody comes in by it. Who has a passkey uses that; for others
somebody at the server lets them set a new one (`manage.py second_factor`).
"""

from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from deliberation.people.ciphers import cipher_for

CANNOT_BE_READ = _(
    "The platform can't read your second step any more: its key was changed. Use your passkey when you have "
    "one. Otherwise ask whoever manages the platform; then you can set it again."
)


class UnreadableFactor(Exception):
    """A second factor was encrypted under a key that isn't here."""


def encrypt(text: str) -> str:
    return cipher_for("second factor").encrypt(text.encode()).decode()


def decrypt(encrypted: str) -> str:
    """Read a secret under the present key or a former one; UnreadableFactor under none of them."""
    try:
        return cipher_for("second factor").decrypt(encrypted.encode()).decode()
    except InvalidToken as error:
        raise UnreadableFactor from error


def unreadable_factors() -> list[Authenticator]:
    """List the factors whose secret can't be read with the keys that are set; passkeys have none."""
    return [one for one in Authenticator.objects.order_by("pk") if not _can_be_read(one)]


def _can_be_read(factor: Authenticator) -> bool:
    held = factor.data
    secrets = [held[name] for name in ("secret", "seed") if name in held]
    try:
        for secret in (*secrets, *held.get("migrated_codes", ())):
            decrypt(secret)
    except UnreadableFactor:
        return False
    return True


class UnreadableFactors:
    """Answer in words wherever a screen meets a second factor that can't be read. It lets nobody in."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, UnreadableFactor):
            return render(request, "403.html", {"reason": CANNOT_BE_READ}, status=403)
        return None
