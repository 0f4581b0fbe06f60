"""Operations on many votes at once: one lock, one look at what is open, three bulk inserts, one commit."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import override

from compass.refusal import Refused
from deliberation.people.outages import is_outage
from deliberation.projects.queries import is_open

from .. import randomness
from ..command_validation import ASKED, NO_POLL, NO_SESSION, OUT_OF_DATE
from ..events import ring_live
from ..models import Op, Run
from ..polls import Poll, read_poll, read_voters
from ..replies import APPLIED, CODES, Reply, busy, refused, repeated
from ..state_machine import VOTE_OF_ANOTHER_ROUND, check_round
from .ballots import check_choices, judge, store
from .poll_closing import shut

NAME = "cast_ballot"


@dataclass(frozen=True)
class Vote:
    """A vote as it was sent: by whom, for which poll, when it came in. `choices` None: none, or said twice."""

    run_id: int
    participant_id: UUID
    op_id: str
    activity_id: int
    choices: list[int] | None
    card: int | None
    at: datetime
    language: str
    round: int | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Name this sending: sent again, it gets the first answer."""
        return (f"p:{self.participant_id}", self.op_id)


class PollsKept:
    """Polls that one thread read before, with who was sent out: true until the next event of their run, for a second.

    Whether the level opens one is asked each time: a phase is moved, and a decision written down, without an event.
    """

    LONGEST = 1.0

    def __init__(self):
        self._polls: dict[int, tuple[Poll, int, float]] = {}

    def poll(self, run: Run, activity_id: int, now) -> Poll | None:
        """Give a poll of this run as it is now; None when it has none of that number."""
        poll, seq, at = self._polls.get(activity_id, (None, -1, 0.0))
        fresh = poll and time.monotonic() - at < self.LONGEST
        if fresh and (seq, poll.activity.run_id) == (run.seq, run.pk):
            point, rehearsal = poll.activity.decision_point_id, run.is_rehearsal
            promised = is_open("live_poll", point, now, rehearsal=rehearsal)
            return replace(poll, is_promised=promised)
        poll = read_poll(run, activity_id, now)
        if poll and not poll.lost_its_secret:
            self._polls = {activity_id: (poll, run.seq, time.monotonic())}
        return poll

    def forget(self) -> None:
        """Keep nothing: with a poll goes the key of its round, that must not outlive it."""
        self._polls.clear()


def write_batch(votes: list[Vote], kept: PollsKept | None = None) -> list[Reply | Exception]:
    """Store votes and answer each, in their order; what could not be answered comes back as its failure.

    All votes of a run are one transaction. A vote that breaks it makes all of them come one by one, so that only it
    is left out. No audit row and no event: they would keep who voted and in which order.
    """
    answers: dict[int, Reply | Exception] = {}
    for run_id in {vote.run_id for vote in votes}:
        mine = [number for number, vote in enumerate(votes) if vote.run_id == run_id]
        written = _write(run_id, [votes[number] for number in mine], kept)
        answers |= zip(mine, written, strict=True)
    return [answers[number] for number in range(len(votes))]


def _write(run_id: int, votes: list[Vote], kept=None) -> list[Reply | Exception]:
    try:
        with transaction.atomic():
            return _Batch(run_id, votes, kept or PollsKept()).answers()
    except Exception as failure:
        if len(votes) > 1 and not is_outage(failure):
            return [answer for vote in votes for answer in _write(run_id, [vote])]
        if is_outage(failure) or isinstance(failure, IntegrityError):
            return [_busy(vote, failure) for vote in votes]
        return [failure]


class _Batch:
    """The votes of one run that are stored together, inside a transaction that locks its head."""

    def __init__(self, run_id: int, votes: list[Vote], kept: PollsKept):
        self.votes, self.run = votes, _locked(run_id)
        self.ops: dict[tuple, Reply] = {}
        self.stored: dict[int, dict] = {}  # by poll: the last choices of each attendance
        if self.run is None:
            return
        now = max(vote.at for vote in votes)
        self.known = {(op.actor, str(op.op_id)): op for op in _known_ops(votes)}
        numbers = {vote.activity_id for vote in votes}
        self.polls = {number: kept.poll(self.run, number, now) for number in numbers}
        for poll in self.polls.values():
            if poll and poll.lost_its_secret:
                shut(self.run, poll.activity, now)
        cards = any(vote.card is not None for vote in votes)
        people = {vote.participant_id for vote in votes}
        self.voters = read_voters(self.run, people, cards=cards)

    def answers(self) -> list[Reply]:
        """Judge each vote, then store all that hold."""
        answers = []
        for vote in self.votes:
            with override(vote.language):
                answers.append(self._answer(vote))
        Op.objects.bulk_create(self._op_rows())
        for number, choices in self.stored.items():
            store(self.polls[number], choices)
        if self.stored:
            ring_live(self.run)
        return answers

    def _answer(self, vote: Vote) -> Reply:
        try:
            self._check(vote)
            if again := self._first_answer(vote):
                return again
            answer = self._judged(vote)
        except Refused as refusal:
            about = (vote.run_id, NAME, vote.op_id, CODES[refusal.code])
            answer = refused(*about, str(refusal), refusal.field or "")
            if answer.code in (400, 403):
                return answer
        self.ops[vote.key] = answer
        return answer

    def _check(self, vote: Vote) -> None:
        """Refuse what is no vote at all: it is answered so before anything of the sender is looked at."""
        if self.run is None:
            raise Refused(NO_SESSION, code="malformed")
        poll = self.polls[vote.activity_id]
        if poll is None:
            raise Refused(NO_POLL, code="malformed")
        if vote.choices is None:
            raise Refused(ASKED["choice"], code="malformed", field="choice")
        check_choices(poll.activity, vote.choices)

    def _first_answer(self, vote: Vote) -> Reply | None:
        if vote.key in self.ops:
            return repeated(vote.op_id, self.ops[vote.key])
        op = self.known.get(vote.key)
        if op is None:
            return None
        if op.run_id != self.run.pk:
            raise Refused(OUT_OF_DATE, code="malformed")
        return repeated(vote.op_id, op)

    def _judged(self, vote: Vote) -> Reply:
        poll, voter = self.polls[vote.activity_id], self.voters.get(vote.participant_id)
        attendance = judge(poll, voter, vote.card, vote.at)
        # A page of an earlier version says none, also of a new round: it must be loaded anew.
        sentence = VOTE_OF_ANOTHER_ROUND if vote.round else OUT_OF_DATE
        check_round(vote.round or 1, poll.round.number, sentence)
        self.stored.setdefault(vote.activity_id, {})[attendance] = sorted(vote.choices)
        return Reply(vote.op_id, APPLIED, 200, receipt=randomness.receipt_code())

    def _op_rows(self) -> Iterable[Op]:
        for (actor, op_id), answer in self.ops.items():
            yield Op(
                actor=actor, op_id=op_id, run=self.run, status=answer.status, code=answer.code,
                reason=answer.reason, receipt=answer.receipt,
            )  # fmt: skip


def _locked(run_id: int) -> Run | None:
    try:
        return Run.objects.select_for_update().get(pk=run_id)
    except Run.DoesNotExist:
        return None


def _known_ops(votes: list[Vote]):
    actors, op_ids = zip(*(vote.key for vote in votes), strict=True)
    return Op.objects.filter(actor__in=actors, op_id__in=op_ids)


def _busy(vote: Vote, failure: Exception) -> Reply:
    with override(vote.language):
        return busy(vote.run_id, NAME, vote.op_id, failure)
