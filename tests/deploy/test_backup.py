"""Is all that the settings call data in a backup, and does restoring put it back, whatever folder comes later?"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlparse

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models

from tests.builders import a_municipality
from tests.deploy.shipped import DEPLOY, ROOT, names_read, run

# Never in a copy of the files, each for a reason that stands in backup.sh or the guide.
KEPT_APART = {
    "RUNTIME_DIR": "with these keys and a backup somebody could find out who voted what",
    "ERASED_LIST": "lives longer than any copy, beside them",
    "DATABASES.default.NAME": "SQLite, at home; PostgreSQL is dumped",
    "DATABASES.default.TEST.NAME": "of tests",
    "SQLITE.NAME": "the same",
    "SQLITE.TEST.NAME": "the same",
}
MADE_AGAIN = {"STATIC_ROOT"}  # by collectstatic
IN_ADDRESSES = ("_URL", "_COOKIE_PATH")  # looks like a place on the disk

# Which settings are places, in a process of its own; then again with each variable set to a place elsewhere.
ASK = """
import importlib, json, os, sys
from pathlib import Path
from cms import settings

def walk(name, value):
    if isinstance(value, Path) or isinstance(value, str) and value.startswith("/"):
        yield name, str(value)
    elif isinstance(value, dict):
        for key, held in value.items():
            yield from walk(f"{name}.{key}", held)
    elif isinstance(value, (list, tuple)):
        for held in value:
            yield from walk(name, held)

def places():
    return [place for name in dir(settings) if name.isupper() for place in walk(name, getattr(settings, name))]

found = places()
known = {at for at, _place in found}  # a word may begin as a place does
for name in sys.argv[1:]:
    os.environ[name] = f"/elsewhere/{name}"
    try:
        importlib.reload(settings)
    except Exception:
        pass  # it takes a number, or names a file that has to be there
    else:
        found += [(at, place) for at, place in places() if at in known or isinstance(getattr(settings, at, 0), Path)]
    del os.environ[name]
print(json.dumps(found))
"""


def places(data: Path, moved: set[str] = frozenset()) -> set[tuple[str, Path]]:
    """List by name the settings that are a place on the disk, and no part of the platform itself."""
    told = {name: value for name, value in os.environ.items() if "SAMENKOMPAS_" not in name}
    told |= {"SAMENKOMPAS_SECRET_KEY": "x" * 60, "SAMENKOMPAS_DATA_DIR": str(data)}
    told.pop("DATABASE_URL", None)
    names = [f"SAMENKOMPAS_{name}" for name in sorted(moved)]
    answer = subprocess.run(
        [sys.executable, "-c", ASK, *names],
        cwd=ROOT, env=told, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return {
        (name, Path(place))
        for name, place in json.loads(answer.stdout)
        if not name.endswith(IN_ADDRESSES)
        and name not in MADE_AGAIN
        and not Path(place).is_relative_to(ROOT)
    }


def test_no_setting_and_no_variable_puts_data_where_no_backup_looks(tmp_path):
    found = places(tmp_path, names_read() - {"DATA_DIR"})
    assert KEPT_APART.keys() <= {name for name, _place in found}
    missed = {name for name, place in found if not place.is_relative_to(tmp_path)}
    assert missed - KEPT_APART.keys() == set()


def test_every_file_of_a_row_is_in_the_data():
    kept = [
        field
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.FileField)
    ]
    assert len(kept) > 3
    assert Path(settings.MEDIA_ROOT).is_relative_to(settings.DATA_DIR)
    wrong = [
        one for one in kept if not Path(one.storage.path("x")).is_relative_to(settings.MEDIA_ROOT)
    ]
    assert wrong == []


@pytest.fixture
def machine(tmp_path):
    """Give a data folder with a file in each place the settings name, and PostgreSQL's tools in a few lines."""
    data, tools = tmp_path / "data", tmp_path / "tools"
    tools.mkdir()
    for name, lines in {
        "pg_dump": 'for one; do case "$one" in --file=*) echo dumped >"${one#--file=}";; esac; done',
        "psql": "echo 0",
        "pg_restore": "exit 0",
    }.items():
        (tools / name).write_text(f"#!/bin/sh\n{lines}\n")
        (tools / name).chmod(0o755)
    (data / "media").mkdir(parents=True)
    files = {
        data / "a-folder-of-later" / "below" / "x.bin",
        data / ".hidden" / "x",
        data / "loose.bin",
    }
    files |= {
        data / "media" / folder / "x.jpg"
        for folder in ("images", "original_images", "documents", "logos")
    }
    apart = {place for name, place in places(data) if name in KEPT_APART}
    files |= {place / "x" for name, place in places(data) if name not in KEPT_APART}
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(str(file).encode() * 1000)

    def run(script, *arguments, into=data):
        return subprocess.run(
            ["bash", DEPLOY / script, *map(str, arguments)],
            env={
                "PATH": f"{tools}:{os.environ['PATH']}", "DATABASE_URL": "postgres://none", "MANAGE": "",
                "SAMENKOMPAS_DATA_DIR": str(into), "SAMENKOMPAS_SECRET_KEY": "x",
            },
            capture_output=True, text=True, check=True,
        )  # fmt: skip

    return data, files, apart, run


