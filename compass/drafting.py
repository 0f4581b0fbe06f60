"""Drafts of an owner's own framework: written, proposed, approved and published.

Four eyes: who proposes never approves. Persons are opaque names; the caller asks permission and
writes the audit row.
"""

import re
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from compass import operations
from compass.engine import formats
from compass.engine.framework import FrameworkErrors
from compass.engine.verification import errors
from compass.engine.writing import write_framework
from compass.models import Framework, FrameworkDraft
from compass.queries import checked, shipped_frameworks
from compass.refusal import Refused

State = FrameworkDraft.State
LARGEST = 300_000  # characters; the framework that comes with the platform has 45,000
KEY = re.compile(r"^[a-z][a-z0-9_]{1,59}$")


def key_of(owner: str, name: str = "") -> str:
    """Make the key of an owner's framework: it begins with the owner, so that nobody else has it."""
    return "_".join(part for part in (owner, name) if part).replace("-", "_").lower()


@transaction.atomic
def start_draft(
    *,
    owner: str,
    owner_name: str,
    key: str,
    source: str,
    based_on: Framework | None,
    editor_id: str,
    now: datetime,
) -> FrameworkDraft:
    """Begin a framework from the text of another. It gets this key and the next version; a copy of one that
    everybody has gets its owner's name behind its title.

    Refused: a key that isn't the owner's, a second open draft of one framework, and a text that is
    no TOML or too long; a framework that is wrong in another way may be mended here.
    """
    if not KEY.match(key) or not f"{key}_".startswith(f"{key_of(owner)}_"):
        reason = _("Use small letters, digits and _, and begin with %s.") % key_of(owner)
        raise Refused(reason, field="key")
    taken = Framework.objects.filter(key=key).exclude(owner=owner).exists()
    if taken or key in shipped_frameworks():
        raise Refused(_("This key belongs to somebody else's framework."), field="key")
    document = read_document(source) | {"key": key, "version": next_version(key, now)}
    if based_on and not based_on.owner:
        named = {code: f"{text} ({owner_name})" for code, text in document["title"].items()}
        document["title"] = named
    try:
        with transaction.atomic():
            return FrameworkDraft.objects.create(
                owner=owner,
                key=key,
                source=write_framework(document),
                based_on=based_on,
                edited_by=editor_id,
                edited_at=now,
            )
    except IntegrityError as error:
        raise Refused(_("There is already a draft of this framework."), field="key") from error


def read_document(source: str) -> dict:
    """Read the tables of a file in the newest format. Refused: what is too long or no TOML, with the line."""
    if len(source) > LARGEST:
        reason = _("This file is too large: at most %d characters.") % LARGEST
        raise Refused(reason, code="malformed", field="source")
    try:
        return formats.read_document(source)
    except FrameworkErrors as error:
        raise Refused(_unreadable(error), code="malformed", field="source") from error


def _unreadable(error: FrameworkErrors) -> str:
    """Say where a text stops being a file, when the reader names the line."""
    line = re.search(r"at line (\d+)", str(error))
    if line:
        return _("This file can't be read. Something is wrong in line %s.") % line[1]
    return _("This file can't be read. It stops too early, or something in it is too large.")


def next_version(key: str, now: datetime) -> str:
    """Number the next version of a framework within its year: 2027-1, 2027-2, …"""
    of_this_year = Framework.objects.filter(key=key, version__startswith=f"{now.year}-")
    known = [each.partition("-")[2] for each in of_this_year.values_list("version", flat=True)]
    numbers = [int(number) for number in known if number.isdecimal()]
    return f"{now.year}-{max(numbers, default=0) + 1}"


