"""The editor of a score: which answers count in it, and for how many points."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .condition_form import shown_code
from .document import codes, is_numbered, mapping, name_of, options, rows, words
from .editor import Editor, checked_key
from .levels import key_field
from .row_buttons import hush
from .wording import PartForm, Words

MOST_POINTS = 1_000


class ScoreForm(PartForm):
    words = {
        "name": Words(
            gettext_lazy("What is this score called?"), gettext_lazy("For example: impact.")
        )
    }
    order = ("name_nl",)
    key = key_field()

    def __init__(self, *args, editor, **kwargs):
        super().__init__(*args, **kwargs)
        self.editor = editor
        if not editor.is_new:
            del self.fields["key"]

    def clean_key(self):
        return checked_key(self, self.editor.document, "scores")


def points_field(label) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, required=False, min_value=-MOST_POINTS, max_value=MOST_POINTS
    )


class ScoreTermForm(forms.Form):
    """What one question adds: points per answer, or a weight times the place of the answer."""

    def __init__(self, *args, question: dict, **kwargs):
        super().__init__(*args, **kwargs)
        self.question = question
        self.name = words(question, "name")
        for option in options(question):
            name = f"points_{shown_code(option.get('code'))}"
            self.fields[name] = points_field(words(option, "label"))
        self.fields["weight"] = points_field(_("Weight"))
        self.fields["cap"] = points_field(_("Count at most this answer"))
        self.fields["cap"].help_text = _("The first answer is 0. Leave it open for no limit.")

    def points_fields(self):
        return [field for field in self if field.name.startswith("points_")]

    def weight_fields(self):
        return [self["weight"], self["cap"]]

    @property
    def has_weight(self) -> bool:
        return self["weight"].value() not in (None, "") or bool(self.errors.get("cap"))

    def clean(self):
        cleaned = super().clean()
        points = self._points()
        some = [point for point in points if point is not None]
        if some and len(some) < len(points):
            missing = next(name for name in self.fields if self.cleaned_data.get(name) is None)
            self.add_error(missing, _("Fill in the points of every answer; 0 is allowed."))
        if some and cleaned.get("weight") is not None:
            self.add_error("weight", _("Choose: points per answer, or a weight."))
        if cleaned.get("cap") is not None and cleaned.get("weight") is None:
            self.add_error("cap", _("A limit needs a weight."))
        return cleaned

    def _points(self) -> list:
        names = [name for name in self.fields if name.startswith("points_")]
        return [self.cleaned_data.get(name) for name in names]

    def term(self):
        """Give the weight or the list of points; None when the question doesn't count."""
        points = self._points()
        if points and None not in points:
            return points
        return self.cleaned_data.get("weight")

    def cap(self):
        return self.cleaned_data.get("cap")


class ScoreEditor(Editor):
    table = "scores"
    form_class = ScoreForm
    template = "cms/frameworks/editing/score.html"

    def make_rows(self):
        terms, caps = mapping(self.row, "terms"), mapping(self.row, "caps")
        self.terms = [
            ScoreTermForm(
                data=self.data,
                prefix=f"term-{name_of(question, 'questions')}",
                initial=_start(question, terms, caps),
                question=question,
            )
            for question in rows(self.document, "questions")
            if is_numbered(question)
        ]

    def hush(self):
        hush(self.form)

    def is_valid(self):
        fine = [self.form.is_valid(), *(term.is_valid() for term in self.terms)]
        if all(fine) and not self._counted():
            self.form.add_error(None, _("Give at least one question points, or a weight."))
        return all(fine) and not self.form.errors

    def _counted(self) -> dict:
        return {
            name_of(term.question, "questions"): term.term()
            for term in self.terms
            if term.is_valid() and term.term() is not None
        }

    @property
    def span(self) -> tuple[int, int] | None:
        """Give the lowest and the highest total of what is filled in now."""
        if self.data is not None:
            return span_of(self._counted(), self._caps(), self.document)
        return span_of(mapping(self.row, "terms"), mapping(self.row, "caps"), self.document)

    def _caps(self) -> dict:
        counted = self._counted()
        return {
            name_of(term.question, "questions"): term.cap()
            for term in self.terms
            if term.is_valid() and term.cap() is not None
            and name_of(term.question, "questions") in counted
        }  # fmt: skip

    def make_row(self):
        caps = self._caps()
        return {
            **self.form.texts(),
            "terms": self._counted(),
            **({"caps": caps} if caps else {}),
        }


def _start(question: dict, terms: dict, caps: dict) -> dict:
    key = name_of(question, "questions")
    term = terms.get(key)
    if isinstance(term, list):
        return {f"points_{code}": point for code, point in zip(codes(question), term, strict=False)}
    return {"weight": term, "cap": caps.get(key)}


def span_of(terms: dict, caps: dict, document: dict) -> tuple[int, int] | None:
    """Give the lowest and the highest total of these terms; None when nothing counts yet."""
    found = {name_of(row, "questions"): codes(row) for row in rows(document, "questions")}
    points = [_all_points(terms[key], found.get(key, ()), caps.get(key)) for key in terms]
    points = [each for each in points if each]
    return (sum(map(min, points)), sum(map(max, points))) if points else None


def _all_points(term, options_of: tuple, cap) -> list[int]:
    if isinstance(term, list):
        return [point for point in term if type(point) is int]
    numbers = [code for code in options_of if type(code) is int]
    if type(term) is not int or not numbers:
        return []
    highest = cap if type(cap) is int else max(numbers)
    return [term * min(code, highest) for code in numbers]
