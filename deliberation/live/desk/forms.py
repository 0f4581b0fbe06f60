"""Desk forms for a live session, a run and a part of its run sheet."""

from django import forms
from django.utils.translation import gettext_lazy as _

from deliberation.projects.concurrent_edits import RefusesStale
from deliberation.projects.english_forms import EnglishFields

from ..models import Item, LiveSession, Run


class MomentInput(forms.DateTimeInput):
    """A date with a time the browser knows."""

    input_type = "datetime-local"

    def __init__(self):
        super().__init__(format="%Y-%m-%dT%H:%M")


class SessionForm(RefusesStale, EnglishFields, forms.ModelForm):
    """An evening, and whether to rehearse it first."""

    in_english = LiveSession.IN_ENGLISH

    class Meta:
        model = LiveSession
        fields = ["title", "starts_at", "place", "intro"]
        labels = {
            "title": _("What is the session called?"),
            "starts_at": _("When does it start?"),
            "place": _("Where is the hall?"),
            "intro": _("What is it about?"),
        }
        help_texts = {
            "title": _("For example: Trees and parking in your street."),
            "intro": _(
                "Two or three short sentences. People read this before they take part. Can people see or hear the "
                "session at home? Put the address of your broadcast here."
            ),
        }
        widgets = {"starts_at": MomentInput(), "intro": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["starts_at"].input_formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]


class RunForm(forms.Form):
    """One more run of a session."""

    kind = forms.ChoiceField(label=_("What do you want to add?"), choices=Run.Kind.choices)


class ItemForm(RefusesStale, EnglishFields, forms.ModelForm):
    """A part of the run sheet."""

    in_english = Item.IN_ENGLISH

    class Meta:
        model = Item
        fields = [
            "title",
            "minutes",
            "owner",
            "hall_instructions",
            "online_instructions",
            "plan_b",
            "what_we_do_with_input",
        ]
        labels = {
            "title": _("What is this part called?"),
            "minutes": _("How many minutes?"),
            "owner": _("Who leads it?"),
            "hall_instructions": _("What do you say to the hall?"),
            "online_instructions": _("What do you say online?"),
            "plan_b": _("What do you do when it does not work?"),
            "what_we_do_with_input": _("What do you do with the input?"),
        }
        help_texts = {
            "hall_instructions": _(
                "People in the hall read this with the question. Leave it empty until you chose how the hall votes."
            ),
            "online_instructions": _("People online read this with the question."),
            "plan_b": _("Only for the team. For example: the connection drops."),
            "what_we_do_with_input": _("Everybody reads this below the result."),
        }
        widgets = {
            name: forms.Textarea(attrs={"rows": 2})
            for name in (
                "hall_instructions",
                "online_instructions",
                "plan_b",
                "what_we_do_with_input",
            )
        }
