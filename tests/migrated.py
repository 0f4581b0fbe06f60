"""How does a run of tests get its tables in a second, and get them empty again? It copies.

Two hundred migrations of libraries take half a minute of a core, for each process that runs tests. The
copy is named after every migration of ours and the pins of the libraries, so another one is made as soon
as any of these change. PostgreSQL migrates as always.
"""

import hashlib
import os
import re
import shutil
import sqlite3
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("", "-wal", "-shm", "-journal")


def copy_for(name: str | Path) -> bool:
    """Put a migrated database where these tests look for theirs; False when none was made yet."""
    if connection.vendor != "sqlite" or not _kept().exists():
        return False
    shutil.copyfile(_kept(), name)
    return True


def keep() -> None:
    """Keep a copy of the migrated database for the next process; several may try at once."""
    if connection.vendor != "sqlite":
        return
    own = _kept().with_suffix(f".{os.getpid()}")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(own)])
    for older in settings.DATA_DIR.glob("migrated-*.sqlite3"):
        older.unlink(missing_ok=True)
    own.replace(_kept())


def forget(name: str) -> None:
    """Remove the database of these tests."""
    connection.close()
    for part in PARTS:
        Path(f"{name}{part}").unlink(missing_ok=True)


def forget_those_of_nobody(folder: Path) -> None:
    """Remove what an interrupted run left: it bears the number of a process that is no more."""
    for left in folder.glob("test-*.sqlite3*"):
        number = re.match(r"test-(\d+)", left.name)
        if number and not _lives(int(number[1])):
            left.unlink(missing_ok=True)


def _lives(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's
    return True


def empty_by_copying(monkeypatch) -> None:
    """Empty the tables after a test that committed by putting back what Django's own flush left.

    That flush visits two hundred tables and makes every permission again: half a second each time.
    """
    if connection.vendor != "sqlite":
        return
    flush, emptied = TransactionTestCase._fixture_teardown, sqlite3.connect(":memory:")

    def empty(case) -> None:
        connection.ensure_connection()
        if emptied.execute("SELECT 1 FROM sqlite_master").fetchone():
            emptied.backup(connection.connection)
        else:
            flush(case)
            connection.connection.backup(emptied)

    monkeypatch.setattr(TransactionTestCase, "_fixture_teardown", empty)


def _kept() -> Path:
    told = hashlib.sha256()
    ours = (
        path
        for room in ("compass", "deliberation", "cms")
        for path in (ROOT / room).rglob("migrations/*.py")
    )
    for path in [ROOT / "requirements-dev.txt", *sorted(ours)]:
        told.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return settings.DATA_DIR / f"migrated-{told.hexdigest()[:16]}.sqlite3"
