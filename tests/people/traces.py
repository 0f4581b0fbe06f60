"""Where does a word still stand? In every table as the database holds it, in files and in the cache."""

from pathlib import Path

from django.conf import settings
from django.core.cache import caches
from django.db import connection


def traces(*words) -> list[str]:
    """List where any of the words is found, whatever its case."""
    words = [str(word).lower() for word in words]
    found = [*_in_tables(words), *_in_files(words)]
    held = _in_cache().lower()
    return found + [f"cache: {word}" for word in words if word in held]


def _in_cache() -> str:
    """Read all that the caches hold, names and values; in memory, or in Redis."""
    return " ".join(_held_by(cache) for cache in caches.all())


def _held_by(cache) -> str:
    if not hasattr(cache._cache, "get_client"):
        return str(cache._cache)
    server = cache._cache.get_client()
    return str([(key, server.get(key)) for key in server.scan_iter()])


def _in_tables(words):
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 (its own names)
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    text = str(value).lower()
                    yield from (f"{table}.{column}: {word}" for word in words if word in text)


def _in_files(words):
    places = (settings.DATA_DIR, settings.EMAIL_FILE_PATH)
    for file in (file for place in places for file in Path(place).rglob("*")):
        if file.is_file() and ".sqlite3" not in file.name:
            text = file.read_bytes().lower()
            yield from (f"{file}: {word}" for word in words if word.encode() in text)
