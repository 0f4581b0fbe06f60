"""What does this municipality call the levels? Names only: no rule reads them."""

from dataclasses import replace

from compass.engine.anatomy import Framework as Rulebook
from compass.engine.anatomy import Level
from compass.queries import parsed

KINDS = ("plain", "official")
LANGUAGES = ("nl", "en")
LONGEST_NAME = 60  # characters: it has to fit a badge on a phone


def level_name(municipality, level: Level, language: str, kind: str = "plain") -> str:
    """Name a level as this municipality does; without a name of its own, as the framework does."""
    given = municipality.level_names.get(level.key, {}).get(kind, {}) if municipality else {}
    return given.get(language) or {"plain": level.plain, "official": level.name}[kind][language]


def named_framework(framework, municipality) -> Rulebook:
    """Read a published framework with this municipality's names in it. Rules, ranks and promises stay."""
    rulebook = parsed(framework)
    if not municipality.level_names:
        return rulebook
    levels = (_named(level, municipality) for level in rulebook.levels)
    return replace(rulebook, levels=tuple(levels))


def checked_names(names: dict, levels) -> dict:
    """Keep the names that say something, by level, kind and language; unknown keys raise KeyError."""
    known = {level.key for level in levels}
    kept: dict = {}
    for level, kind, language, text in _flat(names):
        if level not in known or kind not in KINDS or language not in LANGUAGES:
            raise KeyError(f"{level}.{kind}.{language}")
        if text:
            kept.setdefault(level, {}).setdefault(kind, {})[language] = text
    return kept


def _named(level: Level, municipality) -> Level:
    texts = {
        kind: {language: level_name(municipality, level, language, kind) for language in LANGUAGES}
        for kind in KINDS
    }
    return replace(level, plain=texts["plain"], name=texts["official"])


def _flat(names: dict):
    for level, kinds in names.items():
        for kind, languages in kinds.items():
            for language, text in languages.items():
                yield level, kind, language, " ".join(str(text).split())
