"""Permissions: whether an actor may do this to that at a moment, asked the same way for staff and superusers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import rules
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused


@dataclass(frozen=True)
class About:
    """What a predicate looks at: an object, and the moment that is asked about."""

    obj: Any
    now: datetime


class NotAllowed(Refused):
    """Say no because of who asks; `permission` tells a screen whom to name who may."""

    def __init__(self, permission: str):
        super().__init__(_("You are not allowed to do this."), code="forbidden")
        self.permission = permission


def may(name: str, actor, obj, now: datetime | None = None) -> bool:
    """Ask the permission table. No object, an unknown name or a disabled account: no.

    An operation gives its own moment; who shows a screen leaves it out, and means the present.
    """
    if obj is None or actor is None or not getattr(actor, "is_active", True):
        return False
    if not rules.perm_exists(name):
        raise LookupError(f"no permission is called {name!r}")
    return rules.has_perm(name, actor, About(obj, now or timezone.now()))


def require(name: str, actor, obj, now: datetime | None = None) -> None:
    """Refuse unless the actor may."""
    if not may(name, actor, obj, now):
        raise NotAllowed(name)
