"""What does somebody fill in to begin, send back, publish or choose a framework?"""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from compass.drafting import LARGEST

FROM_FILE = "file"


class StartForm(forms.Form):
    """Begin from a framework there is, or from a file. The name makes the key."""

    begin = forms.ChoiceField(label=_("Begin with"), widget=forms.RadioSelect)
    file = forms.FileField(
        label=_("File (.toml)"),
        required=False,
        help_text=_("Only when you begin with a file. Remarks in the file (after #) get lost."),
    )

    def __init__(self, *args, versions, **kwargs):
        super().__init__(*args, **kwargs)
        self.versions = {str(version.pk): version for version in versions}
        self.fields["begin"].choices = [
            *((pk, str(version)) for pk, version in self.versions.items()),
            (FROM_FILE, _("A file that I have")),
        ]
        self.fields["begin"].initial = next(iter(self.versions), FROM_FILE)

    def clean(self):
        """Give `source` and `based_on`: from a version, or from the file."""
        data = super().clean()
        version = self.versions.get(data.get("begin"))
        if version:
            return {"source": version.source, "based_on": version}
        return {"source": self._text(data.get("file")), "based_on": None} if data else data

    def _text(self, file) -> str:
        if file is None:
            self.add_error("file", _("Choose a file."))
            return ""
        if file.size > 4 * LARGEST:
            self.add_error("file", _("This file is too large."))
            return ""
        try:
            return file.read().decode("utf-8")
        except UnicodeDecodeError:
            self.add_error("file", _("This is no text in UTF-8."))
            return ""


class ReturnForm(forms.Form):
    """Why a draft goes back."""

    reason = forms.CharField(
        label=_("What has to change?"), max_length=600, widget=forms.Textarea(attrs={"rows": 3})
    )


class PublishForm(forms.Form):
    """From which day a version counts."""

    valid_from = forms.DateField(
        label=_("Counts from"),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Assessments that began before that day keep the version they began with."),
    )
