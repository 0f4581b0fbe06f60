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

WRITE = re.compile(
    r'\s*(?:INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM|TRUNCATE)\s+"?(\w+)', re.IGNORECASE
)
# What no page shows, though it is written all day. A test walks all pages that are kept and sees none of them read.
NEVER_SHOWN = re.compile(
    r"django_(?:session|tasks_)|usersessions_|mfa_|account_|socialaccount_|people_|auth_|"
    r"cms_(?:failedsignin|keptform|search|generation)|wagtailadmin_|wagtailsearch_|wagtailcore_(?:\w*log|revision|ref)|"
    r"live_(?:ballot|spent|op|attendance|silence|ban|card|eventnote)|projects_(?:assessmentdraft|mailednotice)|"
    r"compass_frameworkdraft"
)
# Rows of these apps belong to the municipality whose host was asked; any other row may show anywhere.
OF_ONE = re.compile(r"projects_|live_|questions_|participation_")
# The first change of a municipality begins its row.
RAISE = """
INSERT INTO cms_generation (municipality_id, number) SELECT id, 1 FROM projects_municipality WHERE id = %s OR %s
ON CONFLICT (municipality_id) DO UPDATE SET number = cms_generation.number + 1
"""
READ = "SELECT number FROM cms_generation WHERE municipality_id = %s"
_unwatched = False  # while tables are being made


def watch_writes(connection, **_signal) -> None:
    """Let a new connection tell what is written over it."""
    if _watch not in connection.execute_wrappers:  # it comes again each time that it was closed
        connection.execute_wrappers.append(_watch)


def _watch(execute, sql, params, many, context):
    answer = execute(sql, params, many, context)
    written = settings.PAGES_ARE_KEPT and not _unwatched and WRITE.match(sql)
    if written and not NEVER_SHOWN.match(written[1]):
        _raise_once(municipality_here() if OF_ONE.match(written[1]) else None)
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
