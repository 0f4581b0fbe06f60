"""Which six digits does the app on somebody's phone show now?"""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt

from deliberation.people.counters import counters


def code_of(user) -> str:
    """Give the digits of an account's app; each time anew, as the same ones count once."""
    counters.clear()
    return code_for(app_secret_of(user))


def app_secret_of(user) -> str:
    """Give the secret that an account's app holds."""
    kept = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    return decrypt(kept.data["secret"])


def code_for(secret: str) -> str:
    """Give the digits that belong to a secret in this half minute."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))
