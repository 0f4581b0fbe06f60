"""Desk forms for who moderates or answers: publish, reject, merge, answer and more, about one contribution."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from deliberation.projects.forms import DateInput

from .likeness import most_alike
from .models import LONGEST, Contribution, Disposition
from .personal_data_in_texts import personal_data_in
from .queries import OF_STRANGERS, State, targets

Outcome, Rejection = Disposition.Outcome, Contribution.Rejection


class SeenForm(forms.Form):
    """A form about a contribution as it was seen; the number of that version travels along."""

    use_required_attribute = False  # a field is not wrong before anybody typed in it
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, contribution, **options):
        super().__init__(*args, **{"initial": {"seen": contribution.version}, **options})
        self.contribution = contribution

    def look_again(self) -> None:
        """Take the version that is there now: who was told of it may decide once more."""
        self.data = {**self.data.dict(), "seen": self.contribution.version}


class ApprovalForm(SeenForm):
    """What others will read of a contribution that waits; nothing for one they read already."""

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

    def __init__(self, *args, contribution, **options):
        super().__init__(*args, contribution=contribution, **options)
        self.fields["shown"].initial = contribution.text
        waits = contribution.state == State.PENDING
        unneeded = {
            "shown": not waits,
            "show_name": not (waits and contribution.name),
            "personal_checked": not (waits and personal_data_in(contribution.text)),
        }
        for name in [name for name, left_out in unneeded.items() if left_out]:
            del self.fields[name]

    def clean_shown(self):
        return self.cleaned_data["shown"] or None


class PublishForm(ApprovalForm):
    """Let everybody read it."""


class RejectForm(SeenForm):
    """Don't place it, and tell who sent it why."""

    needed_sometimes = ("reason",)
    rejection = forms.ChoiceField(
        label=_("Why is it not placed?"),
        help_text=_("Who sent it reads this."),
        # A flood is put away together.
        choices=[one for one in Rejection.choices if one[0] != Rejection.FLOOD],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Something to add?"),
        help_text=_("Needed with “Another reason”. For example: where they can go with it."),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class MergeForm(SeenForm):
    """Put it together with one that says the same; those that look most alike come first."""

    into = forms.ModelChoiceField(
        Contribution.objects.none(),
        label=_("Which one says the same?"),
        empty_label=None,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, contribution, **options):
        super().__init__(*args, contribution=contribution, **options)
        found = targets(contribution)
        self.fields["into"].queryset = found
        texts = found.values_list("pk", "shown", "text")[:300]
        alike = most_alike(contribution.text, [(pk, shown or text) for pk, shown, text in texts])
        self.fields["into"].widget.choices = [(pk, text) for pk, text in alike]

    def has_targets(self) -> bool:
        """Tell whether there is anything to put it together with."""
        return bool(self.fields["into"].widget.choices)


class AnswerForm(ApprovalForm):
    """The answer, who gives it and what was done with the contribution."""

    needed_sometimes = ("shown", "reason", "look_until")
    text = forms.CharField(
        label=_("The answer"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6})
    )
    team = forms.CharField(label=_("Which team answers?"), max_length=100)
    disposition = forms.ChoiceField(
        label=_("What did you do with it?"),
        choices=Outcome.choices,
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

    def __init__(self, *args, contribution, **options):
        super().__init__(*args, contribution=contribution, **options)
        outcomes = contribution.way.outcomes(contribution.kind)
        self.fields["disposition"].choices = [
            choice for choice in Outcome.choices if choice[0] in outcomes
        ]
        if Outcome.EXPLAINED not in outcomes:
            self.fields["reason"].required = True
            self.fields["reason"].help_text = _("Residents read this.")
        if contribution.answer:
            self.fields["text"].initial = contribution.answer.text


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


class PromiseForm(SeenForm):
    """Another day for the answer, and why."""

    due_on = forms.DateField(label=_("By which day do you answer?"), widget=DateInput())
    reason = forms.CharField(
        label=_("Why another day?"),
        help_text=_("Residents read this, with the day that was promised before."),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ApartForm(forms.Form):
    """What becomes of contributions that were set apart, or of strangers in the queue: some of them, or all."""

    do = forms.ChoiceField(
        choices=[
            ("take_over_contributions", _("Put them in the queue")),
            ("discard_contributions", _("Don't place them")),
        ]
    )
    # How many "all" were when this was read: who presses it settles no more than that.
    all = forms.IntegerField(required=False, error_messages={"invalid": _("Tick at least one.")})
    all_waiting = forms.IntegerField(
        required=False, error_messages={"invalid": _("Tick at least one.")}
    )
    contribution = forms.ModelMultipleChoiceField(
        Contribution.objects.none(),
        required=False,
        error_messages={"invalid_choice": _("A colleague was just before you. Look at it again.")},
    )

    def __init__(self, *args, instrument, project, **options):
        super().__init__(*args, **options)
        given = instrument.model.objects.filter(project=project)
        self.wholes = {
            "all": given.filter(state=State.APART),
            "all_waiting": given.filter(OF_STRANGERS),
        }
        self.fields["contribution"].queryset = given.filter(Q(state=State.APART) | OF_STRANGERS)

    def clean(self):
        cleaned = super().clean()
        if whole := next((name for name in self.wholes if cleaned.get(name)), ""):
            cleaned["contribution"] = list(self.wholes[whole])
            if len(cleaned["contribution"]) != cleaned[whole]:
                reason = _("There are %d now, that is another number than you saw. Look again.")
                self.add_error(whole, reason % len(cleaned["contribution"]))
        elif not cleaned.get("contribution") and not self.errors:
            self.add_error("contribution", _("Tick at least one."))
        return cleaned
