"""The editor of a worked case, and the verdict: whether the draft gives the level that it should."""

from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compass.engine.advise import advise
from compass.engine.framework import Rulebook

from .condition_form import shown_code
from .document import codes, language, name_of, options, rows, words
from .editor import Editor, checked_key
from .levels import key_field
from .wording import PartForm, Words


@dataclass(frozen=True)
class Verdict:
    """What a case should give, and what it gives."""

    expected: str
    outcome: str | None
    passed: bool


def verdict(framework: Rulebook, case: dict) -> Verdict:
    """Ask the advice on the answers of a case."""
    advice = advise(framework, case.get("answers", {}))
    wanted, now = case.get("expect"), case.get("expect_now")
    fine = advice.outcome == wanted and (now is None or advice.now == now)
    return Verdict(wanted, advice.outcome, fine)


class CaseForm(PartForm):
    words = {
        "text": Words(
            gettext_lazy("What is the case about?"),
            gettext_lazy("For example: the playground in the Lindestraat is made new."),
            lines=2,
        )
    }
    order = ("text_nl",)
    key = key_field()

    def __init__(self, *args, editor, **kwargs):
        super().__init__(*args, **kwargs)
        self.editor = editor
        levels = rows(editor.document, "levels")
        choices = [(name_of(one, "levels"), words(one, "name")) for one in levels]
        for row in rows(editor.document, "questions"):
            self.fields[f"answer_{name_of(row, 'questions')}"] = _answer_field(row)
        self.fields["expect"] = forms.ChoiceField(
            label=_("Which level should come out?"), choices=[("", _("Choose …")), *choices]
        )
        self.fields["expect_now"] = forms.ChoiceField(
            label=_("Which level should be feasible now?"),
            help_text=_("Leave it open when that doesn't matter."),
            choices=[("", _("Doesn't matter")), *choices],
            required=False,
        )
        if not editor.is_new:
            del self.fields["key"]
        self.order_fields(
            [name for name in self.fields if not name.endswith("_en") and name != "key"]
        )

    def clean_key(self):
        return checked_key(self, self.editor.document, "cases")

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not self.answers():
            self.add_error(None, _("Answer at least one question."))
        return cleaned

    def answers(self) -> dict:
        """Give the answers with their codes; what isn't known isn't there."""
        said = {
            name_of(row, "questions"): self._code_said(row)
            for row in rows(self.editor.document, "questions")
        }
        return {key: code for key, code in said.items() if code is not None}

    def _code_said(self, row):
        said = self.cleaned_data.get(f"answer_{name_of(row, 'questions')}") or None
        return next((code for code in codes(row) if shown_code(code) == said), None)


def _answer_field(row: dict) -> forms.ChoiceField:
    choices = [(shown_code(one.get("code")), words(one, "label")) for one in options(row)]
    return forms.ChoiceField(
        label=words(row, "text") or words(row, "name"),
        choices=[("", _("not known")), *choices],
        required=False,
    )


class CaseEditor(Editor):
    table = "cases"
    form_class = CaseForm
    template = "cms/frameworks/editing/case.html"

    def start(self):
        given = self.row.get("answers") if isinstance(self.row.get("answers"), dict) else {}
        answers = {f"answer_{key}": shown_code(code) for key, code in given.items()}
        gates = [row for row in rows(self.document, "questions") if row.get("kind") == "gate"]
        no = (
            {f"answer_{name_of(row, 'questions')}": "false" for row in gates} if self.is_new else {}
        )
        return {
            **no,
            **answers,
            **{name: self.row.get(name, "") for name in ("expect", "expect_now")},
        }

    def said(self):
        return self.form.cleaned_data["text_nl"]

    def check_against(self, framework: Rulebook | None) -> Verdict | None:
        """Give the verdict on what is filled in now; None when the draft doesn't load, or it isn't right."""
        if framework is None or (self.data is None and self.is_new):
            return None
        if self.data is None:
            return verdict(framework, self.row)
        asked = self.form_class(data=self.data, editor=self)
        return verdict(framework, self._row_of(asked)) if asked.is_valid() else None

    def make_row(self):
        return {**self.form.texts(), **self._row_of(self.form)}

    def _row_of(self, form) -> dict:
        given = form.cleaned_data
        now = {"expect_now": given["expect_now"]} if given.get("expect_now") else {}
        return {"answers": form.answers(), "expect": given["expect"], **now}


def with_names(found: Verdict, framework: Rulebook) -> dict:
    """Put a verdict in words: the names of the levels, or that it is open."""

    def named(key):
        known = {level.key: level.name for level in framework.levels}
        return known[key][language()] if key in known else _("still open")

    return {
        "expected": named(found.expected),
        "outcome": named(found.outcome),
        "passed": found.passed,
    }
