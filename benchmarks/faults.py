"""What is lost or doubled, and how soon are screens right again, when something dies in a rush of votes?

`python -m benchmarks.faults [rounds [fault …]]` on SQLite with one web process; behind `.ci/with-services` on
PostgreSQL and Redis with two. Each fault comes `rounds` times (5), each time in a rush of new voters who press once
or twice and, as the page's outbox does, send the same again until they know. Screens are real pages in Chromium.
"""

import json
import os
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlparse

import psycopg
import requests
from playwright.sync_api import sync_playwright
from redis import Redis

from tests.eyes import how_to_start

ROOT = Path(__file__).resolve().parent.parent
VOTERS, SCREENS, RUSH, AWAY = 30, 4, 3.0, 30.0
TOKEN = "t" * 32
TOLD = """[document.getElementById('live').dataset.state,
           document.querySelector('[data-live="turnout.online"]')?.textContent]"""
HEAD = "| fault | times | confirmed | lost | doubled | other | last vote known, s | screens right p90, s |"
PREPARE = """
import json, sys
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
call_command("migrate", verbosity=0)
from deliberation.people.participant_session import KEY
from tests.cms.site import a_site
from tests.live.builders import an_evening
a_site(hostname="localhost")
evening = an_evening(headcount=0, poll_open=True, commits=False)
def session():
    store = SessionStore(); store[KEY] = str(evening.join().pk); store.create(); return store.session_key
print("PREPARED" + json.dumps({
    "run": evening.run.pk, "activity": evening.activity.pk, "code": evening.run.online_code,
    "voters": [session() for _ in range(int(sys.argv[1]))]}))
"""


def main(rounds: int = 5, *names: str) -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        place = Place(Path(folder))
        possible = [
            one for one in FAULTS if place.several or one not in (postgres_stops, redis_away)
        ]
        faults = [one for one in possible if not names or one.__name__ in names]
        place.prepare(rounds * len(faults) * VOTERS + SCREENS)
        for web in place.webs:
            web.start()
        browser = playwright.chromium.launch(**how_to_start())
        screens = place.screens(browser)
        print(HEAD)
        print("|---|---|---|---|---|---|---|---|", flush=True)
        for fault in faults:
            told([one_round(place, screens, fault) for _ in range(rounds)], fault)
        place.stop()


def one_round(place, screens, fault) -> dict:
    """Let a rush of new voters meet a fault, and look at what became of it."""
    before = place.counts()
    voters = [place.voters.pop() for _ in range(VOTERS)]
    with ThreadPoolExecutor(VOTERS) as pool:
        begun = time.monotonic()
        votes = [pool.submit(vote, place, one, n) for n, one in enumerate(voters)]
        time.sleep(RUSH / 3)
        other = fault(place)
        back = place.ready()
        known = [one.result() for one in votes]
    after = place.counts()
    right = shown(screens, after[0], back)
    stored = [after[0] - before[0], after[1] - before[1]]
    return {
        "confirmed": sum(known_at is not None for known_at in known),
        "lost": max(0, sum(known_at is not None for known_at in known) - min(stored)),
        "doubled": max(0, max(stored) - VOTERS),
        "other": other or "",
        "slowest": max((one or 999) - begun for one in known),
        "right": right,
    }


def told(results, fault) -> None:
    right = sorted(second for one in results for second in one["right"])
    sums = [sum(one[name] for one in results) for name in ("confirmed", "lost", "doubled")]
    other = "; ".join(sorted({one["other"] for one in results if one["other"]}))
    p90 = right[int(len(right) * 0.9) - 1] if right else float("nan")
    worst = max(one["slowest"] for one in results)
    middle = f"{p90:.1f} (middle {statistics.median(right):.1f}, of {len(right)})"
    cells = [fault.__doc__, len(results), f"{sums[0]} of {VOTERS * len(results)}", *sums[1:], other]
    print("|", " | ".join(map(str, [*cells, f"{worst:.1f}", middle])), "|", flush=True)


