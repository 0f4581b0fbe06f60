"""Ciphers: what is encrypted under the platform's secret key, for each purpose apart; former keys still read it."""

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def cipher_for(purpose: str) -> MultiFernet:
    """Give what encrypts and reads texts of one purpose; what was encrypted for another is unreadable to it.

    Its name is part of the key: it can never change.
    """
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([_fernet(purpose, key) for key in keys])


def _fernet(purpose: str, key: str) -> Fernet:
    digest = hashlib.sha256((purpose + key).encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
