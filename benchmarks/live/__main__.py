"""Measure coming in and a rush of votes, on the product and on the yardstick in turns, in one run.

python -m benchmarks.live [voters [seconds [turns]]]      300 voters in 5 seconds, 3 turns
"""

import asyncio
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from html import unescape
from http.client import HTTPConnection
from pathlib import Path
from socket import socket

from .screens import Screen, rush

ROOT = Path(__file__).resolve().parents[2]
TICKS = os.sysconf("SC_CLK_TCK")
PREPARE = """
import json, sys
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from deliberation.live.joining.guesses import proof_of
from tests.cms.site import a_site
from tests.live.builders import an_evening
a_site(hostname="localhost")
evening = an_evening(headcount=0, poll_open=True, commits=False)
code = evening.run.online_code
print("PREPARED" + json.dumps({"activity": evening.activity.pk, "door": f"/s/{code}?q={proof_of(code)}"}))
"""
HEADERS = ["Host: localhost", "Origin: https://localhost", "X-Forwarded-Proto: https"]


def main(voters: int = 300, seconds: int = 5, turns: int = 3) -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "SAMENKOMPAS_DATA_DIR": folder, "SAMENKOMPAS_RUNTIME_DIR": f"{folder}/run",
            "SAMENKOMPAS_SECRET_KEY": "only-for-this-measurement" * 3, "SAMENKOMPAS_HOSTS": "localhost",
            "SAMENKOMPAS_PUBLIC_URL": "https://localhost", "SAMENKOMPAS_BEHIND_PROXY": "1",
            "DJANGO_SETTINGS_MODULE": "cms.settings", "YARDSTICK_FOLDER": folder,
        }  # fmt: skip
        for name in ("DATABASE_URL", "SAMENKOMPAS_DEBUG"):
            environment.setdefault(name, "")
        made = prepared(environment)
        results = {"yardstick": [], "product": []}
        for turn in range(turns):
            results["yardstick"].append(on_the_yardstick(environment, voters, seconds))
            about = (made, voters, (turn + 1) * voters, seconds)
            results["product"].append(on_the_product(environment, *about))
        tell(results)


def prepared(environment) -> dict:
    """Make an evening whose poll is open, and the static files that its pages name."""
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(collect, cwd=ROOT, env=environment, check=True)
    with_debug = environment | {"SAMENKOMPAS_DEBUG": "1"}
    done = subprocess.run(
        [sys.executable, "-c", PREPARE],
        cwd=ROOT, env=with_debug, capture_output=True, text=True,
    )  # fmt: skip
    assert "PREPARED" in done.stdout, done.stderr[-3000:]
    return json.loads(done.stdout.rpartition("PREPARED")[2])


def on_the_yardstick(environment, voters, seconds) -> dict:
    tables = "from benchmarks.live.yardstick import make_tables; make_tables()"
    subprocess.run([sys.executable, "-c", tables], cwd=ROOT, env=environment, check=True)
    people = [("/vote/", HEADERS) for _ in range(voters)]
    bodies = [{"voter": f"{number:064d}", "choice": number % 2} for number in range(voters)]
    with served("benchmarks.live.yardstick:application", environment) as (port, used):
        return asyncio.run(
            a_rush(port, people, bodies, seconds, voters, used, lambda one: one.get("n"))
        )


def on_the_product(environment, made, voters, expected, seconds) -> dict:
    about = {"do": "cast_ballot", "activity": made["activity"]}
    bodies = [{**about, "choice": number % 2} for number in range(voters)]

    def count_in(message):
        return message.get("live", {}).get("turnout.online")

    with served("cms.asgi:application", environment) as (port, used):
        come_in(port, made["door"])  # what a process does once, it did
        before, begun = used(), time.perf_counter()
        with ThreadPoolExecutor(4) as crowd:
            people = list(crowd.map(lambda _one: come_in(port, made["door"]), range(voters)))
        joined = {"ms of CPU to come in": (used() - before) / voters * 1000}
        joined["coming in s"] = time.perf_counter() - begun
        return joined | asyncio.run(a_rush(port, people, bodies, seconds, expected, used, count_in))


def come_in(port, door) -> tuple[str, list[str]]:
    """Scan a code, press the button, and give the address and headers of the socket on the page."""
    server, cookies, token = HTTPConnection("127.0.0.1", port, timeout=60), {}, ""
    headers = dict(line.split(": ") for line in HEADERS) | {"Referer": "https://localhost/"}
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for method in ("GET", "POST", "GET"):
        cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
        body = f"csrfmiddlewaretoken={token}" if method == "POST" else None
        more = (form if body else {}) | {"Cookie": cookie}
        server.request(method, door, body, headers | more)
        answer = server.getresponse()
        html = answer.read().decode()
        for line in answer.msg.get_all("Set-Cookie") or []:
            name, _is, rest = line.partition("=")
            cookies[name] = rest.partition(";")[0]
        assert answer.status == (302 if body else 200), (method, answer.status, html[:500])
        door = answer.getheader("Location") or door
        token = (re.findall(r'csrfmiddlewaretoken" value="(\w+)"', html) or [""])[0]
    server.close()
    path = unescape(re.search(r'data-socket="([^"]+)"', html)[1])
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return path, [*HEADERS, f"Cookie: {cookie}"]


async def a_rush(port, people, bodies, seconds, expected, used, count_in) -> dict:
    before, begun = used(), time.perf_counter()
    screens = []
    for path, headers in people:
        screens.append(await Screen.open(port, path, headers, count_in))
    while any(screen.told < 0 for screen in screens):
        await asyncio.sleep(0.1)
    joined = {"ms of CPU per socket": (used() - before) / len(screens) * 1000}
    joined["sockets s"] = time.perf_counter() - begun
    await asyncio.sleep(2)
    result = await rush(screens, bodies, seconds, expected, used)
    for screen in screens:
        await screen.close()
    return joined | result


@contextmanager
def served(application: str, environment):
    """Serve an application by Daphne; gives its port and what it used of the processor."""
    with socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    command = [sys.executable, "-m", "daphne", "-v", "0", "-b", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(
        [*command, application], cwd=ROOT, env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(port)
        yield port, lambda: used_by(process.pid)
    finally:
        process.kill()
        process.wait()


def wait_for(port) -> None:
    for _try in range(600):
        with socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("the server did not start")


def used_by(pid: int) -> float:
    """Read the processor time of a process, all its threads together."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def tell(results) -> None:
    """Print the middle of the turns, and how many times the yardstick that is."""
    names = list(results["product"][0])
    print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
    print("| | yardstick | product | times |")
    print("|---|---|---|---|")
    for name in names:
        ours, theirs = (
            statistics.median(one.get(name, 0) for one in results[kind])
            for kind in ("product", "yardstick")
        )
        print(f"| {name} | {theirs:.2f} | {ours:.2f} | {ours / theirs if theirs else 0:.2f} |")
    print(json.dumps(results))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
