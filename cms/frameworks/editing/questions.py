"""The editor of a question: its words, its answers, and what the compass may do with it."""

from copy import deepcopy

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compass.engine.notation import RESERVED

from .condition_form import shown_code
from .document import codes, free_name, is_numbered, mapping, named, options, rows, words
from .editor import Editor, checked_key
from .levels import key_field
from .references import readers_of
from .row_buttons import form_rows
from .wording import PartForm, Words, start_of

OWN_CHOICE = "Eigen keuze van de gemeente"
EARLY = ("text_nl", "name_nl", "says", "levels", "public_reason_nl")
MOST_OPTIONS = 12
YES_NO = ((True, "ja", "yes"), (False, "nee", "no"))
FIRST_ROWS = 4  # how many empty answers a new question starts with


class QuestionForm(PartForm):
    needed_sometimes = ("levels",)
    words = {
        "text": Words(
            gettext_lazy("The question"),
            gettext_lazy("For example: How many people notice it?"),
            lines=2,
        ),
        "name": Words(
            gettext_lazy("In one or two words"), gettext_lazy("For example: reach. Rules and reasons use it.")
        ),
        "help": Words(
            gettext_lazy("Help with answering"),
            lines=2,
            otherwise=("Twijfelt u? Kies dan “weet ik niet”.", "Not sure? Then choose “don't know”."),
        ),
        "why": Words(
            gettext_lazy("Why do we ask this?"),
            lines=2,
            otherwise=("Uw antwoord telt mee in het advies.", "Your answer counts in the advice."),
        ),
        "public_reason": Words(
            gettext_lazy("What must be explained in public after yes?"),
            gettext_lazy("For example: Which law is it, and which article?"),
            lines=2,
        ),
    }  # fmt: skip
    order = (
        "text_nl",
        "name_nl",
        "help_nl",
        "why_nl",
        "source",
        "public_reason_nl",
        "says",
        "levels",
    )
    source = forms.CharField(
        label=gettext_lazy("Where does it come from?"),
        help_text=gettext_lazy("A by-law or an article. Left open: the municipality's own choice."),
        required=False,
        max_length=300,
    )
    says = forms.ChoiceField(
        label=gettext_lazy("Which answers are there?"),
        choices=[
            ("yes", gettext_lazy("No or yes")),
            ("level", gettext_lazy("No, or the level that was promised")),
        ],
        widget=forms.RadioSelect,
    )
    levels = forms.MultipleChoiceField(
        label=gettext_lazy("Which levels can be promised?"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    changeable = forms.BooleanField(
        label=gettext_lazy("The municipality can change this itself, such as time or people"),
        required=False,
    )
    upward = forms.BooleanField(
        label=gettext_lazy("A later answer can only lead to more participation, never to less"),
        help_text=gettext_lazy("The check proves that your rules keep to this."),
        required=False,
    )
    key = key_field()

    def __init__(self, *args, editor, **kwargs):
        super().__init__(*args, **kwargs)
        self.editor = editor
        gone = [] if editor.is_new else ["key"]
        if editor.is_gate:
            levels = rows(editor.document, "levels")
            self.fields["levels"].choices = [(one.get("key"), words(one, "name")) for one in levels]
            gone += ["upward"]
        else:
            gone += ["says", "levels", "public_reason_nl", "public_reason_en"]
        for name in gone:
            del self.fields[name]

    def early(self):
        """List what comes before the answers."""
        return [field for field in self.main() if field.name in EARLY]

    def late(self):
        return [field for field in self.main() if field.name not in EARLY]

    def clean_key(self):
        return checked_key(self, self.editor.document, "questions")

    def texts(self):
        shown = {name for name in self.words if f"{name}_nl" in self.fields}
        return {n: t for n in self.words if n in shown and (t := self._text(n, self.words[n]))}


class OptionForm(PartForm):
    """One answer."""

    words = {
        "label": Words(gettext_lazy("Answer"), needed=False),
        "example": Words(gettext_lazy("Example"), needed=False),
    }
    order = ("label_nl", "example_nl")
    was = forms.CharField(widget=forms.HiddenInput, required=False)

    @property
    def is_blank(self) -> bool:
        return not self.cleaned_data.get("label_nl")

    def clean(self):
        cleaned = super().clean()
        others = [cleaned.get(name) for name in ("example_nl", "label_en", "example_en")]
        if not cleaned.get("label_nl") and any(others):
            self.add_error("label_nl", _("Write the answer too."))
        return cleaned


OptionRows = form_rows(OptionForm)


class QuestionEditor(Editor):
    table = "questions"
    form_class = QuestionForm
    template = "cms/frameworks/editing/question.html"

    @property
    def is_gate(self) -> bool:
        return self.row.get("kind", self.options.get("kind")) == "gate"

    def start(self):
        found = codes(self.row)
        levels = [code for code in found if isinstance(code, str)]
        return {
            "source": "" if self.row.get("source") == OWN_CHOICE else self.row.get("source", ""),
            "says": "level" if levels else "yes",
            "levels": levels,
            "changeable": self.row.get("changeable", False),
            "upward": self.row.get("monotone") == "up",
        }

    def make_rows(self):
        if self.is_gate:
            return
        start = [
            {**start_of(option, OptionForm.words), "was": shown_code(option.get("code", ""))}
            for option in options(self.row)
        ]
        self.sets["option"] = OptionRows(
            self.data, prefix="option", initial=start or [{}] * FIRST_ROWS
        )

    @property
    def answers(self) -> list[OptionForm]:
        return [form for form in self.sets["option"] if not form.is_blank]

    def check(self):
        if self.is_gate:
            self._check_gate()
            return
        if not 2 <= len(self.answers) <= MOST_OPTIONS:
            self.form.add_error(None, _("Write at least two answers, and at most twelve."))
        else:
            self._check_places()

    def _check_gate(self):
        given = self.form.cleaned_data
        if given["says"] == "level" and not given["levels"]:
            self.form.add_error("levels", _("Tick at least one level."))
            return
        offered = {shown_code(code) for code in self._gate_codes()}
        if not {shown_code(code) for code in codes(self.row)} <= offered:
            self._refuse_when_read()

    def _check_places(self):
        """Rules know a numbered answer by its place: it stays while something reads the question."""
        was = [shown_code(code) for code in codes(self.row)]
        now = [form.cleaned_data["was"] for form in self.answers]
        kept = [code for code in now if code]
        moved = kept != was[: len(kept)] or now[: len(was)] != was
        gone = set(was) - set(now)
        if gone or (moved and is_numbered(self.row)):
            self._refuse_when_read()

    def _refuse_when_read(self):
        readers = readers_of(self.document, "questions", self.row.get("key", ""))
        if readers:
            text = _(
                "Answers can't move or go while these read them: %(readers)s. "
                "New ones can be added at the end."
            )
            self.form.add_error(None, text % {"readers": ", ".join(readers)})

    def _gate_codes(self) -> list:
        if self.form.cleaned_data["says"] == "yes":
            return [True, False]
        return [False, *self.form.cleaned_data["levels"]]

    def make_row(self):
        given = self.form.cleaned_data
        texts = self.form.texts()
        kind = "gate" if self.is_gate else "criterion"
        upward = {"monotone": "up"} if given.get("upward") else {}
        made = self._gate_options() if self.is_gate else self._criterion_options()
        return {
            "kind": kind,
            "changeable": given["changeable"],
            **upward,
            "source": given["source"] or OWN_CHOICE,
            **texts,
            "options": made,
        }

    def _gate_options(self) -> list[dict]:
        now = {shown_code(option.get("code")): option for option in options(self.row)}
        return [now.get(shown_code(code)) or self._gate_option(code) for code in self._gate_codes()]

    def _gate_option(self, code) -> dict:
        for one, nl, en in YES_NO:
            if one is code:
                return {"code": code, "label": {"nl": nl, "en": en}}
        return {"code": code, "label": deepcopy(named(self.document, "levels", code)["name"])}

    def _criterion_options(self) -> list[dict]:
        by_name = bool(codes(self.row)) and not is_numbered(self.row)
        made: list[dict] = []
        for number, form in enumerate(self.answers):
            code = self._code_of(form, made) if by_name else number
            made.append({"code": code, **form.texts()})
        return made

    def _code_of(self, form, made):
        """Keep the name of an answer that has one; make one for a new answer."""
        for code in codes(self.row):
            if shown_code(code) == form.cleaned_data["was"]:
                return code
        taken = {"questions": [{"key": str(code)} for code in [*codes(self.row), *RESERVED]]}
        taken["questions"] += [{"key": str(option["code"])} for option in made]
        return free_name(taken, "questions", form.cleaned_data["label_nl"])

    def result(self):
        document = super().result()
        if not self.is_new and is_numbered(self.row):
            _lengthen(document, self.row["key"], len(self.answers))
        return document


def _lengthen(document: dict, key: str, count: int):
    """Give new answers the points, and the level on the other route, of the last one there was."""
    for score in rows(document, "scores"):
        points = mapping(score, "terms").get(key)
        if isinstance(points, list) and points:
            score["terms"][key] = (points + [points[-1]] * count)[:count]
    compare = document.get("compare")
    if isinstance(compare, dict) and compare.get("question") == key and compare.get("map"):
        levels = list(compare["map"].values())
        compare["map"] = {str(n): levels[min(n, len(levels) - 1)] for n in range(count)}
