"""Forms with which an officer builds a condition from menus."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compass.engine.menus import (
    ALL,
    ANY,
    COUNT,
    OUTCOME,
    QUESTION,
    SCORE,
    Group,
    Menu,
    MenuRow,
    menu_of,
    written_menu,
)
from compass.engine.notation import NotationErrors, read_condition

from .condition_form import TestForm, shown_code
from .document import vocabulary
from .in_words import in_words
from .row_buttons import are_right, form_rows, hush, sent_rows

TestRows = form_rows(TestForm, least=1)


class GroupForm(forms.Form):
    """How the tests of one group are joined."""

    turned = forms.ChoiceField(required=False, label=gettext_lazy("In this group"))

    def __init__(self, *args, joiner, document, may_read_outcome, **kwargs):
        super().__init__(*args, **kwargs)
        inside = (
            [("", _("one or more of these hold")), ("not", _("none of these holds"))]
            if joiner == ALL
            else [("", _("all of these hold")), ("not", _("not all of these hold"))]
        )
        self.fields["turned"].choices = inside
        prefix = f"{self.prefix}-test"
        self.tests = TestRows(
            sent_rows(self.data, prefix),
            prefix=prefix,
            initial=None if self.is_bound else self.initial.get("tests"),
            form_kwargs={"document": document, "may_read_outcome": may_read_outcome},
        )

    @property
    def asks_how(self) -> bool:
        """Say whether it matters how the tests are joined."""
        return len(self.tests) > 1 or self["turned"].value() == "not"

    def is_valid(self):
        return super().is_valid() & are_right(self.tests)

    def group(self) -> Group | None:
        found = tuple(test.row() for test in self.tests if not test.is_blank)
        return Group(found, self.cleaned_data["turned"] == "not") if found else None


GroupRows = form_rows(GroupForm, least=1)


class ConditionForm(forms.Form):
    """A whole condition. What is nested too deep is shown in words, until it is replaced."""

    joiner = forms.ChoiceField(
        label=gettext_lazy("When does this hold?"),
        choices=[
            (ALL, gettext_lazy("when all of this holds")),
            (ANY, gettext_lazy("when one of this holds")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, *, document, when: str, may_read_outcome: bool, data=None, needed=True):
        self.document, self.when, self.needed = document, when, needed
        self.may_read_outcome = may_read_outcome
        self.menu, self.is_too_deep = self._menu()
        start = {"joiner": self.menu.joiner if self.menu else ALL}
        super().__init__(data=data, prefix="when", initial=start)
        joiner = self["joiner"].value()
        self.joined = joiner if joiner in (ALL, ANY) else ALL
        told = {"document": document, "may_read_outcome": may_read_outcome}
        self.groups = GroupRows(
            sent_rows(data, "when-group"),
            prefix="when-group",
            initial=_start(self.menu),
            form_kwargs={"joiner": self.joined, **told},
        )

    def _menu(self) -> tuple[Menu | None, bool]:
        if not self.when:
            return None, False
        try:
            menu = menu_of(
                read_condition(self.when, vocabulary(self.document, self.may_read_outcome))
            )
        except NotationErrors:
            return None, True
        return menu, menu is None

    @property
    def stays(self) -> bool:
        """Say whether the condition is kept as it is: too deep for menus, and not replaced."""
        return self.is_too_deep and not self.data.get("replace")

    @property
    def in_words(self) -> str:
        return in_words(self.document, self.when, self.may_read_outcome)

    def hush(self):
        hush(self, self.groups, *(group.tests for group in self.groups))

    def is_valid(self):
        if self.stays:
            return True
        fine = super().is_valid() & are_right(self.groups)
        if fine and self.needed and not any(group.group() for group in self.groups):
            self.add_error("joiner", _("Choose at least one thing this is about."))
        elif fine:
            self._check_whole()
        return fine and not self.errors

    def _check_whole(self):
        try:
            text = self.text()
            if text:
                read_condition(text, vocabulary(self.document, self.may_read_outcome))
        except NotationErrors as problem:
            self.add_error("joiner", str(problem))

    def text(self) -> str:
        """Write the condition down; nothing when no test was chosen."""
        if self.stays:
            return self.when
        groups = tuple(group for form in self.groups if (group := form.group()))
        return written_menu(Menu(self.joined, groups)) if groups else ""


def _start(menu: Menu | None) -> list[dict]:
    if menu is None:
        return [{}]
    return [
        {"turned": "not" if group.negated else "", "tests": [_start_of(row) for row in group.tests]}
        for group in menu.groups
    ]


def _start_of(row: MenuRow) -> dict:
    """Give what the fields of one test start with."""
    turned = "not " if row.negated else ""
    if row.about == QUESTION:
        values = [shown_code(code) for code in row.values]
        return {"subject": f"{QUESTION}:{row.keys[0]}", "compare": turned + row.comparison,
                "values": values}  # fmt: skip
    if row.about == OUTCOME:
        return {"subject": f"{OUTCOME}:", "compare": f"{turned}is", "level": row.values[0]}
    low = row.values[0] if row.comparison != "at_most" else None
    high = row.values[-1] if row.comparison != "at_least" else None
    start = {"compare": f"{turned}within", "low": low, "high": high}
    if row.about == SCORE:
        return {"subject": f"{SCORE}:{row.keys[0]}", **start}
    return {"subject": f"{COUNT}:", "keys": list(row.keys), "code": shown_code(row.code), **start}
