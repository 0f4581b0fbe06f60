"""Operations on invitations to a role, which starts only when its owner accepts it."""

from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from compass.refusal import Refused
from deliberation.people.mail_limit import MailboxFull, room_for
from deliberation.people.mailing import send_mail
from deliberation.people.names import clean_line
from deliberation.people.operations import operation, record_audit
from deliberation.people.permissions import may, require
from deliberation.people.staff_session import sensitive
from deliberation.people.tasks import do_later
from deliberation.people.throttling import Limit

from ..extension_points import site_address
from ..models import Municipality, RoleAssignment, RoleInvitation
from ..roles.lifecycle import refuse_wrong_place, role_detail, start_role
from ..tenancy import on_site_of

LASTS = timedelta(days=14)
INVITATIONS = Limit(
    "mails with an invitation to an address", 3, 3600, "finds the invitation after signing in"
)


@sensitive
@operation
def invite_colleague(*, actor, email, role, municipality, project=None, now) -> RoleInvitation:
    """Ask the owner of an address to take a role, and have them mailed where to say yes.

    Never looks whether the address has an account: everything is the same with and without one.
    Inviting again mails again and counts anew.
    """
    require("projects.invite_colleague", actor, municipality, now)
    refuse_wrong_place(role, municipality, project)
    about = {"role": role, "municipality": municipality, "project": project}
    if RoleAssignment.objects.filter(user__email=email.lower(), **about).exists():
        raise Refused(_("This person has this role already."), field="email")
    invitation, _made = RoleInvitation.objects.update_or_create(
        email=email.lower(), **about, defaults={"expires_at": now + LASTS, "invited_by": actor}
    )
    detail = role_detail(invitation)
    record_audit(actor=actor, action="invite_colleague", obj=invitation, now=now, detail=detail)
    do_later(mail_invitation, invitation.pk, settings.LANGUAGE_CODE)
    return invitation


@sensitive
@operation
def withdraw_invitation(*, actor, invitation, now) -> None:
    """Take an invitation back; nobody can accept it any more."""
    require("projects.withdraw_invitation", actor, invitation.municipality, now)
    detail = role_detail(invitation)
    _remove(invitation)
    record_audit(actor=actor, action="withdraw_invitation", obj=invitation, now=now, detail=detail)


@operation
def accept_role(*, actor, invitation, first_name="", last_name="", now) -> RoleAssignment:
    """Say yes to a role: it starts now. Refused when it was withdrawn, too long ago, or asked by who may no more."""
    invitation = _open(actor, "projects.accept_role", invitation, now)
    if first_name or last_name:
        actor.first_name = clean_line(first_name, 60, "first_name")
        actor.last_name = clean_line(last_name, 60, "last_name")
        actor.save(update_fields=["first_name", "last_name"])
    where = {"municipality": invitation.municipality, "project": invitation.project}
    _remove(invitation)
    return start_role(actor=actor, user=actor, role=invitation.role, now=now, **where)


@operation
def decline_role(*, actor, invitation, now) -> None:
    """Say no to a role; the invitation goes."""
    invitation = _open(actor, "projects.decline_role", invitation, now)
    detail = role_detail(invitation)
    _remove(invitation)
    record_audit(actor=actor, action="decline_role", obj=invitation, now=now, detail=detail)


def forget_expired(now) -> None:
    """Remove invitations that ended a while ago: addresses of people who never answered."""
    RoleInvitation.objects.filter(expires_at__lt=now - LASTS).delete()


def _may_still(invitation, now) -> bool:
    # What the sender may is asked where they sent it from, on whichever host it is answered.
    with on_site_of(invitation.municipality):
        return may("projects.invite_colleague", invitation.invited_by, invitation.municipality, now)


def _remove(invitation) -> None:
    RoleInvitation.objects.filter(pk=invitation.pk).delete()  # it keeps its number, for the audit


def _open(actor, permission, invitation, now) -> RoleInvitation:
    # One after another with the municipality's own changes of roles.
    Municipality.objects.select_for_update().get(pk=invitation.municipality_id)
    found = RoleInvitation.objects.filter(pk=invitation.pk, expires_at__gt=now)
    found = found.select_related("municipality", "project", "invited_by").first()
    if found is None or (found.invited_by and not _may_still(found, now)):
        gone = _("This invitation is no longer open. Ask the municipality for a new one.")
        raise Refused(gone, code="state")
    require(permission, actor, found, now)
    return found


@task()
def mail_invitation(invitation_id: int, language: str) -> None:
    """Mail who is asked where to say yes, once; nothing when the invitation is gone, or the address had enough."""
    invitation = RoleInvitation.objects.filter(pk=invitation_id).first()
    if invitation is None or invitation.mailed_until == invitation.expires_at:
        return
    with translation.override(language), suppress(MailboxFull):
        _mail(invitation)


def _mail(invitation) -> None:
    municipality = invitation.municipality
    site = site_address(municipality) or settings.PUBLIC_URL
    context = {"invitation": invitation, "municipality": municipality}
    context["link"] = site + reverse("invitations:see_invitations")
    text = render_to_string("deliberation/projects/mail/invitation.txt", context)
    subject = gettext("%(name)s asks you to work with them") % {"name": municipality.name}
    with room_for(INVITATIONS, invitation.email):
        send_mail(subject, text, invitation.email, municipality.name)
    same = RoleInvitation.objects.filter(pk=invitation.pk)
    same.update(mailed_until=invitation.expires_at)
