"""How does a colleague get an account, keep a role, and go when they ask by letter?"""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused
from deliberation.people.commit_hooks import after_commit
from deliberation.people.consents import consents_of
from deliberation.people.mailing import mailing
from deliberation.people.models import NOBODY, Participant, User
from deliberation.people.names import clean_line
from deliberation.people.operations import erase_account, operation, record_audit
from deliberation.people.own_data import gave
from deliberation.people.permissions import require

from .hooks import roles_changed, site_address
from .models import Municipality, Role, RoleAssignment
from .operations import assign_role


def invite_colleague(*, municipality, **who) -> User:
    """Make an account with a role, and mail a link to choose a password; nobody else ever sees one.

    Refused when the address has an account already. The link works for three days. Raises NotMailed
    when all of it was done and only the mail did not go.
    """
    user = _invite_colleague(municipality=municipality, **who)
    _mail_invitation(user, municipality)
    return user


@operation
def _invite_colleague(
    *, actor, email, first_name, last_name, role, municipality, project=None, now
) -> User:
    require("projects.invite_colleague", actor, municipality)
    if User.objects.filter(email__iexact=email).exists():
        taken = _("There is already an account with this e-mail address. Give it a role instead.")
        raise Refused(taken, field="email")
    user = User.objects.create_user(
        email,
        first_name=clean_line(first_name, 60, "first_name"),
        last_name=clean_line(last_name, 60, "last_name"),
        is_staff=True,
    )
    record_audit(actor=actor, action="invite_colleague", obj=user, now=now)
    where = {"municipality": municipality, "project": project}
    assign_role(actor=actor, user=user, role=role, now=now, **where)
    return user


@operation
def confirm_role(*, actor, assignment, now) -> RoleAssignment:
    """Say that a role is still right; the list of this quarter no longer asks for it."""
    require("projects.confirm_role", actor, assignment.municipality)
    assignment.confirmed_at = now
    assignment.save(update_fields=["confirmed_at"])
    detail = {"role": str(assignment.role), "project": assignment.project_id}
    record_audit(actor=actor, action="confirm_role", obj=assignment.user, now=now, detail=detail)
    return assignment


@operation
def erase_by_letter(*, actor, email, municipality, now) -> None:
    """Erase somebody who asked the municipality in another way than on the site; at once, everywhere.

    Refused for who works in another municipality (the installer may) and for the last administrator.
    """
    require("projects.erase_by_letter", actor, municipality)
    user = User.objects.filter(email__iexact=email).exclude(email=NOBODY).first()
    participants = list(Participant.objects.filter(user=user)) if user else []
    if not (user and (actor.is_superuser or _known_in(municipality, user, participants))):
        raise Refused(_("Nobody with this e-mail address is known here."), field="email")
    held = RoleAssignment.objects.filter(user=user)
    touched = set(held.values_list("municipality", flat=True))
    list(Municipality.objects.select_for_update().filter(pk__in=touched).order_by("pk"))
    if (touched - {municipality.pk} or user.is_superuser) and not actor.is_superuser:
        reason = _("This person works elsewhere too. Ask who manages the platform to do this.")
        raise Refused(reason, code="state")
    participants = list(Participant.objects.filter(user=user))
    erase_account(actor=actor, user=user, participants=participants, now=now)


def give_up_roles(*, participants, user, now) -> None:
    """Take part in erasing: roles end at once, except where nobody else could give them again."""
    if user is None:
        return
    held = RoleAssignment.objects.filter(user=user)
    for assignment in held.filter(role=Role.ADMINISTRATOR):
        others = RoleAssignment.objects.filter(
            role=Role.ADMINISTRATOR, municipality=assignment.municipality_id
        )
        if not others.exclude(user=user).exists():
            reason = _("This is the last administrator. Give somebody else this role first.")
            raise Refused(reason, code="state")
    for municipality in set(held.values_list("municipality", flat=True)):
        after_commit(roles_changed, municipality)
    held.delete()


def _known_in(municipality, user, participants) -> bool:
    """Tell whether somebody worked, took part or agreed to something here; elsewhere is not ours to erase."""
    return (
        RoleAssignment.objects.filter(user=user, municipality=municipality).exists()
        or bool(gave(participants, municipality))
        or consents_of(user, participants).filter(place=municipality.slug).exists()
    )


def _mail_invitation(user, municipality) -> None:
    uid, key = user_pk_to_url_str(user), default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": key})
    site = site_address(municipality) or settings.PUBLIC_URL
    context = {"link": site + path, "municipality": municipality, "user": user}
    context["again"] = site + reverse("account_reset_password")
    text = render_to_string("deliberation/projects/mail/invitation.txt", context)
    subject = gettext("Your account at %(name)s") % {"name": municipality.name}
    with mailing():
        send_mail(subject, text, None, [user.email])
