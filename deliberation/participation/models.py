"""Models: what residents gave in words, what became of it, and the day by which that was promised.

The tables keep the names they had when questions were all there was: the release before reads them too (ADR 67).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from compass.models import AppendOnly
from deliberation.people.models import Participant
from deliberation.projects.models import DecisionPoint, Project
from deliberation.registry import plugins

LONGEST = 1000  # signs of a contribution


def ways() -> dict:
    """Give the registered instruments that take contributions, by name: no other plugin has a `model`."""
    return {one.name: one for one in plugins() if getattr(one, "model", None)}


class ContributionManager(models.Manager):
    """Finds contributions of every instrument; of a proxy only its own."""

    def get_queryset(self):
        own = self.model.INSTRUMENT
        found = super().get_queryset()
        return found.filter(instrument=own) if own else found


class Contribution(models.Model):
    """What one resident said in order to be heard. `text` is the original; others only ever see `shown`, once approved.

    An instrument names its own with a proxy that says its `INSTRUMENT`. `version` grows with every change, so that
    two officers don't overwrite each other. `missed_on` is the promised day that had passed before a new one was
    given: a later day doesn't make it in time.
    """

    INSTRUMENT = ""

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting to be published")
        APART = "apart", _("Set apart: very many came at once")
        PUBLISHED = "published", _("Published")
        ANSWERED = "answered", _("Answered")
        PARKED = "parked", _("We answer later")
        MERGED = "merged", _("Put together with another one")
        REJECTED = "rejected", _("Not placed")
        WITHDRAWN = "withdrawn", _("Taken back")

    class Rejection(models.TextChoices):
        ELSEWHERE = "elsewhere", _("This is not about this project.")
        PERSONAL = "personal", _("There is personal data of somebody else in it.")
        INSULTING = "insulting", _("It insults or threatens people.")
        ADVERTISING = "advertising", _("It is advertising.")
        UNCLEAR = "unclear", _("We don't understand what you mean. Please say it in another way.")
        OTHER = "other", _("Another reason")
        FLOOD = (
            "flood",
            _("It came among very many messages at once. Was it you? Please send it again."),
        )

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="contributions")
    decision_point = models.ForeignKey(
        DecisionPoint, null=True, blank=True, on_delete=models.PROTECT, related_name="contributions"
    )
    # Code of the release before writes questions only, and doesn't know this column.
    instrument = models.CharField(max_length=30, db_default="questions")
    kind = models.CharField(max_length=10)
    text = models.TextField(max_length=LONGEST, blank=True)
    name = models.CharField(max_length=60, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=5, default="nl")
    participant = models.ForeignKey(
        Participant, null=True, on_delete=models.SET_NULL, related_name="contributions"
    )
    op_id = models.UUIDField(unique=True)
    code = models.CharField(max_length=20, unique=True)
    given_at = models.DateTimeField(db_column="asked_at")

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
        "Disposition", null=True, on_delete=models.PROTECT, related_name="latest_of"
    )
    # The answer its author was mailed last: a task that comes twice mails once.
    mailed = models.ForeignKey("Disposition", null=True, on_delete=models.PROTECT, related_name="+")

    objects = ContributionManager()

    class Meta:
        db_table = "questions_question"
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(fields=["project", "state", "due_on"], name="question_queue"),
            models.Index(fields=["participant", "project"], name="question_asker"),
            # What is still owed, what is due first in front: commitments.py asks it in these words.
            models.Index(
                Coalesce("missed_on", "due_on"),
                condition=Q(first_answered_on=None, closed_on=None),
                name="contribution_owed",
            ),
            # How many there are in each state: read without the texts.
            models.Index(
                fields=["instrument", "project", "state", "hidden"], name="contribution_counts"
            ),
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

    @property
    def way(self):
        """The instrument with which it was given: an `instrument.ContributionInstrument`; None once taken out."""
        return ways().get(self.instrument)

    @property
    def href(self) -> str:
        return self.way.public_path(self.project_id, self.pk)

    @property
    def desk_href(self) -> str:
        return self.way.desk_path(self.pk)

    @property
    def kind_label(self) -> str:
        return self.way.kinds[self.kind] if self.way else self.kind


class Support(models.Model):
    """Somebody stands behind a contribution, each browser or account once. Holds no date.

    Whoever was erased still counts, and is nobody.
    """

    contribution = models.ForeignKey(
        Contribution, on_delete=models.PROTECT, related_name="supports"
    )
    participant = models.ForeignKey(
        Participant, null=True, on_delete=models.SET_NULL, related_name="supports"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contribution", "participant"], name="supported_once_by_each"
            )
        ]

    def __str__(self):
        return f"support {self.pk} of {self.contribution_id}"


class Disposition(AppendOnly):
    """What a team answered, and what was done with it. A newer one takes its place; none is overwritten."""

    class Outcome(models.TextChoices):
        ADOPTED = "adopted", _("Yes, we do this")
        PARTLY = "partly", _("We do a part of it")
        NOT = "not", _("No, we don't do this")
        ELSEWHERE = "elsewhere", _("Somebody else decides on this")
        LOOKING = "looking", _("We are still looking into it")
        EXPLAINED = "explained", _("We explained it")

    contribution = models.ForeignKey(
        Contribution, on_delete=models.PROTECT, related_name="answers", db_column="question_id"
    )
    text = models.TextField(max_length=4000)
    team = models.CharField(max_length=100)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, db_column="disposition")
    reason = models.CharField(max_length=400, blank=True)
    look_until = models.DateField(null=True)
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)

    class Meta:
        db_table = "questions_answer"
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["look_until"], condition=Q(outcome="looking"), name="still_looking"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="looking", look_until__isnull=False)
                | ~Q(outcome="looking") & Q(look_until=None),
                name="looking_until_a_day",
            )
        ]

    def __str__(self):
        return f"answer {self.pk} to {self.contribution_id}"


class CommitmentChange(AppendOnly):
    """A promised day that was changed, and why; residents read it with the old day."""

    contribution = models.ForeignKey(
        Contribution, on_delete=models.PROTECT, related_name="changes", db_column="question_id"
    )
    old_day = models.DateField()
    new_day = models.DateField()
    reason = models.CharField(max_length=400)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)

    class Meta:
        db_table = "questions_promisechange"
        ordering = ["id"]

    def __str__(self):
        return f"{self.old_day} became {self.new_day}"
