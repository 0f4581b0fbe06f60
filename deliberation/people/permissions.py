"""Permissions: whether an actor may do this to that, asked the same way for staff and superusers."""

import rules
from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused


def may(name: str, actor, obj) -> bool:
    """Ask the permission table. No object, an unknown name or a disabled account: no."""
    if obj is None or actor is None or not getattr(actor, "is_active", True):
        return False
    if not rules.perm_exists(name):
        raise LookupError(f"no permission is called {name!r}")
    return rules.has_perm(name, actor, obj)


def require(name: str, actor, obj) -> None:
    """Refuse unless the actor may."""
    if not may(name, actor, obj):
        raise Refused(_("You are not allowed to do this."), code="forbidden")
