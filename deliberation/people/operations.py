"""Operations on accounts and participants, and the frame of every operation: one transaction and an audit row."""

import contextvars
import functools
import json
import secrets
from contextlib import contextmanager
from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused
from compass.text import clean_value
from deliberation.registry import tell

from .models import AuditEntry, AuditHead, Consent, Participant, SentForm, User
from .names import clean_line
from .permissions import require
from .privacy.consents import purpose as find_purpose
from .privacy.erased_list import note_erased
from .privacy.erasure import end_sessions_of, erase_everywhere
from .privacy.unsubscribing import consents_behind
from .staff_session import sensitive

SENT_AGAIN_WITHIN = timedelta(days=2)  # longer than any session of staff
_origin = contextvars.ContextVar("origin", default="command")


@contextmanager
def origin(name: str):
    """Name the way a change comes in (web, socket, command) for the audit rows made inside."""
    token = _origin.set(name)
    try:
        yield
    finally:
        _origin.reset(token)


def operation(function=None, *, named=None):
    """Make a function an operation: all or nothing, and a refusal leaves an audit row.

    The function takes keyword arguments only, among them `actor` and `now` (aware datetime). The audit has it under
    the function's name, or under what `named(name, arguments)` makes of that.
    """
    if function is None:
        return functools.partial(operation, named=named)

    @functools.wraps(function)
    def run(**arguments):
        try:
            with transaction.atomic():
                return function(**arguments)
        except Refused as refusal:
            name = function.__name__
            with transaction.atomic():
                record_audit(
                    actor=arguments["actor"],
                    action=named(name, arguments) if named else name,
                    obj=_object_of(arguments),
                    now=arguments["now"],
                    result="refused",
                    detail={"reason": str(refusal)},
                )
            raise

    run.is_operation = True
    return run


def record_audit(*, actor, action, obj, now, result="done", detail=None) -> AuditEntry:
    """Append one row to the audit chain, inside the caller's transaction: the last row that it writes.

    Who changes something anywhere waits for the head of the chain, so who holds it may wait for nobody.
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
        detail=json.dumps(clean_value(detail or {}), sort_keys=True, ensure_ascii=False),
        salt=secrets.token_hex(16),
        previous=head.last_hash,
    )
    entry.digest = entry.private_digest()
    entry.hash = head.last_hash = entry.chain_hash()
    entry.save()
    head.save()
    return entry


def answer_once(*, key, answer, now) -> SentForm | None:
    """Do what a form asks once for each key; give what was answered when that was before.

    `answer()` does it and gives (where it leads, what it says), or None when it did nothing: then the key
    stays free. The primary key decides between two at the same moment: the second one waits for the first.
    """
    with transaction.atomic():
        form, is_first = SentForm.objects.get_or_create(key=key, defaults={"sent_at": now})
        if not is_first:
            return form
        done = answer()
        if done is None:
            form.delete()
        else:
            form.leads_to, form.says = done
            form.save(update_fields=["leads_to", "says"])
    return None


def forget_sent_forms(now) -> None:
    """Remove what was answered so long ago that no page in a browser still sends it."""
    SentForm.objects.filter(sent_at__lt=now - SENT_AGAIN_WITHIN).delete()


@sensitive
@operation
def create_account(*, actor, email, first_name, last_name, password, now) -> User:
    """Make an account without any role. Refused when the e-mail address has one already."""
    require("people.create_account", actor, actor, now)
    if User.objects.with_address(email).exists():
        raise Refused(_("There is already an account with this e-mail address."), field="email")
    user = User.objects.create_user(
        email,
        password,
        first_name=clean_line(first_name, 60, "first_name"),
        last_name=clean_line(last_name, 60, "last_name"),
        is_staff=True,
    )
    record_audit(actor=actor, action="create_account", obj=user, now=now)
    return user


@operation
def create_resident(*, actor, email, now) -> User:
    """Make the account of a resident who showed that this mailbox is theirs; it opens no desk.

    Has no password. Refused when the address has an account already. The actor is nobody yet (None).
    """
    if User.objects.with_address(email).exists():
        raise Refused(_("There is already an account with this e-mail address."), field="email")
    user = User.objects.create_user(email, is_staff=False)
    record_audit(actor=actor, action="create_resident", obj=user, now=now)
    return user


def make_staff(user: User) -> None:
    """Let an account through the doors of staff, inside the operation that gives it work."""
    if not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])


def leave_staff(user: User) -> None:
    """Close the doors of staff after somebody's last work here; their sessions end with it.

    As a resident they come in with a code by mail: a password alone would pass by the second factor.
    """
    if user.is_staff and not user.is_superuser:
        user.is_staff = False
        user.set_unusable_password()
        user.save(update_fields=["is_staff", "password"])


def create_participant(*, user: User | None = None) -> Participant:
    """Make somebody without a name; no audit row, as it would time their coming.

    An account has one participant, wherever it joins: with a user it is found again.
    """
    if user is None or not user.is_authenticated:
        return Participant.objects.create()
    return Participant.objects.get_or_create(user=user)[0]


def claim_participant(*, participant: Participant, user: User) -> Participant:
    """Give an account the participant of its browser, unless it has one or this one is somebody's."""
    with transaction.atomic():
        # One sign-in of an account after the other.
        User.objects.select_for_update().get(pk=user.pk)
        if participant.user_id is None and not Participant.objects.filter(user=user).exists():
            participant.user = user
            participant.save(update_fields=["user"])
    return create_participant(user=user)


