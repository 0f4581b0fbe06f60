"""Template tags that put a framework and an advice into words."""

import re
from typing import NamedTuple

from django import template
from django.conf import settings
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from compass.engine.anatomy import FrameworkQuestion, Level, Rulebook, Text
from compass.queries import parsed
from compass.rose import Rose, draw_rose

register = template.Library()
BETWEEN_WORDS = re.compile(r"([\s<>&;]+)")
NAMED_BESIDE = 2  # levels; the drawing names them too


@register.filter
def in_language(text, language=None) -> str:
    """Choose one language of a text; without one, the language of the page. No text is empty."""
    return Text(text)[language or get_language()] if text else ""


@register.filter
def as_written(text, language: str = ""):
    """Mark what people wrote, Dutch when nobody says otherwise, on a page in another language."""
    language = language or settings.LANGUAGE_CODE
    if not text or language == (get_language() or settings.LANGUAGE_CODE):
        return text
    return format_html('<span lang="{}">{}</span>', language, text)


@register.filter
def or_english(text, row):
    """Give the English beside what somebody wrote in Dutch, on an English page; where there is none, mark the Dutch.

    `row` has `english`: by field what was translated, {"open": {Dutch line: English line}}. A list gives a list.
    """
    if isinstance(text, list):
        return [or_english(line, row) for line in text]
    return english_text(text, row) or as_written(text)


@register.filter
def breakable(text):
    """Let an e-mail address break before its @ and its dots only: on a phone it broke in the middle of a word."""
    words = BETWEEN_WORDS.split(conditional_escape(text))
    return mark_safe("".join(map(_in_parts, words)))  # noqa: S308 - escaped above


def _in_parts(word) -> str:
    if "@" not in word.strip("@"):
        return word
    address = word.rstrip(".,:!?)")
    parts = address.replace("@", "<wbr>@").replace(".", "<wbr>.")
    return f'<span class="sk-address">{parts}</span>{word[len(address) :]}'


@register.filter
def english_text(text, row) -> str:
    """Look up the English of a text, also where it begins a sentence; blank in Dutch and where there is none."""
    if not text or get_language() != "en":
        return ""
    kept = row.get("english") if isinstance(row, dict) else getattr(row, "english", None)
    for pairs in (kept or {}).values():
        for dutch, english in pairs.items():
            if text == dutch:
                return english
            if text == capfirst(dutch):
                return capfirst(english)
    return ""


class DrawnRose(NamedTuple):
    """What `components/_rose.html` needs: the drawing, its title and the same in sentences."""

    rose: Rose
    title: str
    words: list[str]
    names: tuple[str, ...] = ()


@register.filter
def level(framework: Rulebook, key: str) -> Level | None:
    """Find a level by its key; None for no key."""
    return framework.level(key) if key else None


@register.filter
def question(framework: Rulebook, key: str) -> FrameworkQuestion:
    """Find a question by its key."""
    return framework.question(key)


@register.filter
def framework_of_draft(draft) -> Rulebook:
    """Read the framework that answers belong to."""
    return parsed(draft.framework)


@register.filter
def questions(framework: Rulebook, keys) -> list[FrameworkQuestion]:
    """Find questions by their keys, in the order of the keys."""
    return [framework.question(key) for key in keys]


@register.filter
def bound_rows(advice: dict, framework: Rulebook) -> list[tuple[str, str]]:
    """List the bounds that were set, each with the official name of its level."""
    names = {
        "floor": _("At least"),
        "ceiling": _("At most"),
        "means": _("Feasible now, at most"),
        "wish": _("Wished"),
    }
    bounds = advice["bounds"]
    return [
        (names[name], in_language(framework.level(bounds[name]).name))
        for name in names
        if bounds[name]
    ]


@register.filter
def what_follows(reason: dict, framework: Rulebook) -> str:
    """Say in a few words what a rule that fired leads to."""
    words = {
        "settle": _("This settles it: %s"),
        "at_least": _("At least: %s"),
        "at_most": _("At most: %s"),
        "means_at_most": _("Feasible now, at most: %s"),
        "points_to": _("Points to: %s"),
        "mode": _("This is about doing it together"),
        "flag": _("Mind this"),
    }[reason["effect"]]
    return words % in_language(framework.level(reason["level"]).name) if reason["level"] else words


@register.filter
def advised_rose(framework: Rulebook, advice: dict) -> DrawnRose:
    """Draw an advice: the needle on what fits, a mark on what is feasible now, an arc over what is open."""
    levels = [(one.key, in_language(one.plain)) for one in framework.levels]
    drawn = draw_rose(
        levels,
        fits=advice["outcome"],
        now=advice["now"],
        possible=advice["possible"],
        bounds=advice["bounds"],
    )
    names = dict(levels)
    said, open_names = _rose_words(names, advice), open_levels(names, advice)
    return DrawnRose(drawn, _("What the compass advises"), said, tuple(open_names))


@register.filter
def chosen_rose(promise) -> DrawnRose:
    """Draw a choice: the needle on the chosen level, a mark on the advised one, and the bounds.

    `promise` has `level_key`, `levels` (key and plain name) and `advice`.
    """
    names, chosen, advice = dict(promise.levels), promise.level_key, promise.advice
    advised = advice["outcome"]
    drawn = draw_rose(promise.levels, fits=chosen, now=advised, bounds=advice["bounds"])
    words = [_("The needle points at the level that was chosen: %s.") % names[chosen]]
    if advised != chosen:
        words.append(_("The compass advised: %s. That is the round mark.") % names[advised])
    return DrawnRose(drawn, _("How far you may go"), [*words, *_bound_words(names, advice)])


def open_levels(names: dict, advice: dict) -> list[str]:
    """Name the levels that are still possible, in their order."""
    return [names[key] for key in names if key in advice["possible"]]


def _rose_words(names: dict, advice: dict) -> list[str]:
    fits, now = advice["outcome"], advice["now"]
    open_names = open_levels(names, advice)
    every, many = len(open_names) == len(names), len(open_names) > NAMED_BESIDE
    said = [
        (fits, _("The needle points at what fits here: %s."), names.get(fits)),
        (not fits and every, _("Every level is still possible.") + "%s", ""),
        (not fits and many and not every, _("Still possible: all under the wide arc.") + "%s", ""),
        (
            not fits and not many,
            _("Still possible: %s. That is the wide arc."),
            ", ".join(open_names),
        ),
        (now and now != fits, _("Feasible now: %s. That is the round mark."), names.get(now)),
        (now and now == fits, _("That is feasible now, too.") + "%s", ""),
    ]
    told = [sentence % name for holds, sentence, name in said if holds]
    return [*told, *_bound_words(names, advice)]


def _bound_words(names: dict, advice: dict) -> list[str]:
    bounds = advice["bounds"]
    said = [
        ("floor", _("At least this: %s. The solid line is its beginning.")),
        ("ceiling", _("At most this fits: %s. The solid line is its end.")),
        ("means", _("At most this is feasible now: %s. The dashed line is its end.")),
    ]
    return [sentence % names[bounds[kind]] for kind, sentence in said if bounds[kind]]
