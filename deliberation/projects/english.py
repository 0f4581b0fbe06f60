"""Translations: the English of the Dutch texts that officers type, as long as it belongs to them (ADR 60)."""

from django.db import models
from django.db.models import Value
from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused
from deliberation.people.names import clean_line, clean_text

LONGEST_LINE = 160  # of one line in a list
TYPED = "{}_en"  # the name of the form's field beside a Dutch one


class InEnglish(models.Model):
    """A row whose texts may have an English one beside them; `IN_ENGLISH` names the fields.

    `english` keeps what was translated, by field: {"open": {Dutch line: English line}}. An English text
    is shown as long as its Dutch one stands there word for word, so a changed text can't keep a wrong one.
    """

    IN_ENGLISH: tuple[str, ...] = ()
    LONGEST_LINE = LONGEST_LINE
    english = models.JSONField(
        default=dict, blank=True, db_default=Value({}, models.JSONField()), editable=False
    )

    class Meta:
        abstract = True


def put_english(row, english) -> None:
    """Put typed English texts beside those of a row, without saving it; see `beside`."""
    texts = {name: getattr(row, name) for name in row.IN_ENGLISH}
    row.english = beside(type(row), texts, english, row.english)


def beside(model, texts, english, kept=None) -> dict:
    """Pair English texts with Dutch ones, as `InEnglish.english` keeps them.

    `texts` and `english` are by field: a text, or a list of lines. A field without `english` keeps what
    it has in `kept`. Refused: a field that has none, a text that is too long, a list with more or fewer lines.
    """
    pairs = dict(kept or {})
    for name, typed in (english or {}).items():
        if name not in model.IN_ENGLISH:
            raise Refused(_("Unknown fields: %s") % name, code="malformed")
        pairs[name] = _pairs(model, name, texts.get(name), typed)
    return {name: found for name, found in pairs.items() if found}


def _pairs(model, name, dutch, typed) -> dict[str, str]:
    field, name = model._meta.get_field(name), TYPED.format(name)
    if not isinstance(field, models.JSONField):
        cleaned = clean_text if isinstance(field, models.TextField) else clean_line
        return _without_same({dutch: cleaned(typed, field.max_length, name)})
    lines = typed.splitlines() if isinstance(typed, str) else typed
    lines = [clean_line(line, model.LONGEST_LINE, name) for line in lines if line.strip()]
    if lines and len(lines) != len(dutch):
        raise Refused(
            _(
                "The number of lines is not the same: %(dutch)s in Dutch, %(english)s in English. Write as "
                "many, in the same order."
            )
            % {"dutch": len(dutch), "english": len(lines)},
            field=name,
        )
    return _without_same(dict(zip(dutch, lines, strict=False)))


def _without_same(pairs) -> dict[str, str]:
    return {
        dutch: english for dutch, english in pairs.items() if dutch and english not in ("", dutch)
    }
