"""Operations on contributions set apart in a flood: taken over into the queue, or put away together."""

from django.db.models import F
from django.utils import timezone

from deliberation.people.operations import operation, record_audit
from deliberation.people.permissions import require

from ..models import Contribution
from .locking import in_its_words

State = Contribution.State


@operation(named=in_its_words)
def take_over_contributions(*, actor, instrument, project, contributions, now) -> int:
    """Put contributions of a project that were set apart into its queue; gives how many were."""
    changes = {"state": State.PENDING}
    name = "take_over_contributions"
    return _settle(name, actor, instrument, project, contributions, changes, now)


@operation(named=in_its_words)
def discard_contributions(*, actor, instrument, project, contributions, now) -> int:
    """Don't place contributions that were set apart; gives how many were. Who sent them reads why by their receipt.

    Nobody is mailed and the addresses go: a machine wrote down those of others.
    """
    changes = {
        "state": State.REJECTED,
        "rejection": Contribution.Rejection.FLOOD,
        "closed_on": timezone.localdate(now),
        "email": "",
    }
    name = "discard_contributions"
    return _settle(name, actor, instrument, project, contributions, changes, now)


def _settle(name: str, actor, instrument, project, contributions, changes: dict, now) -> int:
    # What a colleague settled meanwhile is left as it is.
    require(instrument.permission(name), actor, project, now)
    apart = instrument.model.objects.filter(project=project, state=State.APART)
    found = apart.filter(pk__in=[one.pk for one in contributions])
    settled = found.update(**changes, version=F("version") + 1)
    action, detail = instrument.named(name), {f"{instrument.noun}s": settled}
    record_audit(actor=actor, action=action, obj=project, now=now, detail=detail)
    return settled
