"""Models of the event log of a run: its events in order, and the notes that can be erased."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models

from compass.models import AppendOnly

from .evening import Run


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
