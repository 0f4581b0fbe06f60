"""Buttons by which rows of a form come, go and change places, without JavaScript.

Rows are named PREFIX-0-…, PREFIX-1-… and PREFIX-count tells how many there are. A button is called
`do`: add:PREFIX, remove:PREFIX:N, up:PREFIX:N or down:PREFIX:N. Rows may hold rows.
"""

import re

from django import forms
from django.forms.utils import ErrorDict

MOST_ROWS = 60
_PRESS = re.compile(r"^(add|remove|up|down):([a-z][a-z0-9-]*?)(?::(\d{1,3}))?$")


def pressed(data, do: str):
    """Give what was sent with one row added, removed or moved; the same when the button is strange."""
    match = _PRESS.match(do)
    if not match:
        return data
    verb, prefix, place = match[1], match[2], int(match[3] or 0)
    count = row_count(data, prefix)
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


def row_count(data, prefix: str) -> int:
    """Read how many rows were sent, never more than a person would make."""
    said = str(data.get(f"{prefix}-count", "0"))
    return min(int(said), MOST_ROWS) if said.isdecimal() else 0


def _with_count(data, prefix, count):
    data[f"{prefix}-count"] = str(count)
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


class FormRows:
    """Several forms of one kind under each other."""

    def __init__(self, prefix: str, form: type, *, data=None, initial=(), least=0, **options):
        self.prefix, self.data = prefix, data
        self.count = max(least, len(initial) if data is None else row_count(data, prefix))
        starts = [*initial, *({} for _ in range(self.count - len(initial)))]
        self.forms = [
            form(data=data, prefix=f"{prefix}-{number}", initial=starts[number], **options)
            for number in range(self.count)
        ]

    def __iter__(self):
        return iter(self.forms)

    def __len__(self):
        return self.count

    def is_valid(self) -> bool:
        return False not in [form.is_valid() for form in self.forms]

    @property
    def cleaned(self) -> list[dict]:
        return [form.cleaned_data for form in self.forms]

    def hush(self):
        """Say nothing of errors yet: a row was added, nothing was sent to be kept."""
        for form in self.forms:
            hush(form)


def hush(form: forms.BaseForm):
    """Show a form as it was filled in, without judging it."""
    form._errors = ErrorDict()
    form.cleaned_data = {}
