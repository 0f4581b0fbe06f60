"""What does a test of a live session need? An evening, made by the operations, with people who do things."""

import uuid
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

from deliberation.live import operations, queries, randomness
from deliberation.live.commands import COMMANDS, submit
from deliberation.live.models import (
    Activity,
    Ballot,
    Ban,
    Card,
    JoinCode,
    LiveSession,
    Run,
    SealedBallot,
)
from deliberation.live.round_secrets import keys_of
from deliberation.people.models import Participant, User
from deliberation.people.operations import create_participant
from deliberation.projects.operations import decide_level
from tests.builder_cache import cached
from tests.builders import a_decided_point, a_user, an_assessed_point, committed, the_officer

STATES = ("draft", "ready", "lobby", "open")
STEPS = dict(zip(STATES[1:], ("ready_run", "open_lobby", "start_run"), strict=True))
QUESTION = "Wilt u eenrichtingsverkeer in de straat?"
OPTIONS = ("Ja", "Nee")
TWENTY = 20


def a_session(project, actor, now=None) -> LiveSession:
    """Announce an evening of a project."""
    now = now or timezone.now()
    return operations.create_session(
        actor=actor,
        project=project,
        title="Avond over de straat",
        starts_at=now,
        place="Buurthuis De Linde",
        now=now,
    )


def a_card(run, number=1, **fields) -> Card:
    """Find or make a participant's card of a run."""
    code = randomness.card_code()
    return Card.objects.get_or_create(run=run, number=number, defaults={"code": code, **fields})[0]


@dataclass
class Evening:
    """A run with one poll, its staff, and shorthand for what they and residents do.

    Residents and staff act through `submit`, as every screen does; `now` moves only when told. Outside
    a transactional test what waits for commit runs at once, unless `commits` is off.
    """

    run: Run
    activity: Activity
    facilitator: User
    counter: User
    now: datetime = field(default_factory=timezone.now)
    commits: bool = True

    def join(self, lane="online", participant=None) -> Participant:
        """Let somebody in by the code of a lane."""
        participant = participant or create_participant()
        code = self.run.hall_code if lane == "hall" else self.run.online_code
        with self._committing():
            operations.join_run(actor=participant, code=code, now=self.now)
        return participant

    def joined(self, hall=0, online=0) -> list[Participant]:
        """Let many in, hall first."""
        return [self.join("hall") for _ in range(hall)] + [self.join() for _ in range(online)]

    def submit(self, actor, do, op_id=None, **arguments):
        """Send a command as a screen does: the poll and what was seen are filled in."""
        command = COMMANDS[do]
        if command.about == "activity":
            arguments.setdefault("activity", self.activity.pk)
            if number := Activity.objects.get(pk=arguments["activity"]).round_shown:
                arguments.setdefault("round", number)
        if command.staff:
            arguments.setdefault("seen", Run.objects.get(pk=self.run.pk).seq)
        return self.send(actor, {"do": do, "op_id": op_id or str(uuid.uuid4()), **arguments})

    def send(self, actor, body):
        """Send a body exactly as it is."""
        with self._committing():
            return submit(run_id=self.run.pk, actor=actor, body=body, now=self.now).result()

    def lead(self, do, **arguments):
        """Let the facilitator do something that must succeed."""
        return self._must(self.submit(self.facilitator, do, **arguments))

    def vote(self, participant, choice):
        """Cast a vote that must be received: one answer, or a list of them."""
        name = "choices" if isinstance(choice, list) else "choice"
        return self._must(self.submit(participant, "cast_ballot", **{name: choice}))

    def votes(self, lane, *per_option) -> list[Participant]:
        """Let this many people join in a lane and vote for each option."""
        voters = []
        for choice, number in enumerate(per_option):
            for _ in range(number):
                voters.append(self.join(lane))
                self.vote(voters[-1], choice)
        return voters

    def count(self, *hands):
        """Let two people count the same hands."""
        self.lead("enter_hall_count", hands=list(hands))
        return self._must(self.submit(self.counter, "confirm_hall_count", hands=list(hands)))

    def close(self):
        """Close the poll and let the grace pass."""
        self.lead("close_activity")
        self.pass_time(seconds=self.run.grace_seconds)
        with self._committing():
            operations.finish_closing(run=self.run, now=self.now)
        self.refresh()

    def pass_time(self, **time):
        """Move the clock."""
        self.now += timedelta(**time)

    def refresh(self):
        """Read run and poll again."""
        self.run = Run.objects.select_related("session__project__municipality").get(pk=self.run.pk)
        self.activity = Activity.objects.select_related("run__session__project__municipality").get(
            pk=self.activity.pk
        )
        return self

    def result(self, audience="mod"):
        """Give the result as an audience sees it."""
        return queries.result(self.refresh().activity, audience)

    def sent_out(self, participant=None) -> Ban:
        """Let the facilitator send somebody out; somebody new unless told otherwise."""
        about = {"run": self.run, "participant": participant or self.join(), "now": self.now}
        with self._committing():
            return operations.ban_participant(
                actor=self.facilitator, reason="Stoort de avond", **about
            )

    def _must(self, answer):
        assert answer.status == "applied", answer
        return answer

    def _committing(self):
        return committed() if self.commits else nullcontext()


