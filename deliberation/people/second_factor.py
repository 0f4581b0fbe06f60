"""Does this account still lack its second factor?"""

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings

KEY = "second_factor_elsewhere"
COUNTS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def lacks_second_factor(user) -> bool:
    """Tell whether this account may not do staff work yet. Not asked while DEBUG is on (the demo)."""
    if settings.DEBUG or not user.is_authenticated or getattr(user, KEY, False):
        return False
    return not is_mfa_enabled(user, COUNTS)


def note_factor_elsewhere(session) -> None:
    """Keep for this session that the organisation's own sign-in asked for a second factor."""
    session[KEY] = True


def with_session(user, session):
    """Tell the account of a request or socket what its session knows; gives the account back."""
    if session.get(KEY):
        setattr(user, KEY, True)
    return user
