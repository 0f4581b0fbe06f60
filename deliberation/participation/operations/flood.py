"""Floods: how many contributions a project takes from strangers, and operations on those that were set apart."""

from django.db.models import F, Q
from django.utils import timezone

from deliberation.people.operations import operation, record_audit
from deliberation.people.permissions import require
from deliberation.people.throttling import Limit

from ..models import Contribution
from ..queries import OF_STRANGERS
from .locking import in_its_words

State, Rejection = Contribution.State, Contribution.Rejection
# Of everybody in one project: more is not a neighbourhood, it is a machine.
BEYOND = "waits apart, with the same receipt; who signed in never waits apart"
A_MINUTE = Limit("contributions to a project in a minute", 60, 60, BEYOND)
AN_HOUR = Limit("contributions to a project in an hour", 300, 3600, BEYOND)
FLOODS = (A_MINUTE, AN_HOUR)


def first_state(actor, project, now) -> State:
    """Set apart what a machine may have sent; who signed in showed a mailbox, and is no machine."""
    if actor.user_id:
        return State.PENDING
    given = Contribution.objects.filter(project=project, given_at__lte=now)
    # What waits apart fills no queue: else a flood of one minute sets the neighbours apart for an hour.
    given = given.exclude(
        Q(state__in=(State.APART, State.WITHDRAWN)) | Q(rejection=Rejection.FLOOD)
    )
    recent = (given.filter(given_at__gt=now - one.period).count() >= one.most for one in FLOODS)
    return State.APART if any(recent) else State.PENDING


@operation(named=in_its_words)
def take_over_contributions(*, actor, instrument, project, contributions, now) -> int:
    """Put contributions of a project that were set apart into its queue; gives how many were."""
    changes = {"state": State.PENDING}
    name, which = "take_over_contributions", Q(state=State.APART)
    return _settle(name, which, actor, instrument, project, contributions, changes, now)


@operation(named=in_its_words)
def discard_contributions(*, actor, instrument, project, contributions, now) -> int:
    """Don't place contributions that were set apart, or of strangers in the queue; gives how many were.

    Who sent them reads why by their receipt.

    Nobody is mailed and the addresses go: a machine wrote down those of others.
    """
    changes = {
        "state": State.REJECTED,
        "rejection": Rejection.FLOOD,
        "closed_on": timezone.localdate(now),
        "email": "",
    }
    name, which = "discard_contributions", Q(state=State.APART) | OF_STRANGERS
    return _settle(name, which, actor, instrument, project, contributions, changes, now)


def _settle(
    name: str, which: Q, actor, instrument, project, contributions, changes: dict, now
) -> int:
    # What a colleague settled meanwhile is left as it is.
    require(instrument.permission(name), actor, project, now)
    found = instrument.model.objects.filter(
        which, project=project, pk__in=[one.pk for one in contributions]
    )
    settled = found.update(**changes, version=F("version") + 1)
    action, detail = instrument.named(name), {f"{instrument.noun}s": settled}
    record_audit(actor=actor, action=action, obj=project, now=now, detail=detail)
    return settled
