"""Who can sign in, and how are second factors kept?"""

import base64
import hashlib

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings


class StaffOnlyAccounts(DefaultAccountAdapter):
    """Accounts are made by an administrator; residents take part without one."""

    def is_open_for_signup(self, request):
        return False


class EncryptedSecondFactors(DefaultMFAAdapter):
    """Keep TOTP secrets encrypted, so that a leaked database opens no door."""

    def encrypt(self, text):
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> Fernet:
    key = hashlib.sha256(b"second factor" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
