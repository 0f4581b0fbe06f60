"""Forms for choosing a level, for changed frames, and for moments of college and council."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..concurrent_edits import RefusesStale
from ..english import TYPED
from ..english_forms import EnglishFields
from ..forms import DateInput, DecisionPointForm, PhaseForm
from ..models import DecisionPoint, FrameChange, LevelDecision, Moment, Phase
from .explanations import EXPLANATIONS, asked_for, chooses_less, missing_explanations
from .frames import LONGEST_REASON
from .versions import FRAMES

TEXT = {"rows": 3}
DECIDERS = ("decider", "conflict_decider")  # mostly who decides about the point itself


class DecideLevelForm(EnglishFields, forms.Form):
    """Which level is chosen, and what must be explained about it. Fields that an advice doesn't ask are not shown.

    What is known is filled in: the level advised, and who decides.
    """

    in_english = (*LevelDecision.IN_ENGLISH, "change_reason")
    needed_sometimes = (
        "motivation",
        "decider",
        "conflict_decider",
        "conflict_reason",
        "confirmed_by",
        "change_reason",
    )
    level = forms.ChoiceField(label=_("Which level do you choose?"), widget=forms.RadioSelect)
    conflict_decider = forms.CharField(
        label=_("Who decided about the conflict in the advice?"),
        help_text=_("Residents read this. Did somebody else decide than stands here? Change it."),
        max_length=EXPLANATIONS["conflict_decider"],
        required=False,
    )
    conflict_reason = forms.CharField(
        label=_("How was the conflict settled?"),
        help_text=_("Residents read this. One or two short sentences."),
        max_length=EXPLANATIONS["conflict_reason"],
        required=False,
        widget=forms.Textarea(attrs=TEXT),
    )
    confirmed_by = forms.CharField(
        label=_("Which manager confirms that residents are only informed?"),
        help_text=_(
            "Only needed when you follow the advice. Residents read this. A function is enough. "
            "For example: the director."
        ),
        max_length=EXPLANATIONS["confirmed_by"],
        required=False,
    )
    motivation = forms.CharField(
        label=_("Why do you choose another level than the advice?"),
        help_text=_("Residents read this. Only needed when you choose another level."),
        max_length=EXPLANATIONS["motivation"],
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    decider = forms.CharField(
        label=_("Who decides that there are no means for more?"),
        help_text=_(
            "Only needed when you choose less than fits. Residents read this. Does somebody else decide "
            "than stands here? Change it."
        ),
        max_length=EXPLANATIONS["decider"],
        required=False,
    )
    change_reason = forms.CharField(
        label=_("Why does what you promised before change?"),
        help_text=_(
            "Only needed when the promise becomes another one. Residents read this, and everybody "
            "who took part is told."
        ),
        max_length=EXPLANATIONS["change_reason"],
        required=False,
        widget=forms.Textarea(attrs=TEXT),
    )

    def __init__(self, *args, choices, advice, ranks, before, decided_by, **options):
        super().__init__(*args, **options)
        self.initial |= {"level": advice["outcome"], **dict.fromkeys(DECIDERS, decided_by)}
        self.advice, self.ranks = advice, ranks
        self.fields["level"].choices = [(choice.key, choice.plain) for choice in choices]
        shown = {"level", *asked_for(advice), *(["change_reason"] if before else [])}
        for name in set(self.fields) - shown - {TYPED.format(name) for name in shown}:
            del self.fields[name]

    def clean(self):
        cleaned = super().clean()
        if "level" in cleaned:
            if not chooses_less(self.advice, self.ranks, cleaned["level"]):
                cleaned.pop(
                    "decider", None
                )  # filled in beforehand: nothing was decided against the advice
                cleaned["english"].pop("decider", None)
            missing = missing_explanations(self.advice, self.ranks, cleaned["level"], cleaned)
            for name, reason in missing.items():
                if name not in self.errors:
                    self.add_error(name, reason)
        return cleaned


class FramesForm(DecisionPointForm):
    """What was promised beside the level, as it is now, and why it changes."""

    in_english = (*DecisionPoint.IN_ENGLISH, *FrameChange.IN_ENGLISH)
    reason = forms.CharField(
        label=_("Why does this change?"),
        help_text=_(
            "Residents read this, with what it was before. Everybody who took part is told."
        ),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs=TEXT),
    )

    class Meta(DecisionPointForm.Meta):
        fields = list(FRAMES)


class PromisedPhaseForm(PhaseForm):
    """A phase in which residents were promised something: why it ends earlier is theirs to read."""

    needed_sometimes = ("reason",)
    in_english = (*Phase.IN_ENGLISH, *FrameChange.IN_ENGLISH)
    reason = forms.CharField(
        label=_("Does it end earlier? Say why."),
        help_text=_(
            "Only then. Residents read this, with the day it was. Everybody who took part is told."
        ),
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.Textarea(attrs=TEXT),
    )


class MomentForm(RefusesStale, EnglishFields, forms.ModelForm):
    """When a body speaks about a decision point, and about what."""

    in_english = Moment.IN_ENGLISH

    class Meta:
        model = Moment
        fields = ["body", "on", "what"]
        labels = {
            "body": _("Who speaks about it?"),
            "on": _("On which day?"),
            "what": _("What do they speak about?"),
        }
        help_texts = {
            "what": _("Residents read this. For example: the mayor and aldermen choose a design.")
        }
        widgets = {"body": forms.RadioSelect, "on": DateInput()}

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["body"].choices = Moment.Body.choices
