"""Does the platform protect itself in production, where no test runs? Asked of the settings, in their own process."""

import ast
import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml

from cms.checks import refuse_the_demo
from cms.middleware import OPEN_TO_US, PERMISSIONS_POLICY
from tests.cms.site import a_site

ROOT = Path(__file__).resolve().parent.parent.parent
ASK = """
import json, django
django.setup()
from django.conf import settings
from django.http import HttpResponse
from cms.message_cookie import MessageCookie
from deliberation.people.cookies import leave_cookie, leave_signed_cookie
names = [name for name in dir(settings) if name.isupper()]
kept = {name: getattr(settings, name) for name in names}
response = HttpResponse()
leave_signed_cookie(response, "mark", "x", 60)
leave_cookie(response, settings.LANGUAGE_COOKIE_NAME, "nl")
kept["LEFT"] = [line.OutputString() for line in response.cookies.values()]
kept["MESSAGE_COOKIE_NAME"] = MessageCookie(None).cookie_name
print(json.dumps(kept, default=repr))
"""


@cache
def production(**told) -> dict:
    """Read what the settings are where residents come."""
    environment = {
        k: v for k, v in os.environ.items() if not k.startswith(("SAMENKOMPAS", "DJANGO", "REDIS"))
    }
    environment |= {"DJANGO_SETTINGS_MODULE": "cms.settings", "SAMENKOMPAS_SECRET_KEY": "x" * 60}
    environment |= {"SAMENKOMPAS_HOSTS": "example.org"}
    address = told.pop("DATABASE_URL", "")
    environment |= {f"SAMENKOMPAS_{name}": value for name, value in told.items()}
    environment |= {"DATABASE_URL": address} if address else {}
    environment["SAMENKOMPAS_DATA_DIR"] = os.environ.get("SAMENKOMPAS_DATA_DIR", str(ROOT / "var"))
    said = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(said.stdout.splitlines()[-1])


def test_every_cookie_is_of_this_host_over_https_only():
    kept = production()
    names = {name: value for name, value in kept.items() if name.endswith("COOKIE_NAME")}
    assert len(names) >= 4
    assert {name for name, value in names.items() if not value.startswith("__Host-")} == set()
    # What a browser asks before it takes such a name.
    for kind in ("SESSION", "CSRF", "LANGUAGE"):
        assert (kept[f"{kind}_COOKIE_PATH"], kept[f"{kind}_COOKIE_DOMAIN"]) == ("/", None)
    assert len(kept["LEFT"]) == 2
    for line in kept["LEFT"]:
        assert line.startswith("__Host-")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(re.split("; ", line))
        assert "Domain" not in line


def sources():
    for room in ("cms", "deliberation", "compass"):
        yield from (file for file in (ROOT / room).rglob("*.py") if "migrations" not in file.parts)


def cookies_set_past_the_one_way(text: str) -> list[str]:
    """Find what sets a cookie: the methods, called or handed on, and whoever writes in `.cookies` itself."""
    found = []
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Attribute(attr="set_cookie" | "set_signed_cookie" as name):
                found.append(name)
            case ast.Subscript(value=ast.Attribute(attr="cookies"), ctx=ast.Store()):
                found.append("cookies[…] =")
            case ast.Attribute(
                value=ast.Attribute(attr="cookies"), attr="load" | "update" | "setdefault" as name
            ):
                found.append(f"cookies.{name}")
    return found


def test_cookies_are_left_in_one_way_only():
    found = {
        str(file.relative_to(ROOT))
        for file in sources()
        if cookies_set_past_the_one_way(file.read_text())
    }
    assert found == {"deliberation/people/cookies.py"}
    for planted in (
        "response.set_cookie('a', 'b')",
        "response.cookies['a'] = 'b'",
        "response.cookies.load('a=b')",
    ):
        assert cookies_set_past_the_one_way(planted), "the walk can see one"


@pytest.mark.parametrize("address", ["postgres", "postgresql"])
def test_postgresql_is_asked_through_a_pool_of_connections_that_none_keeps(address):
    kept = production(DATABASE_URL=f"{address}://a:b@localhost/c", BEHIND_PROXY="1")
    for database in kept["DATABASES"].values():
        assert database["ENGINE"].endswith("postgresql")
        assert database["OPTIONS"]["pool"]["max_size"] > 1
        assert database.get("CONN_MAX_AGE", 0) == 0, "a pool refuses connections that stay"


def taken_by(postgresql: str) -> int:
    """Say how many connections a PostgreSQL takes by what is told to it, on its command line or in its file."""
    told = re.findall(r"max_connections(?:\s+TO)?\W+(\d+)", postgresql)
    return min(map(int, told), default=100)


