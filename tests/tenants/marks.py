"""A mark in every text that people write of some rows, so that it is seen wherever one of these texts comes out."""

import re

from django.apps import apps
from django.db import models
from wagtail.fields import StreamField

OURS = ("cms", "live", "people", "projects", "questions")
OF_WAGTAIL = ("wagtailcore.page", "wagtailimages.image", "wagtaildocs.document")
# What the platform writes: its records, chained by hashes, and what search makes of texts.
RECORDS = {
    "people.auditentry", "people.audithead", "people.sentform", "live.event", "live.op", "cms.failedsignin",
    "cms.searchstem", "cms.searchentry",
}  # fmt: skip
# Columns that name something for the platform: hashes, codes, languages, levels, keys.
MADE = re.compile(
    r"hash|digest|salt|device|version|language|key|password|path|code|lane|word|phase|^(level|purpose|kind"
    r"|radius|receipt|block|link|tokens|tally|hall_blocks|blocks|result|hands|choices|answers)$"
)


def texts_of(model) -> list[models.Field]:
    """List the columns of a model in which people's words stand."""
    label = model._meta.label_lower
    if label in RECORDS or not (model._meta.app_label in OURS or label in OF_WAGTAIL):
        return []
    return [one for one in model._meta.local_concrete_fields if _is_text(one)]


def _is_text(field) -> bool:
    if isinstance(field, models.SlugField) or field.choices or MADE.search(field.name):
        return False
    return isinstance(field, models.CharField | models.TextField | models.JSONField | StreamField)


def mark(rows: dict[str, set], text: str) -> int:
    """Write a mark into every text of rows, by label and keys; say how many columns bear it."""
    marked = 0
    for label, pks in rows.items():
        model = apps.get_model(label)
        for field in texts_of(model):
            found = list(models.QuerySet(model).filter(pk__in=pks))
            for row in found:
                value = _marked(field, row, text)
                models.QuerySet(model).filter(pk=row.pk).update(**{field.attname: value})
            marked += bool(found)
    return marked


def _marked(field, row, text):
    value = field.value_from_object(row)
    if isinstance(field, models.EmailField):
        return f"{text}-{row.pk}@example.org"
    if isinstance(field, StreamField):
        return field.to_python(_in_words(list(value.raw_data), text))
    if isinstance(field, models.JSONField):
        return _in_words(value, text)
    return f"{text} {value}"[: field.max_length]


def _in_words(value, text):
    """Mark every text with a space in it, however deep; the others are keys."""
    if isinstance(value, dict):
        return {name: _in_words(part, text) for name, part in value.items()}
    if isinstance(value, list):
        return [_in_words(part, text) for part in value]
    return f"{text} {value}" if isinstance(value, str) and " " in value else value
