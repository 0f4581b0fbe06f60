"""Forms for the questions of a framework: gates with their public reasons, and criteria."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from math import ceil
from typing import NamedTuple

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from compass.engine.anatomy import FrameworkQuestion, Rulebook
from compass.engine.conditions import Code

REASON = "reason_"
LONGEST_REASON = 1_000
MOST_IN_A_PART = 5  # questions under one heading: what fits in a glance on a phone's first screens
RADIO = "utrecht-radio-button utrecht-radio-button--html-input"
TEXTAREA = "utrecht-textarea utrecht-textarea--html-textarea"


class AskedQuestion(NamedTuple):
    """A question with the fields that answer it, as a template shows them."""

    question: FrameworkQuestion
    field: forms.BoundField
    reason: forms.BoundField | None

    def options(self):
        """Pair each radio button with the example of its option; "I don't know" has none."""
        examples = [option.example for option in self.question.options]
        return zip(self.field, [*examples, None], strict=True)

    @property
    def answer(self) -> str:
        """The words of what was chosen; empty while that is "I don't know"."""
        value = self.field.value()
        return dict(self.field.field.choices).get(value, "") if value else ""


class QuestionGroup(NamedTuple):
    """Some questions that stand together under one heading."""

    number: int
    asked: list[AskedQuestion]

    @property
    def names(self) -> list[str]:
        """The short names of its questions, in the language of the page."""
        return [one.question.name[get_language()] for one in self.asked]

    @property
    def answered(self) -> int:
        return sum(1 for each in self.asked if each.answer)

    @property
    def is_complete(self) -> bool:
        """Every question has an answer, and nothing is wrong with any."""
        wrong = any(
            each.field.errors or (each.reason and each.reason.errors) for each in self.asked
        )
        return self.answered == len(self.asked) and not wrong


class QuestionsForm(forms.Form):
    """The questions of one kind. An empty choice is "I don't know": it is never a no."""

    kind = ""

    def __init__(
        self,
        framework: Rulebook,
        *args,
        answers=None,
        public_reasons=None,
        asks_route=False,
        **kwargs,
    ):
        """`answers` and `public_reasons` are what was filled in before.

        `asks_route` makes room, beside the question of the other route (the purpose alone), for one
        sentence that says why somebody does not go that way.
        """
        self.framework = framework
        self.route = framework.compare.question if asks_route and framework.compare else None
        self.questions = [each for each in framework.questions if each.kind == self.kind]
        kwargs["initial"] = self._initial(answers or {}, public_reasons or {})
        super().__init__(*args, **kwargs)
        self.language = framework.language_for(get_language())
        for question in self.questions:
            self._add_question(question)

    def _initial(self, answers: Mapping, public_reasons: Mapping) -> dict:
        codes = {key: code_as_text(code) for key, code in answers.items() if code is not None}
        return codes | {f"{REASON}{key}": text for key, text in public_reasons.items()}

    def _add_question(self, question: FrameworkQuestion):
        self.fields[question.key] = AnswerField(question, self.language)
        if question.is_gate:
            about = _("Only needed when you answer yes. Everyone can read this reason.")
            self._add_reason(question, question.public_reason[self.language], about)
        elif question.key == self.route:
            about = _(
                "You may leave this open. One sentence is enough: everyone can read it. You can write it until the "
                "level is chosen."
            )
            self._add_reason(question, _("Why do you not go by this alone?"), about)

    def _add_reason(self, question: FrameworkQuestion, label, help_text):
        self.fields[f"{REASON}{question.key}"] = forms.CharField(
            label=label,
            help_text=help_text,
            max_length=LONGEST_REASON,
            required=False,
            widget=forms.Textarea(attrs={"rows": 3, "class": TEXTAREA}),
        )

    def asked(self) -> Iterator[AskedQuestion]:
        """Walk the questions in the order of the framework."""
        for question in self.questions:
            name = f"{REASON}{question.key}"
            reason = self[name] if name in self.fields else None
            yield AskedQuestion(question, self[question.key], reason)

    def parts(self) -> list[QuestionGroup]:
        """Divide the questions over parts of about the same size, in the order of the framework."""
        asked = list(self.asked())
        count = ceil(len(asked) / MOST_IN_A_PART)
        ends = [round(number * len(asked) / count) for number in range(count + 1)] if count else []
        between = enumerate(pairwise(ends), 1)
        return [QuestionGroup(number, asked[start:end]) for number, (start, end) in between]

    def answers(self) -> dict[str, Code | None]:
        """Give the code of each question on this form; None is unknown."""
        return {question.key: self.cleaned_data.get(question.key) for question in self.questions}

    def public_reasons(self) -> dict[str, str]:
        """Give the reasons that were filled in, by the key of their question."""
        given = {each.key: self.cleaned_data.get(f"{REASON}{each.key}") for each in self.questions}
        return {key: text for key, text in given.items() if text}


class GateForm(QuestionsForm):
    """The gates on one screen, each with room for its public reason."""

    kind = "gate"


class CriteriaForm(QuestionsForm):
    """The questions that weigh."""

    kind = "criterion"


class AnswerField(forms.TypedChoiceField):
    """One answer out of the options of a question, or "I don't know"."""

    def __init__(self, question: FrameworkQuestion, language: str):
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
