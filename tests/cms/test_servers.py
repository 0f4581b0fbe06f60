"""May a password of PostgreSQL or Redis hold any sign, and is it said in one line what keeps us out?"""

import os
import re
import shlex
import subprocess
import sys

import dj_database_url
import pytest
import yaml
from django.core.exceptions import ImproperlyConfigured
from redis import Redis

from cms.servers import server_url
from manage import asks_the_database
from tests.test_architecture import ROOT

SIGNS = "a/b#c?d@e:f%g$h i'j&k=l"
COMPOSE = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())["services"]


@pytest.mark.parametrize("password", [SIGNS, *SIGNS, "12/34", "12#34"])
def test_a_password_beside_the_address_holds_any_sign(password):
    for address in ("redis://redis:6379/0", "redis://who@redis:6379/0"):
        pool = Redis.from_url(server_url("REDIS_URL", address, password)).connection_pool
        told = pool.connection_kwargs
        assert (told["password"], told["host"], told["port"]) == (password, "redis", 6379)


@pytest.mark.parametrize("password", ["a/b", "a#b", "a?b", "a@b", "12/34", "12#34", "12?34"])
@pytest.mark.parametrize(
    ("name", "address"),
    [("DATABASE_URL", "postgres://us:{}@database/us"), ("REDIS_URL", "redis://:{}@redis:6379/0")],
)
def test_a_sign_that_an_address_cannot_hold_is_said_without_the_password(name, address, password):
    with pytest.raises(ImproperlyConfigured, match=f"{name} can't be read.*%2F") as told:
        server_url(name, address.format(password))
    assert password not in str(told.value)


@pytest.mark.parametrize(
    "address",
    [
        "", "postgres:///us", "postgres://us@/us", "postgres://us@database:5432/us?sslmode=require",
        "postgres://us:a%2Fb%23c@database/us", "redis://127.0.0.1:6379/0", "unix:///run/redis.sock?db=1",
        "postgres://us@%2Fvar%2Frun%2Fpostgresql/us", "sqlite:///somewhere@home.sqlite3",
    ],
)  # fmt: skip
def test_an_address_that_can_be_read_stays_as_it_is(address):
    assert server_url("DATABASE_URL", address) == address


def test_containers_give_passwords_beside_their_addresses():
    """What compose puts inside an address is what a person types: any sign."""
    with_addresses = {
        name: told for name, one in COMPOSE.items() if (told := one.get("environment"))
    }
    asked = 0
    for name, told in with_addresses.items():
        for variable, value in told.items():
            if "://" in str(value):
                assert "${" not in value, f"{name}: {variable}"
                beside = {"DATABASE_URL": "PGPASSWORD", "REDIS_URL": "REDIS_PASSWORD"}[variable]
                assert re.fullmatch(r"\$\{\w+_PASSWORD:\?\}", told[beside]), name
                asked += 1
    assert asked >= 5
    assert dj_database_url.parse(COMPOSE["web"]["environment"]["DATABASE_URL"])["PASSWORD"] == ""


GUIDE = (ROOT / "docs/guides/install.md").read_text()
OURS = {path.stem for path in ROOT.glob("*/management/commands/[a-z]*.py")}
# What each asks besides its name; the guide's own words are typed as they stand there.
TYPED = sorted(
    {
        re.sub(r"<.*?>|…", "x", line).strip()
        for line in re.findall(r"manage\.py ([a-z_]+\b[^`\n]*)", GUIDE)
    }
    | {"worker", "demo", "index_search", "compass publish", "makemigrations --check --dry-run"}
)
ASKS_NOTHING = {"collectstatic", "sendtestemail", "makemessages", "compass"}


def said_by(tmp_path, *command, **more):
    told = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SAMENKOMPAS_", "DJANGO_"))
    }
    told |= {
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing", "SAMENKOMPAS_SECRET_KEY": "x" * 60,
        "SAMENKOMPAS_HOSTS": "example.org", "SAMENKOMPAS_DATA_DIR": str(tmp_path),
        "SAMENKOMPAS_EMAIL_HOST": "127.0.0.1", "SAMENKOMPAS_EMAIL_PORT": "1",
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT, env=told | more, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def test_every_command_is_tried_without_a_way_in():
    named = {line.split()[0] for line in TYPED}
    assert len(named) > 9 and OURS - named <= ASKS_NOTHING


@pytest.mark.parametrize("typed", [one for one in TYPED if one.split()[0] not in ASKS_NOTHING])
def test_a_command_without_a_way_in_is_one_line(tmp_path, typed):
    """At once: the pool would try for half a minute, and then tell no reason."""
    said = said_by(tmp_path, *shlex.split(typed))
    assert said.returncode == 1
    assert re.fullmatch(
        r"The database lets nobody in \(.*refused.*\)\. See “The database” in docs/guides/install\.md\.\n",
        said.stderr,
    ), said.stderr
    assert "### The database\n" in GUIDE


@pytest.mark.parametrize("typed", ["collectstatic --noinput --dry-run", "check --help"])
def test_what_asks_the_database_nothing_goes_on_without_it(tmp_path, typed):
    said = said_by(tmp_path, *typed.split())
    assert (said.returncode, said.stderr) == (0, "")


def test_the_compass_asks_the_database_only_to_publish():
    assert asks_the_database(["compass", "publish"])
    assert not any(asks_the_database(["compass", word, "nl"]) for word in ("advise", "check"))


def test_a_mail_server_that_takes_nothing_is_one_line(tmp_path):
    said = said_by(tmp_path, "sendtestemail", "who@example.org")
    assert said.returncode == 1
    assert re.fullmatch(r"CommandError: No mail went out \(.*refused.*\)\. .*\n", said.stderr), (
        said.stderr
    )


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"SAMENKOMPAS_SECRET_KEY": ""}, "SAMENKOMPAS_SECRET_KEY is empty"),
        ({"DATABASE_URL": "postgres://us:a/b@database/us"}, "DATABASE_URL can't be read"),
        ({"SAMENKOMPAS_ISSUERS_FILE": "/nowhere/issuers.toml"}, "SAMENKOMPAS_ISSUERS_FILE"),
    ],
)
@pytest.mark.parametrize("typed", ["migrate", "collectstatic --dry-run"])
def test_a_wrong_environment_is_one_line(tmp_path, wrong, why, typed):
    said = said_by(tmp_path, *typed.split(), **wrong)
    assert said.returncode == 1
    assert said.stderr.startswith(why) and said.stderr.count("\n") == 1, said.stderr
