"""Editor: the base class of the forms of all parts, with start, row buttons, errors and result."""

from copy import deepcopy

from django.forms import BaseFormSet
from django.utils.translation import gettext as _

from .document import NAME_KEYS, free_name, name_of, rows, taken_names, with_row
from .row_buttons import hush, pressed
from .wording import PartForm, start_of

SAVING = ("save", "save_more")
LOOK = "look"  # the button that reckons with what is filled in, and shows what isn't right


class Editor:
    """One table of a draft on a form; `data` is what was sent, with the button `do` in it."""

    table = ""
    form_class = PartForm
    template = "cms/frameworks/editing/item.html"

    def __init__(self, document: dict, place: int | None = None, *, data=None, **options):
        self.document, self.place, self.options = document, place, options
        self.row = {} if place is None else deepcopy(rows(document, self.table)[place])
        self.do = data.get("do", "save") if data is not None else ""
        self.data = data if self.do in ("", *SAVING) or data is None else pressed(data, self.do)
        self.form = self.make_form()
        self.sets: dict[str, BaseFormSet] = {}
        self.make_rows()
        if self.is_only_pressed and self.do != LOOK:
            self.hush()

    @property
    def is_only_pressed(self) -> bool:
        """Say whether a button was pressed that changes the form and keeps nothing."""
        return self.do not in ("", *SAVING)

    @property
    def is_new(self) -> bool:
        return self.place is None

    def make_form(self):
        start = {**start_of(self.row, self.form_class.words), **self.start()}
        return self.form_class(data=self.data, initial=start, **self.form_options())

    def form_options(self) -> dict:
        return {"editor": self}

    def start(self) -> dict:
        """Give what the fields start with, the texts apart."""
        return {}

    def make_rows(self):
        """Add the rows of this part, if it has any."""

    def hush(self):
        hush(self.form, *self.sets.values())

    def is_valid(self) -> bool:
        fine = [self.form.is_valid(), *(each.is_valid() for each in self.sets.values())]
        if all(fine):
            self.check()
        for problem in (one for each in self.sets.values() for one in each.non_form_errors()):
            self.form.add_error(None, problem)
        return self.is_right()

    def check(self):
        """Judge what only shows when all fields are right; add errors to the form."""

    def is_right(self) -> bool:
        return not self.form.errors and all(each.is_valid() for each in self.sets.values())

    def name(self) -> str:
        """Give the key: what it was, what the officer typed, or made from the name."""
        if not self.is_new and name_of(self.row, self.table):
            return name_of(self.row, self.table)
        typed = self.form.cleaned_data.get("key") or ""
        return typed or free_name(self.document, self.table, self.said())

    def said(self) -> str:
        """Give the words a key is made from."""
        return self.form.cleaned_data.get("name_nl") or "x"

    def result(self) -> dict:
        """Give the document with this table in it. Call only when valid."""
        made = self.make_row()
        key = NAME_KEYS[self.table]
        row = {key: self.name(), **{name: made[name] for name in made if name != key}}
        return with_row(self.document, self.table, self.place, row)

    def make_row(self) -> dict:
        raise NotImplementedError

    def kept(self, *names: str) -> dict:
        """Give what this form doesn't show and has to stay, without what it does show."""
        return {name: value for name, value in self.row.items() if name not in names}


def checked_key(form, document, table):
    """Check a key that somebody typed: free, and without a meaning of its own."""
    typed = form.cleaned_data.get("key") or ""
    if typed and typed in taken_names(document, table):
        form.add_error("key", _("This name is taken. Choose another, or leave it open."))
    return typed
