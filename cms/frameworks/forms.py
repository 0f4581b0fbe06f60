"""Forms to begin, send back, publish or choose a framework."""

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from compass.drafting import LARGEST

from .status import title_of

EMPTY, FROM_FILE = "empty", "file"
NOTHING_YET = (
    'title = { nl = "Nieuw afwegingskader", en = "New framework" }\nvalid_from = 2026-01-01\n'
)


class StartForm(forms.Form):
    """Begin from a framework there is, from nothing, or from a file. The name makes the key."""

    needed_sometimes = ("file",)
    begin = forms.ChoiceField(label=_("Begin with"), widget=forms.RadioSelect)
    file = forms.FileField(
        label=_("File (.toml)"),
        required=False,
        help_text=_("A file that you downloaded here, or got from another municipality."),
        widget=forms.FileInput(attrs={"accept": ".toml"}),
    )

    def __init__(self, *args, versions, in_use, **kwargs):
        super().__init__(*args, **kwargs)
        own_first = sorted(versions, key=lambda version: not version.owner)
        self.versions = {str(version.pk): version for version in own_first}
        self.fields["begin"].choices = [
            *((pk, _copy_of(version)) for pk, version in self.versions.items()),
            (EMPTY, _("Nothing: I build it myself")),
            (FROM_FILE, _("A file that I have")),
        ]
        used = [pk for pk, version in self.versions.items() if version.key == in_use]
        self.fields["begin"].initial = next(iter([*used, *self.versions]), EMPTY)

    def clean(self):
        """Give `source` and `based_on`: from a version, or from the file."""
        data = super().clean()
        version = self.versions.get(data.get("begin"))
        if version:
            return {"source": version.source, "based_on": version}
        if data.get("begin") == EMPTY:
            return {"source": NOTHING_YET, "based_on": None}
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


def _copy_of(version) -> str:
    return _("A copy of “%(title)s” (%(version)s)") % {
        "title": title_of(version.source, get_language()),
        "version": version,
    }


class ReturnForm(forms.Form):
    """Why a draft goes back."""

    reason = forms.CharField(
        label=_("What has to change?"), max_length=600, widget=forms.Textarea(attrs={"rows": 3})
    )


class PublishFrameworkForm(forms.Form):
    """From which day a version counts."""

    valid_from = forms.DateField(
        label=_("Counts from"),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Assessments that began before that day keep the version they began with."),
    )
