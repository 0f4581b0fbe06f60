"""Tenancy: the municipality that a row of any model belongs to, found by following its foreign keys."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from django.db import models

from .models import Municipality

HERE = "pk"
_site: ContextVar = ContextVar("municipality of the host that was asked", default=None)


@contextmanager
def on_site_of(municipality) -> Iterator[None]:
    """Let roles count, and lists tell, of this municipality only: its host was asked. It may be lazy, and falsy."""
    # In a function: asgiref looks at every value of a context in the event loop, and no lazy one may ask the
    # database there.
    token = _site.set(lambda: municipality)
    try:
        yield
    finally:
        _site.reset(token)


def municipality_here() -> Municipality | None:
    """Give the municipality of the host that was asked; None outside a request, or where there is none."""
    here = _site.get()
    return (here and here()) or None


def of_this_site(rows):
    """Keep of rows with a municipality those of the host that was asked; all of them outside a request."""
    municipality = municipality_here()
    return rows.filter(municipality=municipality.pk) if municipality else rows


@cache
def path_to(model: type[models.Model], target: type[models.Model]) -> str | None:
    """Give the shortest lookup from a model to another one ("" on itself), or None where no key leads there.

    Only keys that are always filled in count, so that no row falls out of it.
    """
    seen, waiting = {model}, deque([(model, ())])
    while waiting:
        here, path = waiting.popleft()
        if here._meta.concrete_model is target:
            return "__".join(path)
        for field in here._meta.concrete_fields:
            if field.is_relation and not field.null and field.related_model not in seen:
                seen.add(field.related_model)
                waiting.append((field.related_model, (*path, field.name)))
    return None


def rows_of(model: type[models.Model], municipality) -> dict | None:
    """Give the filter for the rows of a municipality; None for a model that belongs to none."""
    path = path_to(model, Municipality)
    return None if path is None else {path or HERE: municipality.pk}
