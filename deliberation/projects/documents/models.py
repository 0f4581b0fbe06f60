"""What did an officer write down for the documents of a decision point?"""

from django.db import models


class PointNotes(models.Model):
    """What no other screen asks, by the names in notes.py. `revision` grows with every change."""

    decision_point = models.OneToOneField(
        "projects.DecisionPoint", on_delete=models.CASCADE, related_name="notes"
    )
    told = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()

    def __str__(self):
        return f"notes for {self.decision_point}"

    @property
    def project(self):
        return self.decision_point.project