@operation
def give_consent(*, actor, purpose, place="", now) -> Consent:
    """Agree to a purpose in its present text; the actor is who agrees. Agreeing twice is agreeing once.

    `place` is the slug of the municipality that asked. Consent to an older text ends here.
    """
    require("people.give_consent", actor, actor, now)
    about = find_purpose(purpose)
    held = _consents(actor).filter(purpose=purpose, place=place, withdrawn_at=None)
    current = held.filter(text_version=about.version).first()
    if current:
        return current
    held.update(withdrawn_at=now)
    consent = Consent.objects.create(
        **_owner(actor),
        purpose=purpose,
        place=place,
        text_version=about.version,
        text=str(about.text),
        given_at=now,
    )
    detail = {"purpose": purpose, "version": about.version}
    record_audit(actor=actor, action="give_consent", obj=consent, now=now, detail=detail)
    return consent


@operation
def withdraw_consent(*, actor, consent, now) -> None:
    """End a consent at once; ending it twice is ending it once."""
    require("people.withdraw_consent", actor, consent, now)
    if consent.withdrawn_at is None:
        consent.withdrawn_at = now
        consent.save(update_fields=["withdrawn_at"])
        record_audit(actor=actor, action="withdraw_consent", obj=consent, now=now)


@operation
def unsubscribe(*, actor, mailed, now) -> None:
    """End at once what an address is mailed by consent, for whoever holds the link in that mail. Twice is once.

    Whoever left the address there agrees no longer, the owner or a stranger. It asks nothing and tells nothing
    of who that is; the actor is nobody (None).
    """
    consents = list(consents_behind(mailed).select_for_update(of=("self",)))
    for consent in consents:
        consent.withdrawn_at = now
        consent.save(update_fields=["withdrawn_at"])
    tell("mail_ended", mailed)
    for consent in consents:
        record_audit(actor=actor, action="unsubscribe", obj=consent, now=now)


@sensitive
@operation
def erase_person(*, actor, user, participants, now) -> None:
    """Erase an account (or nobody's: None) and participants everywhere; what was counted stays.

    The actor is that person. Refused (state) while a slice cannot let go of them, and for the only
    account that installed the platform.
    """
    for one in (*participants, *([user] if user else [])):
        require("people.erase_person", actor, one, now)
    erase_account(actor=None, user=user, participants=participants, now=now)


def erase_account(*, actor, user, participants, now) -> None:
    """Erase and leave one audit row, inside the operation that asked whether it may be done."""
    if user and user.is_superuser and not _other_installers(user).exists():
        raise Refused(_("This is the only account that can manage the platform."), code="state")
    participants = list({one.pk: one for one in participants}.values())
    about = user or next(iter(participants), None)
    erase_everywhere(user=user, participants=participants, now=now)
    # By the number that it had: with it a restored backup is cleaned, else it leads nowhere.
    record_audit(actor=actor, action="erase_person", obj=about, now=now)
    # Last: what is on the list was done, and whoever reads that it is done is on the list.
    note_erased(user, participants, now)


@operation
def erase_again(*, actor, user, participants, now) -> None:
    """Erase somebody who asked for it before, and came back with a backup. For the command line: nobody asks."""
    erase_account(actor=actor, user=user, participants=participants, now=now)


@operation
def forget_second_factor(*, actor, user, factors=None, now) -> None:
    """Let an account set its second factor again: all of it, or what of it can't be read. Ends its sessions.

    For the command line: nobody asks. Until a new one is set every screen of staff stays closed.
    """
    held = Authenticator.objects.filter(user=user)
    gone = held if factors is None else held.filter(pk__in=[one.pk for one in factors])
    gone.delete()
    end_sessions_of(user)
    record_audit(actor=actor, action="forget_second_factor", obj=user, now=now)


def _owner(person) -> dict:
    return {"user": person} if isinstance(person, User) else {"participant": person}


def _consents(person):
    return Consent.objects.filter(**_owner(person))


def _other_installers(user):
    return User.objects.filter(is_superuser=True, is_active=True).exclude(pk=user.pk)


def _object_of(arguments):
    """What a refused operation was about: its first saved row besides the actor."""
    rows = (value for name, value in arguments.items() if name != "actor")
    return next((row for row in rows if isinstance(row, models.Model) and row.pk), None)


def _label(obj) -> str:
    return obj._meta.label if obj is not None and hasattr(obj, "_meta") else ""


def _id(obj) -> str:
    return str(obj.pk) if obj is not None and hasattr(obj, "pk") else ""
