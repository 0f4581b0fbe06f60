"""The editor of a level: its names, its promise, and how much influence it gives."""

from copy import deepcopy

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .document import rows
from .editor import Editor, checked_key
from .wording import PartForm, Words

INFLUENCE = (
    (-1, gettext_lazy("Nothing: residents are not involved")),
    (0, gettext_lazy("They are told, and can ask questions")),
    (1, gettext_lazy("They give their opinion, and it is weighed")),
    (2, gettext_lazy("They make it together with the municipality")),
)
MODES = (
    ("design", gettext_lazy("Making the plan together")),
    ("doing", gettext_lazy("Doing the work together")),
)
KEY_HELP = gettext_lazy(
    "Leave it open: it is made from the name. Small letters, digits and _. It never changes later."
)


def key_field() -> forms.RegexField:
    """Ask for the key of something new."""
    return forms.RegexField(
        r"^[a-z][a-z0-9_]*$",
        label=gettext_lazy("Short name for exchange"),
        help_text=KEY_HELP,
        required=False,
        max_length=40,
        error_messages={
            "invalid": gettext_lazy("Use small letters, digits and _, and start with a letter.")
        },
    )


class LevelForm(PartForm):
    words = {
        "name": Words(gettext_lazy("Official name"), gettext_lazy("For example: consult.")),
        "plain": Words(
            gettext_lazy("What residents call it"),
            gettext_lazy("For example: You give your opinion."),
        ),
        "promise": Words(
            gettext_lazy("Promise to residents"),
            gettext_lazy("One or two short sentences. This stands on every page of the project."),
            lines=3,
        ),
        "advice": Words(gettext_lazy("Advice to the officer"), needed=False, lines=3),
        "roles": Words(gettext_lazy("Who does what"), needed=False, lines=2),
        "feedback": Words(
            gettext_lazy("What residents hear back, and when"), needed=False, lines=2
        ),
    }
    order = ("name_nl", "plain_nl", "promise_nl", "influence", "mode", "same_step", "counts")
    influence = forms.TypedChoiceField(
        label=gettext_lazy("How much can residents change at this level?"),
        choices=INFLUENCE,
        coerce=int,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("This decides which tools open for residents."),
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("Together in what?"),
        choices=MODES,
        required=False,
        help_text=gettext_lazy("Only counts when residents make it together with you."),
    )
    same_step = forms.BooleanField(
        label=gettext_lazy(
            "This is the same step as the level before it, but doing instead of making"
        ),
        required=False,
    )
    counts = forms.BooleanField(
        label=gettext_lazy("This counts as participation in our municipality"), required=False
    )
    key = key_field()

    def __init__(self, *args, editor, **kwargs):
        super().__init__(*args, **kwargs)
        self.editor = editor
        if not editor.is_new:
            del self.fields["key"]
        if not _has_pair(editor):
            del self.fields["same_step"]

    def clean_key(self):
        return checked_key(self, self.editor.document, "levels")


def _has_pair(editor) -> bool:
    """Say whether the level before it is a design level, so that this can be its doing."""
    before = _before(editor)
    return bool(before) and before.get("influence") == 2 and before.get("mode") == "design"


def _before(editor) -> dict | None:
    found = rows(editor.document, "levels")
    place = len(found) if editor.is_new else editor.place
    return found[place - 1] if place else None


class LevelEditor(Editor):
    table = "levels"
    form_class = LevelForm

    def start(self):
        before = _before(self)
        return {
            "influence": self.row.get("influence"),
            "mode": self.row.get("mode", "design"),
            "same_step": bool(before and self.row and self.row.get("rank") == before.get("rank")),
            "counts": self.row.get("counts_as_participation", True),
        }

    def check(self):
        given = self.form.cleaned_data
        together = given["influence"] == 2 and given["mode"] == "doing"
        if given.get("same_step") and not together:
            self.form.add_error("same_step", _("Then choose “Doing the work together” above."))

    def make_row(self):
        given = self.form.cleaned_data
        mode = {"mode": given["mode"] or "design"} if given["influence"] == 2 else {}
        return {
            "rank": 0,
            "influence": given["influence"],
            **mode,
            "counts_as_participation": given["counts"],
            **self.form.texts(),
        }

    def result(self):
        document = super().result()
        place = len(document["levels"]) - 1 if self.is_new else self.place
        ranked(document["levels"], place, bool(self.form.cleaned_data.get("same_step")))
        return document


def ranked(levels: list[dict], place: int, same_step: bool):
    """Number the levels by their order; a doing level may share the step of the one before it."""
    was = [level.get("rank") for level in levels]
    rank = -1
    for number, level in enumerate(levels):
        shares = same_step if number == place else number > 0 and was[number] == was[number - 1]
        rank += not (number and shares and _pairs(levels[number - 1], level))
        level["rank"] = rank


def _pairs(before: dict, level: dict) -> bool:
    return (before.get("mode"), level.get("mode")) == ("design", "doing")


def in_order(document: dict) -> dict:
    """Put the levels in the order of their rank, as the screens show and move them."""
    if not rows(document, "levels"):
        return document
    copy = deepcopy(document)
    copy["levels"] = sorted(rows(copy, "levels"), key=lambda level: _rank(level))
    return copy


def _rank(level: dict) -> int:
    return level["rank"] if type(level.get("rank")) is int else 10**6


def renumbered(document: dict) -> dict:
    """Number the levels anew after one was moved or went."""
    ranked(rows(document, "levels"), -1, False)
    return document
