"""What is kept of a live session? The evening, its log, who attends, the ballots and the counted hands."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from compass.models import AppendOnly
from deliberation.people.models import Participant
from deliberation.projects.models import DecisionPoint, Project

from . import chance


class Lane(models.TextChoices):
    HALL = "hall", _("Hall")
    ONLINE = "online", _("Online")


class LiveSession(models.Model):
    """The evening, as residents see it announced."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="live_sessions")
    title = models.CharField(_("title"), max_length=120)
    starts_at = models.DateTimeField(_("starts at"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    intro = models.TextField(_("introduction"), max_length=1000, blank=True)

    class Meta:
        ordering = ["starts_at"]

    def __str__(self):
        return self.title

    @property
    def municipality(self):
        return self.project.municipality


class Run(models.Model):
    """One time that the run sheet is played: a rehearsal, or the evening itself.

    It is also the head of its log: writers lock this row in turn, `seq` is the last event's number.
    `epoch` is new after a restore, so that screens notice that the past changed.
    """

    class Kind(models.TextChoices):
        REAL = "real", _("The evening itself")
        REHEARSAL = "rehearsal", _("Rehearsal")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        READY = "ready", _("Ready")
        LOBBY = "lobby", _("Doors open")
        OPEN = "open", _("Under way")
        PAUSED = "paused", _("Paused")
        CLOSED = "closed", _("Closed")
        ARCHIVED = "archived", _("Archived")
        CANCELLED = "cancelled", _("Cancelled")

    class Strictness(models.TextChoices):
        OPEN = "open", _("One vote per phone or computer. We did not check who voted.")

    session = models.ForeignKey(LiveSession, on_delete=models.PROTECT, related_name="runs")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.REAL)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    hall_code = models.CharField(max_length=6, unique=True)
    online_code = models.CharField(max_length=6, unique=True)
    strictness = models.CharField(
        max_length=10, choices=Strictness.choices, default=Strictness.OPEN
    )
    epoch = models.UUIDField(default=chance.new_id, editable=False)
    seq = models.PositiveIntegerField(default=0)
    last_hash = models.CharField(max_length=64, blank=True)
    grace_seconds = models.PositiveSmallIntegerField(default=10)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session"],
                condition=Q(kind="real") & ~Q(state="cancelled"),
                name="one_real_run_per_session",
            )
        ]

    def __str__(self):
        return f"{self.session} ({self.get_kind_display()})"

    @property
    def project(self):
        return self.session.project

    @property
    def municipality(self):
        return self.session.project.municipality


class JoinCode(models.Model):
    """A code on a screen or a poster. One table for both lanes keeps it unique over the installation."""

    code = models.CharField(max_length=6, primary_key=True)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="codes")
    lane = models.CharField(max_length=6, choices=Lane.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "lane"], name="one_code_per_run_and_lane")
        ]

    def __str__(self):
        return self.code


class Item(models.Model):
    """A part of the run sheet."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("title"), max_length=120)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=10)
    owner = models.CharField(_("who leads this"), max_length=100, blank=True)
    hall_instructions = models.TextField(_("for the hall"), max_length=1000, blank=True)
    online_instructions = models.TextField(_("for online"), max_length=1000, blank=True)
    plan_b = models.TextField(_("plan B"), max_length=1000, blank=True)
    what_we_do_with_input = models.TextField(
        _("what we do with your input"), max_length=1000, blank=True
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="one_item_per_position")
        ]

    def __str__(self):
        return self.title

    @property
    def project(self):
        return self.run.project


class Activity(models.Model):
    """What people do in an item: here a poll with one answer. Its text is fixed once it was opened."""

    class Kind(models.TextChoices):
        POLL = "poll", _("Poll")

    class HallMode(models.TextChoices):
        HANDS = "H1", _("Hands only")
        DEVICE_OR_HAND = "H3", _("Phone or hand")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        READY = "ready", _("Ready")
        OPEN = "open", _("Open")
        PAUSED = "paused", _("Paused")
        CLOSING = "closing", _("Closing")
        TALLYING = "tallying", _("Counting hands")
        CLOSED = "closed", _("Closed")
        ARCHIVED = "archived", _("Archived")
        VOIDED = "voided", _("Does not count")

    class Reveal(models.TextChoices):
        HIDDEN = "hidden", _("Hidden")
        STAFF = "staff", _("Shown to staff")
        PUBLIC = "public", _("Shown to all")

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="activities")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="activities")
    decision_point = models.ForeignKey(DecisionPoint, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.POLL)
    version = models.PositiveSmallIntegerField(default=1)
    question = models.CharField(_("question"), max_length=200)
    options = models.JSONField(_("answers"))
    hall_mode = models.CharField(
        _("how the hall votes"), max_length=2, choices=HallMode.choices, default=HallMode.HANDS
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    reveal = models.CharField(max_length=10, choices=Reveal.choices, default=Reveal.HIDDEN)
    closes_at = models.DateTimeField(null=True)

    # The moment a permission is asked about; an operation sets it, otherwise it is the present.
    asked_at = None

    class Meta:
        ordering = ["item__position", "id"]
        verbose_name_plural = "activities"
        constraints = [
            models.UniqueConstraint(
                fields=["run"],
                condition=Q(state__in=["open", "paused", "closing"]),
                name="one_activity_open_per_run",
            )
        ]

    def __str__(self):
        return self.question

    @property
    def project(self):
        return self.run.project


class Round(models.Model):
    """One time that an activity was open. `tally` is what devices gave, `result` holds the hands too."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    tally = models.JSONField(null=True)
    result = models.JSONField(null=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "number"], name="one_round_per_number")
        ]

    def __str__(self):
        return f"{self.activity} ({self.number})"


