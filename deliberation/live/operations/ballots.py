"""Operations on votes: cast a ballot, sealed while its round is open, and count those of a round that closes."""

import hashlib
import json

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused
from deliberation.people.commit_hooks import after_commit
from deliberation.people.permissions import may
from deliberation.projects.models import DecisionPoint
from deliberation.projects.queries import tool_status

from .. import randomness
from ..counting.rounds import hall_voters, last_round, lost_its_secret
from ..counting.totals import CARD, HANDS, Devices, count_devices
from ..events import lock_run, ring_live
from ..models import Activity, Attendance, Ballot, Lane, Round, SealedBallot, Spent
from ..polls import read_poll, read_voters
from ..round_secrets import destroy_secret, keys_of
from ..state_machine import Sentence, takes_ballots
from .joining import check_not_blocked

SECRET_LOST = _("This round does not count: the key to its votes was lost.")


@transaction.atomic
def cast_ballot(*, actor, activity, choices, card=None, now) -> None:
    """Cast a vote, or change it while the round is open: the last one counts.

    No audit row and no event: they would keep who voted and in which order. `choices` are numbers of
    answers; `card` is the number of another's card on the same phone. Refused when the level closes the
    tool, outside the time of voting by the server's clock, and on a phone in the hall when only hands
    count there, or without a card when only cards do. Votes that people send go by `ballot_batches`.
    """
    run = lock_run(activity.run_id)
    poll = read_poll(run, activity.pk, now)
    voters = read_voters(run, {actor.pk}, cards=card is not None)
    check_choices(poll.activity, choices)
    store(poll, {judge(poll, voters.get(actor.pk), card, now): sorted(choices)})
    ring_live(run)


def judge(poll, voter, card, at) -> Attendance:
    """Say for whom a vote of this voter (None: nobody who attends) counts, or refuse it."""
    if not may("live.cast_ballot", voter, poll, at):
        check_level(poll.activity, at)  # says why, where a promise is the reason
        raise Refused(_("You are not allowed to do this."), code="forbidden")
    attendance = voter.with_card(card)
    if attendance is None:
        raise Refused(_("Card %d is not on this phone.") % card, code="forbidden")
    if attendance.card:
        check_not_blocked(attendance.card)
    check_in_time(poll, attendance, at)
    return attendance


def check_in_time(poll, attendance, at) -> None:
    """Refuse a vote that comes too early or late, or that the hall casts in another way."""
    run, activity = poll.activity.run, poll.activity
    if not takes_ballots(run.state, activity.state, activity.closes_at, at):
        raise Refused(_late_or_paused(run, activity), code="state")
    if attendance.lane == Lane.HALL:
        _check_hall(activity, attendance)
    if poll.lost_its_secret:  # between two looks: the next one declares the round void
        raise Refused(SECRET_LOST, code="state")


def store(poll, votes: dict[Attendance, list[int]]) -> None:
    """Store the sealed votes of a round, each the last of its voter, under lock of the run."""
    round_, keys = poll.round, poll.keys
    named = {keys.voter_key(one.pk): (one, choices) for one, choices in votes.items()}
    Spent.objects.bulk_create(
        [Spent(round=round_, attendance=one) for one in votes], ignore_conflicts=True
    )
    SealedBallot.objects.bulk_create(
        [
            SealedBallot(voter_key=key, round=round_, lane=one.lane, sealed=keys.seal(key, choices))
            for key, (one, choices) in named.items()
        ],
        update_conflicts=True, unique_fields=["voter_key"], update_fields=["lane", "sealed"],
    )  # fmt: skip


def check_choices(activity, choices) -> None:
    """Refuse what is no answer: doubles, too many, unknown ones, "I don't know" beside another."""
    number = len(activity.answers)
    fits = type(choices) in (list, tuple) and len(choices) > 0
    fits = fits and all(type(one) is int and 0 <= one < number for one in choices)
    if not fits or len(set(choices)) < len(choices):
        raise Refused(_("Choose one of the answers."), code="malformed", field="choice")
    if activity.dont_know and number - 1 in choices and len(choices) > 1:
        reason = _("“I don't know” does not go with another answer. Choose one of the two.")
        raise Refused(reason, code="malformed", field="choice")
    if len(choices) > activity.max_choices:
        raise Refused(
            Sentence(_("These are too many answers. Choose at most %(most)d."), most=activity.max_choices),
            code="malformed", field="choice",
        )  # fmt: skip


