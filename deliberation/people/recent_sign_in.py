"""Recent sign-in: whether somebody showed just now that the account is theirs, and how they can."""

import time

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from django.urls import reverse
from django.utils.http import urlencode

LASTS = 10 * 60  # seconds after signing in, or after showing it again


SIGNS_IN_AS = (
    "signs_in_as"  # in a session of nobody yet: the address that the form for a code begins with
)


def came_by_code(request) -> bool:
    """Tell whether somebody signed in with a code by mail: then they are known to have that way, whatever others."""
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "code" for record in records)


def is_fresh(request) -> bool:
    """Tell whether the account signed in, or showed itself again, in the last minutes."""
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] < LASTS


def way_to_show(request) -> str:
    """Give the address where the account can show itself without signing out; blank: there is none.

    Residents have a code by mail only, and that is signing in.
    """
    if not get_reauthentication_flows(request.user):
        return ""
    return f"{reverse('account_reauthenticate')}?{urlencode({'next': request.path})}"