def test_every_file_comes_back_but_what_is_kept_apart(machine, tmp_path):
    data, files, apart, run = machine
    for place in apart:
        place = place / "round-1" if place.name == "run" else place
        place.parent.mkdir(exist_ok=True)
        place.write_text("2026-01-01 " + "a" * 64 + "\n")
    elsewhere = tmp_path / "another disk"
    (data / "media" / "documents").rename(elsewhere)
    (data / "media" / "documents").symlink_to(elsewhere)  # as who has a full disk does
    copies, again = tmp_path / "copies", tmp_path / "again"
    run("backup.sh", copies)
    [copy] = [one for one in copies.iterdir() if one.is_dir()]
    run("restore.sh", copy, into=again)
    back = {file.relative_to(again) for file in again.rglob("*") if file.is_file()}
    assert back - {Path("erased.txt")} == {file.relative_to(data) for file in files}
    for file in files:
        assert (again / file.relative_to(data)).read_bytes() == file.read_bytes(), file
    assert (again / "erased.txt").read_text() == (copies / "erased.txt").read_text()


def open_to_others(folder) -> list[Path]:
    return [one for one in (folder, *folder.rglob("*")) if one.stat().st_mode & 0o077]


def test_copies_that_somebody_brought_over_are_closed_as_they_were_made(machine, tmp_path):
    data, _files, _apart, run = machine
    (data / "erased.txt").write_text("2026-01-01 " + "a" * 64 + "\n")
    copies = tmp_path / "copies"
    run("backup.sh", copies)
    [copy] = [one for one in copies.iterdir() if one.is_dir()]
    assert open_to_others(copies) == []
    for one in (copies, *copies.rglob("*")):
        one.chmod(0o755 if one.is_dir() else 0o644)
    run("restore.sh", copy, into=tmp_path / "again")
    assert open_to_others(copies) == []


@pytest.mark.skipif(os.getuid() != 0, reason="only root begins as somebody else")
@pytest.mark.parametrize(
    ("manage", "there"), [("", "deploy/backups, outside of the container"), ("true", "{copies}")]
)
def test_an_account_without_a_name_is_told_how_to_read_the_copies(manage, there):
    """Restoring in a container runs as a number that has no name there; the copies are root's."""
    with tempfile.TemporaryDirectory() as folder:  # tmp_path lies below what is closed for others
        copies = Path(folder)
        copies.chmod(0o755)
        (copies / "one").mkdir(mode=0o700)
        script = shutil.copy(DEPLOY / "restore.sh", copies)
        Path(script).chmod(0o644)
        said = subprocess.run(
            ["bash", script, copies / "one"],
            env={
                "PATH": os.environ["PATH"], "DATABASE_URL": "x", "SAMENKOMPAS_SECRET_KEY": "x",
                "SAMENKOMPAS_DATA_DIR": str(copies), "MANAGE": manage,
            },
            capture_output=True, text=True, check=False, user=10001, group=10001, extra_groups=[],
        )  # fmt: skip
        assert said.stderr == (
            f"restore: 10001 can't read {copies}/one. Give it to that account: "
            f"chown -R 10001: {there.format(copies=copies)}\n"
        )


def test_a_list_of_who_was_erased_that_is_empty_is_not_made(machine, tmp_path):
    """An empty one would be taken for one that broke."""
    _data, _files, _apart, run = machine
    run("backup.sh", tmp_path / "copies")
    [copy] = (tmp_path / "copies").iterdir()
    run("restore.sh", copy, into=tmp_path / "again")
    assert not (tmp_path / "again" / "erased.txt").exists()


