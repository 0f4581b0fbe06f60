"""Models: the moments of college and council, what changed after it was promised, and the mails about that."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from compass.models import AppendOnly
from deliberation.people.models import Participant

from ..english import InEnglish


class Moment(InEnglish):
    """One day on which a body speaks about a decision point, and about what. It is a plan: days move."""

    IN_ENGLISH = ("what",)

    class Body(models.TextChoices):
        COLLEGE = "college", _("the mayor and aldermen")
        COMMITTEE = "committee", _("a committee of the city council")
        RAAD = "raad", _("the city council")
        BURGEMEESTER = "burgemeester", _("the mayor")

    decision_point = models.ForeignKey(
        "projects.DecisionPoint", on_delete=models.CASCADE, related_name="moments"
    )
    body = models.CharField(_("body"), max_length=12, choices=Body.choices)
    on = models.DateField(_("on"))
    what = models.CharField(_("what"), max_length=160)

    class Meta:
        ordering = ["on", "id"]

    def __str__(self):
        return f"{self.on} {self.body}: {self.what}"

    @property
    def project(self):
        return self.decision_point.project


class FrameChange(InEnglish, AppendOnly):
    """What was promised at a decision point and changed since, and why; residents read it.

    `before` and `after` hold all of frames.FRAMES as JSON, so that every version can be read back.
    For another level they are equal, and the two decisions say what changed.
    """

    IN_ENGLISH = ("reason",)

    decision_point = models.ForeignKey(
        "projects.DecisionPoint", on_delete=models.PROTECT, related_name="frame_changes"
    )
    before = models.JSONField()
    after = models.JSONField()
    old_decision = models.ForeignKey(
        "projects.LevelDecision", null=True, on_delete=models.PROTECT, related_name="+"
    )
    new_decision = models.OneToOneField(
        "projects.LevelDecision", null=True, on_delete=models.PROTECT, related_name="change"
    )
    reason = models.TextField(max_length=600)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(old_decision=None, new_decision=None)
                | models.Q(old_decision__isnull=False, new_decision__isnull=False),
                name="level_change_knows_both_decisions",
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="frame_change_has_reason"),
        ]

    def __str__(self):
        return f"{self.changed_at:%Y-%m-%d} {self.decision_point}"

    @property
    def project(self):
        return self.decision_point.project


class MailedNotice(models.Model):
    """That somebody was mailed about a change: once. It keeps no address and no time."""

    change = models.ForeignKey(FrameChange, on_delete=models.PROTECT, related_name="mailed")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["change", "participant"], name="one_mail_per_change_and_person"
            )
        ]

    def __str__(self):
        return f"{self.change_id} to {self.participant_id}"
