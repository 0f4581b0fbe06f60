"""Does this account still lack its second factor?"""

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings


def lacks_second_factor(user) -> bool:
    """Tell whether this account may not do staff work yet. Not asked while DEBUG is on (the demo)."""
    return not settings.DEBUG and user.is_authenticated and not is_mfa_enabled(user)
