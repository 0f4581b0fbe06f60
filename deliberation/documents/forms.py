"""The form for the notes of a decision point: what its documents need and no other screen asks."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from deliberation.projects.forms import DateInput, LinesField

from .document_data import Material
from .notes import LONGEST_LINE, LONGEST_TEXT

TEXT = {"rows": 3}


def _text(label, help_text=""):
    return forms.CharField(
        label=label, help_text=help_text, required=False, max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs=TEXT),
    )  # fmt: skip


def _short(label, help_text=""):
    return forms.CharField(
        label=label, help_text=help_text, required=False, max_length=LONGEST_LINE
    )


class NotesForm(forms.Form):
    """Only what no other screen asks. Everything may stay open: the documents name what is missing."""

    why_now = _text(_("Why is this asked now?"))
    owner = _short(
        _("Who is the owner inside the municipality?"), _("A role or a team, no name needed.")
    )
    goal = _text(
        _("What do you want to reach with participation?"),
        _("For example: the street knows and chooses where the trees come."),
    )
    hard_to_reach = LinesField(
        label=_("Who is hard to reach here?"), help_text=_("One group per line.")
    )
    invited = _text(_("How do you invite people?"), _("For example: a letter to every house."))
    offline = _text(
        _("How can people take part without internet?"),
        _("For example: by telephone, or at the library on Tuesday morning."),
    )
    methods = forms.MultipleChoiceField(
        label=_("Which methods do you choose?"),
        help_text=_("Hours and weeks are added up from this."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    money = _text(_("How much money is there for participation?"))
    messages = LinesField(
        label=_("Which other messages go out?"),
        help_text=_("One per line, four parts: who; what; when; how."),
    )
    success = LinesField(
        label=_("When do you call it a success?"),
        help_text=_("One per line. Something you can look up afterwards."),
    )
    initiator = _short(
        _("Is the plan of somebody else? Of whom?"),
        _("A company or group of residents. Leave it open when it is a plan of the municipality."),
    )
    agreed_by = _short(
        _("Who agreed to the start note?"), _("A role, such as: the alderman for space.")
    )
    agreed_on = forms.DateField(label=_("On which day?"), required=False, widget=DateInput())
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, data=None, *, material: Material, revision: int):
        super().__init__(data, initial={**_stored(material.told), "seen": revision})
        self.fields["methods"].choices = [
            (row["id"], f"{row['name']} ({_hours(row)})") for row in material.methods
        ]
        if not material.methods:
            del self.fields["methods"]

    def clean(self):
        cleaned = super().clean()
        cleaned.setdefault("methods", [])
        return cleaned


def _hours(row) -> str:
    return _("hours: %(hours)d, weeks ahead: %(weeks)d") % {
        "hours": row["hours"],
        "weeks": row["weeks"],
    }


def _stored(told: dict) -> dict:
    agreed = told.get("agreed_on")
    return {**told, "agreed_on": date.fromisoformat(agreed) if agreed else None}
