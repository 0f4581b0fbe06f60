"""Models of what people count in the hall: heads, hands and papers."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compass.models import AppendOnly

from .activities import Round
from .evening import Run


class Headcount(AppendOnly):
    """How many people sat in the hall at a moment."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="headcounts")
    count = models.PositiveIntegerField(validators=[MaxValueValidator(100_000)])
    taken_at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"{self.count} at {self.taken_at:%H:%M}"


class HallCount(AppendOnly):
    """Hands or papers of the hall, counted by one person. Never overwritten: `confirms` is the count before it.

    `hands` has a number per answer; `voters` is how many people that were, which with several answers
    each is less than their sum. `block` names the rows that were counted; blank is the whole hall.
    """

    class Medium(models.TextChoices):
        HANDS = "hands", _("Hands")
        PAPER = "paper", _("Paper")

    class State(models.TextChoices):
        ENTERED = "entered", _("Entered")
        CONFIRMED = "confirmed", _("Confirmed")
        DISPUTED = "disputed", _("The counts differ")
        CORRECTED = "corrected", _("Counted again")

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="hall_counts")
    medium = models.CharField(max_length=5, choices=Medium.choices, default=Medium.HANDS)
    block = models.CharField(max_length=40, blank=True)
    hands = models.JSONField()
    voters = models.PositiveIntegerField()
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
                fields=["round", "medium", "block"],
                condition=Q(confirms=None),
                name="one_first_count_per_part",
            )
        ]

    def __str__(self):
        return f"{self.hands} {self.state}"

    @property
    def why_again(self) -> str:
        """Say what the reason somebody gave is a reason for: alone on a line it told nothing. Blank without one."""
        return self.reason and gettext("Reason to count again: %s") % self.reason
