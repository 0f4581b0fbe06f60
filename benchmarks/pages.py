"""How much processor time does a page cost, beside the first page of a bare Wagtail on the same machine?

`python -m benchmarks.pages [data folder]` fills a demo, makes a bare site (`wagtail start`), both on SQLite (beside
`.ci/with-services` on PostgreSQL, the bare site in a database of its own) with DEBUG off, and asks their ASGI
applications in turns, each in a process of its own. Printed: the middle of all turns, as a multiple of the bare page.
*Changed*: a row of this municipality was written just before. *Cold*: nothing of any page is kept.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = (
    "/",
    "/kastanjelaan/",
    "/kastanjelaan/64-bewoners-vertelden-wat-zij-willen/",
    "/privacy/",
    "/en/",
)
TURNS, TIMES = 7, 20
BARE = """
import os
from .base import *
DEBUG, SECRET_KEY, ALLOWED_HOSTS = False, "bare", ["*"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
if server := os.environ.get("DATABASE_URL"):
    import dj_database_url
    DATABASES = {"default": dj_database_url.parse(server) | {"NAME": "bare", "OPTIONS": {"pool": True}}}
"""
HEADERS = [(b"host", b"localhost"), (b"accept", b"text/html"), (b"accept-encoding", b"gzip")]


def main(data: str = "") -> None:
    with tempfile.TemporaryDirectory() as folder:
        bare, ours = _bare(Path(folder)), _ours(Path(data or folder + "/ours"))
        print(
            "| page | unchanged | queries | changed | cold | queries |\n|---|---|---|---|---|---|"
        )
        for page in PAGES:
            turns = [
                (_ask(bare, "kept", "/"), *(_ask(ours, how, page) for how in HOW))
                for _ in range(TURNS)
            ]
            cells = [
                _multiple(turns, 1),
                turns[0][1][1],
                _multiple(turns, 2),
                _multiple(turns, 3),
                turns[0][3][1],
            ]
            print(f"| {page} | " + " | ".join(map(str, cells)) + " |", flush=True)
        print("\nBare page:", f"{statistics.median(turn[0][0] for turn in turns):.2f} ms")


def _multiple(turns, which) -> str:
    return f"{statistics.median(turn[which][0] / turn[0][0] for turn in turns):.2f}"


def _bare(folder: Path):
    place = folder / "bare"
    place.mkdir()
    wagtail = Path(sys.executable).with_name("wagtail")
    subprocess.run([wagtail, "start", "bare", place], check=True, capture_output=True)
    (place / "bare/settings/measured.py").write_text(BARE)
    if server := os.environ.get("DATABASE_URL"):
        import psycopg

        psycopg.connect(server, autocommit=True).execute("CREATE DATABASE bare")
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "bare.settings.measured"}
    return _serve(place, environment)


def _ours(data: Path):
    environment = os.environ | {"SAMENKOMPAS_DATA_DIR": str(data), "SAMENKOMPAS_DEMO": "1"}
    if not data.exists():
        demo = [sys.executable, "manage.py", "demo", "--no-serve"]
        subprocess.run(
            demo,
            cwd=ROOT,
            env=environment | {"SAMENKOMPAS_DEBUG": "1"},
            check=True,
            capture_output=True,
        )
    settings = {
        "DJANGO_SETTINGS_MODULE": "cms.settings", "SAMENKOMPAS_TESTING": "1", "SAMENKOMPAS_HOSTS": "localhost",
    }  # fmt: skip
    return _serve(ROOT, environment | settings)


def _serve(place, environment):
    """Start a process that asks the application of a site, and takes orders line by line."""
    environment["PYTHONPATH"] = os.pathsep.join([str(place), str(ROOT)])
    orders = [sys.executable, "-m", "benchmarks.pages", "serve"]
    return subprocess.Popen(
        orders, cwd=place, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def _ask(site, how, page) -> tuple[float, int]:
    """Give processor milliseconds and queries for each request."""
    print(how, page, file=site.stdin, flush=True)
    return tuple(json.loads(site.stdout.readline()))


def serve() -> None:
    """Do what is asked on standard input: `<how> <path>`; answer [milliseconds, queries] for each request."""
    from django.core.asgi import get_asgi_application
    from django.db.backends.signals import connection_created

    application = get_asgi_application()
    from django.conf import settings

    if "bare" in settings.ROOT_URLCONF:
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
    asked = []
    count = _count(asked)

    def listen(connection, **_signal):
        connection.execute_wrappers[:] = [*(set(connection.execute_wrappers) - {count}), count]

    connection_created.connect(listen)
    for order in sys.stdin:
        how, page = order.split()
        print(json.dumps(asyncio.run(_times(application, HOW[how], page, asked))), flush=True)


def _count(asked):
    def wrapper(execute, sql, *rest):
        asked.append(sql)
        return execute(sql, *rest)

    return wrapper


async def _times(application, before, page, asked) -> tuple[float, int]:
    from asgiref.sync import sync_to_async

    for _ in range(2):  # warm: templates, addresses, translations; kept from the second time on
        await _get(application, page)
    spent = queries = 0
    for _ in range(TIMES):
        await sync_to_async(before)()
        asked.clear()
        began = time.process_time()
        await _get(application, page)
        spent, queries = spent + time.process_time() - began, queries + len(asked)
    return spent * 1000 / TIMES, round(queries / TIMES)


async def _get(application, page) -> None:
    sent, asked = [], iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive():
        return next(asked, None) or await asyncio.Event().wait()  # nobody hangs up

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "path": page, "query_string": b"",
        "headers": HEADERS, "client": ("127.0.0.1", 1), "server": ("localhost", 80), "asgi": {"version": "3.0"},
    }  # fmt: skip
    await application(scope, receive, send)
    assert sent[0]["status"] == 200, (page, sent[0]["status"])


def _change() -> None:
    from deliberation.projects.models import Project

    Project.objects.filter(slug="kastanjelaan").update(title="De Kastanjelaan wordt vernieuwd")


def _forget() -> None:
    from django.core.cache import caches

    from cms.page_cache.middleware import answers

    for cache in caches.all():
        cache.clear()
    answers.clear()


HOW = {"kept": lambda: None, "changed": _change, "cold": _forget}

if __name__ == "__main__":
    serve() if sys.argv[1:] == ["serve"] else main(*sys.argv[1:])
