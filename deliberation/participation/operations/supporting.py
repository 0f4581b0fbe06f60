"""Operations of who stands behind what somebody else said: support it, and take that back.

What is done leaves no audit row: that would keep who was for what, and since when, after it was taken back.
"""

from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused
from deliberation.people.operations import operation
from deliberation.people.permissions import require
from deliberation.people.throttling import Limit

from ..answer_terms import opening_of
from ..models import Support
from ..queries import is_open_to_all, supports_behind, together
from .locking import in_its_words

# Of everybody without an account in one project: a full hall may do it at once.
A_MINUTE = Limit(
    "supports in a project in a minute", 300, 60, "asks to sign in; who signed in is never held up"
)


@operation(named=in_its_words)
def support_contribution(*, actor, contribution, now) -> Support:
    """Stand behind what everybody can read; twice is once, also over what was put together.

    Refused: where the level or the phase closes it, what nobody can read, one's own, and an instrument
    without supports. While very many do this, who has no account is asked to sign in.
    """
    _require_open(actor, contribution, now)
    if found := supports_behind(contribution.pk).filter(participant=actor).first():
        return found
    support, made = Support.objects.get_or_create(contribution=contribution, participant=actor)
    # Two presses at once make one: only that is counted.
    if made and not actor.user_id and not A_MINUTE.take(str(contribution.project_id)):
        raise Refused(
            _("Very many people do this just now. Sign in and try again, or wait a minute.")
        )
    return support


@operation
def take_back_support(*, actor, contribution, now) -> None:
    """Stand no more behind it, nor behind what it was put together with, whatever became of it; twice is once."""
    head = contribution.merged_into_id or contribution.pk
    supports_behind(head).filter(participant=actor).delete()


def _require_open(actor, contribution, now) -> None:
    instrument, about = contribution.way, contribution.about
    if not instrument.supported:
        raise Refused(_("This can't be supported."), code="forbidden")
    if not is_open_to_all(contribution):
        raise Refused(_("Others can't read this, so nobody can support it."), code="state")
    opening = opening_of(instrument, about, now)
    if not opening.open:
        raise Refused(opening.reason, code="forbidden")
    require(instrument.permission("support_contribution"), actor, about, now)
    if together(contribution.pk).filter(participant=actor).exists():
        raise Refused(_("You said this yourself. Others can support it."))
