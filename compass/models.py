"""Which frameworks were published, and which assessments were adopted? Neither ever changes."""

from django.db import models
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

    class Meta:
        ordering = ("key", "valid_from", "published_at")
        constraints = (
            models.UniqueConstraint(fields=("key", "version"), name="one_source_per_version"),
        )

    def __str__(self):
        return f"{self.key} {self.version}"


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