def test_postgresql_has_room_for_the_pool_of_every_process_that_is_started():
    database = production(DATABASE_URL="postgres://a:b@localhost/c")["DATABASES"]["default"]
    places = [*(ROOT / "deploy").rglob("*"), *(ROOT / "docs/guides").glob("*.md")]
    told = {path: path.read_text() for path in places if path.is_file()}
    services = yaml.safe_load(told[ROOT / "deploy/compose.yaml"])["services"].values()
    ours = [one for one in services if one["image"] == "samenkompas"]
    assert len(ours) == 3, "web, worker and migrate; a command that is typed is one more"
    most = (len(ours) + 1) * database["OPTIONS"]["pool"]["max_size"]
    kept_back = 3  # for who administers the server
    narrow = {path.name: taken_by(text) for path, text in told.items()}
    assert {name: takes for name, takes in narrow.items() if takes - kept_back < most} == {}
    for planted in (
        "command: [postgres, -c, max_connections=50]",
        'POSTGRES_INITDB_ARGS: "--set max_connections=50"',
        "max_connections = 50",
        "ALTER SYSTEM SET max_connections TO '50'",
    ):
        assert taken_by(planted) - kept_back < most, planted


PAST_THE_POOL = {
    "psycopg", "psycopg2", "psycopg_pool", "asyncpg", "ConnectionHandler", "DatabaseWrapper", "load_backend",
    "get_new_connection", "create_connection", "CONN_MAX_AGE", "conn_max_age", "inc_thread_sharing",
}  # fmt: skip


def past_the_pool(source: str) -> set[str]:
    """Find what opens a connection of its own, or keeps one: by import, by name, by text or by copying Django's."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                found |= {one.name.split(".")[0] for one in names}
            case ast.ImportFrom(module=str(module), names=names):
                found |= {module.split(".")[0], *(one.name for one in names)}
            case ast.Attribute(attr=name) | ast.Name(id=name) | ast.keyword(arg=str(name)):
                found.add(name)
            case ast.Constant(value=str(text)):
                found.add(text)
            case _:
                continue
        match node:  # a copy of a connection is one more, whoever holds it
            case ast.Attribute(attr="copy", value=of) if "connection" in ast.unparse(of):
                found.add("psycopg")
    return found & PAST_THE_POOL


def test_nothing_of_ours_opens_or_keeps_a_connection_past_the_pool():
    found = {str(one.relative_to(ROOT)) for one in sources() if past_the_pool(one.read_text())}
    assert found == {"cms/servers.py"}, "that one asks once why nobody is let in, and closes"
    for planted in (
        "from django.db import connections\nmine = connections['default'].copy()",
        "from django.db import connection\nmine = connection.copy()",
        "import psycopg\npsycopg.connect('x')",
        "from psycopg import connect",
        "__import__('psycopg').connect('x')",
        "DATABASES['default']['CONN_MAX_AGE'] = 60",
        "dj_database_url.parse(url, conn_max_age=60)",
        "if DEBUG:\n    DATABASES['default'].update(CONN_MAX_AGE=60)",
        "from django.db.utils import ConnectionHandler",
        "from django.db import connection\nconnection.get_new_connection({})",
    ):
        assert past_the_pool(planted), planted


def test_hsts_reaches_no_further_than_asked():
    asked = [
        (
            production(**told)["SECURE_HSTS_INCLUDE_SUBDOMAINS"],
            production(**told)["SECURE_HSTS_PRELOAD"],
        )
        for told in ({}, {"HSTS": "subdomains"}, {"HSTS": "subdomains,preload"})
    ]
    assert asked == [(False, False), (True, False), (True, True)]
    assert production()["SECURE_HSTS_SECONDS"] == 365 * 24 * 3600


def test_no_setting_guesses_what_is_running():
    """A program that happens to load pytest, or has the word in its name, is guarded all the same."""
    for file in sources():
        text = file.read_text()
        assert "sys.modules" not in text and "sys.argv" not in text, file
        assert not re.search("pytest|py.?test\\b", text, re.IGNORECASE), file


@pytest.mark.django_db
def test_the_setting_of_tests_is_refused_where_residents_come(settings):
    assert settings.TESTING, "tests say so in the environment"
    assert "SAMENKOMPAS_TESTING" not in os.environ, "and nothing they start is told"
    assert [error.id for error in refuse_the_demo(None)] == ["cms.E006"]
    assert not production()["TESTING"]


@pytest.mark.django_db
def test_every_answer_says_what_pages_may_open(client):
    a_site()
    for path in (
        "/",
        "/nergens/",
        "/account/login/",
        "/healthz",
        "/static/css/base.css",
        "/admin/",
    ):
        assert client.get(path)["Permissions-Policy"] == PERMISSIONS_POLICY, path


def test_scripts_use_no_power_of_the_browser_that_is_closed():
    powers = {"credentials": "publickey-credentials-get", "requestFullscreen": "fullscreen"}
    scripts = "\n".join(file.read_text() for file in (ROOT / "static/js").rglob("*.js"))
    used = set(re.findall(r"navigator\.(\w+)|(requestFullscreen)", scripts))
    used = {one or other for one, other in used} - {
        "onLine",
        "language",
        "serviceWorker",
        "sendBeacon",
    }
    assert "credentials" in used
    assert {powers.get(name, name) for name in used} <= set(OPEN_TO_US)
