"""Operations of who stands behind what somebody else said: support it, and take that back."""

from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused
from deliberation.people.operations import operation, record_audit
from deliberation.people.permissions import require
from deliberation.people.throttling import Limit

from ..answer_terms import opening_of
from ..models import Support
from ..queries import VISIBLE
from .locking import in_its_words

# Of everybody without an account in one project: a full hall may do it at once.
A_MINUTE = Limit(
    "supports in a project in a minute", 300, 60, "asks to sign in; who signed in is never held up"
)


@operation(named=in_its_words)
def support_contribution(*, actor, contribution, now) -> Support:
    """Stand behind what everybody can read; twice is once.

    Refused: where the level or the phase closes it, what nobody can read, and an instrument without supports.
    While very many do this, who has no account is asked to sign in.
    """
    _require_open(actor, contribution, now)
    if found := contribution.supports.filter(participant=actor).first():
        return found
    if not actor.user_id and not A_MINUTE.take(str(contribution.project_id)):
        raise Refused(
            _("Very many people do this just now. Sign in and try again, or wait a minute.")
        )
    support, _made = Support.objects.get_or_create(contribution=contribution, participant=actor)
    action = contribution.way.named("support_contribution")
    record_audit(actor=actor, action=action, obj=contribution, now=now)
    return support


@operation(named=in_its_words)
def take_back_support(*, actor, contribution, now) -> None:
    """Stand behind it no more; twice is once. Refused where supporting is."""
    _require_open(actor, contribution, now)
    removed, _each = contribution.supports.filter(participant=actor).delete()
    if removed:
        record_audit(actor=actor, action="take_back_support", obj=contribution, now=now)


def _require_open(actor, contribution, now) -> None:
    instrument, about = contribution.way, contribution.about
    if not instrument.supported:
        raise Refused(_("This can't be supported."), code="forbidden")
    if contribution.hidden or contribution.state not in VISIBLE:
        raise Refused(_("Others can't read this, so nobody can support it."), code="state")
    opening = opening_of(instrument, about, now)
    if not opening.open:
        raise Refused(opening.reason, code="forbidden")
    require(instrument.permission("support_contribution"), actor, about, now)
