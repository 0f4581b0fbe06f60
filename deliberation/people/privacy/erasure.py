"""Erasure of a person, everywhere, while what was counted and decided stays."""

import json
from collections.abc import Callable
from pathlib import Path

from allauth.account import app_settings as account
from allauth.core.internal.ratelimit import parse_rates
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models import Q

from ..commit_hooks import after_commit
from ..counters import counters
from ..models import NOBODY, AuditEntry, Participant, User
from ..tasks import forget_tasks_about
from .mentions import mentions
from .own_data import erase_in_slices

# Goes with the person, or lets go of them: the database does that. All else must be moved first.
GOES_ALONG = (models.CASCADE, models.SET_NULL)


def erase_everywhere(*, user: User | None, participants: list[Participant], now) -> None:
    """Erase an account and its participants inside the caller's transaction; caches and mail after it.

    What somebody else relies on (a count, a decision) stays, signed by nobody in particular. The
    audit chain keeps its digests and still verifies.
    """
    addresses = addresses_of(user)
    erase_in_slices(participants=participants, user=user, now=now)
    blank_audit(audit_about(user, participants, addresses))
    _end_sessions(user, participants, addresses)
    forget_tasks_about(participants)
    for participant in participants:
        _leave(participant)
        Participant.objects.filter(pk=participant.pk).delete()
    if user:
        _leave(user)
        user_id = user.pk
        User.objects.filter(pk=user_id).delete()
        after_commit(_forget_tries, user_id)
        after_commit(_remove_mail_files, addresses)


def addresses_of(user: User | None) -> set[str]:
    """Gather every e-mail address of an account, in lower case; one that nobody confirmed may be another's."""
    if user is None:
        return set()
    others = user.emailaddress_set.filter(verified=True).values_list("email", flat=True)
    return {address.lower() for address in (user.email, *others) if address}


def _nobody() -> int:
    """Find or make the account that signs for who is gone; nobody can sign in with it."""
    found = User.objects.filter(email=NOBODY).first()
    return (found or User.objects.create_user(NOBODY, is_active=False)).pk


def rows_pointing_at(person: models.Model):
    """Give (relation, rows) for every table that holds a person.

    Goes by what the database knows, so an instrument or a library of later is reached as well.
    """
    for relation in person._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and not relation.concrete and hasattr(relation, "on_delete")):
            continue
        if not relation.many_to_many:
            # Append-only rows are written behind their own refusal: only who it was changes.
            rows = models.QuerySet(model=relation.related_model)
            yield relation, rows.filter(**{relation.field.name: person})


def let_go(person: User | Participant, here: Callable) -> None:
    """Do for some rows what erasing the person would do: `here(model)` filters them; None: not that table."""
    for relation, rows in rows_pointing_at(person):
        wanted = here(relation.related_model)
        if wanted is None:
            continue
        if relation.on_delete is models.CASCADE:
            rows.filter(**wanted).delete()
        elif relation.on_delete is models.SET_NULL:
            rows.filter(**wanted).update(**{relation.field.name: None})
        else:
            _hand_over(relation, rows.filter(**wanted), _successor(person))


def _leave(person: User | Participant) -> None:
    """Point every row that would hold the person back at somebody else."""
    for relation, rows in rows_pointing_at(person):
        if relation.on_delete not in GOES_ALONG:
            _hand_over(relation, rows, _successor(person))


def _hand_over(relation, rows, to: Callable) -> None:
    every = models.QuerySet(model=relation.related_model)
    for pk in list(rows.values_list("pk", flat=True)):
        every.filter(pk=pk).update(**{f"{relation.field.name}_id": to()})


def _successor(person: User | Participant) -> Callable:
    """Say who signs instead: nobody for an account, somebody new each time for a participant."""
    if isinstance(person, Participant):
        return lambda: Participant.objects.create().pk
    return _nobody


def audit_about(user, participants, addresses) -> models.QuerySet:
    """Find the audit rows of what somebody did, and those whose detail tells their address."""
    known = Q(
        actor_label=Participant._meta.label, actor_id__in=[str(one.pk) for one in participants]
    )
    if user:
        known |= Q(actor_label=User._meta.label, actor_id=str(user.pk))
    return models.QuerySet(model=AuditEntry).filter(known | Q(pk__in=_telling(addresses)))


def _telling(addresses) -> list[int]:
    if not addresses:
        return []
    rows = AuditEntry.objects.filter(detail__contains="@").values_list("pk", "detail")
    return [pk for pk, detail in rows.iterator() if mentions(json.loads(detail), addresses)]


def blank_audit(rows: models.QuerySet) -> None:
    """Blank who did it, the detail and the salt: without it the digest cannot be guessed back."""
    rows.update(actor_label="", actor_id="", detail="", salt="")


def end_sessions_of(user) -> None:
    """Sign an account out wherever it is signed in."""
    _end_sessions(user, [], set())


def _end_sessions(user, participants, addresses) -> None:
    """Remove every session that leads to the person, on whichever device it is."""
    wanted = {*addresses, *(str(one.pk) for one in participants)}
    gone = []
    for session in Session.objects.iterator():
        held = session.get_decoded()
        mine = user is not None and held.get("_auth_user_id") == str(user.pk)
        if mine or mentions(held, wanted):
            gone.append(session.pk)
    Session.objects.filter(pk__in=gone).delete()


def _forget_tries(user_id) -> None:
    """Remove what allauth counted of an account. Our own Limits hold a keyed digest, and end by themselves."""
    for action, wanted in account.RATE_LIMITS.items():
        for rate in parse_rates(wanted):
            counters.delete(f"allauth:rl:allauth.account:{action}:{rate}:user:{user_id}")


def _remove_mail_files(addresses) -> None:
    """Remove the demo's mail that holds the address; a mail server of the municipality has its own rules."""
    folder = Path(settings.EMAIL_FILE_PATH or "")
    if not (settings.EMAIL_FILE_PATH and folder.is_dir()):
        return
    for file in folder.iterdir():
        if file.is_file() and mentions(file.read_text(errors="replace"), addresses):
            file.unlink(missing_ok=True)