def test_a_backup_that_stops_half_way_leaves_the_list_and_no_copy(machine, tmp_path):
    data, _files, _apart, run = machine
    copies = tmp_path / "copies"
    copies.mkdir()
    (copies / "erased.txt").write_text("2026-01-01 earlier\n")
    (data / "media" / "gone.jpg").symlink_to(tmp_path / "nowhere")
    with pytest.raises(subprocess.CalledProcessError):
        run("backup.sh", copies)
    assert (copies / "erased.txt").read_text() == "2026-01-01 earlier\n"
    assert [
        one.name for one in copies.iterdir() if one.is_dir() and not one.name.endswith(".partial")
    ] == []


@pytest.mark.parametrize("script", ["backup.sh", "restore.sh"])
def test_a_disk_that_is_full_leaves_the_whole_list_of_who_was_erased(machine, tmp_path, script):
    data, _files, _apart, run = machine
    copies, again = tmp_path / "copies", tmp_path / "again"
    run("backup.sh", copies)
    [copy] = copies.iterdir()
    again.mkdir()
    for folder in (copies, again):
        (folder / "erased.txt").write_text("2026-01-01 earlier\n")
    sort = tmp_path / "tools" / "sort"
    sort.write_text('#!/bin/sh\nwhile [ "$1" != -o ]; do shift; done; echo half >"$2"; exit 2\n')
    sort.chmod(0o755)
    from_where, into = (copies, data) if script == "backup.sh" else (copy, again)
    with pytest.raises(subprocess.CalledProcessError):
        run(script, from_where, into=into)
    for folder in (copies, again):
        assert (folder / "erased.txt").read_text() == "2026-01-01 earlier\n"


def test_everybody_on_any_list_is_on_the_list_after_restoring(machine, tmp_path):
    data, _files, _apart, run = machine
    copies, again, newer = tmp_path / "copies", tmp_path / "again", tmp_path / "newer.txt"
    (data / "erased.txt").write_text("2026-01-01 in the copy\n")
    run("backup.sh", copies)
    [copy] = [one for one in copies.iterdir() if one.is_dir()]
    (copies / "erased.txt").write_text("2026-01-01 in the copy\n2026-02-01 beside the copies\n")
    newer.write_text("2026-03-01 given along\n2026-01-01 in the copy\n")
    again.mkdir()
    (again / "erased.txt").write_text("2026-04-01 on this machine\n")
    run("restore.sh", copy, newer, into=again)
    assert (again / "erased.txt").read_text().splitlines() == [
        "2026-01-01 in the copy",
        "2026-02-01 beside the copies",
        "2026-03-01 given along",
        "2026-04-01 on this machine",
    ]


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="pg_dump needs PostgreSQL: make test-full"
)
@pytest.mark.django_db(transaction=True)
def test_a_backup_holds_all_but_the_keys_and_can_be_put_back(tmp_path):
    municipality, here = a_municipality(), connection.settings_dict
    server = urlparse(os.environ["DATABASE_URL"])
    data, kept = tmp_path / "data", tmp_path / "kept"
    for name in ("media/foto.jpg", "run/round-1", "erased.txt"):
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_text(f"2026-01-02 {name}\n")
    kept.mkdir()
    (kept / "erased.txt").write_text("2026-01-01 earlier\n")
    run(
        DEPLOY / "backup.sh", kept,
        DATABASE_URL=server._replace(path=f"/{here['NAME']}").geturl(), SAMENKOMPAS_DATA_DIR=str(data),
    )  # fmt: skip
    assert (kept / "erased.txt").read_text().split("\n") == [
        "2026-01-01 earlier",
        "2026-01-02 erased.txt",
        "",
    ]
    [copy] = [one for one in kept.iterdir() if one.is_dir()]
    files = run("tar", "-tzf", copy / "data.tar.gz").split()
    assert [one for one in files if not one.endswith("/")] == ["./media/foto.jpg"]
    assert (copy.stat().st_mode & 0o077, (copy / "database.dump").stat().st_mode & 0o077) == (0, 0)

    name = f"{here['NAME']}_put_back"
    with psycopg.connect(server.geturl(), autocommit=True) as another:
        another.execute(f'CREATE DATABASE "{name}"')
        try:
            again = server._replace(path=f"/{name}").geturl()
            run("pg_restore", "--no-owner", f"--dbname={again}", copy / "database.dump")
            with psycopg.connect(again) as restored:
                found = restored.execute("SELECT slug FROM projects_municipality").fetchall()
            assert found == [(municipality.slug,)]
        finally:
            another.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
