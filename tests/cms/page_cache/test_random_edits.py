"""Over hundreds of random edits and two months of days, does anybody ever read an old page?

Every edit changes words that may stand on a page, in a table and by a way that chance chooses.
"""

import os
import random
import uuid
from datetime import datetime, time, timedelta

import pytest
from django.apps import apps
from django.db import connection, models
from django.test import Client
from django.utils import timezone

from cms.caches import memory
from cms.page_cache.generations import NEVER_SHOWN
from cms.page_cache.middleware import answers
from deliberation.projects.models import DecisionPoint, Phase
from tests.cms.page_cache.readers import NOON, public_paths

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.exhaustive]
SEED = int(os.environ.get("SEED", "1"))
EDITS, DAYS, READ_EACH_TIME = 200, 60, 4
# Changing these takes the site itself apart: addresses, keys, and what decides which row is read.
STANDS_STILL = {
    "slug", "path", "url_path", "depth", "numchild", "hostname", "site_name", "draft_title", "key", "file", "level",
    "framework_key", "source", "digest", "instrument", "locale", "language_code", "model", "app_label",
}  # fmt: skip


def words() -> list[tuple[type[models.Model], str]]:
    """List every column of words in every table that a page may show and that has rows."""
    return [
        (model, field.name)
        for model in apps.get_models()
        if not NEVER_SHOWN.fullmatch(model._meta.db_table)
        and model._meta.managed
        and model._base_manager.exists()
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not (field.choices or field.unique or field.primary_key or field.name in STANDS_STILL)
        and (field.max_length or 99) > 30
    ]


def by_saving(row, name, said):
    setattr(row, name, said)
    models.Model.save_base(row, update_fields=[name])


def in_bulk(row, name, said):
    type(row)._base_manager.filter(pk=row.pk).update(**{name: said})


def many_at_once(row, name, said):
    setattr(row, name, said)
    models.QuerySet(type(row)).bulk_update([row], [name])


def by_hand(row, name, said):
    meta = row._meta
    table, column = (
        connection.ops.quote_name(one) for one in (meta.db_table, meta.get_field(name).column)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {column} = %s WHERE {meta.pk.column} = %s",  # noqa: S608 - our own names
            [said, meta.pk.get_db_prep_value(row.pk, connection)],
        )


WAYS = (by_saving, in_bulk, many_at_once, by_hand)


def compare(paths, browser) -> tuple[list[bytes], list[str]]:
    """Read pages, then once more with all forgotten: give what was read, and where that was old."""
    read = [browser.get(path).content for path in paths]
    answers.clear()
    memory().clear()
    made = [browser.get(path).content for path in paths]
    return read, [path for path, was, now in zip(paths, read, made, strict=True) if was != now]


def test_no_random_edit_leaves_an_old_page(project_page):
    chance, paths, browser = random.Random(SEED), public_paths(project_page), Client()
    columns, changed, old = words(), 0, []
    assert len(columns) > 40
    for number in range(EDITS):
        read = chance.sample(paths, READ_EACH_TIME)
        before = [browser.get(path).content for path in (*read, *read)][READ_EACH_TIME:]
        model, name = chance.choice(columns)
        row = chance.choice(list(model._base_manager.all()))
        way = chance.choice(WAYS)
        way(row, name, f"Woord {uuid.UUID(int=chance.getrandbits(128)).hex[:8]}")
        after, late = compare(read, browser)
        changed += before != after
        old += [f"{number}: {model._meta.label}.{name} {way.__name__} at {path}" for path in late]
    assert old == [], f"SEED={SEED}"
    assert changed > EDITS / 10  # it did change what people read


def test_no_day_of_two_months_shows_the_day_before(project_page, clock):
    paths, browser, old = public_paths(project_page), Client(), []
    chance, seen, first = random.Random(SEED), set(), NOON.date()
    Phase.objects.update(starts_on=first - timedelta(days=5), ends_on=first + timedelta(days=20))
    DecisionPoint.objects.update(decides_on=first + timedelta(days=40))
    for day in range(DAYS):
        today = first + timedelta(days=day)
        for at in (time(0), time(12), time(23, 59, 59)):
            moment = timezone.make_aware(datetime.combine(today, at))
            clock(moment)
            read = chance.sample(paths, READ_EACH_TIME)
            old += [f"{moment}: {path}" for path in compare(read, browser)[1]]
        seen.add(browser.get(project_page.url).content)
    assert old == [], f"SEED={SEED}"
    assert len(seen) > 1  # the days did change the page
