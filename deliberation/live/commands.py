"""Commands over HTTP and sockets: dispatch to an operation, and one answer for both, the same when repeated.

One body for both, one answer for both. The body is checked to the letter, so nothing that was not
asked for gets in. A command with an `op_id` that this actor used before gets the first answer.
"""

from concurrent.futures import Future

from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from compass.refusal import Refused
from deliberation.people.models import Participant, User
from deliberation.people.outages import is_outage
from deliberation.people.permissions import may
from deliberation.people.second_factor import lacks_second_factor
from deliberation.projects.rules import who_may

from . import ballot_writer, operations, randomness
from .command_validation import (
    COMMANDS,
    OUT_OF_DATE,
    Malformed,
    Order,
    choices_in,
    name_of,
    op_id_of,
    parse,
    shape_of,
)
from .counting.rounds import last_round
from .events import lock_run
from .models import Activity, Event, Op
from .operations.ballot_batches import Vote
from .operations.poll_closing import void_lost
from .polls import poll_status
from .replies import APPLIED, CODES, REFUSED, Reply, busy, refused, repeated
from .replies import BUSY as BUSY
from .state_machine import OF_ANOTHER_ROUND, check_round, check_seen

# Counting goes on beside steering: another count must not make these stale, nor the reverse.
UNSTEERED = (
    "headcount_recorded", "result_peeked", "promise_changed",
    "item_added", "item_changed", "items_ordered", "item_removed", "activity_added",
    "hall_divided", "paper_expected", "cards_printed", "card_blocked",
    "codes_rotated", "participant_banned", "ban_lifted", "strictness_set",
    "silence_alarmed", "sound_told", "page_turned",
)  # fmt: skip
# What a counter enters is compared with the counts themselves, whatever happened to the poll meanwhile.
COUNTING = (
    "record_headcount", "divide_hall", "enter_hall_count", "confirm_hall_count", "correct_hall_count",
)  # fmt: skip
# A vote that is typed in comes in the grace too, as from a phone.
BALLOTS = ("cast_ballot", "cast_card_ballot")
LONGEST_WAIT = 30  # seconds for an answer over HTTP


def is_for_staff(name: str) -> bool:
    """Tell whether a command is given by a User; the others are given by a Participant."""
    return isinstance(name, str) and name in COMMANDS and COMMANDS[name].staff


def submit(*, run_id: int, actor, body, now) -> "Future[Reply]":
    """Carry out one command of a User or Participant (None: nobody) and promise the answer after commit."""
    if name_of(body) == "cast_ballot" and isinstance(actor, Participant):
        return submit_ballot(run_id=run_id, participant_id=actor.pk, body=body, now=now)
    promise: Future[Reply] = Future()
    try:
        promise.set_result(_answer(run_id, actor, body, now))
    except Exception as failure:
        if is_outage(failure):
            promise.set_result(busy(run_id, name_of(body), op_id_of(body), failure))
        else:
            promise.set_exception(failure)
    return promise


def submit_ballot(*, run_id: int, participant_id, body, now) -> "Future[Reply]":
    """Take one vote of a participant and promise the answer after commit. Asks no database itself."""
    try:
        _command, op_id, given = shape_of(body)
    except Malformed as mistake:
        promise: Future[Reply] = Future()
        promise.set_result(_malformed(run_id, body, mistake))
        return promise
    vote = Vote(
        run_id, participant_id, op_id, given["activity"], choices_in(given), given.get("card"), now,
        get_language(), given.get("round"),
    )  # fmt: skip
    return ballot_writer.submit(vote)


def answer_to(promise: "Future[Reply]", run_id: int, body) -> Reply:
    """Wait for an answer, as long as a browser does and a little more; then nobody knows whether it was stored."""
    try:
        return promise.result(timeout=LONGEST_WAIT)
    except TimeoutError as late:
        return busy(run_id, name_of(body), op_id_of(body), late)


