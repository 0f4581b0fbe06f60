"""Operations on votes: cast a ballot, and seal those of a closed round so that they are secret for good."""

import hashlib
import json

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused
from deliberation.people.commit_hooks import after_commit
from deliberation.people.permissions import may, require
from deliberation.projects.queries import tool_status

from .. import randomness
from ..counting.rounds import hall_voters
from ..counting.totals import CARD, HANDS, Devices, count_devices
from ..events import append, lock_run, ring_live
from ..models import Activity, Ballot, Lane, Round, Spent
from ..round_secrets import destroy_secret, has_secret, make_secret, voter_key
from ..state_machine import Sentence, takes_ballots
from .joining import voter_of

STANDS = _("Your earlier vote counts. It cannot be changed any more in this round.")


@transaction.atomic
def cast_ballot(*, actor, activity, choices, card=None, now) -> None:
    """Cast a vote, or change it while the round is open: the last one counts.

    No audit row and no event: they would keep who voted and in which order. `choices` are numbers of
    answers; `card` is the number of another's card on the same phone. Refused when the level closes the
    tool, outside the time of voting by the server's clock, and on a phone in the hall when only hands
    count there, or without a card when only cards do.
    """
    run = lock_run(activity.run_id)
    activity = Activity.objects.select_related("decision_point__phase").get(pk=activity.pk)
    activity.run = run
    if not may("live.cast_ballot", actor, activity, now):
        check_level(activity, now)  # says why, where a promise is the reason
        require("live.cast_ballot", actor, activity, now)
    check_choices(activity, choices)
    take_ballot(run, activity, voter_of(run, actor, card), choices, now)


def take_ballot(run, activity, attendance, choices, now) -> None:
    """Store the vote of an attendance, under lock of the run: from a phone, or from a card typed in."""
    check_choices(activity, choices)
    if not takes_ballots(run.state, activity.state, activity.closes_at, now):
        raise Refused(_late_or_paused(run, activity), code="state")
    if attendance.lane == Lane.HALL:
        _check_hall(activity, attendance)
    round_ = current_round(activity)
    _check_secret(run, round_, attendance, now)
    _store(round_, attendance, sorted(choices))
    ring_live(run)


def check_choices(activity, choices) -> None:
    """Refuse what is no answer: doubles, too many, unknown ones, "I don't know" beside another."""
    number = len(activity.answers)
    fits = type(choices) in (list, tuple) and len(choices) > 0
    fits = fits and all(type(one) is int and 0 <= one < number for one in choices)
    if not fits or len(set(choices)) < len(choices):
        raise Refused(_("Choose one of the answers."), code="malformed", field="choices")
    if activity.dont_know and number - 1 in choices and len(choices) > 1:
        reason = _("“I don't know” does not go with another answer. Choose one of the two.")
        raise Refused(reason, code="malformed", field="choices")
    if len(choices) > activity.max_choices:
        raise Refused(
            Sentence(_("These are too many answers. Choose at most %(most)d."), most=activity.max_choices),
            code="malformed", field="choices",
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
    status = tool_status("live_poll", activity.decision_point, now)
    if not status.open:
        raise Refused(status.reason, code="forbidden")


def current_round(activity) -> Round:
    """Find the round that was opened last."""
    round_ = activity.rounds.order_by("number").last()
    round_.activity = activity
    return round_


def seal_round(round_, now) -> Devices:
    """Count the ballots of a round and cut every thread from a ballot to a person. Needs a transaction.

    Destroys the secret after commit; deletes the ballots and inserts them again in the order of their random ids,
    so that no serial number, page position or transaction number tells who came when; blanks the
    lanes where they may not be shown apart; writes who voted again, in random order.
    """
    activity = round_.activity
    small_group = activity.run.municipality.small_group
    ballots = sorted(round_.ballots.values_list("id", "lane", "choices"))
    votes = [(lane, choices) for _id, lane, choices in ballots]
    _phones, cards = hall_voters(round_)
    devices = count_devices(votes, len(activity.answers), small_group, cards)
    round_.ballots.all().delete()
    Ballot.objects.bulk_create(
        Ballot(id=id_, round=round_, lane=lane if devices.hall is not None else "", choices=choices)
        for id_, lane, choices in ballots
    )
    _shuffle_spent(round_)
    round_.closed_at, round_.digest = now, ballots_digest(round_)
    round_.save(update_fields=["closed_at", "digest"])
    after_commit(destroy_secret, round_)
    after_commit(_drop_old_pages)
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
    return _("Too late: this poll is closed. Your vote was not counted.")


def _check_secret(run, round_, attendance, now) -> None:
    """Go on without a key that was lost: earlier votes stand and count, but can't be changed any more.

    Nobody can find them by a key, so none stays behind to be guessed: a broken one would tell whose they are.
    """
    if has_secret(round_):
        return
    if Spent.objects.filter(round=round_, attendance=attendance).exists():
        raise Refused(STANDS, code="state")
    round_.ballots.update(voter_key=None)
    if not round_.secret_lost and round_.ballots.exists():
        round_.secret_lost = True
        round_.save(update_fields=["secret_lost"])
        append(run, "secret_lost", {"activity": round_.activity_id, "round": round_.number}, now)
    make_secret(round_)


def _store(round_, attendance, choices) -> None:
    key = voter_key(round_, attendance)
    if not Spent.objects.filter(round=round_, attendance=attendance).exists():
        Spent.objects.create(round=round_, attendance=attendance)
        Ballot.objects.create(round=round_, voter_key=key, lane=attendance.lane, choices=choices)
    elif not round_.ballots.filter(voter_key=key).update(choices=choices):
        raise Refused(STANDS, code="state")


def _shuffle_spent(round_) -> None:
    # First in the order of their random ids, so that the shuffle owes nothing to who came when.
    voters = randomness.shuffled(sorted(round_.spent.values_list("attendance_id", flat=True)))
    round_.spent.all().delete()
    Spent.objects.bulk_create(Spent(round=round_, attendance_id=voter) for voter in voters)


def _drop_old_pages() -> None:
    """Let the database forget the rows as they lay while the round was open.

    SQLite keeps older pages in the log beside its file until that is emptied, PostgreSQL keeps
    deleted rows until a vacuum. Neither works inside a transaction, so neither does this.
    """
    forget = {
        "sqlite": "PRAGMA wal_checkpoint(TRUNCATE)",
        "postgresql": f"VACUUM {Ballot._meta.db_table}, {Spent._meta.db_table}",
    }
    if not connection.in_atomic_block and connection.vendor in forget:
        with connection.cursor() as cursor:
            cursor.execute(forget[connection.vendor])
