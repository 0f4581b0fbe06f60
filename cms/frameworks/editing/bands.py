"""The editor of score bands: one table in which an officer says which level fits which points.

A band is a rule with one test of one score that points to a level. This screen writes such rules of
a score together; other rules about the score stay as they are.
"""

from typing import NamedTuple

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compass.engine.menus import SCORE, MenuRow, menu_of, written_test
from compass.engine.notation import NotationErrors, read_condition

from .document import LANGUAGES, changed, free_name, mapping, name_of, rows, vocabulary, words
from .editor import Editor
from .questions import OWN_CHOICE
from .row_buttons import form_rows
from .scores import span_of
from .wording import PartForm, Words, start_of


class Band(NamedTuple):
    low: int | None
    high: int | None
    level: str


class BandForm(PartForm):
    """One line of the table."""

    needed_sometimes = ("low", "high", "level")
    words = {
        "because": Words(
            gettext_lazy("Because …"),
            gettext_lazy("Left open: the points themselves are the reason."),
            needed=False,
        )
    }
    order = ("low", "high", "level", "because_nl")
    was = forms.CharField(widget=forms.HiddenInput, required=False)
    low = forms.IntegerField(label=gettext_lazy("From"), required=False)
    high = forms.IntegerField(label=gettext_lazy("Up to and including"), required=False)
    level = forms.ChoiceField(label=gettext_lazy("Level that fits"), required=False)

    def __init__(self, *args, levels, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = [("", _("Choose …")), *levels]

    @property
    def is_blank(self) -> bool:
        given = self.cleaned_data
        return given.get("low") is None and given.get("high") is None and not given.get("level")

    def clean(self):
        cleaned = super().clean()
        if self.errors or self.is_blank:
            return cleaned
        low, high = cleaned.get("low"), cleaned.get("high")
        if low is None and high is None:
            self.add_error("low", _("Fill in at least one of the two numbers."))
        elif low is not None and high is not None and low > high:
            self.add_error("high", _("This is lower than where it starts."))
        if not cleaned.get("level"):
            self.add_error("level", _("Choose the level."))
        return cleaned

    def band(self) -> Band:
        return Band(self.cleaned_data["low"], self.cleaned_data["high"], self.cleaned_data["level"])


BandRows = form_rows(BandForm)


class NoForm(PartForm):
    """Nothing but the rows."""

    def __init__(self, *args, editor, **kwargs):
        super().__init__(*args, **kwargs)


class BandsEditor(Editor):
    """The bands of one score; `place` is the place of the score."""

    table = "scores"
    form_class = NoForm
    template = "cms/frameworks/editing/bands.html"

    @property
    def key(self) -> str:
        return name_of(self.row, "scores")

    def make_rows(self):
        levels = [
            (name_of(row, "levels"), words(row, "name")) for row in rows(self.document, "levels")
        ]
        shown = self._score_names()
        start = [_start(rule, row, shown) for rule, row in bands_of(self.document, self.key)]
        self.sets["band"] = BandRows(
            self.data, prefix="band", initial=start or [{}, {}], form_kwargs={"levels": levels}
        )

    def check(self):
        if not self.bands:
            self.form.add_error(None, _("Fill in at least one line."))

    @property
    def _filled(self) -> list[BandForm]:
        return [form for form in self.sets["band"] if form.is_valid() and not form.is_blank]

    @property
    def bands(self) -> list[Band]:
        """List the bands of what is filled in now, as far as they are right."""
        if self.data is not None:
            return [form.band() for form in self._filled]
        found = bands_of(self.document, self.key)
        return [Band(*limits(row), rule["points_to"]) for rule, row in found]

    @property
    def span(self) -> tuple[int, int] | None:
        terms, caps = mapping(self.row, "terms"), mapping(self.row, "caps")
        return span_of(terms, caps, self.document)

    @property
    def remarks(self) -> list[str]:
        """Say which totals no band holds, and which are in two."""
        return remarks_on(self.bands, self.span) if self.bands and self.span else []

    def result(self):
        """Give the document with these bands; where the first one stood, or at the end."""
        old = {name_of(rule, "rules") for rule, _row in bands_of(self.document, self.key)}
        found = rows(self.document, "rules")
        places = [n for n, rule in enumerate(found) if name_of(rule, "rules") in old]
        first = min(places, default=len(found))
        kept = [rule for rule in found if name_of(rule, "rules") not in old]
        made = self._rules(kept, {name_of(rule, "rules"): rule for rule in found})
        return changed(self.document, "rules", lambda now: _replace(now, kept, made, first))

    def _rules(self, kept: list, before: dict) -> list[dict]:
        made: list[dict] = []
        for form in self._filled:
            was = before.get(form.cleaned_data["was"], {})
            band = form.band()
            taken = {"rules": [*kept, *made]}
            new = free_name(taken, "rules", f"{self.key} {band.level}")
            made.append(self._rule(form, band, was, name_of(was, "rules") or new))
        return made

    def _score_names(self) -> dict[str, str]:
        return {one: words(self.row, "name", one) for one in LANGUAGES}

    def _rule(self, form, band: Band, was: dict, name: str) -> dict:
        said = form.texts().get("because") or sentence(self._score_names(), band)
        return {
            "id": name,
            "when": written_test(_row_of(self.key, band)),
            "points_to": band.level,
            **({"off": True} if was.get("off") else {}),
            "because": said,
            "reference": was.get("reference") or OWN_CHOICE,
        }


def _replace(now: list, kept: list, made: list, first: int):
    now[:] = [*kept[:first], *made, *kept[first:]]


def bands_of(document: dict, score: str) -> list[tuple[dict, MenuRow]]:
    """List the rules that are bands of a score, each with its one test."""
    found = []
    for rule in rows(document, "rules"):
        row = _one_test(document, rule) if "points_to" in rule else None
        if row and row.about == SCORE and row.keys == (score,) and not row.negated:
            found.append((rule, row))
    return found


def _one_test(document: dict, rule: dict) -> MenuRow | None:
    try:
        menu = menu_of(read_condition(str(rule.get("when", "")), vocabulary(document, False)))
    except NotationErrors:
        return None
    if menu is None or len(menu.groups) > 1 or menu.groups[0].negated:
        return None
    tests = menu.groups[0].tests
    return tests[0] if len(tests) == 1 else None


def limits(row: MenuRow) -> tuple[int | None, int | None]:
    low = None if row.comparison == "at_most" else row.values[0]
    return low, None if row.comparison == "at_least" else row.values[-1]


def _row_of(score: str, band: Band) -> MenuRow:
    if band.high is None:
        return MenuRow(SCORE, (score,), "at_least", (band.low,))
    if band.low is None:
        return MenuRow(SCORE, (score,), "at_most", (band.high,))
    return MenuRow(SCORE, (score,), "between", (band.low, band.high))


def _start(rule: dict, row: MenuRow, score: dict) -> dict:
    """Give what a line starts with; the points as reason show as open, so that they keep up."""
    low, high = limits(row)
    start = {"was": name_of(rule, "rules"), "low": low, "high": high, "level": rule["points_to"]}
    if rule.get("because") == sentence(score, Band(low, high, rule["points_to"])):
        return start
    return {**start, **start_of(rule, BandForm.words)}


def sentence(score: dict, band: Band) -> dict[str, str]:
    """Say the points themselves as a reason."""
    low, high = band.low, band.high
    if high is None:
        nl, en = f"{low} of meer", f"{low} or more"
    elif low is None:
        nl, en = f"{high} of minder", f"{high} or less"
    else:
        nl, en = f"{low} tot en met {high}", f"{low} up to and including {high}"
    return {"nl": f"De score “{score['nl']}” is {nl}.", "en": f"The score “{score['en']}” is {en}."}


def remarks_on(bands: list[Band], span: tuple[int, int]) -> list[str]:
    """Say which totals of a score no band holds, which two hold, and which can't occur."""
    lowest, highest = span
    held = [_count_in(bands, total) for total in range(lowest, highest + 1)]
    gaps = [lowest + n for n, count in enumerate(held) if count == 0]
    twice = [lowest + n for n, count in enumerate(held) if count > 1]
    said = [_("No level fits this total yet: %(points)s.") % {"points": one} for one in _runs(gaps)]
    said += [
        _("This total stands in two lines: %(points)s.") % {"points": one} for one in _runs(twice)
    ]
    lows = [band.low for band in bands if band.low is not None]
    if lows and min(lows) < lowest:
        text = _("A total below %(lowest)s can't occur: that is the lowest.")
        said.append(text % {"lowest": lowest})
    highs = [band.high for band in bands if band.high is not None]
    if highs and max(highs) > highest:
        text = _("A total above %(highest)s can't occur: that is the highest.")
        said.append(text % {"highest": highest})
    return said


def _count_in(bands, total) -> int:
    return sum(
        (band.low is None or band.low <= total) and (band.high is None or total <= band.high)
        for band in bands
    )


def _runs(totals: list[int]) -> list[str]:
    """Write totals that follow each other as one run."""
    runs: list[list[int]] = []
    for total in totals:
        if runs and runs[-1][-1] == total - 1:
            runs[-1].append(total)
        else:
            runs.append([total])
    return [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs]
