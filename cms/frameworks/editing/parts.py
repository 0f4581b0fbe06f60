"""The register of a framework's parts: which there are, the form for each, and how a list shows them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .bands import bands_of, limits
from .cases import CaseEditor
from .document import (
    effect_of,
    is_numbered,
    language,
    mapping,
    name_of,
    named,
    options,
    rows,
    words,
)
from .in_words import in_words
from .levels import LevelEditor
from .methods import MethodEditor
from .questions import QuestionEditor
from .rules import RuleEditor, level_choices
from .scores import ScoreEditor, span_of


@dataclass(frozen=True)
class FrameworkPart:
    """One kind of tables: its address, the form for one, and how a list names it."""

    slug: str
    table: str
    editor: type
    title: object
    intro: object
    empty: object
    new: tuple[tuple[str, object], ...]  # what can be added: (kind, label)
    facts: Callable[[dict, dict], list[str]]


def _level_name(document, key) -> str:
    row = named(document, "levels", str(key))
    return words(row, "name", language()) if row else str(key)


def level_facts(document, row) -> list[str]:
    counts = row.get("counts_as_participation")
    return [
        words(row, "plain", language()),
        _("counts as participation") if counts else _("doesn't count as participation"),
    ]


def question_facts(document, row) -> list[str]:
    kind = _("gate") if row.get("kind") == "gate" else _("criterion")
    labels = " · ".join(words(option, "label", language()) for option in options(row))
    return [words(row, "text", language()), f"{kind}: {labels}"]


def score_facts(document, row) -> list[str]:
    terms = mapping(row, "terms")
    span = span_of(terms, mapping(row, "caps"), document)
    counted = [
        words(named(document, "questions", key) or {}, "name", language()) or key for key in terms
    ]
    total = _("from %(low)s to %(high)s") % {"low": span[0], "high": span[1]} if span else ""
    return [", ".join(counted), total, *_band_facts(document, row)]


def _band_facts(document, row) -> list[str]:
    return [
        f"{_span_words(*limits(test))} → {_level_name(document, rule['points_to'])}"
        for rule, test in bands_of(document, name_of(row, "scores"))
    ]


def _span_words(low, high) -> str:
    if low is None:
        return _("%(points)s or less") % {"points": high}
    if high is None:
        return _("%(points)s or more") % {"points": low}
    return f"{low} – {high}"


def rule_facts(document, row) -> list[str]:
    effect = effect_of(row)
    value = f"at_least:{row.get('kind')}" if effect == "at_least" else effect
    level = dict(level_choices(document)).get(row.get(effect), "")
    condition = in_words(document, str(row.get("when", "")), effect == "flag")
    facts = [
        _("If: %(condition)s") % {"condition": condition},
        str(SHORT.get(value, "")) % {"level": level},
    ]
    return [*facts, _("switched off: it doesn't count")] if row.get("off") else facts


SHORT = {
    "points_to": gettext_lazy("Then this fits: %(level)s"),
    "at_least:law": gettext_lazy("Then at least: %(level)s (a law)"),
    "at_least:promise": gettext_lazy("Then at least: %(level)s (a promise)"),
    "at_least:policy": gettext_lazy("Then at least: %(level)s (our own policy)"),
    "at_most": gettext_lazy("Then at most: %(level)s"),
    "means_at_most": gettext_lazy("Then feasible now, at most: %(level)s"),
    "settle": gettext_lazy("Then always: %(level)s"),
    "mode": gettext_lazy("Then people do the work together"),
    "flag": gettext_lazy("Then there is a warning"),
}


def method_facts(document, row) -> list[str]:
    levels = row.get("levels") if isinstance(row.get("levels"), list) else []
    names = ", ".join(_level_name(document, key) for key in levels)
    takes = _("hours: %(hours)s, weeks: %(weeks)s")
    return [names, takes % {"hours": row.get("hours"), "weeks": row.get("weeks")}]


def case_facts(document, row) -> list[str]:
    return [_("should give: %(level)s") % {"level": _level_name(document, row.get("expect"))}]


PARTS = {
    part.slug: part
    for part in (
        FrameworkPart(
            "niveaus", "levels", LevelEditor, gettext_lazy("Levels"),
            gettext_lazy("The steps of participation, from the least influence to the most."),
            gettext_lazy("There is no level yet. Begin with the one that gives the least influence."),
            (("", gettext_lazy("Add a level")),), level_facts,
        ),
        FrameworkPart(
            "vragen", "questions", QuestionEditor, gettext_lazy("Questions"),
            gettext_lazy("A criterion has several answers. A gate is a yes or no that can settle the level."),
            gettext_lazy("There is no question yet."),
            (("criterion", gettext_lazy("Add a criterion")), ("gate", gettext_lazy("Add a gate"))),
            question_facts,
        ),
        FrameworkPart(
            "scores", "scores", ScoreEditor, gettext_lazy("Scores"),
            gettext_lazy("A score adds up points of answers. Then say which points lead to which level."),
            gettext_lazy("There is no score. You need one only when answers add up."),
            (("", gettext_lazy("Add a score")),), score_facts,
        ),
        FrameworkPart(
            "regels", "rules", RuleEditor, gettext_lazy("Rules"),
            gettext_lazy("If this holds, then that follows, because. The order makes no difference for the level."),
            gettext_lazy("There is no rule yet. Without rules the lowest level always fits."),
            (("", gettext_lazy("Add a rule")),), rule_facts,
        ),
        FrameworkPart(
            "methoden", "methods", MethodEditor, gettext_lazy("Methods"),
            gettext_lazy("Ways to involve people, with what they take and what they are not enough for."),
            gettext_lazy("There is no method yet. You can do without."),
            (("", gettext_lazy("Add a method")),), method_facts,
        ),
        FrameworkPart(
            "proefcases", "cases", CaseEditor, gettext_lazy("Worked cases"),
            gettext_lazy("Subjects you know well. Each has to give the level you expect before you can publish."),
            gettext_lazy("There is no worked case yet. Take a subject you know, and try."),
            (("", gettext_lazy("Add a worked case")),), case_facts,
        ),
    )
}  # fmt: skip


def can_have_score(document) -> bool:
    """Say whether there is a question whose answers can count."""
    return any(is_numbered(row) for row in rows(document, "questions"))


def comes_first(document, table) -> tuple[str, FrameworkPart] | None:
    """Say what has to be there before a table of this kind can be filled in, and to which part that belongs."""
    if table in ("rules", "methods", "cases") and not rows(document, "levels"):
        return _("This framework has no level yet. Make one first."), PARTS["niveaus"]
    if table == "scores" and not can_have_score(document):
        return _("First make a question with answers in an order. A score adds those up."), PARTS[
            "vragen"
        ]
    return None
