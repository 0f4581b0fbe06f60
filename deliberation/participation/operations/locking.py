"""Optimistic locking: a contribution is changed only as somebody saw it, by who may."""

from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused
from deliberation.people.operations import record_audit
from deliberation.people.permissions import require

from ..models import Contribution
from ..search import contribution_changed

State = Contribution.State


def in_its_words(name: str, arguments: dict) -> str:
    """Name an operation for the audit as the instrument does that it is about."""
    instrument = arguments.get("instrument") or arguments["contribution"].way
    return instrument.named(name)


def locked(name: str, actor, contribution, seen, states) -> Contribution:
    """Lock a contribution that the actor may change by the operation of this name.

    Refused (state) when a colleague changed it after the actor looked: `seen` is the version on the
    screen, None where it doesn't matter. Refused too when it is in none of these states.
    """
    instrument = contribution.way
    found = instrument.model.objects.select_for_update().get(pk=contribution.pk)
    require(instrument.permission(name), actor, found)
    if seen is not None and seen != found.version:
        raise Refused(_("A colleague was just before you. Look at it again."), code="state")
    if found.state not in states:
        raise Refused(_("This can't be done with it any more."), code="state")
    return found


def keep(contribution, actor, name: str, now, **detail) -> Contribution:
    """Write a changed contribution with its next version and its audit row; searching follows after commit."""
    contribution.version += 1
    contribution.save()
    contribution_changed(contribution)
    action = contribution.way.named(name)
    record_audit(actor=actor, action=action, obj=contribution, now=now, detail=detail)
    return contribution