class Attendance(models.Model):
    """Somebody who takes part in a run: the unit that has one vote. Holds no time of coming."""

    id = models.UUIDField(primary_key=True, default=chance.new_id, editable=False)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="attendances")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    lane = models.CharField(max_length=6, choices=Lane.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "participant"], name="one_attendance_per_participant"
            )
        ]

    def __str__(self):
        return str(self.id)

    @property
    def project(self):
        return self.run.project


class Ballot(models.Model):
    """One vote. No time, number or operation on it: after closing nothing leads to who cast it.

    `voter_key` exists while the round is open, so that a vote can be changed. `lane` is blank after
    closing where few voted.
    """

    id = models.UUIDField(primary_key=True, default=chance.new_id, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="ballots")
    voter_key = models.CharField(max_length=64, null=True)
    lane = models.CharField(max_length=6, choices=Lane.choices, blank=True)
    choices = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "voter_key"], name="one_ballot_per_voter")
        ]

    def __str__(self):
        return str(self.id)


class Spent(models.Model):
    """Who used their vote in a round: never what they chose. The guard that needs no secret."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="spent")
    attendance = models.ForeignKey(Attendance, on_delete=models.PROTECT, related_name="spent")

    class Meta:
        verbose_name_plural = "spent votes"
        constraints = [
            models.UniqueConstraint(fields=["round", "attendance"], name="one_vote_per_attendance")
        ]

    def __str__(self):
        return f"{self.attendance} in {self.round}"


class Op(models.Model):
    """A command that was answered, so that a repeat gets the first answer. `actor` is `p:<id>` or `u:<id>`."""

    actor = models.CharField(max_length=40)
    op_id = models.UUIDField()
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10)
    code = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=500, blank=True)
    receipt = models.CharField(max_length=9, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "op_id"], name="one_answer_per_op")]

    def __str__(self):
        return f"{self.op_id} {self.status}"


class Headcount(AppendOnly):
    """How many people sat in the hall at a moment."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="headcounts")
    count = models.PositiveIntegerField(validators=[MaxValueValidator(100_000)])
    taken_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"{self.count} at {self.taken_at:%H:%M}"


class HallCount(AppendOnly):
    """Hands in the hall, counted by one person. Never overwritten: `confirms` is the count before it."""

    class State(models.TextChoices):
        ENTERED = "entered", _("Entered")
        CONFIRMED = "confirmed", _("Confirmed")
        DISPUTED = "disputed", _("The counts differ")
        CORRECTED = "corrected", _("Counted again")

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="hall_counts")
    hands = models.JSONField()
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    counted_at = models.DateTimeField()
    confirms = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="followed_by"
    )
    state = models.CharField(max_length=10, choices=State.choices)
    alone = models.BooleanField(default=False)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["round"], condition=Q(confirms=None), name="one_first_count_per_round"
            )
        ]

    def __str__(self):
        return f"{self.hands} {self.state}"


class Event(AppendOnly):
    """One step in the log of a run. Holds ids, states and counts; a ballot is never an event."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    data = models.JSONField()
    digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["run", "seq"]
        constraints = [models.UniqueConstraint(fields=["run", "seq"], name="one_event_per_seq")]

    def __str__(self):
        return f"{self.seq} {self.kind}"


class EventNote(models.Model):
    """Who did it and the reason they gave. Can be erased with its salt: the log holds only a digest."""

    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="note")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    text = models.CharField(max_length=300, blank=True)
    salt = models.CharField(max_length=32, blank=True)

    def __str__(self):
        return f"note at {self.event}"
