"""What does a journey travel in? The demo as its user starts it, and a real Chromium."""

import fcntl
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlparse

import psycopg
import pytest
from playwright.sync_api import Error as PlaywrightError

from cms.demo.content import ADDRESS, PASSWORD
from deliberation.live.joining.guesses import proof_of
from tests import migrated
from tests.eyes import DESK, how_to_start

ROOT = Path(__file__).resolve().parent.parent.parent
WATCH_CSP = """
  window.refused = [];
  document.addEventListener('securitypolicyviolation', e =>
    window.refused.push(e.violatedDirective + ' ' + e.blockedURI + ' ' + e.sourceFile));
"""


@dataclass
class Demo:
    """A running demo: where it answers, and what it printed."""

    url: str
    printed: str

    def code(self, lane: str) -> str:
        """Find the join code of a lane (zaal, online) of the session that is open now."""
        return re.search(rf"{lane}\D+(\d{{3}} ?\d{{3}})", self.printed).group(1).replace(" ", "")

    def door(self, lane: str) -> str:
        """Give the address in the QR code of a lane: who scans is never asked for the word."""
        return door_of(self.code(lane))


def door_of(code: str) -> str:
    """Give the address in the QR code of a join code."""
    return f"/s/{code}?q={proof_of(code)}"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_until_ready(url: str, process, log, seconds=240) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert process.poll() is None, f"the server stopped:\n{log.read_text()[-2000:]}"
        try:
            urllib.request.urlopen(f"{url}/readyz", timeout=2)  # noqa: S310
            return
        except OSError:
            time.sleep(0.2)
    pytest.fail("the server did not become ready")


@pytest.fixture(scope="session")
def surroundings(tmp_path_factory):
    """Give the environment of a demo: a folder and a database of its own."""
    environment = os.environ | {"SAMENKOMPAS_DEBUG": "1", "SAMENKOMPAS_DEMO": "1"}
    environment |= {"DJANGO_SETTINGS_MODULE": "cms.settings"}
    folder = tmp_path_factory.mktemp("demo")
    environment |= {"SAMENKOMPAS_DATA_DIR": str(folder), "PYTHONUNBUFFERED": "1"}
    if environment.get("REDIS_URL"):  # a demo of another worker has runs of the same numbers
        number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) + 8
        environment["REDIS_URL"] = f"{environment['REDIS_URL'].removesuffix('/0')}/{number}"
    if "DATABASE_URL" in environment:
        environment["DATABASE_URL"] = an_empty_database(environment["DATABASE_URL"])
    else:
        shutil.copytree(filled_once(environment, tmp_path_factory), folder, dirs_exist_ok=True)
    return environment


def filled_once(environment, tmp_path_factory) -> Path:
    """Fill the demo for all processes of this run, in a folder to copy: it takes half a minute of a core."""
    base = tmp_path_factory.getbasetemp()
    whole = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "filled"
    with Path(f"{whole}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not whole.exists():
            folder = tmp_path_factory.mktemp("filling")
            migrated.copy_for(folder / "samenkompas.sqlite3")
            said = subprocess.run(
                [sys.executable, "manage.py", "demo", "--no-serve"], cwd=ROOT, text=True,
                env=environment | {"SAMENKOMPAS_DATA_DIR": str(folder)},
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            )  # fmt: skip
            assert said.returncode == 0 and errors_in(said.stdout) == [], said.stdout[-2000:]
            folder.rename(whole)
    return whole


def an_empty_database(server: str) -> str:
    """Make a database beside the one this address names (PostgreSQL), and give its address."""
    name = "journeys" + os.environ.get("PYTEST_XDIST_WORKER", "")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    return urlparse(server)._replace(path=f"/{name}").geturl()


@dataclass
class Server:
    """A server that runs: where it answers, and its process."""

    url: str
    process: subprocess.Popen


@contextmanager
def served(environment, log, *command, port=None):
    """Run a server until the end of the block; gives it. What it logged may hold no error."""
    port = port or free_port()
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, *command, "--port", str(port)],
            cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
    url = f"http://localhost:{port}"
    try:
        wait_until_ready(url, process, log)
        yield Server(url, process)
    finally:
        process.send_signal(signal.SIGCONT)  # who stands still hears of no end
        process.terminate()
        process.wait(10)
    assert errors_in(log.read_text()) == [], f"the server logged errors; see {log}"


@pytest.fixture(scope="session")
def demo(surroundings, tmp_path_factory):
    """Serve the demo as `make demo` does; .ci/first-page proves that it fills an empty folder."""
    log = tmp_path_factory.mktemp("log") / "printed.txt"
    with served(surroundings, log, "manage.py", "demo") as server:
        yield Demo(server.url, log.read_text())


def errors_in(text: str) -> list[str]:
    """List the errors a server logged. A browser that leaves in mid-answer is none: Django says so, loudly."""
    entries = re.split(r"\n(?=\d{4}-\d\d-\d\d )", text)
    return [one for one in entries if " ERROR " in one[:40] and "RequestAborted" not in one]


@pytest.fixture(scope="session")
def browser_type_launch_args():
    return how_to_start()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Say of a journey that failed where each of its people stood, and what they read there."""
    report = yield
    if report.when == "call" and report.failed:
        for page in item.stash.get(PAGES, ()):
            report.sections.append((f"where somebody stood: {page.url}", what_is_read(page)))
    return report


PAGES = pytest.StashKey()


def what_is_read(page) -> str:
    """Give the first words of a page, or why there are none."""
    try:
        return page.locator("body").inner_text(timeout=2_000)[:3_000]
    except PlaywrightError as error:
        return str(error)


@pytest.fixture
def person(browser, demo, request):
    """Make people, each with a browser of their own; check afterwards that no page broke its policy."""
    contexts, refused, errors = [], [], []
    pages = request.node.stash.setdefault(PAGES, [])

    def enter(viewport=DESK, javascript=True, language="nl-NL", scheme="light"):
        context = browser.new_context(
            viewport=viewport,
            java_script_enabled=javascript,
            locale=language,
            base_url=demo.url,
            reduced_motion="reduce",
            color_scheme=scheme,
        )
        context.add_init_script(WATCH_CSP)
        contexts.append(context)
        page = context.new_page()
        pages.append(page)
        page.set_default_timeout(15_000)
        page.on("console", lambda m: "Content Security" in m.text and refused.append(m.text))
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield enter
    for context in contexts:
        context.close()
    assert refused == []
    assert errors == []


@pytest.fixture
def staff(person):
    """Make somebody who is signed in with one of the demo's accounts."""

    def enter(name, **options):
        page = person(**options)
        page.goto("/account/login/")
        page.fill("[name=login]", name + ADDRESS)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(re.compile(r"/admin/|/account/(?!login)"))
        return page

    return enter
