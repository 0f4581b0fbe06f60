"""The network address that a request comes from, as far as our own proxy tells."""

from allauth.account.adapter import get_adapter
from allauth.core import context
from django.core.exceptions import PermissionDenied


def network_address() -> str:
    """Give the address of who asks now; empty outside a request. A hall has one, so never keep anybody out by it."""
    request = getattr(context, "request", None)
    try:
        return get_adapter().get_client_ip(request) if request else ""
    except PermissionDenied:  # a proxy that should be there is not
        return ""
