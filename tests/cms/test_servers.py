"""May a password of PostgreSQL or Redis hold any sign, and is it said in one line what keeps us out?"""

import os
import re
import subprocess
import sys

import dj_database_url
import pytest
import yaml
from django.core.exceptions import ImproperlyConfigured
from redis import Redis

from cms.servers import server_url
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


def test_migrating_without_a_way_in_is_one_line(tmp_path):
    told = {
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
        "SAMENKOMPAS_SECRET_KEY": "x" * 60,
        "SAMENKOMPAS_HOSTS": "example.org",
        "SAMENKOMPAS_DATA_DIR": str(tmp_path),
    }
    said = subprocess.run(
        [sys.executable, "manage.py", "migrate"],
        cwd=ROOT, env=os.environ | told, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert said.returncode == 1
    assert len(said.stderr.strip().splitlines()) == 1, said.stderr
    assert re.match(
        r"CommandError: The database lets nobody in \(.*refused.*\)\. See “The database”",
        said.stderr,
    )
    assert "### The database\n" in (ROOT / "docs/guides/install.md").read_text()
