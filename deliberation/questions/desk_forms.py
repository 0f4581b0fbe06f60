"""Desk forms for who moderates or answers: publish, reject, merge, answer and more, about one question."""

from django import forms
from django.utils.translation import gettext_lazy as _

from deliberation.projects.forms import DateInput

from .likeness import most_alike
from .models import LONGEST, Answer, Question
from .operations.answering import LONGEST_TERM
from .personal_data import personal_data_in
from .queries import targets


class SeenQuestionForm(forms.Form):
    """A form about a question as it was seen; the number of that version travels along."""

    use_required_attribute = False  # a field is not wrong before anybody typed in it
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, question, **options):
        super().__init__(*args, **{"initial": {"seen": question.version}, **options})
        self.question = question

    def look_again(self) -> None:
        """Take the version that is there now: who was told of it may decide once more."""
        self.data = {**self.data.dict(), "seen": self.question.version}


class ApprovalForm(SeenQuestionForm):
    """What others will read of a question that waits; nothing for one they read already."""

    needed_sometimes = ("shown",)
    shown = forms.CharField(
        label=_("What others read"),
        help_text=_("Leave out what tells about other people. The original is kept."),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    show_name = forms.BooleanField(label=_("Show the name"), required=False, initial=True)
    personal_checked = forms.BooleanField(
        label=_("I checked: this may be read by everybody"), required=False
    )

    def __init__(self, *args, question, **options):
        super().__init__(*args, question=question, **options)
        self.fields["shown"].initial = question.text
        waits = question.state == Question.State.PENDING
        unneeded = {
            "shown": not waits,
            "show_name": not (waits and question.name),
            "personal_checked": not (waits and personal_data_in(question.text)),
        }
        for name in [name for name, left_out in unneeded.items() if left_out]:
            del self.fields[name]

    def clean_shown(self):
        return self.cleaned_data["shown"] or None


class PublishQuestionForm(ApprovalForm):
    """Let everybody read it."""


class RejectForm(SeenQuestionForm):
    """Don't place it, and tell its asker why."""

    needed_sometimes = ("reason",)
    rejection = forms.ChoiceField(
        label=_("Why is it not placed?"),
        help_text=_("Who asked it reads this."),
        # A flood is put away together.
        choices=[one for one in Question.Rejection.choices if one[0] != Question.Rejection.FLOOD],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Something to add?"),
        help_text=_("Needed with “Another reason”. For example: where they can go with it."),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class MergeForm(SeenQuestionForm):
    """Put it together with one that asks the same; those that look most alike come first."""

    into = forms.ModelChoiceField(
        Question.objects.none(),
        label=_("Which question asks the same?"),
        empty_label=None,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, question, **options):
        super().__init__(*args, question=question, **options)
        found = targets(question)
        self.fields["into"].queryset = found
        alike = most_alike(question.text, [(one.pk, one.shown or one.text) for one in found[:300]])
        self.fields["into"].widget.choices = [(pk, text) for pk, text in alike]

    def has_targets(self) -> bool:
        """Tell whether there is anything to put it together with."""
        return bool(self.fields["into"].widget.choices)


class AnswerForm(ApprovalForm):
    """The answer, who gives it and what was done with the question."""

    needed_sometimes = ("shown", "reason", "look_until")
    text = forms.CharField(
        label=_("The answer"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6})
    )
    team = forms.CharField(label=_("Which team answers?"), max_length=100)
    disposition = forms.ChoiceField(
        label=_("What did you do with it?"),
        choices=Answer.Disposition.choices,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("Residents read this. Needed, except with “We explained it”."),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    look_until = forms.DateField(
        label=_("Until when do you look into it?"),
        help_text=_("Only when you are still looking. That day is a promise."),
        required=False,
        widget=DateInput(),
    )

    def __init__(self, *args, question, team="", **options):
        super().__init__(*args, question=question, **options)
        self.fields["team"].initial = team
        if question.kind == Question.Kind.CONCERN:
            self.fields["disposition"].choices = [
                choice for choice in Answer.Disposition.choices if choice[0] != "explained"
            ]
            self.fields["reason"].required = True
            self.fields["reason"].help_text = _("Residents read this.")
        if question.answer:
            self.fields["text"].initial = question.answer.text


class ParkForm(ApprovalForm):
    """Who answers later, by when, and why."""

    owner = forms.CharField(
        label=_("Who answers it?"),
        help_text=_("Residents read this. For example: the team for roads."),
        max_length=100,
    )
    until = forms.DateField(label=_("By which day?"), widget=DateInput())
    reason = forms.CharField(
        label=_("Why later?"), max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )


class PromiseForm(SeenQuestionForm):
    """Another day for the answer, and why."""

    due_on = forms.DateField(label=_("By which day do you answer?"), widget=DateInput())
    reason = forms.CharField(
        label=_("Why another day?"),
        help_text=_("Residents read this, with the day that was promised before."),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ApartForm(forms.Form):
    """What becomes of questions that were set apart: some of them, or all."""

    do = forms.ChoiceField(
        choices=[
            ("take_over_questions", _("Put them in the queue")),
            ("discard_questions", _("Don't place them")),
        ]
    )
    # How many "all" were when this was read: who presses it settles no more than that.
    all = forms.IntegerField(
        required=False, error_messages={"invalid": _("Tick at least one question.")}
    )
    question = forms.ModelMultipleChoiceField(
        Question.objects.none(),
        required=False,
        error_messages={"invalid_choice": _("A colleague was just before you. Look at it again.")},
    )

    def __init__(self, *args, project, **options):
        super().__init__(*args, **options)
        self.fields["question"].queryset = Question.objects.filter(
            project=project, state=Question.State.APART
        )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("all"):
            cleaned["question"] = list(self.fields["question"].queryset)
            if len(cleaned["question"]) != cleaned["all"]:
                reason = _("There are %d now, that is another number than you saw. Look again.")
                self.add_error("all", reason % len(cleaned["question"]))
        elif not cleaned.get("question") and not self.errors:
            self.add_error("question", _("Tick at least one question."))
        return cleaned


class AnswerTermForm(forms.Form):
    """Within how many working days new questions are answered."""

    use_required_attribute = False
    working_days = forms.IntegerField(
        label=_("Within how many working days do you answer?"),
        help_text=_("Residents read the day before they ask. It never lies after the decision."),
        min_value=1,
        max_value=LONGEST_TERM,
    )
