"""Forms of questions: ask one or share a concern, and set within how many days they are answered."""

from django import forms
from django.utils.translation import gettext_lazy as _

from deliberation.participation.forms import GiveForm

from .models import Question
from .operations import LONGEST_TERM


class AskForm(GiveForm):
    """A question or a concern."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        kind, text = self.fields["kind"], self.fields["text"]
        kind.label = _("Do you have a question or a concern?")
        kind.choices = [
            (Question.Kind.QUESTION, _("I have a question")),
            (Question.Kind.CONCERN, _("I am worried about something")),
        ]
        kind.initial = Question.Kind.QUESTION
        text.label = _("What do you want to ask or tell?")
        self.fields["name"].help_text = _("Only if you want others to see it beside your question.")


class AnswerTermForm(forms.Form):
    """Within how many working days new questions are answered."""

    use_required_attribute = False
    working_days = forms.IntegerField(
        label=_("Within how many working days do you answer?"),
        help_text=_("Residents read the day before they ask. It never lies after the decision."),
        min_value=1,
        max_value=LONGEST_TERM,
    )
