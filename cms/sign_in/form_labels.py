"""Labels of form fields: what the form at an address calls one, read from the forms there are."""

from collections.abc import Collection, Iterator

from django.forms.forms import BaseForm
from django.forms.utils import pretty_name
from django.urls import Resolver404, resolve


def labels_at(path: str, names: Collection[str]) -> dict:
    """Give the label of each name, from the form that has most of them; of two alike the one nearest to the view."""
    try:
        view = resolve(path.partition("?")[0]).func.__module__.split(".")
    except Resolver404:
        return {}

    def fits(form):
        where = form.__module__.split(".")
        beside = next(
            (at for at, pair in enumerate(zip(where, view, strict=False)) if len(set(pair)) > 1), 99
        )
        return len(set(names) & set(form.base_fields)), beside

    best = max(all_forms(BaseForm), key=fits)
    fields = {name: best.base_fields[name] for name in names if name in best.base_fields}
    return {name: field.label or pretty_name(name) for name, field in fields.items()}


def all_forms(kind) -> Iterator[type]:
    """List the forms that were made of a kind."""
    for form in kind.__subclasses__():
        if hasattr(form, "base_fields"):
            yield form
        yield from all_forms(form)