def stored_votes(*beside) -> list:
    """List what was chosen in every vote that is stored, opened with the secret while its round is open.

    With names of columns each is a tuple: these, then the choices.
    """
    votes = []
    for one in [
        *SealedBallot.objects.select_related("round__activity__run"),
        *Ballot.objects.all(),
    ]:
        sealed = isinstance(one, SealedBallot)
        choices = keys_of(one.round).unseal(one.pk, one.sealed) if sealed else one.choices
        votes.append((*(getattr(one, name) for name in beside), choices) if beside else choices)
    return votes


def an_evening(
    *,
    level="consult",
    hall_mode="H1",
    options=OPTIONS,
    state="open",
    poll_open=False,
    kind="real",
    headcount=None,
    point=None,
    commits=True,
    now=None,
    strictness="open",
    **poll,
) -> Evening:
    """Make a run with one poll, taken to a state; with `poll_open` the poll takes votes.

    Where the hall votes with cards there is one card, and `poll` holds what else `add_activity` takes.
    """
    about = {"hall_mode": hall_mode, "options": list(options), **poll}
    evening = _taken_to(state, level, kind, point, commits, now, strictness, about)
    evening.now = now or timezone.now()
    if headcount is not None:
        evening.lead("record_headcount", count=headcount)
    if poll_open:
        evening.lead("open_activity")
    return evening.refresh()


@cached
def _taken_to(state, level, kind, point, commits, now, strictness, poll) -> Evening:
    now = now or timezone.now()
    # Prepared before the level was chosen.
    told_only = point is None and level in ("none", "inform")
    point = point or (an_assessed_point if told_only else a_decided_point)(level)
    facilitator = a_user("facilitator", project=point.project)
    counter = a_user("note_taker", project=point.project)
    with committed() if commits else nullcontext():
        run, activity = _prepared(point, facilitator, kind, now, strictness, poll)
        if poll["hall_mode"] == "H2":
            a_card(run)
        if told_only:
            officer = the_officer(point.project.municipality)
            decide_level(actor=officer, decision_point=point, level=level, now=now)
        for name in STATES[1 : STATES.index(state) + 1]:
            run = getattr(operations, STEPS[name])(actor=facilitator, run=run, now=now)
    return Evening(run, activity, facilitator, counter, now, commits)


def _prepared(point, facilitator, kind, now, strictness, poll):
    about = {"actor": facilitator, "now": now}
    session = a_session(point.project, facilitator, now)
    run = operations.create_run(session=session, kind=kind, heard_online=True, **about)
    if strictness != "open":
        run = operations.set_strictness(run=run, strictness=strictness, **about)
    item = operations.add_item(run=run, title="De straat", minutes=20, **about)
    activity = operations.add_activity(
        item=item,
        decision_point=point,
        question=QUESTION,
        **poll,
        **about,
    )
    return run, activity


def twenty_evenings(state="open", **about) -> None:
    """Make twenty evenings, open unless told otherwise, whose codes are the only ones there are."""
    session = an_evening(**about).run.session
    drawn = Random(5).sample(range(1_000_000), 2 * TWENTY)
    JoinCode.objects.all().delete()
    for number in range(TWENTY):
        hall, online = (f"{code:06d}" for code in drawn[2 * number : 2 * number + 2])
        run = Run.objects.create(
            session=session, kind="rehearsal", state=state, hall_code=hall, online_code=online
        )
        JoinCode.objects.create(code=hall, run=run, lane="hall")
        JoinCode.objects.create(code=online, run=run, lane="online")