def _check_hall(activity, attendance) -> None:
    if activity.hall_mode == HANDS:
        raise Refused(_("In the hall you vote with your hand, not with a phone."), code="state")
    if activity.hall_mode == CARD and attendance.card_id is None:
        raise Refused(
            _(
                "In the hall everybody votes with a card. Fill in the number of yours, or ask for one."
            ),
            code="state",
        )


def check_level(activity, now) -> None:
    """Refuse, with the reason, when the level or the phase closes polls for this decision point."""
    points = DecisionPoint.objects.select_related(
        "phase"
    )  # as it is now: the poll may be read before
    point, rehearsal = points.get(pk=activity.decision_point_id), activity.run.is_rehearsal
    status = tool_status("live_poll", point, now, rehearsal=rehearsal)
    if not status.open:
        raise Refused(status.reason, code="forbidden")


def current_round(activity) -> Round:
    """Find the round that was opened last."""
    round_ = activity.rounds.order_by("number").last()
    round_.activity = activity
    return round_


def count_round(round_, now) -> Devices | None:
    """Unseal and count the ballots of a round that closes; None when its secret is lost. Needs a transaction.

    What was sealed is deleted. Ballots are written with ids drawn now, in the order of these, so that no value,
    serial number, page position or transaction number tells who came when; lanes are blank where they may not be
    shown apart; who voted is written again, in random order. The secret is destroyed after commit.
    """
    votes = _unsealed(round_)
    devices = None if votes is None else _counted(round_, votes)
    round_.sealed_ballots.all().delete()
    round_.ballots.all().delete()
    ballots = [
        Ballot(round=round_, lane=lane if devices.hall is not None else "", choices=choices)
        for lane, choices in votes or []
    ]
    Ballot.objects.bulk_create(sorted(ballots, key=lambda one: one.pk))
    _shuffle_spent(round_)
    round_.closed_at, round_.digest = now, ballots_digest(round_)
    round_.secret_lost = devices is None
    round_.save(update_fields=["closed_at", "digest", "secret_lost"])
    after_commit(destroy_secret, round_)
    return devices


def ballots_digest(round_) -> str:
    """Hash the ballots of a closed round; their random ids are the salt."""
    rows = round_.ballots.order_by("id").values_list("id", "lane", "choices")
    text = json.dumps([[id_.hex, lane, choices] for id_, lane, choices in rows])
    return hashlib.sha256(text.encode()).hexdigest()


def _late_or_paused(run, activity):
    if run.state == "paused" or activity.state == Activity.State.PAUSED:
        return _("Voting is paused. Wait a moment and try again.")
    if activity.state in (Activity.State.DRAFT, Activity.State.READY):
        return _("This poll is not open yet.")
    if lost_its_secret(activity, last_round(activity)):
        return SECRET_LOST
    return _("Too late: this poll is closed. Your vote was not counted.")


def _unsealed(round_) -> list[tuple[str, list[int]]] | None:
    """Read the (lane, choices) of every vote; None when one of them can't be read, as the secret is lost."""
    keys = keys_of(round_)
    if keys is None:
        return None
    rows = round_.sealed_ballots.values_list("voter_key", "lane", "sealed")
    votes = [(lane, keys.unseal(key, sealed)) for key, lane, sealed in rows]
    if any(choices is None for _lane, choices in votes):
        return None
    return votes + _cast_in_the_clear(round_, keys)


def _cast_in_the_clear(round_, keys) -> list[tuple[str, list[int]]]:
    """Read what a version before this one took in this round, unless that voter changed it since."""
    clear = list(round_.ballots.values_list("voter_key", "lane", "choices"))
    if not clear:
        return []
    sealed = set(round_.sealed_ballots.values_list("voter_key", flat=True))
    voters = round_.spent.values_list("attendance_id", flat=True)
    changed = {keys.clear_voter_key(one) for one in voters if keys.voter_key(one) in sealed}
    return [(lane, choices) for key, lane, choices in clear if key not in changed]


def _counted(round_, votes) -> Devices:
    activity = round_.activity
    small_group = activity.run.municipality.small_group
    _phones, cards = hall_voters(round_)
    return count_devices(votes, len(activity.answers), small_group, cards)


def _shuffle_spent(round_) -> None:
    # First in the order of their random ids, so that the shuffle owes nothing to who came when.
    voters = randomness.shuffled(sorted(round_.spent.values_list("attendance_id", flat=True)))
    round_.spent.all().delete()
    Spent.objects.bulk_create(Spent(round=round_, attendance_id=voter) for voter in voters)
