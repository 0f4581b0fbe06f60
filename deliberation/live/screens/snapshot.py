"""The snapshot of a run: what its screens show at one moment, read once for all audiences and languages."""

from functools import cached_property

from django.utils.translation import get_language

from deliberation.projects.extension_points import ways_on

from .. import queries
from ..counting import rounds
from ..models import Activity, Run
from ..polls import poll_status

State = Activity.State
VOTING = (State.OPEN, State.PAUSED, State.CLOSING)


class Snapshot:
    """A run at a moment. What somebody asks of it is read then, and kept for whoever asks it next."""

    def __init__(self, run: Run, now):
        self.run, self.now, self._ways_on = run, now, {}

    def still_holds(self, head, now, longest) -> bool:
        """Tell whether it is young and as new as the (epoch, seq) of the run that somebody read; None: gone."""
        if head is None or abs(now - self.now) > longest:
            return False
        return head[0] == self.run.epoch and head[1] <= self.run.seq

    def later(self, now) -> "Snapshot":
        """Give the same run at a later moment, with what only an event changes."""
        snapshot = Snapshot(self.run, now)
        snapshot.activity, snapshot.round = self.activity, self.round
        return snapshot

    @cached_property
    def activity(self) -> Activity | None:
        """What the stage shows."""
        return queries.current_activity(self.run)

    @cached_property
    def round(self):
        """The round of that, opened last."""
        return rounds.last_round(self.activity) if self.activity else None

    @cached_property
    def open_rounds(self) -> list:
        """The rounds that take votes, which a clock may end."""
        return rounds.open_rounds(self.run)

    @property
    def voting(self) -> bool:
        """Whether votes are taken, or will be again."""
        return self.activity is not None and self.activity.state in VOTING

    @property
    def why_shut(self) -> str:
        """Say in the language of now why the promise takes no more votes; blank while it does, or nobody votes."""
        return str(poll_status(self.activity, self.now).reason) if self.voting else ""

    @cached_property
    def joined(self) -> dict[str, int]:
        """How many came in with a phone or computer, per lane."""
        return queries.presence(self.run)

    @cached_property
    def voted(self) -> dict[str, int]:
        """Whose vote was received, per lane."""
        none = {"hall": 0, "online": 0}
        return queries.turnout(self.run, self.activity, self.round) if self.activity else none

    @cached_property
    def few(self) -> bool:
        """Whether few vote, so that others may work out who chose what."""
        known = queries.may_come_out_known(self.run, self.activity, self.joined, self.voted)
        return known or queries.is_small_session(self.run, self.joined)

    @cached_property
    def phones(self) -> int:
        """How many phones and computers joined."""
        return queries.phones(self.run)

    @property
    def ways_on(self):
        """Where who is done reads on in the language of now, once the evening is over."""
        if self.run.state not in Run.OVER:
            return None
        language = get_language()
        if language not in self._ways_on:
            self._ways_on[language] = ways_on(self.run.project, self.now)
        return self._ways_on[language]

    @cached_property
    def sound_told_at(self):
        """When staff last said whether people at home hear the hall."""
        return queries.sound_told_at(self.run)

    @cached_property
    def sheet(self) -> list[Activity]:
        """The polls on the run sheet, with what they are about."""
        return queries.sheet_activities(self.run)
