"""Does an installation that is older keep its people when accounts become one participant each?"""

import os
import sqlite3
import subprocess
import sys
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def migrate(folder, name):
    environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
    environment |= {"SAMENKOMPAS_DEBUG": "1", "SAMENKOMPAS_DATA_DIR": str(folder)}
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v0", "people", name],
        cwd=ROOT, env=environment, capture_output=True, check=True,
    )  # fmt: skip


def test_accounts_with_several_participants_keep_one_and_lose_nobody(tmp_path):
    migrate(tmp_path, "0001")
    with sqlite3.connect(tmp_path / "samenkompas.sqlite3") as database:
        database.execute(
            "insert into people_user (id, password, email, first_name, last_name, is_superuser, is_staff,"
            " is_active, date_joined) values (7, '', 'a@example.org', '', '', 0, 1, 1, '2026-01-01')"
        )
        rows = [(uuid.uuid4().hex, owner) for owner in (7, 7, 7, None, None)]
        database.executemany("insert into people_participant (id, user_id) values (?, ?)", rows)
    migrate(tmp_path, "0002")
    with sqlite3.connect(tmp_path / "samenkompas.sqlite3") as database:
        owners = [owner for (owner,) in database.execute("select user_id from people_participant")]
    assert sorted(owners, key=str) == [7, None, None, None, None]