def _answer(run_id, actor, body, now) -> Reply:
    try:
        order = parse(run_id, body)
    except Malformed as mistake:
        return _malformed(run_id, body, mistake)
    if known := _first_answer(actor, order):
        return known
    if reason := _forbidden(actor, order, now):
        return _refuse(order, 403, reason)
    try:
        return _carry_out(actor, order, now)
    except IntegrityError:
        # The same op_id came in twice at once, and the other was first.
        again = _first_answer(actor, order)
        return again or busy(run_id, order.command.name, order.op_id)


def _forbidden(actor, order: Order, now) -> str:
    """Say why this actor may not do this; empty when they may."""
    if isinstance(actor, User) and lacks_second_factor(actor):
        return _("Set up a second factor for your account first.")
    permission = f"live.{order.command.name}"
    if may(permission, actor, order.target, now):
        return ""
    if order.activity:
        status = poll_status(order.activity, now)
        if not status.open:
            return str(status.reason)
    no = _("You are not allowed to do this.")
    return f"{no} {who_may(permission)}" if isinstance(actor, User) else no


@transaction.atomic
def _carry_out(actor, order: Order, now) -> Reply:
    run = lock_run(order.run.pk)
    if known := _first_answer(actor, order):
        return known
    if order.command.name in BALLOTS:
        void_lost(run, now)
    try:
        # Each operation is a savepoint: a refusal takes back its changes, and keeps its audit row.
        answer = _apply(actor, order, run, now)
    except Refused as refusal:
        answer = _refuse(order, CODES[refusal.code], str(refusal), refusal.field or "")
        if answer.code in (400, 403):
            return answer
    Op.objects.create(
        actor=_key(actor), op_id=order.op_id, run=run, status=answer.status, code=answer.code,
        reason=answer.reason if answer.status == REFUSED else "", receipt=answer.receipt,
    )  # fmt: skip
    return answer


def _apply(actor, order: Order, run, now) -> Reply:
    if order.activity and (order.round or order.command.name in BALLOTS):
        round_ = last_round(order.activity)
        # A page of an earlier version says none: its vote is for the first, and what else it sends says what it saw.
        sentence = OF_ANOTHER_ROUND if order.round else OUT_OF_DATE
        check_round(order.round or 1, round_.number if round_ else 0, sentence)
    if order.seen and order.command.name not in (*COUNTING, *BALLOTS):
        _check_seen(order, run)
    operation = getattr(operations, order.command.name)
    done = operation(actor=actor, now=now, **{order.command.about: order.target}, **order.arguments)
    is_ballot = order.command.name in BALLOTS
    return Reply(
        order.op_id, APPLIED, 200,
        reason=done if isinstance(done, str) else "",
        receipt=randomness.receipt_code() if is_ballot else "",
    )  # fmt: skip


def _check_seen(order: Order, run) -> None:
    steering = Event.objects.filter(run=run).exclude(kind__in=UNSTEERED)
    last = steering.exclude(kind__startswith="hall_count_").order_by("seq").last()
    target = run if order.activity is None else Activity.objects.get(pk=order.activity.pk)
    check_seen(order.seen, last.seq if last else 0, target.state)


def _first_answer(actor, order: Order) -> Reply | None:
    op = Op.objects.filter(actor=_key(actor), op_id=order.op_id).first() if actor else None
    if op is None:
        return None
    if op.run_id != order.run.pk:
        return Reply(order.op_id, REFUSED, 400, reason=str(OUT_OF_DATE))
    return repeated(order.op_id, op)


def _key(actor) -> str:
    return f"{'p' if isinstance(actor, Participant) else 'u'}:{actor.pk}"


def _malformed(run_id, body, mistake: Malformed) -> Reply:
    return refused(run_id, name_of(body), op_id_of(body), 400, str(mistake), mistake.field)


def _refuse(order: Order, code: int, reason: str, field: str = "") -> Reply:
    return refused(order.run.pk, order.command.name, order.op_id, code, reason, field)
