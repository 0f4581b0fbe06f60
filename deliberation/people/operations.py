"""How does anything change here, and who did it? The frame of every operation, and its audit row."""

import contextvars
import functools
import json
import secrets
from contextlib import contextmanager

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused

from .models import AuditEntry, AuditHead, Participant, User
from .permissions import require

_origin = contextvars.ContextVar("origin", default="command")


@contextmanager
def origin(name: str):
    """Name the way a change comes in (web, socket, command) for the audit rows made inside."""
    token = _origin.set(name)
    try:
        yield
    finally:
        _origin.reset(token)


def operation(function):
    """Make a function an operation: all or nothing, and a refusal leaves an audit row.

    The function takes keyword arguments only, among them `actor` and `now` (aware datetime).
    """

    @functools.wraps(function)
    def run(**arguments):
        try:
            with transaction.atomic():
                return function(**arguments)
        except Refused as refusal:
            with transaction.atomic():
                record_audit(
                    actor=arguments["actor"],
                    action=function.__name__,
                    obj=_object_of(arguments),
                    now=arguments["now"],
                    result="refused",
                    detail={"reason": str(refusal)},
                )
            raise

    run.is_operation = True
    return run


def record_audit(*, actor, action, obj, now, result="done", detail=None) -> AuditEntry:
    """Append one row to the audit chain, inside the caller's transaction.

    `actor` is a User, a Participant or None (the system itself); `detail` is JSON-able.
    """
    head, _made = AuditHead.objects.select_for_update().get_or_create(pk=1)
    entry = AuditEntry(
        at=now,
        action=action,
        result=result,
        origin=_origin.get(),
        actor_label=_label(actor),
        actor_id=_id(actor),
        object_label=_label(obj),
        object_id=_id(obj),
        detail=json.dumps(detail or {}, sort_keys=True, ensure_ascii=False),
        salt=secrets.token_hex(16),
        previous=head.last_hash,
    )
    entry.digest = entry.private_digest()
    entry.hash = head.last_hash = entry.chain_hash()
    entry.save()
    head.save()
    return entry


@operation
def create_account(*, actor, email, first_name, last_name, password, now) -> User:
    """Make an account without any role. Refused when the e-mail address has one already."""
    require("people.create_account", actor, actor)
    if User.objects.filter(email__iexact=email).exists():
        raise Refused(_("There is already an account with this e-mail address."), field="email")
    user = User.objects.create_user(
        email, password, first_name=first_name, last_name=last_name, is_staff=True
    )
    record_audit(actor=actor, action="create_account", obj=user, now=now)
    return user


def create_participant(*, user: User | None = None) -> Participant:
    """Make somebody without a name; no audit row, as it would time their coming."""
    return Participant.objects.create(user=user if user and user.is_authenticated else None)


def _object_of(arguments):
    """What a refused operation was about: its first saved row besides the actor."""
    rows = (value for name, value in arguments.items() if name != "actor")
    return next((row for row in rows if isinstance(row, models.Model) and row.pk), None)


def _label(obj) -> str:
    return obj._meta.label if obj is not None and hasattr(obj, "_meta") else ""


def _id(obj) -> str:
    return str(obj.pk) if obj is not None and hasattr(obj, "pk") else ""
