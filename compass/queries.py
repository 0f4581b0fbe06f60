"""Queries: the framework that is in force on a day, parsed and cached, and adopted advice in a language."""

import re
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from compass.engine.advise import Advice, advise
from compass.engine.findings import Finding
from compass.engine.framework import Rulebook, load_framework
from compass.engine.what_if import compared
from compass.models import Assessment, Framework
from compass.translation import translate

SHIPPED = Path(__file__).resolve().parent / "frameworks"


@lru_cache(maxsize=32)  # the same source always reads the same
def read_framework(source: str) -> Rulebook:
    """Read the text of a framework, with the platform's own words beside it; FrameworkErrors as load_framework."""
    return load_framework(source, languages=settings.FRAMEWORK_LANGUAGES, translate=translate)


def shipped_framework_source(key: str) -> str:
    """Give the text of a framework that comes with the platform; KeyError when there is none."""
    if key not in shipped_frameworks():
        raise KeyError(key)
    return (SHIPPED / f"{key}.toml").read_text(encoding="utf-8")


def shipped_frameworks() -> list[str]:
    """List the keys of the frameworks that come with the platform."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml") if re.match(r"^\w+$", path.stem))


def framework_in_force(key: str, on: date) -> Framework:
    """Find the version that counts on a day: the one that started last.

    Of two that start on the same day the later published one counts. Framework.DoesNotExist when
    none has started.
    """
    started = Framework.objects.filter(key=key, valid_from__lte=on)
    return started.latest("valid_from", "published_at", "pk")


def frameworks_of(owner: str) -> list[Framework]:
    """List every version an owner may use: of their own, and what comes with the platform."""
    return list(
        Framework.objects.filter(owner__in=(owner, "")).order_by(
            "owner", "key", "-valid_from", "-pk"
        )
    )


def parsed(framework: Framework) -> Rulebook:
    """Read a published framework into what the engine works with, from memory where possible.

    A published version never changes, so whoever found it without its text (56 KB) needs none.
    """
    return _read_version(_Version(framework))


class _Version:
    """A published framework, known by its names and the digest of its text."""

    def __init__(self, framework: Framework):
        self.framework = framework
        self.names = (framework.key, framework.version, framework.source_hash)

    def __eq__(self, other):
        return self.names == other.names

    def __hash__(self):
        return hash(self.names)


@lru_cache(maxsize=32)
def _read_version(version: _Version) -> Rulebook:
    return read_framework(version.framework.source)


def parsed_shipped(key: str) -> Rulebook:
    """Read a framework that comes with the platform; needs no database."""
    return read_framework(shipped_framework_source(key))


def checked(source: str) -> tuple[Finding, ...]:
    """Check the text of a framework, from memory where possible; FrameworkErrors when it can't be read.

    Takes the solver about a second the first time.
    """
    return _check(source)


@lru_cache(maxsize=32)
def _check(source: str) -> tuple[Finding, ...]:
    from compass.engine.verification import check

    return check(read_framework(source))


def advice_in(assessment: Assessment, language: str, rulebook: Rulebook | None = None) -> dict:
    """Tell an adopted advice in another language: the same answers replay to the same advice.

    `rulebook` is the assessment's own framework with other names for its levels.
    """
    rulebook = rulebook or parsed(assessment.framework)
    return advise(rulebook, assessment.answers).as_dict(language)


def other_route(advice: Advice) -> str | None:
    """Name the level that the purpose alone leads to, when the advice is another one.

    None while the advice is open, when both routes lead to the same, and when a gate settled it.
    """
    level = compared(advice.source, advice.answers)
    settled = any(reason.rule.effect == "settle" for reason in advice.reasons)
    return level if level and not settled and advice.outcome not in (None, level) else None
