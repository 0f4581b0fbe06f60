"""Models: what residents asked, what was answered, and the day by which that was promised."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from compass.models import AppendOnly
from deliberation.people.models import Participant
from deliberation.projects.models import DecisionPoint, Project

LONGEST = 1000  # signs of a question
DEFAULT_TERM = 10  # working days
SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that looks like something else
CODE_LENGTH = 16  # signs of 5 bits: 80 bits, which nobody guesses


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


class Question(models.Model):
    """What one resident asked. `text` is the original; others only ever see `shown`, once approved.

    `version` grows with every change, so that two officers don't overwrite each other. `missed_on` is
    the promised day that had passed before a new one was given: a later day doesn't make it in time.
    """

    class Kind(models.TextChoices):
        QUESTION = "question", _("Question")
        CONCERN = "concern", _("Concern")

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting to be published")
        APART = "apart", _("Set apart: very many came at once")
        PUBLISHED = "published", _("Published")
        ANSWERED = "answered", _("Answered")
        PARKED = "parked", _("We answer later")
        MERGED = "merged", _("Put together with another question")
        REJECTED = "rejected", _("Not placed")
        WITHDRAWN = "withdrawn", _("Taken back")

    class Rejection(models.TextChoices):
        ELSEWHERE = "elsewhere", _("This is not about this project.")
        PERSONAL = "personal", _("There is personal data of somebody else in it.")
        INSULTING = "insulting", _("It insults or threatens people.")
        ADVERTISING = "advertising", _("It is advertising.")
        UNCLEAR = "unclear", _("We don't understand what you mean. Please ask it again.")
        OTHER = "other", _("Another reason")
        FLOOD = (
            "flood",
            _("It came among very many messages at once. Was it you? Please ask it again."),
        )

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="questions")
    decision_point = models.ForeignKey(
        DecisionPoint, null=True, blank=True, on_delete=models.PROTECT, related_name="questions"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.TextField(max_length=LONGEST, blank=True)
    name = models.CharField(max_length=60, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=5, default="nl")
    participant = models.ForeignKey(
        Participant, null=True, on_delete=models.SET_NULL, related_name="questions"
    )
    op_id = models.UUIDField(unique=True)
    code = models.CharField(max_length=20, unique=True)
    asked_at = models.DateTimeField()

    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    version = models.PositiveIntegerField(default=1)
    shown = models.TextField(max_length=LONGEST, blank=True)
    shown_name = models.CharField(max_length=60, blank=True)
    hidden = models.BooleanField(default=False)
    published_at = models.DateTimeField(null=True)
    rejection = models.CharField(max_length=12, choices=Rejection.choices, blank=True)
    rejection_reason = models.CharField(max_length=400, blank=True)
    closed_on = models.DateField(null=True)  # rejected, withdrawn or merged
    merged_into = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="merged"
    )
    parked_with = models.CharField(max_length=100, blank=True)
    parked_reason = models.CharField(max_length=400, blank=True)
    due_on = models.DateField()
    missed_on = models.DateField(null=True)
    first_answered_on = models.DateField(null=True)
    answer = models.OneToOneField(
        "Answer", null=True, on_delete=models.PROTECT, related_name="latest_of"
    )
    # The answer its asker was mailed last: a task that comes twice mails once.
    mailed = models.ForeignKey("Answer", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(fields=["project", "state", "due_on"], name="question_queue"),
            models.Index(fields=["participant", "project"], name="question_asker"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False)
                | ~Q(state="merged") & Q(merged_into=None),
                name="merged_into_something",
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | Q(answer__isnull=False),
                name="answered_with_an_answer",
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.pk}"

    @property
    def about(self):
        """What it is about: the decision point, or the project as a whole."""
        return self.decision_point or self.project


class Answer(AppendOnly):
    """What a team answered, and what was done with it. A newer one takes its place; none is overwritten."""

    class Disposition(models.TextChoices):
        ADOPTED = "adopted", _("Yes, we do this")
        PARTLY = "partly", _("We do a part of it")
        NOT = "not", _("No, we don't do this")
        ELSEWHERE = "elsewhere", _("Somebody else decides on this")
        LOOKING = "looking", _("We are still looking into it")
        EXPLAINED = "explained", _("We explained it")

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    text = models.TextField(max_length=4000)
    team = models.CharField(max_length=100)
    disposition = models.CharField(max_length=10, choices=Disposition.choices)
    reason = models.CharField(max_length=400, blank=True)
    look_until = models.DateField(null=True)
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(disposition="looking", look_until__isnull=False)
                | ~Q(disposition="looking") & Q(look_until=None),
                name="looking_until_a_day",
            )
        ]

    def __str__(self):
        return f"answer {self.pk} to {self.question_id}"


class PromiseChange(AppendOnly):
    """A promised day that was changed, and why; residents read it with the old day."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="changes")
    old_day = models.DateField()
    new_day = models.DateField()
    reason = models.CharField(max_length=400)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"{self.old_day} became {self.new_day}"
