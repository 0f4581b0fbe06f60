"""Erasure by one municipality: of somebody who asked by letter, while what is kept elsewhere stays."""

import json

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused
from deliberation.people.models import NOBODY, Participant, User
from deliberation.people.operations import erase_account, operation, record_audit
from deliberation.people.permissions import require
from deliberation.people.privacy.consents import consents_of
from deliberation.people.privacy.erased_list import (
    note_erased_here,
    note_erased_left,
    note_gone_through,
)
from deliberation.people.privacy.erasure import (
    addresses_of,
    audit_about,
    blank_audit,
    let_go,
    rows_pointing_at,
)
from deliberation.people.privacy.own_data import erase_in_slices, erase_left, left_here
from deliberation.people.staff_session import sensitive

from .models import Municipality, RoleAssignment, RoleInvitation
from .roles.lifecycle import end_role, refuse_last_administrator
from .tenancy import rows_of

# Says nothing of whether there is an account: that is no municipality's to know.
NOTHING_HERE = _(
    "This municipality keeps nothing of this e-mail address. Is there an account? Then only its owner can remove "
    "it: sign in, and go to My participation."
)


@sensitive
@operation
def erase_by_letter(*, actor, municipality, email="", receipt="", now) -> None:
    """Erase what this municipality keeps of somebody who asked it in another way than on the site.

    By the address of their account, or one that they left without an account; or what has this receipt.
    The account itself goes too when nothing is left of it elsewhere. Whoever asks it can't tell which of
    the two it was. Refused for the last administrator, and where one of the two is known of nothing here.
    """
    require("projects.erase_by_letter", actor, municipality, now)
    # One after another: else two municipalities each leave the account to the other.
    list(Municipality.objects.select_for_update().order_by("pk"))
    email = email.lower()
    by_email = left_here(municipality, email=email) if email else {}
    by_receipt = left_here(municipality, receipt=receipt) if receipt else {}
    if (receipt or not email) and not by_receipt:
        raise Refused(_("We do not know this receipt. Look at it again."), field="receipt")
    left = by_email | by_receipt
    if left:
        _erase_left(left, municipality, now)
    if email and not (_erase_account_of(email, actor, municipality, now) or by_email):
        raise Refused(NOTHING_HERE, field="email")
    if left:
        record_audit(actor=actor, action="erase_left", obj=municipality, now=now)
        note_erased_left(left, now)


def _erase_account_of(email, actor, municipality, now) -> bool:
    """Erase an account here, or wholly when nothing is left of it elsewhere; tell whether it is known."""
    user = User.objects.with_address(email).exclude(email=NOBODY).first()
    # Of an address without an account the same is asked: how long it takes tells nothing either.
    who = user or User(pk=0)
    participants = list(Participant.objects.filter(user=who))
    known = is_known_in(municipality, who, participants or [Participant()])
    if user is None or not (known or actor.is_superuser):
        return False
    who = {"user": user, "participants": participants, "now": now}
    if is_known_elsewhere(municipality, user, participants):
        erase_here(actor=actor, municipality=municipality, **who)
        note_erased_here([user, *participants], municipality.slug, now)
    else:
        erase_account(actor=actor, **who)
    return True


@operation
def erase_left_again(*, actor, left, municipality, now) -> None:
    """Erase what came back with a backup of who has no account. For the command line: nobody asks."""
    _erase_left(left, municipality, now)
    record_audit(actor=actor, action="erase_left", obj=municipality, now=now)


def _erase_left(left, municipality, now) -> None:
    """Erase what has these marks, and blank the rows of the audit that tell the addresses left with it."""
    erase_left(left, municipality, now)
    _blank(audit_about(None, [], {address for address in left.values() if address}), municipality)


def invitations_left(municipality, email="") -> dict[str, str]:
    """Give by mark the invitations that nobody accepted yet: all, or to an address."""
    waiting = RoleInvitation.objects.filter(municipality=municipality)
    waiting = waiting.filter(email=email) if email else waiting
    return {_mark_of(one): one.email for one in waiting}


