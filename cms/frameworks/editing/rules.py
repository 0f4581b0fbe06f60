"""The editor of a rule: if this, then that, because."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compass.engine.anatomy import BOARD_MUST_LISTEN

from .conditions import ConditionForm
from .document import codes, effect_of, name_of, rows, words
from .editor import Editor, checked_key
from .levels import key_field
from .questions import OWN_CHOICE
from .wording import PartForm, Words

EFFECTS = (
    ("points_to", gettext_lazy("then this level fits")),
    ("at_least:law", gettext_lazy("then it is at least this level: a law asks it")),
    ("at_least:promise", gettext_lazy("then it is at least this level: it was promised")),
    ("at_least:policy", gettext_lazy("then it is at least this level: our own policy asks it")),
    ("at_most", gettext_lazy("then no more than this level is possible")),
    ("means_at_most", gettext_lazy("then no more than this level is feasible now (time, people, money)")),
    ("settle", gettext_lazy("then it is this level, whatever else holds (a reason to leave people out)")),
    ("mode", gettext_lazy("then people do the work together, where they would make the plan together")),
    ("flag", gettext_lazy("then there is a warning, and the level stays what it is")),
)  # fmt: skip
WITHOUT_LEVEL = ("mode", "flag")
OUTCOME_HELP = gettext_lazy("Only a warning may look at the advised level itself.")


class RuleForm(PartForm):
    needed_sometimes = ("level",)
    words = {
        "because": Words(
            gettext_lazy("Because …"),
            gettext_lazy("One short sentence. Residents read it as the reason."),
            lines=2,
        )
    }
    order = ("effect", "level", "because_nl", "reference", "on", "key")
    effect = forms.ChoiceField(
        label=gettext_lazy("What follows?"),
        choices=EFFECTS,
        help_text=OUTCOME_HELP,
    )
    level = forms.ChoiceField(
        label=gettext_lazy("Which level?"),
        help_text=gettext_lazy("You need none for a warning, or for doing the work together."),
        required=False,
    )
    reference = forms.CharField(
        label=gettext_lazy("Where does it come from?"),
        help_text=gettext_lazy("A by-law or an article. Left open: the municipality's own choice."),
        required=False,
        max_length=300,
    )
    on = forms.BooleanField(label=gettext_lazy("This rule counts"), required=False)
    key = key_field()

    def __init__(self, *args, editor, **kwargs):
        super().__init__(*args, **kwargs)
        self.editor = editor
        self.fields["level"].choices = level_choices(editor.document)
        if not editor.is_new:
            del self.fields["key"]

    def clean_key(self):
        return checked_key(self, self.editor.document, "rules")

    def clean(self):
        cleaned = super().clean()
        effect, level = cleaned.get("effect", ""), cleaned.get("level", "")
        if effect and effect not in WITHOUT_LEVEL and not level and "level" not in self.errors:
            self.add_error("level", _("Choose the level."))
        if level.startswith("answer:") and not effect.startswith("at_least"):
            self.add_error("level", _("Only “at least” can take its level from an answer."))
        return cleaned


def level_choices(document) -> list[tuple]:
    """List the levels, and the questions whose answer is a level."""
    levels = [(name_of(row, "levels"), words(row, "name")) for row in rows(document, "levels")]
    keys = {key for key, _label in levels}
    answers = [
        (
            f"answer:{name_of(row, 'questions')}",
            _("the level in the answer to “%(name)s”") % {"name": words(row, "name")},
        )
        for row in rows(document, "questions")
        if keys & set(codes(row))
    ]
    return [("", _("Choose …")), *levels, *answers]


class RuleEditor(Editor):
    table = "rules"
    form_class = RuleForm
    template = "cms/frameworks/editing/rule.html"
    needs_condition = True

    def start(self):
        effect = effect_of(self.row)
        kind = f"at_least:{self.row.get('kind', 'policy')}"
        return {
            "effect": kind if effect == "at_least" else effect,
            "level": "" if effect in WITHOUT_LEVEL else self.row.get(effect, ""),
            "reference": ""
            if self.row.get("reference") == OWN_CHOICE
            else self.row.get("reference"),
            "on": not self.row.get("off", False),
        }

    def make_rows(self):
        data = self.data
        if self.do == "replace":
            data = self.data.copy()
            data["replace"] = "1"
        self.condition = ConditionForm(
            document=self.document,
            when=str(self.row.get("when", "")),
            may_read_outcome=self.may_read_outcome(),
            data=data,
            needed=self.needs_condition,
        )

    def may_read_outcome(self) -> bool:
        return self.form["effect"].value() == "flag"

    def hush(self):
        super().hush()
        self.condition.hush()

    def is_valid(self):
        return super().is_valid() & self.condition.is_valid()

    def said(self):
        return self.form.cleaned_data["because_nl"]

    def make_row(self):
        given = self.form.cleaned_data
        effect, _colon, kind = given["effect"].partition(":")
        return {
            "when": self.condition.text(),
            effect: self._target(effect, given),
            **({"kind": kind} if kind else {}),
            **({} if given["on"] else {"off": True}),
            **self.form.texts(),
            "reference": given["reference"] or OWN_CHOICE,
        }

    def _target(self, effect, given) -> str:
        if effect == "mode":
            return "doing"
        if effect == "flag":
            named = self.row.get("flag") or self.name()
            return f"{named}_1" if named == BOARD_MUST_LISTEN else named
        return given["level"]


def switched(row: dict, on: bool) -> dict:
    """Copy a rule that counts, or doesn't; it keeps its words either way."""
    rest = {name: value for name, value in row.items() if name != "off"}
    return rest if on else {**rest, "off": True}
