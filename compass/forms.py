"""What did an officer fill in: which answers, and which public reasons?"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from compass.engine.anatomy import LANGUAGES, Framework, Question
from compass.engine.conditions import Code

REASON = "reason_"
LONGEST_REASON = 1_000
RADIO = "utrecht-radio-button utrecht-radio-button--html-input"
TEXTAREA = "utrecht-textarea utrecht-textarea--html-textarea"


class AskedQuestion(NamedTuple):
    """A question with the fields that answer it, as a template shows them."""

    question: Question
    field: forms.BoundField
    reason: forms.BoundField | None

    def options(self):
        """Pair each radio button with the example of its option; "I don't know" has none."""
        examples = [option.example for option in self.question.options]
        return zip(self.field, [*examples, None], strict=True)


class QuestionsForm(forms.Form):
    """The questions of one kind. An empty choice is "I don't know": it is never a no."""

    kind = ""

    def __init__(self, framework: Framework, *args, answers=None, public_reasons=None, **kwargs):
        """`answers` and `public_reasons` are what was filled in before."""
        self.framework = framework
        self.questions = [each for each in framework.questions if each.kind == self.kind]
        kwargs["initial"] = self._initial(answers or {}, public_reasons or {})
        super().__init__(*args, **kwargs)
        self.language = get_language() if get_language() in LANGUAGES else LANGUAGES[0]
        for question in self.questions:
            self._add_question(question)

    def _initial(self, answers: Mapping, public_reasons: Mapping) -> dict:
        codes = {key: code_as_text(code) for key, code in answers.items() if code is not None}
        return codes | {f"{REASON}{key}": text for key, text in public_reasons.items()}

    def _add_question(self, question: Question):
        self.fields[question.key] = AnswerField(question, self.language)
        if question.is_gate:
            self.fields[f"{REASON}{question.key}"] = forms.CharField(
                label=question.public_reason[self.language],
                help_text=_("Only needed when you answer yes. Everyone can read this reason."),
                max_length=LONGEST_REASON,
                required=False,
                widget=forms.Textarea(attrs={"rows": 3, "class": TEXTAREA}),
            )

    def asked(self) -> Iterator[AskedQuestion]:
        """Walk the questions in the order of the framework."""
        for question in self.questions:
            reason = self[f"{REASON}{question.key}"] if question.is_gate else None
            yield AskedQuestion(question, self[question.key], reason)

    def answers(self) -> dict[str, Code | None]:
        """Give the code of each question on this form; None is unknown."""
        return {question.key: self.cleaned_data.get(question.key) for question in self.questions}

    def public_reasons(self) -> dict[str, str]:
        """Give the reasons that were filled in, by the key of their gate."""
        gates = [question.key for question in self.questions if question.is_gate]
        reasons = {key: self.cleaned_data.get(f"{REASON}{key}", "") for key in gates}
        return {key: text for key, text in reasons.items() if text}


class GateForm(QuestionsForm):
    """The gates on one screen, each with room for its public reason."""

    kind = "gate"


class CriteriaForm(QuestionsForm):
    """The questions that weigh."""

    kind = "criterion"


class AnswerField(forms.TypedChoiceField):
    """One answer out of the options of a question, or "I don't know"."""

    def __init__(self, question: Question, language: str):
        codes = {code_as_text(option.code): option.code for option in question.options}
        choices = [(code_as_text(o.code), o.label[language]) for o in question.options]
        super().__init__(
            label=question.text[language],
            choices=[*choices, ("", _("I don't know"))],
            coerce=codes.get,
            empty_value=None,
            required=False,
            widget=forms.RadioSelect(attrs={"class": RADIO}),
        )


def code_as_text(code: Code) -> str:
    """Write a code as forms and addresses carry it."""
    return str(code).lower() if isinstance(code, bool) else str(code)
