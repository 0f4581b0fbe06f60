"""The form for one test of a condition: about what, how compared, with which answers."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compass.engine.menus import (
    COUNT,
    OUTCOME,
    QUESTION,
    SCORE,
    MenuRow,
)

from .document import codes, is_numbered, name_of, named, options, rows, words

COMPARED = {
    "is": gettext_lazy("is (one of)"),
    "not is": gettext_lazy("is not (one of)"),
    "at_least": gettext_lazy("is at least"),
    "at_most": gettext_lazy("is at most"),
    "between": gettext_lazy("is between (tick the lowest and the highest)"),
    "known": gettext_lazy("has an answer"),
}
TURNED = {
    "not at_least": gettext_lazy("is lower than"),
    "not at_most": gettext_lazy("is higher than"),
    "not between": gettext_lazy("is not between (tick the lowest and the highest)"),
    "not known": gettext_lazy("has no answer"),
}
WITHIN = {"within": gettext_lazy("lies in"), "not within": gettext_lazy("lies outside")}
SAME = {"is": gettext_lazy("is"), "not is": gettext_lazy("is not")}
NEEDED = {"is": (1, 99), "at_least": (1, 1), "at_most": (1, 1), "between": (2, 2), "known": (0, 99)}


def shown_code(code) -> str:
    """Write a code as the value of a choice."""
    return str(code).lower() if isinstance(code, bool) else str(code)


class TestForm(forms.Form):
    """One test: about what, and how that compares. Its fields follow from the subject."""

    __test__ = False  # for the runner of tests: this is none of its own
    subject = forms.ChoiceField(label=gettext_lazy("About"), required=False)

    def __init__(self, *args, document, may_read_outcome, **kwargs):
        super().__init__(*args, **kwargs)
        self.document = document
        self.fields["subject"].choices = subjects(document, may_read_outcome)
        chosen = self["subject"].value() or ""
        known = {value for value, _label in _flat(self.fields["subject"].choices)}
        self.about, self.key = chosen.partition(":")[::2] if chosen in known else ("", "")
        asked = self.data.get(self.add_prefix("asked"), "") if self.is_bound else chosen
        self.is_fresh = self.is_bound and asked != chosen
        self.asked = chosen
        ask = {QUESTION: self.ask_question, SCORE: self.ask_numbers, COUNT: self.ask_count,
               OUTCOME: self.ask_level}.get(self.about)  # fmt: skip
        if ask:
            ask()

    def ask_question(self):
        question = named(self.document, "questions", self.key) or {}
        offered = dict(COMPARED)
        if not is_numbered(question):
            offered = {name: COMPARED[name] for name in ("is", "not is", "known")}
        now = self.data.get(self.add_prefix("compare")) or self.initial.get("compare")
        if now in TURNED:
            offered[now] = TURNED[now]
        self._ask_compare(offered)
        choices = [(shown_code(o.get("code")), words(o, "label")) for o in options(question)]
        self.fields["values"] = forms.MultipleChoiceField(
            label=_("Answers"),
            choices=choices,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    def ask_numbers(self):
        self._ask_compare(WITHIN)
        for name, label in (("low", _("from")), ("high", _("up to and including"))):
            self.fields[name] = forms.IntegerField(label=label, required=False)

    def ask_count(self):
        self.fields["keys"] = forms.MultipleChoiceField(
            label=_("How many of these questions"),
            choices=[
                (name_of(row, "questions"), words(row, "name")) for row in questions(self.document)
            ],
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["code"] = forms.ChoiceField(
            label=_("have this answer"), choices=answers_to_count(self.document), required=False
        )
        self.ask_numbers()

    def ask_level(self):
        self._ask_compare(SAME)
        levels = [
            (name_of(row, "levels"), words(row, "name")) for row in rows(self.document, "levels")
        ]
        self.fields["level"] = forms.ChoiceField(label=_("Level"), choices=levels, required=False)

    def _ask_compare(self, offered: Mapping):
        self.fields["compare"] = forms.ChoiceField(
            label=_("How"), choices=list(offered.items()), required=False
        )

    @property
    def is_blank(self) -> bool:
        return not self.about

    def clean(self):
        cleaned = super().clean()
        if self.about and self.is_fresh:
            self.add_error("subject", _("Now say which answers count."))
        elif self.about and not self.errors:
            self._check()
        return cleaned

    def _check(self):
        given = self.cleaned_data
        if self.about == QUESTION:
            self._check_question(given)
        elif self.about in (SCORE, COUNT):
            self._check_numbers(given)
        if self.about == COUNT and not given["keys"]:
            self.add_error("keys", _("Tick the questions to count."))

    def _check_question(self, given):
        least, most = NEEDED[given["compare"].removeprefix("not ") or "is"]
        if len(given["values"]) < least:
            wanted = _("Tick two answers.") if least == 2 else _("Tick an answer.")
            self.add_error("values", wanted)
        elif len(given["values"]) > most:
            wanted = (
                _("Tick only the lowest and the highest.") if most == 2 else _("Tick one answer.")
            )
            self.add_error("values", wanted)

    def _check_numbers(self, given):
        low, high = given.get("low"), given.get("high")
        if low is None and high is None:
            self.add_error("low", _("Fill in at least one of the two numbers."))
        elif low is not None and high is not None and low > high:
            self.add_error("high", _("This is lower than where it starts."))

    def row(self) -> MenuRow:
        """Give the test as a row of the menu. Call only when valid and not blank."""
        given = self.cleaned_data
        compare = given.get("compare") or "is"
        negated, plain = compare.startswith("not "), compare.removeprefix("not ")
        if self.about == OUTCOME:
            return MenuRow(OUTCOME, (), "is", (given["level"],), negated)
        if self.about == QUESTION:
            return MenuRow(QUESTION, (self.key,), plain, self._codes(plain, given), negated)
        keys = tuple(given["keys"]) if self.about == COUNT else (self.key,)
        code = dict(_codes_to_count(self.document)).get(given.get("code"))
        return MenuRow(self.about, keys, *_limits(given["low"], given["high"]), negated, code)

    def _codes(self, compare, given) -> tuple:
        question = named(self.document, "questions", self.key)
        ticked = [code for code in codes(question) if shown_code(code) in given["values"]]
        return () if compare == "known" else tuple(ticked)


def _limits(low, high) -> tuple[str, tuple]:
    if high is None:
        return "at_least", (low,)
    return ("at_most", (high,)) if low is None else ("between", (low, high))


def questions(document) -> list[dict]:
    return [row for row in rows(document, "questions") if codes(row)]


def subjects(document, may_read_outcome: bool) -> list:
    """List what a test can be about, in the order of the framework."""
    gates, criteria = [], []
    for row in questions(document):
        kind = gates if row.get("kind") == "gate" else criteria
        kind.append((f"{QUESTION}:{name_of(row, 'questions')}", words(row, "name")))
    scores = [
        (f"{SCORE}:{name_of(row, 'scores')}", words(row, "name"))
        for row in rows(document, "scores")
    ]
    others = [(f"{COUNT}:", _("a number of answers"))] if len(gates) + len(criteria) > 1 else []
    others += [(f"{OUTCOME}:", _("the level that is advised"))] if may_read_outcome else []
    named_groups = [(_("Scores"), scores), (_("Questions"), criteria), (_("Gates"), gates),
                    (_("Other"), others)]  # fmt: skip
    return [("", _("Choose …")), *(pair for pair in named_groups if pair[1])]


def _flat(choices):
    for value, label in choices:
        yield from label if isinstance(label, list) else [(value, label)]


def _codes_to_count(document) -> list[tuple]:
    found = {shown_code(code): code for row in questions(document) for code in codes(row)}
    return sorted(found.items())


def answers_to_count(document) -> list[tuple]:
    """List the answers that can be counted over several questions."""
    return [(value, _count_label(code)) for value, code in _codes_to_count(document)]


def _count_label(code) -> str:
    if isinstance(code, bool):
        return _("yes") if code else _("no")
    return _("answer %(number)s") % {"number": code + 1} if isinstance(code, int) else code
