"""Second factors: whether an account still lacks one, and how far the sign-in reaches that opened its session."""

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from deliberation.registry import gather_all

from .staff_session import is_over

# What a session knows when a municipality's own sign-in opened it: its slug, and whether its second factor counts.
ISSUER, ASKED = "opened_by_issuer", "issuer_asked_second_factor"
COUNTS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def reaches_beyond(user, municipality: str) -> bool:
    """Tell whether an account may do more than one municipality can give: the issuer of one never opens that."""
    return user.is_superuser or bool(set(gather_all("places", user)) - {municipality})


def opened_too_narrow(user) -> bool:
    """Tell whether this session was opened by the issuer of one municipality, for an account that reaches beyond it."""
    issuer = getattr(user, ISSUER, "")
    return bool(issuer) and reaches_beyond(user, issuer)


def lacks_second_factor(user) -> bool:
    """Tell whether this account may not do staff work yet in this session.

    A second factor itself is not asked while DEBUG is on (the demo).
    """
    if not user.is_authenticated:
        return False
    if opened_too_narrow(user):
        return True
    if settings.DEBUG or getattr(user, ASKED, False):
        return False
    return not is_mfa_enabled(user, COUNTS)


def without_second_factor(users: set[int]) -> set[int]:
    """Find which accounts nothing lets on the desk: no second factor of ours, none that their organisation asked.

    Nobody in the demo, where none is asked. Two queries.
    """
    if settings.DEBUG:
        return set()
    ours = Authenticator.objects.filter(user__in=users, type__in=COUNTS)
    theirs = SocialAccount.objects.filter(user__in=users, extra_data__second_factor=True)
    return users.difference(
        ours.values_list("user", flat=True), theirs.values_list("user", flat=True)
    )


def note_issuer(session, municipality: str, asked_second_factor: bool) -> None:
    """Keep for this session that a municipality's own sign-in opened it."""
    session[ISSUER], session[ASKED] = municipality, asked_second_factor


def with_session(user, session):
    """Tell the account of a request or socket what its session knows; gives the account back, or
    nobody when its time is over."""
    if user.is_staff and is_over(session):
        return AnonymousUser()
    return opened_again(user, session)


def how_opened(user) -> dict:
    """Tell what the session of an account knows, to go with a link that it signs: read there by opened_again."""
    return {key: getattr(user, key) for key in (ISSUER, ASKED) if getattr(user, key, None)}


def opened_again(user, opened):
    """Tell an account how it was opened; gives it back."""
    for key in (ISSUER, ASKED):
        if opened.get(key):
            setattr(user, key, opened[key])
    return user
