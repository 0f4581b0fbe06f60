"""Generations: every write to a table that a page may show makes the kept pages of its municipality old.

Seen where a statement goes to the database, so that no signal, bulk update or command is missed.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

from deliberation.people.commit_hooks import after_commit, waits_for_commit
from deliberation.projects.tenancy import municipality_here

from .models import Generation

READ = re.compile(
    r"\s*(?:SELECT|SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT|PRAGMA|SET|SHOW|EXPLAIN|DECLARE|FETCH|CLOSE|VACUUM)\b",
    re.IGNORECASE,
)
# Whatever is neither read nor written in a way that is known here may have changed anything.
WRITE = re.compile(
    r'\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)', re.IGNORECASE
)
# What no page shows, though it is written all day. A test walks public pages and sees none of them read.
NEVER_SHOWN = re.compile(
    r"django_session|django_tasks_\w+|usersessions_\w+|mfa_\w+|account_\w+|socialaccount_\w+|people_\w+|auth_\w+|"
    r"cms_(?:failedsignin|keptform|search\w+|generation)|wagtailadmin_\w+|wagtailsearch_\w+|"
    r"wagtailcore_(?:\w+logentry|revision|referenceindex)|"
    r"live_(?:ballot|sealedballot|spent|op|attendance|silence|ban|card|eventnote)|projects_(?:assessmentdraft|mailednotice)|"
    r"compass_frameworkdraft"
)
# Rows of these are written all evening, and only at the host of their own municipality. What else is written may show
# anywhere: who erases an account does so in every municipality.
OF_ONE = re.compile(r"live_\w+")
# The first change of a municipality begins its row.
RAISE = """
INSERT INTO cms_generation (municipality_id, number) SELECT id, 1 FROM projects_municipality WHERE id = %s OR %s
ORDER BY id ON CONFLICT (municipality_id) DO UPDATE SET number = cms_generation.number + 1
"""
NUMBER = "SELECT number FROM cms_generation WHERE municipality_id = %s"
_unwatched = False  # while tables are being made


def watch_writes(connection, **_signal) -> None:
    """Let a new connection tell what is written over it."""
    if _watch not in connection.execute_wrappers:  # it comes again each time that it was closed
        connection.execute_wrappers.insert(0, _watch)  # whoever takes theirs away takes the last


def _watch(execute, sql, params, many, context):
    answer = execute(sql, params, many, context)
    if settings.PAGES_ARE_KEPT and not _unwatched and not READ.match(sql):
        written = WRITE.match(sql)
        table = written[1] if written else ""
        if not NEVER_SHOWN.fullmatch(table):
            _raise_once(municipality_here() if OF_ONE.fullmatch(table) else None)
    return answer


def _raise_once(municipality) -> None:
    pk = municipality.pk if municipality else None
    if not waits_for_commit(raise_generation, pk):
        after_commit(raise_generation, pk)


def raise_generation(municipality_id: int | None) -> None:
    """Make the kept pages of a municipality old; None for those of all."""
    with connection.cursor() as cursor:
        cursor.execute(RAISE, [municipality_id, municipality_id is None])


def generation_of(municipality_id: int) -> int | None:
    """Give the number of this moment; None where nothing may be kept. One query."""
    return Generation.objects.filter(pk=municipality_id).values_list("number", flat=True).first()


@contextmanager
def while_tables_change() -> Iterator[None]:
    """Look at no write until the end, when all pages are old."""
    global _unwatched
    _unwatched = True
    try:
        yield
    finally:
        _unwatched = False
        if Generation._meta.db_table in connection.introspection.table_names():
            raise_generation(None)
