"""The second step of staff: codes of an app, counted so that nobody who has a password keeps its owner out.

A wrong code counts for who typed it: strangers who know the password, strangers who showed the mailbox or
came from their organisation, a browser that was inside before, who is inside. Each has 20 an hour; a guess
hits one in a million, so all of them together stay below one in ten thousand. A passkey is never counted:
nobody guesses one.
"""

from contextlib import contextmanager

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django.core.exceptions import ValidationError

from deliberation.people.codes import TypedCode
from deliberation.people.throttling import Limit

from .encryption import CANNOT_BE_READ, UnreadableFactor
from .known_browser import counted_as

APP_CODES = Limit(
    "wrong codes of an app",
    20,
    3600,
    "hears of a code by mail as the first step, of a passkey, and of a browser that was inside before",
)


@contextmanager
def counted(*who: str):
    """Count a code that is typed; one that is right is taken off again. Where none can be, say why."""
    if not APP_CODES.take(*who):
        raise get_adapter().validation_error("too_many_app_codes")
    try:
        yield
    except UnreadableFactor as error:
        raise ValidationError(CANNOT_BE_READ, code="unreadable") from error
    APP_CODES.give_back(*who)


def who_types(request, user) -> tuple[str, str]:
    """Name the count that a code belongs to."""
    browser = counted_as(request, user.email)
    if browser != user.email.lower():
        return browser, ""
    showed = {record["method"] for record in get_authentication_records(request, user)}
    return browser, "more than a password" if showed - {"password"} else "a password"


class AppCode(TypedCode, AuthenticateForm):
    """The code while somebody signs in."""

    def clean_code(self):
        with counted(*who_types(context.request, self.user)):
            return super().clean_code()


class AppCodeAgain(TypedCode, ReauthenticateForm):
    """The code of somebody who is inside, before a step that matters."""

    def clean_code(self):
        with counted(self.user.email.lower(), "inside"):
            return super().clean_code()
