"""Form fields for translations: after each Dutch text a folded one for its English, that may stay open."""

from copy import deepcopy

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .english import TYPED


class EnglishFields:
    """Put after each Dutch text of a form a field for its English; `english` is what was typed, by field.

    Only what somebody touched is in it: where the Dutch text alone changes, its English stays behind.
    """

    in_english: tuple[str, ...] = ()

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        row, fields = getattr(self, "instance", None), {}
        for name, field in self.fields.items():
            fields[name] = field
            if name in self.in_english:
                pairs = row.english.get(name, {}) if row else {}
                dutch = getattr(row, name) if pairs else ""
                fields[TYPED.format(name)] = _beside(field, dutch, pairs)
                self.initial[TYPED.format(name)] = _as_typed(dutch, pairs)
        self.fields = fields

    def clean(self):
        cleaned = super().clean()
        typed = {name: TYPED.format(name) for name in self.in_english}
        touched = {name: cleaned[key] for name, key in typed.items() if self._is_touched(key)}
        kept = {name: value for name, value in cleaned.items() if name not in typed.values()}
        return kept | {"english": touched}

    def _is_touched(self, key) -> bool:
        if key not in self.cleaned_data or key not in self.changed_data:
            return False
        widget = self.fields[key].widget
        return not widget.value_omitted_from_data(self.data, self.files, self.add_prefix(key))


def _beside(dutch_field, dutch, pairs):
    field = deepcopy(dutch_field)
    field.required, field.folded, field.beside = False, True, dutch_field.label
    field.label = format_lazy("{}: {}", _("In English"), dutch_field.label)
    field.widget.attrs |= {"lang": "en"}
    left = [english for line, english in pairs.items() if line not in _lines(dutch)]
    changed = _("The Dutch text changed, so this is not shown:")
    field.left_behind = format_lazy("{} {}", changed, " / ".join(left)) if left else ""
    field.help_text = field.left_behind or _(
        "Do you change the Dutch text later? Then change this too; until then it is not shown."
    )
    return field


def _as_typed(dutch, pairs) -> str:
    """Give the English line by line; a line that has none stands there in Dutch, so that all keep their place."""
    lines = _lines(dutch)
    return "\n".join(pairs.get(line, line) for line in lines) if pairs.keys() & {*lines} else ""


def _lines(dutch) -> list[str]:
    return dutch if isinstance(dutch, list) else [dutch]
