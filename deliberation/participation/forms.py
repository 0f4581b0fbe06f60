"""Forms for residents: give something in words, and follow it with a receipt."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from compass.templatetags.compass_text import or_english
from deliberation.people.codes import CodeField

from .models import LONGEST

WHOLE = "project"


class GiveForm(forms.Form):
    """What somebody wants to say, with as little about themselves as they like. An instrument adds its own words."""

    use_required_attribute = False  # a field is not wrong before anybody typed in it
    about = forms.ChoiceField(label=_("What is it about?"), widget=forms.RadioSelect)
    kind = forms.ChoiceField(widget=forms.RadioSelect)
    text = forms.CharField(
        help_text=_(
            "At most 1,000 characters. Don't write names, addresses or telephone numbers: others "
            "will read this."
        ),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
    )
    name = forms.CharField(
        label=_("Your name"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("Only if you want to get the answer by mail. Nobody sees it."),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    mail_consent = forms.BooleanField(
        label=_("Mail me the answer. After that my address is removed."), required=False
    )
    changes_consent = forms.BooleanField(
        label=_("Mail me too when a promise about this changes, until I have my answer."),
        required=False,
    )
    op_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, project, openings, **options):
        super().__init__(*args, **options)
        self.project = project
        self.points = {str(one.about.pk): one.about for one in openings if one.open}
        choices = [(pk, or_english(point.question, point)) for pk, point in self.points.items()]
        self.fields["about"].choices = [*choices, (WHOLE, _("The project as a whole"))]
        self.fields["about"].initial = choices[0][0] if len(choices) == 1 else None
        self.fields["op_id"].initial = uuid.uuid4

    def given(self) -> dict:
        """Give what was filled in as `give_contribution` takes it: an instrument's own fields together as `own`."""
        own = {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in GiveForm.base_fields
        }
        rest = {name: value for name, value in self.cleaned_data.items() if name not in own}
        return {**rest, "own": own}

    def clean_about(self):
        chosen = self.cleaned_data["about"]
        return self.project if chosen == WHOLE else self.points[chosen]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("email") and not cleaned.get("mail_consent"):
            reason = _("Tick that we may mail you, or leave the address out.")
            self.add_error("mail_consent", reason)
        return cleaned


class ReceiptForm(forms.Form):
    """The receipt of somebody who wants to know how it stands."""

    use_required_attribute = False
    code = CodeField(
        label=_("Your receipt"),
        max_length=40,
        error_messages={"required": _("Fill in the sixteen characters of your receipt.")},
        widget=forms.TextInput(
            attrs={
                "class": "sk-code",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )
