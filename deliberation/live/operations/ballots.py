"""How is a vote cast, and how do ballots become secret for good?"""

import hashlib
import json

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused
from deliberation.people.permissions import may, require
from deliberation.projects.queries import tool_status

from .. import chance
from ..counting import HANDS, Devices, count_devices
from ..events import lock_run, ring_live
from ..models import Activity, Attendance, Ballot, Lane, Round, Spent
from ..secrets import destroy_secret, voter_key
from ..session import takes_ballots


@transaction.atomic
def cast_ballot(*, actor, activity, choice, now) -> None:
    """Cast a vote, or change it while the round is open: the last one counts.

    No audit row and no event: they would keep who voted and in which order. `choice` is the index
    of the option. Refused when the level closes the tool, outside the time of voting by the server's
    clock, and on a phone in the hall when only hands count there.
    """
    run = lock_run(activity.run_id)
    activity = Activity.objects.select_related("decision_point__phase").get(pk=activity.pk)
    activity.run, activity.asked_at = run, now
    if not may("live.cast_ballot", actor, activity):
        check_level(activity, now)  # says why, where a promise is the reason
        require("live.cast_ballot", actor, activity)
    if not (type(choice) is int and 0 <= choice < len(activity.options)):
        raise Refused(_("Choose one of the answers."), code="malformed", field="choice")
    if not takes_ballots(run.state, activity.state, activity.closes_at, now):
        raise Refused(_late_or_paused(run, activity), code="state")
    attendance = Attendance.objects.get(run=run, participant=actor)
    if activity.hall_mode == HANDS and attendance.lane == Lane.HALL:
        raise Refused(_("In the hall you vote with your hand, not with a phone."), code="state")
    _store(current_round(activity), attendance, choice)
    ring_live(run)


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

    Destroys the secret; deletes the ballots and inserts them again in the order of their random ids,
    so that no serial number, page position or transaction number tells who came when; blanks the
    lanes where they may not be shown apart; writes who voted again, in random order.
    """
    activity = round_.activity
    small_group = activity.run.municipality.small_group
    ballots = sorted(round_.ballots.values_list("id", "lane", "choices"))
    votes = [(lane, choices[0]) for _id, lane, choices in ballots]
    devices = count_devices(votes, len(activity.options), small_group)
    round_.ballots.all().delete()
    Ballot.objects.bulk_create(
        Ballot(id=id_, round=round_, lane=lane if devices.hall is not None else "", choices=choices)
        for id_, lane, choices in ballots
    )
    _shuffle_spent(round_)
    round_.closed_at, round_.digest = now, ballots_digest(round_)
    round_.save(update_fields=["closed_at", "digest"])
    destroy_secret(round_)
    transaction.on_commit(_drop_old_pages)
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


def _store(round_, attendance, choice) -> None:
    key, choices = voter_key(round_, attendance), [choice]
    if not Spent.objects.filter(round=round_, attendance=attendance).exists():
        Spent.objects.create(round=round_, attendance=attendance)
        Ballot.objects.create(round=round_, voter_key=key, lane=attendance.lane, choices=choices)
    elif not round_.ballots.filter(voter_key=key).update(choices=choices):
        raise Refused(
            _("Your earlier vote counts. It cannot be changed any more in this round."),
            code="state",
        )


def _shuffle_spent(round_) -> None:
    # First in the order of their random ids, so that the shuffle owes nothing to who came when.
    voters = chance.shuffled(sorted(round_.spent.values_list("attendance_id", flat=True)))
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