def vote(place, session, number) -> float | None:
    """Press once, or twice with the same op_id; send again until it is known. Gives when that was."""
    time.sleep(RUSH * number / VOTERS)
    body = {
        "do": "cast_ballot",
        "op_id": str(uuid.uuid4()),
        "activity": place.made["activity"],
        "choice": number % 2,
    }
    for attempt in range(200):
        web = (
            place.webs[(number + attempt) % len(place.webs)]
            if attempt
            else place.webs[number % len(place.webs)]
        )
        for _press in range(2 if number % 5 == 0 else 1):
            answer = place.send(web, session, body)
        if answer in ("applied", "duplicate"):
            return time.monotonic()
        time.sleep(0.5)
    return None


def shown(screens, total, since) -> list[float]:
    """Say after how many seconds each screen told the total; 99 for never."""
    right, waiting = [], list(screens)
    while waiting and time.monotonic() - since < 90:
        for page in list(waiting):
            with suppress(Exception):
                state = page.evaluate(TOLD)
                if state == ["connected", str(total)]:
                    waiting.remove(page)
                    right.append(time.monotonic() - since)
        time.sleep(0.1)
    return right + [99.0] * len(waiting)


# --- Faults: each returns when all that it broke is there again ------------------------------------


def web_killed(place):
    """kill -9 of web"""
    place.webs[0].kill()
    place.webs[0].start()


def postgres_stops(place):
    """PostgreSQL stopped for 3 s"""
    data = place.postgres("SHOW data_directory")
    options = (Path(data) / "postmaster.opts").read_text()
    as_owner(data, "pg_ctl", "-D", data, "-m", "immediate", "-s", "stop")
    time.sleep(3)
    start_postgres(data, options)


def redis_away(place):
    """Redis away for 30 s, back empty"""
    port = urlparse(os.environ["REDIS_URL"]).port
    with suppress(Exception):
        Redis(port=port).shutdown(nosave=True)
    if place.redis:
        place.redis.wait()
    ends, codes = time.monotonic() + AWAY, set()
    while time.monotonic() < ends:
        codes |= place.other_doors()
        time.sleep(1)
    place.redis = subprocess.Popen(
        ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""],
        stdout=subprocess.DEVNULL,
        cwd=place.folder,
    )
    return f"pages, joining, sign-in meanwhile: {sorted(codes)}"


def disk_full(place):
    """disk full for 3 s"""
    place.limit_files("1024")
    time.sleep(3)
    meanwhile = "" if not place.several or place.alive() else "PostgreSQL had stopped itself"
    place.limit_files("unlimited")
    if place.several:
        time.sleep(2)
        if not place.alive():
            start_postgres(*place.data)
    return meanwhile


FAULTS = [web_killed, postgres_stops, redis_away, disk_full]


# --- The place: processes, database, screens ------------------------------------------------------


