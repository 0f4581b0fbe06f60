"""Models: published frameworks and adopted assessments, which never change, and the drafts of frameworks."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused


class AppendOnlyQuerySet(models.QuerySet):
    """Rows are added and read; changing or removing one is refused, in bulk too."""

    def update(self, **kwargs):
        raise Refused(_("This never changes once it is used."), code="state")

    def delete(self):
        raise Refused(_("This never changes once it is used."), code="state")

    def bulk_update(self, *args, **kwargs):
        return self.update()


class AppendOnly(models.Model):
    """A row that is written once."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise Refused(_("This never changes once it is used."), code="state")
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args, **kwargs):
        raise Refused(_("This never changes once it is used."), code="state")


class Framework(AppendOnly):
    """One published version of an assessment framework, with the text it was read from."""

    key = models.SlugField(max_length=60)
    version = models.CharField(max_length=60)
    source = models.TextField()
    source_hash = models.CharField(max_length=64)
    valid_from = models.DateField()
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=200)  # opaque: the compass knows no persons
    owner = models.CharField(max_length=60, blank=True)  # opaque; blank: comes with the platform

    class Meta:
        ordering = ("key", "valid_from", "published_at")
        constraints = (
            models.UniqueConstraint(fields=("key", "version"), name="one_source_per_version"),
        )

    def __str__(self):
        return f"{self.key} {self.version}"


class FrameworkDraft(models.Model):
    """A framework on its way: written by one, approved by another, published from a day.

    `source` may be wrong while somebody edits it. Persons and the owner are opaque names.
    """

    class State(models.TextChoices):
        EDITING = "editing", _("being written")
        PROPOSED = "proposed", _("proposed")
        APPROVED = "approved", _("approved")
        PUBLISHED = "published", _("published")

    owner = models.CharField(max_length=60)
    key = models.SlugField(max_length=60)
    source = models.TextField()
    based_on = models.ForeignKey(
        Framework, null=True, on_delete=models.PROTECT, related_name="drafts_after"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.EDITING)
    revision = models.PositiveIntegerField(default=1)  # goes up with every change
    edited_by = models.CharField(max_length=200)
    edited_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=200, blank=True)
    proposed_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=200, blank=True)
    approved_at = models.DateTimeField(null=True)
    returned_because = models.TextField(blank=True)
    published = models.OneToOneField(
        Framework, null=True, on_delete=models.PROTECT, related_name="draft"
    )

    class Meta:
        ordering = ("-edited_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(approved_by="") | ~Q(approved_by=F("proposed_by")),
                name="nobody_approves_what_they_proposed",
            ),
            models.UniqueConstraint(
                fields=("key",),
                condition=~Q(state="published"),
                name="one_open_draft_per_framework",
            ),
        )

    def __str__(self):
        return f"{self.key} ({self.state})"

    def is_by(self, person: str) -> bool:
        """Tell whether somebody wrote it last or proposed it: they never approve it."""
        return person in (self.proposed_by, self.edited_by)


class Assessment(AppendOnly):
    """Adopted answers and the advice they gave. Names no person."""

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="assessments")
    answers = models.JSONField()
    public_reasons = models.JSONField()
    advice = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("created_at", "pk")

    def __str__(self):
        return f"{self.framework} → {self.advice.get('outcome')}"
