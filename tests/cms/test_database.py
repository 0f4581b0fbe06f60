"""Does everybody get an answer when a whole hall asks at once, on PostgreSQL with its hundred connections?"""

import os
import threading
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlparse

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from .test_connections import a_server

pytestmark = [
    pytest.mark.exhaustive,
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="a pool is PostgreSQL's: make test-full"
    ),
]
AT_ONCE, IN_ALL = 150, 450


@pytest.fixture
def database():
    """Make a database beside the one of the tests, and give its address."""
    server = os.environ["DATABASE_URL"]
    name = "hall" + os.environ.get("PYTEST_XDIST_WORKER", "")
    with psycopg.connect(server, autocommit=True) as another:
        another.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        another.execute(f"CREATE DATABASE {name}")
        yield urlparse(server)._replace(path=f"/{name}").geturl()
        another.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_150_requests_at_once_are_all_answered_from_a_few_connections(tmp_path, database):
    together = threading.Barrier(AT_ONCE, timeout=60)
    with a_server(tmp_path, limits="", database=database) as server:
        address = f"http://localhost:{server.port}/s/{server.told('code')}"

        def ask(number):
            if number < AT_ONCE:
                together.wait()
            try:
                with urllib.request.urlopen(address, timeout=60) as answer:
                    return answer.status
            except OSError as failure:
                return str(failure)

        with ThreadPoolExecutor(AT_ONCE) as hall:
            answers = Counter(hall.map(ask, range(IN_ALL)))
        with psycopg.connect(database) as look:
            asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            open_now = look.execute(asked).fetchone()[0] - 1
        said = server.log.read_text()
    assert answers == {200: IN_ALL}
    assert "too many clients" not in said
    assert open_now <= settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"]
