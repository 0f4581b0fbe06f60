"""The editor of a framework's title and version."""

from copy import deepcopy
from datetime import date

from django.utils.translation import gettext_lazy

from .editor import Editor
from .wording import PartForm, Words


class TitleForm(PartForm):
    words = {"title": Words(gettext_lazy("Title of the framework"))}

    def __init__(self, *args, editor, **kwargs):
        super().__init__(*args, **kwargs)


class TitleEditor(Editor):
    """The few words at the top; there are no tables to find a place in."""

    form_class = TitleForm

    def __init__(self, document, *, data=None):
        self.top = {key: value for key, value in document.items() if not isinstance(value, list)}
        super().__init__(document, data=data)

    @property
    def is_new(self):
        return False

    def make_form(self):
        title = self.top.get("title") if isinstance(self.top.get("title"), dict) else {}
        nl, en = title.get("nl", ""), title.get("en", "")
        start = {"title_nl": nl, "title_en": "" if en == nl else en}
        return TitleForm(data=self.data, initial=start, editor=self)

    def result(self):
        copy = deepcopy(self.document)
        copy.update(self.form.texts())
        copy.setdefault("valid_from", date(2026, 1, 1))
        return copy
