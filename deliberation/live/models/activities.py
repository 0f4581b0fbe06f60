"""Models of polls: the activity in a part of the evening, and each round in which it was open."""

from functools import cached_property

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from deliberation.projects.english import InEnglish
from deliberation.projects.models import DecisionPoint

from .evening import Item, Run

MOST_OPTIONS = 8  # live.md section 3


class Activity(InEnglish):
    """What people do in an item: here a poll. Its text is fixed once it was opened.

    `max_choices` 1 is a single choice. "I don't know" is an answer of its own: where `dont_know` holds,
    its number comes after those of `options`, in ballots, tallies and hall counts alike.
    `paper_due` is the day on which paper that is counted after the meeting has its outcome.
    """

    IN_ENGLISH = ("question", "options")
    LONGEST_LINE = 120  # of an answer

    class Kind(models.TextChoices):
        POLL = "poll", _("Poll")

    class HallMode(models.TextChoices):
        HANDS = "H1", _("Hands only")
        CARD = "H2", _("Card")
        DEVICE_OR_HAND = "H3", _("Phone or hand")
        APART = "H4", _("Hall apart")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        READY = "ready", _("Ready")
        OPEN = "open", _("Open")
        PAUSED = "paused", _("Paused")
        CLOSING = "closing", _("Closing")
        TALLYING = "tallying", _("Counting the hall")
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
    max_choices = models.PositiveSmallIntegerField(
        _("how many answers may people choose"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_OPTIONS)],
    )
    dont_know = models.BooleanField(_("people may answer: I don't know"), default=False)
    sensitive = models.BooleanField(_("sensitive"), default=False)
    paper_due = models.DateField(null=True)
    replaces = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    reveal = models.CharField(max_length=10, choices=Reveal.choices, default=Reveal.HIDDEN)
    closes_at = models.DateTimeField(null=True)

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
    def answers(self) -> list[str]:
        """What people choose from: the options, and where that is allowed "I don't know"."""
        return [*self.options, gettext("I don't know")] if self.dont_know else self.options

    @property
    def how_hall_votes(self) -> str:
        """How the hall votes, in a few words; never "hand" where hands are refused."""
        if self.sensitive and self.hall_mode == self.HallMode.DEVICE_OR_HAND:
            return gettext("Phone or paper")
        return self.get_hall_mode_display()

    @cached_property
    def round_shown(self) -> int:
        """The number of the round opened last, when first asked: for a screen, that reads a poll once. 0: none yet."""
        if self.state in (self.State.DRAFT, self.State.READY):
            return 0
        return self.rounds.aggregate(last=models.Max("number"))["last"] or 0

    @property
    def state_words(self) -> str:
        """Say how far it is. Before it was open it is no draft, and not "ready" as what is over is."""
        if self.state in (self.State.DRAFT, self.State.READY):
            return gettext("Not opened yet")
        return self.get_state_display()

    @property
    def project(self):
        return self.run.project


class Round(models.Model):
    """One time that an activity was open. `tally` is what devices gave, `result` holds the hall's count too.

    `blocks` are the rows of the hall that are counted apart in this round; none: the hall as a whole.
    `phones_doubted`: staff saw that phones in the hall and its people don't fit, and went on.
    """

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    blocks = models.JSONField(default=list, blank=True)
    tally = models.JSONField(null=True)
    result = models.JSONField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    secret_lost = models.BooleanField(default=False, db_default=False)
    phones_doubted = models.BooleanField(default=False, db_default=False)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "number"], name="one_round_per_number")
        ]

    def __str__(self):
        return f"{self.activity} ({self.number})"
