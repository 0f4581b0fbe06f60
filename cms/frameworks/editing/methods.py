"""The editor of a method: for which levels, when it fits, what it takes."""

from django import forms
from django.utils.translation import gettext_lazy

from .document import name_of, rows, words
from .editor import checked_key
from .levels import key_field
from .rules import RuleEditor
from .wording import PartForm, Words


class MethodForm(PartForm):
    words = {
        "name": Words(
            gettext_lazy("Method"), gettext_lazy("For example: a walk through the street.")
        ),
        "not_enough": Words(
            gettext_lazy("What is it not enough for?"),
            gettext_lazy("For example: who works during the day isn't there."),
            lines=2,
        ),
    }
    order = ("name_nl", "levels", "hours", "weeks", "not_enough_nl")
    levels = forms.MultipleChoiceField(
        label=gettext_lazy("For which levels?"), widget=forms.CheckboxSelectMultiple
    )
    hours = forms.IntegerField(
        label=gettext_lazy("Hours of your own people"), min_value=0, max_value=9_999
    )
    weeks = forms.IntegerField(
        label=gettext_lazy("Weeks from plan to result"), min_value=0, max_value=519
    )
    key = key_field()

    def __init__(self, *args, editor, **kwargs):
        super().__init__(*args, **kwargs)
        self.editor = editor
        levels = rows(editor.document, "levels")
        self.fields["levels"].choices = [
            (name_of(one, "levels"), words(one, "name")) for one in levels
        ]
        if not editor.is_new:
            del self.fields["key"]

    def clean_key(self):
        return checked_key(self, self.editor.document, "methods")


class MethodEditor(RuleEditor):
    """A method has a condition as a rule has, but may do without."""

    table = "methods"
    form_class = MethodForm
    needs_condition = False

    def start(self):
        return {name: self.row.get(name) for name in ("levels", "hours", "weeks")}

    def may_read_outcome(self):
        return False

    def said(self):
        return self.form.cleaned_data["name_nl"]

    def make_row(self):
        given, when = self.form.cleaned_data, self.condition.text()
        return {
            "levels": given["levels"],
            **({"when": when} if when else {}),
            "hours": given["hours"],
            "weeks": given["weeks"],
            **self.form.texts(),
        }