class Web:
    """One Daphne, on a port of its own for good."""

    def __init__(self, place):
        self.place, self.process = place, None
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = listener.getsockname()[1]
        self.url = f"http://localhost:{self.port}"

    def start(self):
        command = [
            sys.executable,
            "-m",
            "daphne",
            "-b",
            "127.0.0.1",
            "-p",
            str(self.port),
            "cms.asgi:application",
        ]
        log = (self.place.folder / f"web-{self.port}.log").open("a")
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=self.place.environment, stdout=log, stderr=log
        )
        self.place.ready()

    def kill(self):
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Place:
    """Everything that runs, and what the database holds."""

    def __init__(self, folder):
        self.redis = None
        self.folder, self.several = folder, bool(os.environ.get("DATABASE_URL"))
        self.environment = os.environ | {
            "SAMENKOMPAS_DEBUG": "1",
            "DJANGO_SETTINGS_MODULE": "cms.settings",
            "SAMENKOMPAS_DATA_DIR": str(folder),
            "SAMENKOMPAS_RUNTIME_DIR": str(folder / "run"),
        }
        self.webs = [Web(self) for _ in range(2 if self.several else 1)]

    def prepare(self, number):
        script = "import django; django.setup()\n" + PREPARE
        done = subprocess.run(
            [sys.executable, "-c", script, str(number)],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        assert "PREPARED" in done.stdout, done.stderr[-3000:]
        self.made = json.loads(done.stdout.rpartition("PREPARED")[2])
        self.voters = self.made["voters"]
        if self.several:
            data = self.postgres("SHOW data_directory")
            self.data = (data, (Path(data) / "postmaster.opts").read_text())

    def screens(self, browser):
        pages = []
        for number in range(SCREENS):
            web = self.webs[number % len(self.webs)]
            context = browser.new_context()
            context.add_cookies([{"name": "sessionid", "value": self.voters.pop(), "url": web.url}])
            pages.append(context.new_page())
            pages[-1].goto(f"{web.url}/s/run/{self.made['run']}/")
        return pages

    def send(self, web, session, body) -> str:
        try:
            answer = requests.post(
                f"{web.url}/s/run/{self.made['run']}/do/",
                json=body,
                timeout=8,
                cookies={"sessionid": session, "csrftoken": TOKEN},
                headers={"X-CSRFToken": TOKEN},
            )
            return answer.json()["status"] if answer.status_code < 500 else ""
        except (requests.RequestException, ValueError):
            return ""

    def other_doors(self) -> set:
        codes = set()
        for web in self.webs:
            for address in ("/", "/meedoen", "/account/login/code/"):
                codes.add(requests.get(web.url + address, timeout=20).status_code)
            joining = requests.Session()
            joining.cookies.set("csrftoken", TOKEN)
            codes.add(
                joining.post(
                    f"{web.url}/s/{self.made['code']}",
                    headers={"X-CSRFToken": TOKEN},
                    allow_redirects=False,
                    timeout=20,
                ).status_code
            )
        return codes

    def ready(self) -> float:
        """Wait until every web that runs is ready; gives when."""
        for web in [one for one in self.webs if one.process and one.process.poll() is None]:
            while True:
                with suppress(requests.RequestException):
                    if requests.get(f"{web.url}/readyz", timeout=2).status_code == 200:
                        break
                time.sleep(0.1)
        return time.monotonic()

    def counts(self) -> list[int]:
        """Count ballots and who used their vote."""
        queries = [f"SELECT count(*) FROM live_{table}" for table in ("sealedballot", "spent")]
        if self.several:
            return [int(self.postgres(query)) for query in queries]
        with sqlite3.connect(self.folder / "samenkompas.sqlite3", timeout=20) as database:
            return [database.execute(query).fetchone()[0] for query in queries]

    def postgres(self, query) -> str:
        with psycopg.connect(os.environ["DATABASE_URL"]) as database:
            return str(database.execute(query).fetchone()[0])

    def alive(self) -> bool:
        with suppress(psycopg.Error):
            return self.postgres("SELECT 1") == "1"
        return False

    def writers(self) -> list[int]:
        """List the processes that write votes: PostgreSQL's, or on SQLite the web's own."""
        if not self.several:
            return [web.process.pid for web in self.webs]
        head = Path(self.data[0]) / "postmaster.pid"
        if not head.exists():
            return []
        first = int(head.read_text().split()[0])
        children = Path(f"/proc/{first}/task/{first}/children")
        return [first, *map(int, children.read_text().split())] if children.exists() else []

    def limit_files(self, size):
        """Let what writes votes make no file larger than so many bytes; only their owner may say so."""
        owner = self.data[0] if self.several else self.folder
        for pid in self.writers():
            with suppress(subprocess.CalledProcessError):  # it ended meanwhile
                as_owner(
                    owner, "prlimit", f"--pid={pid}", f"--fsize={size}:", stderr=subprocess.DEVNULL
                )

    def stop(self):
        for web in self.webs:
            web.kill()
        if self.redis:
            self.redis.terminate()


def server(name) -> str:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else name


def as_owner(data, name, *arguments, **options) -> None:
    owner = Path(data).owner()
    root = (
        ["setpriv", f"--reuid={owner}", f"--regid={owner}", "--clear-groups"]
        if os.getuid() == 0
        else []
    )
    subprocess.run([*root, server(name), *arguments], cwd=Path(data).parent, check=True, **options)


def start_postgres(data, options) -> None:
    """Start it with the options it had, read from what it left."""
    words = options.replace('"', "").split()[1:]
    at = words.index("-D")
    rest = words[:at] + words[at + 2 :]
    log = f"{Path(data).parent}/server.log"
    as_owner(data, "pg_ctl", "-D", data, "-s", "-w", "-l", log, "-o", " ".join(rest), "start")


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:2]), *sys.argv[2:])
