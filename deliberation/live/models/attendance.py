"""Models of who takes part: attendance with a phone or card, somebody who hears nothing, and bans."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from deliberation.people.models import Participant

from .. import randomness
from .evening import Lane, Run


class Card(models.Model):
    """A numbered card of one run, for one person. Its code is on the card, and nowhere else."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="cards")
    number = models.PositiveIntegerField()
    code = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField(null=True)
    blocked = models.BooleanField(default=False)

    class Meta:
        ordering = ["run", "number"]
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="one_card_per_number")
        ]

    def __str__(self):
        return str(self.number)

    @property
    def project(self):
        return self.run.project


class Attendance(models.Model):
    """Somebody who takes part in a run: the unit that has one vote. Holds no time of coming.

    A phone or computer, a card, or a card that is used on a phone: then both are filled.
    """

    id = models.UUIDField(primary_key=True, default=randomness.new_id, editable=False)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="attendances")
    participant = models.ForeignKey(
        Participant, null=True, on_delete=models.PROTECT, related_name="+"
    )
    card = models.ForeignKey(Card, null=True, on_delete=models.PROTECT, related_name="attendances")
    # Whose phone this card is used on, when that phone has a card of its own.
    beside = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="companions"
    )
    lane = models.CharField(max_length=6, choices=Lane.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "participant"], name="one_attendance_per_participant"
            ),
            models.UniqueConstraint(
                fields=["run", "card"],
                condition=Q(card__isnull=False),
                name="one_attendance_per_card",
            ),
            models.CheckConstraint(
                condition=Q(participant__isnull=False) | Q(card__isnull=False),
                name="attends_with_phone_or_card",
            ),
        ]

    def __str__(self):
        return str(self.id)

    @property
    def project(self):
        return self.run.project


class Silence(models.Model):
    """Somebody online who says that they hear nothing. Goes when they take it back, staff settles it or it is over."""

    attendance = models.OneToOneField(Attendance, on_delete=models.CASCADE, related_name="silence")
    at = models.DateTimeField()

    def __str__(self):
        return f"{self.attendance_id}"

    @property
    def project(self):
        return self.attendance.run.project


class Ban(models.Model):
    """Somebody who was sent out of a run. `device` is a hint of their phone, worth nothing elsewhere."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="bans")
    participant = models.ForeignKey(
        Participant, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    device = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "participant"], name="one_ban_per_participant")
        ]

    def __str__(self):
        return f"{self.participant_id}"

    @property
    def project(self):
        return self.run.project
