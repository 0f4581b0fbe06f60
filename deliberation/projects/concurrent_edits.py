"""Concurrent edits: a form is refused once when a colleague saved something else while it was open."""

import hashlib

from django import forms
from django.utils.formats import localize
from django.utils.timezone import template_localtime
from django.utils.translation import gettext as _

from .english import TYPED

SEEN = "seen"


class RefusesStale:
    """Refuse a form about something that became different since it was shown, and say what it says now.

    A digest of what each field held travels along. What was typed stays, and is taken when it is sent
    once more. A form of something new has nothing to compare; one without digests is taken as it is.
    """

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        row = getattr(self, "instance", None)
        self.marks = {name: _mark(value) for name, value in self.initial.items()}
        if row is None or row.pk:
            self.fields[SEEN] = forms.CharField(required=False, widget=forms.HiddenInput)
            self.initial[SEEN] = " ".join(f"{name}:{mark}" for name, mark in self.marks.items())

    def clean(self):
        cleaned = super().clean()
        seen = cleaned.pop(SEEN, "")
        if seen and seen != self.initial.get(SEEN):
            for name in self._changed_since(seen):
                self.add_error(name if name in self.fields else TYPED.format(name), self._now(name))
            self.data = self.data.copy()
            self.data[self.add_prefix(SEEN)] = self.initial[SEEN]
        return cleaned

    def _changed_since(self, seen: str) -> list[str]:
        """List what is different by now, of what this form asks, or asks the English of."""
        told = seen.split()
        changed = [name for name, mark in self.marks.items() if f"{name}:{mark}" not in told]
        beside = {TYPED.format(name) for name in changed}  # goes along with its Dutch text
        return [
            name
            for name in changed
            if name not in beside and {name, TYPED.format(name)} & self.fields.keys()
        ]

    def _now(self, name: str) -> str:
        value = self.initial[name]
        choices = dict(getattr(self.fields.get(name), "choices", ()))
        said = "\n".join(value) if isinstance(value, list) else choices.get(value, value)
        if said in ("", None):
            return _("A colleague emptied this just before you.")
        said = localize(template_localtime(said))
        return _("A colleague changed this just before you. It says now: “%s”") % said


def _mark(value) -> str:
    return hashlib.sha256(repr(value or "").encode()).hexdigest()[:12]
