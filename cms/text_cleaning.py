"""Text cleaning at the two places that every text passes: the request that brings it, the row that keeps it."""

import json
from datetime import date

from django.db import models
from django.http import QueryDict
from wagtail.fields import StreamField

from compass.dates import is_plausible
from compass.refusal import Refused
from compass.text import clean
from compass.validators import IMPLAUSIBLE

TEXTS = (models.CharField, models.TextField)


class CleanRequest:
    """Clean what an address or a form brings, before any form reads it: what looks empty is empty.

    A password stays as it was typed. Views for programs (without a CSRF check) clean the JSON they read.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, _args, _kwargs):
        if getattr(view, "csrf_exempt", False):
            return
        request.GET = _cleaned(request.GET)
        if request.method == "POST":
            request.POST = _cleaned(request.POST)


def clean_row(sender, instance, update_fields=None, **_signal) -> None:
    """Clean the texts of a row before it is stored, whoever wrote it. Refused: a date nobody can mean."""
    for field in sender._meta.concrete_fields:
        if field.attname not in instance.__dict__:
            continue  # not read, so not changed
        if update_fields is not None and not {field.name, field.attname} & set(update_fields):
            continue
        value = instance.__dict__[field.attname]
        if isinstance(field, StreamField):
            _clean_stream(instance, field)
        elif isinstance(field, models.JSONField):
            setattr(instance, field.attname, _clean_deep(value))
        elif isinstance(value, str) and isinstance(field, TEXTS):
            setattr(instance, field.attname, clean(value))
        elif isinstance(value, date) and not is_plausible(value) and field.editable:
            raise Refused(IMPLAUSIBLE, code="malformed", field=field.name)


def _cleaned(query: QueryDict) -> QueryDict:
    made = QueryDict(mutable=True, encoding=query.encoding)
    for key, values in query.lists():
        keep = "password" in key
        made.setlist(clean(key), [value if keep else _clean_deep(value) for value in values])
    made._mutable = False
    return made


def _clean_deep(value):
    """Clean a value and the JSON inside its texts, as an editor's rich text and a revision are JSON."""
    if isinstance(value, dict):
        return {key: _clean_deep(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_clean_deep(each) for each in value]
    if not isinstance(value, str):
        return value
    if value.startswith(("{", "[")):
        try:
            read = json.loads(value)
            made = _clean_deep(read)
            return value if made == read else json.dumps(made, ensure_ascii=False)
        except (ValueError, RecursionError):
            return clean(value)
    return clean(value)


def _clean_stream(instance, field) -> None:
    held = field.get_prep_value(getattr(instance, field.attname))
    made = _clean_deep(held)
    if made != held:
        setattr(instance, field.attname, field.to_python(made))
