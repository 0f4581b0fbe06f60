"""Models of an evening: the live session, its runs, join codes and the parts of its run sheet."""

from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from deliberation.projects.english import InEnglish
from deliberation.projects.models import Project

from .. import randomness


class Lane(models.TextChoices):
    HALL = "hall", _("Hall")
    ONLINE = "online", _("Online")


class LiveSession(InEnglish):
    """The evening, as residents see it announced."""

    IN_ENGLISH = ("title", "place", "intro")
    LENGTH = timedelta(hours=2)  # as announced: nobody is asked when it ends

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

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + self.LENGTH

    def day_near(self, now: datetime) -> date:
        """Give the day on which it is; past midnight that is the next day, until it would be over."""
        first, today = timezone.localdate(self.starts_at), timezone.localdate(now)
        return max(first, today) if now < self.ends_at else first

    @property
    def is_over(self) -> bool:
        held = (Run.State.CLOSED, Run.State.ARCHIVED)
        return self.runs.filter(kind=Run.Kind.REAL, state__in=held).exists()


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

    JOINABLE = (State.LOBBY, State.OPEN, State.PAUSED)
    OVER = (State.CLOSED, State.ARCHIVED, State.CANCELLED)

    class Strictness(models.TextChoices):
        OPEN = "open", _("One vote per phone or computer. We did not check who voted.")
        CARD = "card", _("One vote per numbered card. Everybody got one card.")
        ACCOUNT = "account", _("One vote per account.")

    session = models.ForeignKey(LiveSession, on_delete=models.PROTECT, related_name="runs")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.REAL)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    hall_code = models.CharField(max_length=6, unique=True)
    online_code = models.CharField(max_length=6, unique=True)
    strictness = models.CharField(
        max_length=10, choices=Strictness.choices, default=Strictness.OPEN
    )
    # Rows of the hall that are counted apart, by name. None: the hall is counted as a whole.
    hall_blocks = models.JSONField(default=list, blank=True)
    # Can people at home hear the hall? None: nobody said so yet.
    heard_online = models.BooleanField(null=True)
    epoch = models.UUIDField(default=randomness.new_id, editable=False)
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
    def name(self) -> str:
        """Say which run of its session it is: the evening itself, or which rehearsal."""
        if self.kind != self.Kind.REHEARSAL:
            return self.get_kind_display()
        number = sum(one.kind == self.kind and one.pk <= self.pk for one in self.session.runs.all())
        return str(_("Rehearsal %d") % number)

    @property
    def is_rehearsal(self) -> bool:
        return self.kind == self.Kind.REHEARSAL

    @property
    def state_words(self):
        """Say how far it is. Residents may read of an evening from the start: it is never a draft to them.

        "Ready" is what is over, too.
        """
        before = {self.State.DRAFT: _("Not begun yet"), self.State.READY: _("Can begin")}
        return before.get(self.state) or self.get_state_display()

    @property
    def project(self):
        return self.session.project

    @property
    def municipality(self):
        return self.session.project.municipality


class JoinCode(models.Model):
    """A code on a screen or a poster. One table for both lanes keeps it unique over the installation.

    The word beside it is asked while somebody is guessing (docs/adr/0025).
    """

    code = models.CharField(max_length=6, primary_key=True)
    word = models.CharField(max_length=6, default=randomness.join_word)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="codes")
    lane = models.CharField(max_length=6, choices=Lane.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "lane"], name="one_code_per_run_and_lane")
        ]

    def __str__(self):
        return self.code


class Item(InEnglish):
    """A part of the run sheet."""

    IN_ENGLISH = ("title", "hall_instructions", "online_instructions", "what_we_do_with_input")

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
