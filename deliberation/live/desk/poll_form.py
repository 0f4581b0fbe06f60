"""The desk form for a poll, with each way of voting in the hall explained."""

from django import forms
from django.utils.translation import gettext_lazy as _

from deliberation.projects.english_forms import EnglishFields

from ..models import Activity
from ..models.activities import MOST_OPTIONS

HallMode = Activity.HallMode
WAYS = [
    (
        HallMode.HANDS,
        _(
            "With hands only. Fair and simple: everybody counts once. Phones in the hall can't vote then. "
            "All see who votes what. At most three answers."
        ),
    ),
    (
        HallMode.CARD,
        _(
            "With a numbered card for everybody in the hall. It works on a phone, or somebody types "
            "it in. Nobody counts twice and nobody sees who votes what. Print the cards first."
        ),
    ),
    (
        HallMode.DEVICE_OR_HAND,
        _(
            "With a phone, or with a hand for who has none. Somebody may be counted twice: a "
            "winner is only named when the lead is larger than that. Is it sensitive? Then on "
            "paper in place of hands."
        ),
    ),
    (
        HallMode.APART,
        _(
            "Hall apart: you estimate the hands, and show them beside the votes on phones. "
            "Quick, but nothing is added up and no winner is named."
        ),
    ),
]


class PollForm(EnglishFields, forms.ModelForm):
    """A question with its answers, one per line, and how the hall votes."""

    in_english = Activity.IN_ENGLISH

    options = forms.CharField(
        label=_("Which answers can people choose?"),
        help_text=_(
            "One per line: two to eight. With hands in the hall at most three, beside “I don't know”."
        ),
        max_length=1200,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    max_choices = forms.IntegerField(
        label=_("How many answers may one person choose?"),
        help_text=_("1 is the clearest. With more, people read: choose at most so many."),
        min_value=1,
        max_value=MOST_OPTIONS,
        initial=1,
        required=False,
    )
    hall_mode = forms.ChoiceField(
        label=_("How does the hall vote?"),
        choices=WAYS,
        initial=HallMode.HANDS,
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Activity
        fields = [
            "question",
            "options",
            "max_choices",
            "dont_know",
            "decision_point",
            "sensitive",
            "hall_mode",
        ]
        labels = {
            "question": _("What do you ask? Write it as one question."),
            "dont_know": _("People may also answer: I don't know"),
            "decision_point": _("To which decision does it belong?"),
            "sensitive": _("This is sensitive: nobody may see what somebody else chooses"),
        }
        help_texts = {
            "dont_know": _(
                "Who chooses “I don't know” is counted apart. You see percentages with and without."
            ),
            "decision_point": _("The promise of that decision stands on every screen."),
            "sensitive": _(
                "On something sensitive the hall votes with a card, a phone or paper, never with hands. "
                "The session asks for a card or an account. It is on when the compass found much attention."
            ),
        }
        widgets = {
            "question": forms.Textarea(attrs={"rows": 2}),
            "decision_point": forms.RadioSelect,
        }

    def __init__(self, *args, points, **options):
        super().__init__(*args, **options)
        self.fields["decision_point"].queryset = points
        self.fields["decision_point"].empty_label = None
        if len(points) == 1:
            self.fields["decision_point"].initial = points[0]

    def clean_max_choices(self):
        return self.cleaned_data["max_choices"] or 1

    def clean_question(self):
        return " ".join(self.cleaned_data["question"].split())

    def clean_options(self):
        lines = [" ".join(line.split()) for line in self.cleaned_data["options"].splitlines()]
        lines = [line for line in lines if line]
        if any(len(line) > Activity.LONGEST_LINE for line in lines):
            raise forms.ValidationError(_("An answer has at most 120 characters."))
        return lines


class ReplacePollForm(PollForm):
    """A new version of a poll, and why the old one does not count."""

    reason = forms.CharField(
        label=_("Why do you change it?"),
        help_text=_(
            "The old poll stays in the report, as one that does not count, with this reason."
        ),
        max_length=300,
    )
