"""Buttons by which rows of a form come, go and change places, without JavaScript.

Rows are the forms of a Django formset. A button is called `do`: add:PREFIX, remove:PREFIX:N,
up:PREFIX:N or down:PREFIX:N. Rows may hold rows. Why not by ORDER and DELETE fields: docs/adr/0066.
"""

import re

from django import forms
from django.forms.formsets import INITIAL_FORM_COUNT, TOTAL_FORM_COUNT
from django.forms.utils import ErrorDict

MOST_ROWS = 60
_PRESS = re.compile(r"^(add|remove|up|down):([a-z][a-z0-9-]*?)(?::(\d{1,3}))?$")


def pressed(data, do: str):
    """Give what was sent with one row added, removed or moved; the same when the button is strange."""
    match = _PRESS.match(do)
    if not match:
        return data
    verb, prefix, place = match[1], match[2], int(match[3] or 0)
    count = _row_count(data, prefix)
    if verb == "add":
        return _with_count(data.copy(), prefix, min(count + 1, MOST_ROWS))
    if place >= count:
        return data
    order = list(range(count))
    if verb == "remove":
        order.pop(place)
    else:
        to = min(max(place + (-1 if verb == "up" else 1), 0), count - 1)
        order.insert(to, order.pop(place))
    return _with_count(_reordered(data, prefix, order), prefix, len(order))


def _row_count(data, prefix: str) -> int:
    said = str(data.get(f"{prefix}-{TOTAL_FORM_COUNT}", ""))
    return min(int(said), MOST_ROWS) if said.isdecimal() else 0


def _with_count(data, prefix, count):
    # Every row is judged, one that was added too: a formset lets rows after the first ones stay blank.
    data[f"{prefix}-{TOTAL_FORM_COUNT}"] = data[f"{prefix}-{INITIAL_FORM_COUNT}"] = str(count)
    return data


def _reordered(data, prefix, order):
    """Rename the rows so that row `order[n]` becomes row n; rows that aren't in order go."""
    changed = data.copy()
    belongs = re.compile(rf"^{re.escape(prefix)}-(\d+)-(.+)$")
    parts = [match for key in data if (match := belongs.match(key))]
    for match in parts:
        del changed[match[0]]
    places = {old: new for new, old in enumerate(order)}
    for match in parts:
        if int(match[1]) in places:
            key = f"{prefix}-{places[int(match[1])]}-{match[2]}"
            changed.setlist(key, data.getlist(match[0]))
    return changed


def form_rows(form: type, least: int = 0) -> type[forms.BaseFormSet]:
    """Make the formset of a form, with at least so many rows and never more than a person would make."""
    return forms.formset_factory(
        form, extra=0, min_num=least, max_num=MOST_ROWS, absolute_max=MOST_ROWS
    )


def sent_rows(data, prefix: str):
    """Give what was sent if these rows are in it: those inside a row that was just added are not."""
    return data if data is not None and f"{prefix}-{TOTAL_FORM_COUNT}" in data else None


def are_right(rows: forms.BaseFormSet) -> bool:
    """Say whether what was sent of rows is right; rows that were not sent stand open."""
    return rows.is_valid() or not rows.is_bound


def hush(*shown: forms.BaseForm | forms.BaseFormSet):
    """Show forms as they were filled in, without judging: a row came, nothing is to be kept."""
    for one in shown:
        for form in one if isinstance(one, forms.BaseFormSet) else [one]:
            form._errors = ErrorDict()
            form.cleaned_data = {}
