"""Level names of a municipality's own. Names only: no rule reads them."""

import json
from dataclasses import replace
from functools import lru_cache

from django.utils import timezone
from django.utils.translation import gettext as _

from compass.engine.anatomy import Level, Rulebook
from compass.queries import framework_in_force, parsed
from compass.refusal import Refused
from deliberation.people.names import clean_line
from deliberation.people.operations import operation, record_audit
from deliberation.people.permissions import require

from .extension_points import promise_changed
from .models import Municipality, Project

KINDS = ("plain", "official")
LANGUAGES = ("nl", "en")
LONGEST_NAME = 60  # characters: it has to fit a badge on a phone


def level_name(municipality, level: Level, language: str, kind: str = "plain") -> str:
    """Name a level as this municipality does; without a name of its own, as the framework does."""
    return _name(municipality.level_names if municipality else {}, level, language, kind)


def _name(names: dict, level: Level, language: str, kind: str) -> str:
    given = names.get(level.key, {}).get(kind, {})
    return given.get(language) or {"plain": level.plain, "official": level.name}[kind][language]


def named_framework(framework, municipality) -> Rulebook:
    """Read a published framework with this municipality's names in it. Rules, ranks and promises stay."""
    rulebook = parsed(framework)
    if not municipality.level_names:
        return rulebook
    return _renamed(rulebook, json.dumps(municipality.level_names, sort_keys=True))


@lru_cache(
    maxsize=32
)  # the engine remembers its plans and words by framework, so give it the same one
def _renamed(rulebook: Rulebook, names: str) -> Rulebook:
    levels = (_named(level, json.loads(names)) for level in rulebook.levels)
    return replace(rulebook, levels=tuple(levels))


@operation
def name_levels(*, actor, municipality, names, now) -> Municipality:
    """Give the levels names of this municipality's own: {level: {plain|official: {nl|en: text}}}.

    A blank name means the framework's. Names of every promise change at once, those of the past too;
    what was decided stays. Refused: an unknown level, kind or language, a name that is too long.
    """
    require("projects.name_levels", actor, municipality, now)
    framework = framework_in_force(municipality.framework_key, timezone.localdate(now))
    locked = Municipality.objects.select_for_update().get(pk=municipality.pk)
    locked.level_names = _checked(names, {level.key for level in parsed(framework).levels})
    locked.save()
    promise_changed(Project.objects.filter(municipality=locked), now)
    record_audit(
        actor=actor, action="name_levels", obj=locked, now=now, detail={"names": locked.level_names}
    )
    return locked


def _checked(names: dict, levels: set[str]) -> dict:
    kept: dict = {}
    for level, kind, language, text in _flat(names):
        if level not in levels or kind not in KINDS or language not in LANGUAGES:
            raise Refused(_("There is no such level or language."), code="malformed")
        if text := clean_line(text, LONGEST_NAME, field_of(level, kind, language)):
            kept.setdefault(level, {}).setdefault(kind, {})[language] = text
    return kept


def field_of(level: str, kind: str, language: str) -> str:
    """Name the field of a form in which this name is typed."""
    return f"{level}-{kind}-{language}"


def _named(level: Level, names: dict) -> Level:
    texts = {
        kind: {language: _name(names, level, language, kind) for language in LANGUAGES}
        for kind in KINDS
    }
    return replace(level, plain=texts["plain"], name=texts["official"])


def _flat(names: dict):
    for level, kinds in names.items():
        for kind, languages in kinds.items():
            for language, text in languages.items():
                yield level, kind, language, str(text)
