"""Which framework versions were published, and which assessments were adopted on them?"""

from django.db import models


class Framework(models.Model):
    """One published version of an afwegingskader. Immutable; counts from `valid_from`."""

    key = models.SlugField()
    version = models.CharField(max_length=20)
    source = models.TextField()
    source_hash = models.CharField(max_length=64)
    valid_from = models.DateField()
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="one_framework_per_version")
        ]

    def __str__(self):
        return f"{self.key} {self.version}"

    def save(self, **options):
        if self.pk:
            raise TypeError("A published framework never changes; publish a new version.")
        super().save(**options)


class Assessment(models.Model):
    """Adopted answers and the advice they gave. Names no person; append-only."""

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT)
    answers = models.JSONField()
    public_reasons = models.JSONField(default=dict)
    advice = models.JSONField()
    created_at = models.DateTimeField()

    def __str__(self):
        return f"{self.framework}: {self.advice.get('outcome')}"

    def save(self, **options):
        if self.pk:
            raise TypeError("An assessment is written once; adopt a new one.")
        super().save(**options)

    def delete(self, **options):
        raise TypeError("An assessment stays.")
