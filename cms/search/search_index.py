"""Models of the search index: which stems stand where, found the same on every database."""

from django.db import models
from django.db.models import F
from wagtail.models import Page

from deliberation.projects.models import Project

VERSION = 2  # of how words are cut and folded: raise it when that changes


class SearchEntry(models.Model):
    """One thing that can be found: a page, or a part of one. It is as visible as its page is."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=40)
    project = models.ForeignKey(Project, null=True, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=10)
    title = models.CharField(max_length=255)
    text = models.TextField(blank=True)
    anchor = models.CharField(max_length=60, blank=True)
    # Of which making it is: the worker makes older ones again. Code of the release before makes the first.
    version = models.PositiveSmallIntegerField(db_default=1, db_index=True)

    class Meta:
        verbose_name_plural = "search entries"
        constraints = [
            models.UniqueConstraint(fields=["page", "kind", "key"], name="one_entry_per_thing")
        ]

    def __str__(self):
        return f"{self.kind} {self.title}"


class SearchStem(models.Model):
    """One stem that stands somewhere."""

    text = models.CharField(max_length=60, unique=True)

    def __str__(self):
        return self.text


class SearchWord(models.Model):
    """How heavily a stem counts in an entry."""

    entry = models.ForeignKey(SearchEntry, on_delete=models.CASCADE, related_name="words")
    stem = models.ForeignKey(SearchStem, on_delete=models.CASCADE, related_name="+")
    weight = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "stem"], name="one_weight_per_word")
        ]
        # The entries in which a word weighs most, without reading those of all others.
        indexes = [models.Index("stem", F("weight").desc(), name="heaviest_first")]

    def __str__(self):
        return f"{self.stem} in {self.entry_id}"
