"""Models: a question or concern is a contribution of its own kind; and within how many days it is answered."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from deliberation.participation.answer_terms import DEFAULT_TERM
from deliberation.participation.models import Contribution
from deliberation.projects.models import DecisionPoint


class Question(Contribution):
    """What one resident asked, or worries about."""

    INSTRUMENT = "questions"

    class Kind(models.TextChoices):
        QUESTION = "question", _("Question")
        CONCERN = "concern", _("Concern")

    class Meta:
        proxy = True


class AnswerTerm(models.Model):
    """Within how many working days questions about a decision point are answered."""

    decision_point = models.OneToOneField(
        DecisionPoint, on_delete=models.CASCADE, related_name="answer_term"
    )
    working_days = models.PositiveSmallIntegerField(default=DEFAULT_TERM)

    def __str__(self):
        return f"{self.working_days} working days for {self.decision_point}"

    @property
    def project(self):
        return self.decision_point.project
