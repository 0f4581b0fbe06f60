"""Form fields for a text in two languages, of which an officer may first write one.

A text whose English is left open gets the Dutch words in both languages: a framework needs both to
load, and a first version shouldn't wait for a translator. Such a text counts as not yet translated,
and its English field stays empty on the form.
"""

from collections.abc import Mapping
from typing import NamedTuple

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

LONGEST_TEXT = 1_000
LONGEST_LINE = 120


class Words(NamedTuple):
    """A text to ask for; `otherwise` (nl, en) is what it says when it is left open."""

    label: object
    help: object = ""
    needed: bool = True
    lines: int = 1
    otherwise: tuple[str, str] | None = None


class PartForm(forms.Form):
    """The fields of one table. Subclasses name their texts, and the order of all fields."""

    words: Mapping[str, Words] = {}
    order: tuple[str, ...] = ()

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        for name, text in self.words.items():
            self.fields[f"{name}_nl"] = _text_field(text, text.needed and not text.otherwise)
        for name, text in self.words.items():
            label = format_lazy("{} ({})", text.label, _("in English"))
            self.fields[f"{name}_en"] = _text_field(text._replace(label=label, help=""), False)
        self.order_fields([*self.order, *self.fields])

    def main(self):
        """List the fields that everybody fills in."""
        return [field for field in self if not _is_folded(field)]

    def folded(self):
        """List what may wait: the English texts, and the name that files use."""
        return [field for field in self if _is_folded(field)]

    @property
    def folded_is_wrong(self) -> bool:
        return any(field.errors for field in self.folded())

    def texts(self) -> dict[str, dict[str, str]]:
        """Give the texts as a framework file has them; one that is left open isn't there."""
        found = {name: self._text(name, text) for name, text in self.words.items()}
        return {name: text for name, text in found.items() if text}

    def _text(self, name, text) -> dict | None:
        nl, en = (self.cleaned_data[f"{name}_{language}"] for language in ("nl", "en"))
        if nl:
            return {"nl": nl, "en": en or nl}
        return dict(zip(("nl", "en"), text.otherwise, strict=True)) if text.otherwise else None


def _is_folded(field) -> bool:
    return field.name.endswith("_en") or field.name == "key"


def _text_field(text: Words, required: bool) -> forms.CharField:
    many = text.lines > 1
    return forms.CharField(
        label=text.label,
        help_text=text.help,
        required=required,
        max_length=LONGEST_TEXT if many else LONGEST_LINE * 2,
        widget=forms.Textarea(attrs={"rows": text.lines}) if many else forms.TextInput,
    )


def start_of(row: Mapping, words: Mapping[str, Words]) -> dict[str, str]:
    """Give what the text fields start with; English that repeats the Dutch shows as open."""
    start = {}
    for name, text in words.items():
        given = row.get(name) if isinstance(row.get(name), dict) else {}
        nl, en = str(given.get("nl", "")), str(given.get("en", ""))
        if text.otherwise == (nl, en):
            nl = en = ""
        start |= {f"{name}_nl": nl, f"{name}_en": "" if en == nl else en}
    return start


def untranslated(value) -> int:
    """Count the texts whose English still repeats the Dutch, at any depth."""
    if isinstance(value, list):
        return sum(map(untranslated, value))
    if not isinstance(value, dict):
        return 0
    if set(value) == {"nl", "en"}:
        return int(value["nl"] == value["en"] and " " in str(value["nl"]).strip())
    return sum(map(untranslated, value.values()))
