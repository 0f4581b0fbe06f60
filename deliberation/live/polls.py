"""Polls and voters as a batch of votes reads them: once for all of it, so that judging one vote asks no database."""

from dataclasses import dataclass
from uuid import UUID

from deliberation.projects.queries import ToolStatus, tool_status, tool_statuses

from .models import Activity, Attendance, Ban, Round, Run
from .round_secrets import keys_of
from .sealing import RoundKeys


@dataclass(frozen=True)
class Poll:
    """A poll of a locked run: its round, the keys of that (None: lost, or no round), whether the level opens it, and
    who was sent out of the evening.
    """

    activity: Activity
    round: Round | None
    keys: RoundKeys | None
    is_promised: bool
    sent_out: frozenset[UUID]

    @property
    def lost_its_secret(self) -> bool:
        """Tell whether it is open, and nobody can read what was cast in it."""
        return self.round is not None and self.round.closed_at is None and self.keys is None


@dataclass(frozen=True)
class Voter:
    """Somebody who attends, with the people whose cards are used on the same phone."""

    attendance: Attendance
    companions: tuple[Attendance, ...]

    def with_card(self, number: int | None) -> Attendance | None:
        """Find for whom a vote is: with the number of a card for whoever has that, if it is on this phone."""
        mine = self.attendance
        if number is None or (mine.card and mine.card.number == number):
            return mine
        return next((one for one in self.companions if one.card.number == number), None)


def read_poll(run: Run, activity_id: int, now) -> Poll | None:
    """Read a poll of this run; None when it has none of that number."""
    activities = Activity.objects.select_related("decision_point__phase")
    activity = activities.filter(run=run, pk=activity_id).first()
    if activity is None:
        return None
    activity.run = run
    round_ = activity.rounds.order_by("number").last()
    if round_:
        round_.activity = activity
    is_open = round_ is not None and round_.closed_at is None
    promised = poll_status(activity, now).open
    sent_out = frozenset(Ban.objects.filter(run=run).values_list("participant_id", flat=True))
    return Poll(activity, round_, keys_of(round_) if is_open else None, promised, sent_out)


def poll_status(activity: Activity, now) -> ToolStatus:
    """Say whether the promise opens this poll now, and if not, why. A rehearsal asks nobody: no decision closes it."""
    rehearsal = activity.run.is_rehearsal
    return tool_status("live_poll", activity.decision_point, now, rehearsal=rehearsal)


def poll_statuses(run: Run, points, now) -> dict[int, ToolStatus]:
    """Say it for polls of a run about many decision points, by their id."""
    return tool_statuses("live_poll", points, now, rehearsal=run.is_rehearsal)


def read_voters(run: Run, participants: set[UUID], *, cards: bool) -> dict[UUID, Voter]:
    """Find who of these attends; with `cards` also whose card is used on their phones."""
    found = Attendance.objects.select_related("card").filter(run=run, participant__in=participants)
    beside: dict[UUID, list[Attendance]] = {}
    if cards:
        for one in Attendance.objects.select_related("card").filter(beside__in=found):
            beside.setdefault(one.beside_id, []).append(one)
    return {one.participant_id: Voter(one, tuple(beside.get(one.pk, ()))) for one in found}
