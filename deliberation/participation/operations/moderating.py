"""Operations of moderation: publish, reject, merge, hide and show again what others gave."""

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused
from deliberation.people.names import clean_line, clean_text
from deliberation.people.operations import operation
from deliberation.people.permissions import require
from deliberation.people.tasks import do_later

from ..models import LONGEST, Contribution
from ..personal_data_in_texts import personal_data_in
from ..queries import VISIBLE, WAITING, State
from .locking import in_its_words, keep, locked
from .mailing import mail_outcome

Rejection = Contribution.Rejection
TARGETS = (*WAITING, State.ANSWERED)


@operation(named=in_its_words)
def publish_contribution(
    *, actor, contribution, shown=None, show_name=True, personal_checked=False, seen, now
) -> Contribution:
    """Show a contribution to everybody, in its own words or in `shown`, from which personal data was left out.

    Refused while the text seems to hold personal data that nobody looked at.
    """
    name = "publish_contribution"
    contribution = locked(name, actor, contribution, seen, (State.PENDING,))
    approve(actor, contribution, shown, show_name, personal_checked, now)
    contribution.state = State.PUBLISHED
    return keep(contribution, actor, name, now)


@operation(named=in_its_words)
def reject_contribution(*, actor, contribution, rejection, reason="", seen, now) -> Contribution:
    """Don't place a contribution; who gave it reads why. Refused for what others can see: hide that."""
    name = "reject_contribution"
    contribution = locked(name, actor, contribution, seen, (State.PENDING,))
    if rejection not in Rejection.values:
        raise Refused(_("Choose why it is not placed."), code="malformed", field="rejection")
    contribution.rejection = rejection
    contribution.rejection_reason = clean_line(reason, 400, "reason")
    if rejection == Rejection.OTHER and not contribution.rejection_reason:
        raise Refused(_("Write why, for who sent it."), field="reason")
    contribution.state, contribution.closed_on = State.REJECTED, timezone.localdate(now)
    do_later(mail_outcome, contribution.pk)
    return keep(contribution, actor, name, now, why=str(rejection))


@operation(named=in_its_words)
def merge_contribution(*, actor, contribution, into, seen, now) -> Contribution:
    """Put a contribution together with one that says the same: it gets the same answer; its text is kept.

    What was put together with this one moves along. Refused with one of another project or
    instrument, with itself, and with one that is not there to answer any more.
    """
    name = "merge_contribution"
    contribution = locked(name, actor, contribution, seen, WAITING)
    into = contribution.way.model.objects.select_for_update().filter(pk=into.pk).first()
    if into is None or into.project_id != contribution.project_id or into.pk == contribution.pk:
        raise Refused(_("Choose another one of this project."), field="into")
    if into.state not in TARGETS:
        raise Refused(_("That one can't get an answer any more."), field="into")
    children = Contribution.objects.filter(merged_into=contribution)
    children.update(merged_into=into, version=F("version") + 1)
    contribution.state, contribution.merged_into = State.MERGED, into
    contribution.closed_on = timezone.localdate(now)
    keep(contribution, actor, name, now, into=into.pk)
    if into.answer_id:
        do_later(mail_outcome, into.pk)
    return contribution


@operation(named=in_its_words)
def hide_contribution(*, actor, contribution, now) -> Contribution:
    """Take what everybody can see away at once, whatever a colleague did meanwhile. Twice is once."""
    name = "hide_contribution"
    contribution = locked(name, actor, contribution, None, VISIBLE)
    if contribution.hidden:
        return contribution
    contribution.hidden = True
    return keep(contribution, actor, name, now)


@operation(named=in_its_words)
def show_contribution(*, actor, contribution, seen, now) -> Contribution:
    """Show again what was hidden."""
    name = "show_contribution"
    contribution = locked(name, actor, contribution, seen, VISIBLE)
    contribution.hidden = False
    return keep(contribution, actor, name, now)


def approve(actor, contribution, shown, show_name, personal_checked, now) -> None:
    """Fill in what others will read of a contribution, as who may publish it.

    Refused: empty, or personal data nobody looked at.
    """
    require(contribution.way.permission("publish_contribution"), actor, contribution)
    shown = clean_text(contribution.text if shown is None else shown, LONGEST, "shown")
    if not shown:
        raise Refused(_("Write what others read of it."), field="shown")
    found = personal_data_in(shown)
    if found and not personal_checked:
        reason = _(
            "There seems to be personal data in it: %s. Leave it out, or say that you checked."
        )
        raise Refused(reason % ", ".join(str(one) for one in found), field="shown")
    contribution.shown = shown
    contribution.shown_name = contribution.name if show_name else ""
    contribution.published_at = now
