"""The event log of a run: appending under lock in a hash chain, verifying, and replaying it."""

import hashlib
import json
from datetime import UTC

from django.db import transaction

from compass.text import clean, clean_value
from deliberation.people.codes import digits_of
from deliberation.people.commit_hooks import after_commit

from . import randomness, state_machine
from .models import Event, EventNote, JoinCode, Run
from .sockets import hub


def lock_run(run_id: int) -> Run:
    """Read a run and keep other writers out until this transaction ends."""
    runs = Run.objects.select_for_update(of=("self",))
    return runs.select_related("session__project__municipality").get(pk=run_id)


def lock_code(code: str) -> JoinCode | None:
    """Read a join code with its run, and keep other writers out of both; spaces and dashes don't matter."""
    # The run first, as who makes the codes anew does: else each waits for the other.
    codes = JoinCode.objects.select_for_update(of=("run", "self"))
    codes = codes.select_related("run__session__project__municipality")
    return codes.filter(code=digits_of(code)).first()


@transaction.atomic
def append(run: Run, kind: str, data: dict, now, *, by=None, text: str = "") -> Event:
    """Add one event to the log of a run, under lock of its head; screens hear of it after commit.

    `data` holds ids, states and counts only. Who (`by`, a User) and their reason (`text`) go in an
    erasable note, of which the log keeps a salted digest.
    """
    head = Run.objects.select_for_update(of=("self",)).only("seq", "last_hash").get(pk=run.pk)
    note = EventNote(by=by, text=clean(text), salt=randomness.salt())
    event = Event(
        run=run,
        seq=head.seq + 1,
        at=now,
        kind=kind,
        data=clean_value(data),
        digest=_note_digest(note),
        previous=head.last_hash,
    )
    event.hash = _event_hash(event)
    event.save()
    note.event = event
    note.save()
    run.seq, run.last_hash = event.seq, event.hash
    Run.objects.filter(pk=run.pk).update(seq=run.seq, last_hash=run.last_hash)
    after_commit(hub.ring, run.pk, event.seq)
    return event


def ring_live(run: Run) -> None:
    """Tell screens after commit that a count moved, when nothing was logged (a ballot, a joining)."""
    after_commit(hub.ring, run.pk, run.seq, True)


def verify(run: Run) -> list[int]:
    """List the numbers of events that don't fit the chain; empty when the log is whole.

    An erased note (blank salt) keeps its digest. A missing end shows as the head's number.
    """
    broken, previous, seq = [], "", 0
    for event in Event.objects.filter(run=run).order_by("seq").select_related("note"):
        seq += 1
        fits = event.seq == seq and event.previous == previous and event.hash == _event_hash(event)
        erased = not event.note.salt
        if not (fits and (erased or event.digest == _note_digest(event.note))):
            broken.append(event.seq)
        previous = event.hash
    head = Run.objects.get(pk=run.pk)
    if (head.seq, head.last_hash) != (seq, previous):
        broken.append(head.seq)
    return broken


def replay(run: Run) -> dict:
    """Add up the whole log to the state of the run."""
    state = state_machine.EMPTY
    for event in Event.objects.filter(run=run).order_by("seq"):
        state = state_machine.fold(state, event.kind, event.data)
    return state


def _event_hash(event: Event) -> str:
    what = [
        event.run_id,
        event.seq,
        event.at.astimezone(UTC).isoformat(),
        event.kind,
        event.data,
        event.digest,
        event.previous,
    ]
    return _hash(what)


def _note_digest(note: EventNote) -> str:
    return _hash([note.salt, note.by_id, note.text])


def _hash(what: list) -> str:
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()
