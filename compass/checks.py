"""System checks: no upgrade while a kept framework can't be read any more, or gives another advice than it gave.

`migrate` asks this of the database before it changes anything; so does `manage.py check --database default`.
"""

from django.core.checks import Error, Tags, register
from django.db import connections

from compass.engine.advise import AnswerErrors, advise
from compass.engine.framework import FrameworkErrors, Rulebook
from compass.models import Assessment, Framework
from compass.queries import read_framework

GO_BACK = (
    "Nothing was changed. Go back to the version of the platform that you had, start it again, and tell "
    "whoever maintains the platform what stands above."
)


@register(Tags.database)
def read_everything_published(app_configs, databases=None, **options):
    """Refuse a database with a framework that can't be read, or with an assessment that now gives another advice."""
    return [found for alias in databases or () for found in _found_in(alias)]


def _found_in(alias: str) -> list[Error]:
    if Framework._meta.db_table not in connections[alias].introspection.table_names():
        return []  # not migrated yet: nothing is kept
    found, rulebooks = [], {}
    stored = Framework.objects.using(alias).values_list("pk", "key", "version", "source")
    for pk, key, version, source in stored:
        try:
            rulebooks[pk] = read_framework(source)
        except FrameworkErrors as errors:
            found.append(_unreadable(f"{key} {version}", errors))
    return found + _other_advice(alias, rulebooks)


def _unreadable(name: str, errors: FrameworkErrors) -> Error:
    first = errors.errors[0]
    text = f"The framework {name}, which was published here, can't be read by this version: {first}"
    return Error(f"{text} ({len(errors.errors)} in all).", hint=GO_BACK, id="compass.E001")


def _other_advice(alias: str, rulebooks: dict[int, Rulebook]) -> list[Error]:
    """Replay every assessment: the answers must lead to the level they led to, for ever."""
    kept = Assessment.objects.using(alias).filter(framework__in=rulebooks)
    rows = kept.values_list("pk", "framework", "answers", "advice")
    return [
        Error(
            f"Assessment {pk} gives another advice with this version.",
            hint=GO_BACK,
            id="compass.E002",
        )
        for pk, framework, answers, advice in rows.iterator()
        if not _same(rulebooks[framework], answers, advice)
    ]


def _same(rulebook: Rulebook, answers: dict, kept: dict) -> bool:
    try:
        again = advise(rulebook, answers)
    except AnswerErrors:
        return False
    return (again.outcome, again.now) == (kept["outcome"], kept["now"])