def withdraw_left(marks, municipality) -> None:
    """Remove the invitations with these marks."""
    for invitation in RoleInvitation.objects.filter(municipality=municipality):
        if _mark_of(invitation) in marks:
            invitation.delete()


def _mark_of(invitation) -> str:
    return f"invitation {invitation.pk} {invitation.expires_at.timestamp():.6f}"


@operation
def erase_here_again(*, actor, user, participants, municipality, numbers, now) -> None:
    """Erase here what came back with a backup, by the numbers of its erasures. For the command line: nobody asks."""
    who = {"user": user, "participants": participants, "now": now}
    note_gone_through(numbers)
    erase_here(actor=actor, municipality=municipality, **who)


def erase_here(*, actor, user, participants, municipality, now) -> None:
    """Erase what one municipality keeps of an account or a participant, inside the operation that may."""
    erase_in_slices(participants=participants, user=user, now=now, municipality=municipality)
    consents_of(user, participants).filter(place=municipality.slug).delete()
    people = [*([user] if user else []), *participants]
    for person in people:
        let_go(person, lambda model: rows_of(model, municipality))
    _blank(audit_about(user, participants, addresses_of(user)), municipality)
    # After the blanking: it says where somebody was erased, and not of what.
    detail = {"municipality": municipality.pk}
    record_audit(actor=actor, action="erase_here", obj=people[0], now=now, detail=detail)


def give_up_roles(*, participants, user, now, municipality=None) -> None:
    """Take part in erasing: roles end at once, except where nobody else could give them again."""
    if user is None:
        return
    there = {"municipality": municipality} if municipality else {}
    for assignment in RoleAssignment.objects.filter(user=user, **there):
        refuse_last_administrator(assignment)
        end_role(assignment)
    RoleInvitation.objects.filter(email__in=addresses_of(user), **there).delete()


def is_known_in(municipality, user, participants) -> bool:
    """Tell whether anything of somebody is kept by this municipality."""
    consents = consents_of(user, participants).filter(place=municipality.slug)
    return consents.exists() or any(
        rows.filter(**here).exists() for rows, here in _kept(user, participants, municipality)
    )


def is_known_elsewhere(municipality, user, participants) -> bool:
    """Tell whether another municipality keeps anything of somebody, or the platform is theirs to manage."""
    consents = consents_of(user, participants).exclude(place__in=["", municipality.slug])
    invitations = RoleInvitation.objects.filter(email__in=addresses_of(user))
    return (
        bool(user.is_superuser)
        or consents.exists()
        or invitations.exclude(municipality=municipality).exists()
        or any(
            rows.exclude(**here).exists() for rows, here in _kept(user, participants, municipality)
        )
    )


def _kept(user, participants, municipality):
    """Give by table what points at somebody, with the filter for what is this municipality's."""
    for person in (user, *participants):
        for relation, rows in rows_pointing_at(person):
            if here := rows_of(relation.related_model, municipality):
                yield rows, here


def _blank(found, municipality) -> None:
    """Blank the rows about what belongs to this municipality: of its own things, or said in the detail."""
    of_things = dict.fromkeys(found.values_list("object_label", flat=True))
    gone = [pk for label in of_things for pk in _about_things(found, label, municipality)]
    for pk, detail in found.filter(detail__contains='"municipality"').values_list("pk", "detail"):
        if json.loads(detail).get("municipality") == municipality.pk:
            gone.append(pk)
    blank_audit(found.filter(pk__in=gone))


def _about_things(found, label, municipality) -> list[int]:
    here = rows_of(apps.get_model(label), municipality) if label else None
    if here is None:
        return []
    rows = dict(found.filter(object_label=label).values_list("pk", "object_id"))
    things = apps.get_model(label)._base_manager.filter(pk__in=set(rows.values()), **here)
    ours = {str(pk) for pk in things.values_list("pk", flat=True)}
    return [pk for pk, thing in rows.items() if thing in ours]