@transaction.atomic
def change_draft(
    *, draft: FrameworkDraft, source: str, seen: int, editor_id: str, now: datetime
) -> FrameworkDraft:
    """Replace the text of a draft; it may be wrong, but stays TOML with the same key and version.

    `seen` is the revision the editor looked at. Refused (state): another one by now, or a draft that
    was proposed. Changing nothing is no change.
    """
    locked = _locked(draft, State.EDITING)
    if locked.revision != seen:
        raise Refused(_("A colleague changed this draft just before you."), code="state")
    before = read_document(locked.source)
    document = read_document(source) | {"key": locked.key, "version": before.get("version")}
    if document == before:
        return locked
    locked.source = write_framework(document)
    return _kept(locked, editor_id, now)


@transaction.atomic
def propose_draft(*, draft: FrameworkDraft, proposer_id: str, now: datetime) -> FrameworkDraft:
    """Ask a colleague to approve a draft. Refused: a draft with errors, each of them named."""
    locked = _locked(draft, State.EDITING)
    refuse_errors(locked.source)
    locked.state, locked.returned_because = State.PROPOSED, ""
    locked.proposed_by, locked.proposed_at = proposer_id, now
    locked.save()
    return locked


@transaction.atomic
def approve_draft(*, draft: FrameworkDraft, approver_id: str, now: datetime) -> FrameworkDraft:
    """Approve what a colleague proposed. Refused: who proposed it, or changed it last."""
    locked = _locked(draft, State.PROPOSED)
    if locked.is_by(approver_id):
        reason = _("A colleague approves this: who wrote or proposed it does not.")
        raise Refused(reason, code="forbidden")
    locked.state = State.APPROVED
    locked.approved_by, locked.approved_at = approver_id, now
    locked.save()
    return locked


@transaction.atomic
def return_draft(*, draft: FrameworkDraft, reason: str, now: datetime) -> FrameworkDraft:
    """Send a proposed or approved draft back to be written. Refused without a reason."""
    locked = _locked(draft, State.PROPOSED, State.APPROVED)
    if not reason.strip():
        raise Refused(_("Say why you send it back."), field="reason")
    locked.state, locked.returned_because = State.EDITING, reason.strip()
    locked.proposed_by = locked.approved_by = ""
    locked.proposed_at = locked.approved_at = None
    locked.revision += 1
    locked.save()
    return locked


@transaction.atomic
def publish_draft(
    *, draft: FrameworkDraft, valid_from: date, today: date, actor_id: str, now: datetime
) -> Framework:
    """Publish an approved draft as a version that counts from a day; from then on it never changes.

    Refused: a day that is past, a draft that nobody approved, and one with errors.
    """
    locked = _locked(draft, State.APPROVED)
    if valid_from < today:
        raise Refused(_("Choose today or a later day."), field="valid_from")
    document = read_document(locked.source) | {"valid_from": valid_from}
    source = write_framework(document)
    refuse_errors(source)
    version = operations.publish_framework(
        source=source, actor_id=actor_id, now=now, owner=locked.owner
    )
    locked.state, locked.published, locked.source = State.PUBLISHED, version, source
    locked.save()
    return version


@transaction.atomic
def discard_draft(*, draft: FrameworkDraft) -> None:
    """Throw a draft away that is still being written."""
    _locked(draft, State.EDITING).delete()


def refuse_errors(source: str) -> None:
    """Refuse a framework that can't be read, or that the proof finds an error in."""
    try:
        found = errors(checked(source))
    except FrameworkErrors as wrong:
        raise Refused(str(wrong), code="refused", field="source") from wrong
    if found:
        texts = " ".join(one.text[get_language()] for one in found)
        raise Refused(_("Mend this first: %s") % texts, field="source")


def _locked(draft: FrameworkDraft, *states: str) -> FrameworkDraft:
    locked = FrameworkDraft.objects.select_for_update().get(pk=draft.pk)
    if locked.state not in states:
        reason = _("This draft is %s by now. Open it again.") % locked.get_state_display()
        raise Refused(reason, code="state")
    return locked


def _kept(locked: FrameworkDraft, editor_id: str, now: datetime) -> FrameworkDraft:
    locked.revision += 1
    locked.edited_by, locked.edited_at = editor_id, now
    locked.save()
    return locked
