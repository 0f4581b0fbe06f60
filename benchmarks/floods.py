"""Does somebody honest get through while one stranger asks 500 times in ten seconds? Prints how long they wait.

python -m benchmarks.floods [name ...]      all floods, or these

A flood is a function that makes the stranger's request number `number`; see the ones below. Who is
honest, and what they ask, is a page every half second unless the flood names something else.
"""

import contextlib
import http.client
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
ASKED, SECONDS, EVERY = 500, 10.0, 0.5
BUDGET = 2.0  # seconds that somebody honest may wait
TOKEN = "x" * 32  # whoever sends the same in cookie and form is past the check on forms


@dataclass
class Site:
    """The demo that is flooded, and the connections that a stranger holds open: (wire, what follows each second)."""

    port: int
    printed: str
    held: list = field(default_factory=list)
    kept: dict = field(default_factory=dict)  # what a flood found out once, for all its requests
    guard: threading.Lock = field(default_factory=threading.Lock)

    def code(self) -> str:
        """Find the code with which people at home join the evening that is open."""
        return re.search(r"online\D+(\d{3}) ?(\d{3})", self.printed).expand(r"\1\2")

    def once(self, name: str, find: Callable):
        """Find something out once in a flood, whichever of its requests is first."""
        with self.guard:
            if name not in self.kept:
                self.kept[name] = find(self)
            return self.kept[name]

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=SECONDS)

    def ask(self, address: str, form: dict | None = None, cookies: str = "", **headers):
        """Ask as a browser would, POST with a form; gives the answer's status, headers and text."""
        connection = http.client.HTTPConnection("localhost", self.port, timeout=30)
        with contextlib.closing(connection):
            headers |= {"Cookie": f"csrftoken={TOKEN}; {cookies}"}
            body = None
            if form is not None:
                pairs = {"csrfmiddlewaretoken": TOKEN, **form}.items()
                body = "&".join(f"{name}={value}" for name, value in pairs)
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request("GET" if form is None else "POST", address, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()

    def say(self, said: bytes, then: bytes | None = None) -> str:
        """Send bytes as they are; read the answer's status, or hold the connection and send `then` each second."""
        wire = self.connect()
        wire.sendall(said)
        if then is not None:
            self.held.append((wire, then))
            return "held"
        with wire:
            return wire.recv(64).decode("latin1").partition(" ")[2][:3] or "hung up"


def a_page(site: Site) -> bool:
    """Read the first page, as a resident."""
    return site.ask("/")[0] == 200


@dataclass(frozen=True)
class Flood:
    """What a stranger does 500 times, and what somebody honest tries meanwhile: True when they got through."""

    request: Callable[[Site, int], object]
    honest: Callable[[Site], bool] = a_page


FLOODS: dict[str, Flood] = {}


def flood(honest: Callable[[Site], bool] = a_page):
    """Add a flood, under the name of its function."""

    def add(request):
        FLOODS[request.__name__.replace("_", "-")] = Flood(request, honest)
        return request

    return add


@flood()
def long_lines(site, number):
    """Ask for an address as long as the server takes one."""
    return site.say(b"GET /" + b"a" * 15_900 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n")


@flood()
def slow_headers(site, number):
    """Begin a request and go on byte by byte."""
    return site.say(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ", then=b"x")


@flood()
def slow_bodies(site, number):
    """Announce a form and send it byte by byte."""
    head = b"POST /meedoen HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000\r\n\r\n"
    return site.say(head, then=b"x")


@flood()
def large_bodies(site, number):
    """Announce 40 MB."""
    head = b"POST /meedoen HTTP/1.1\r\nHost: localhost\r\nContent-Length: 40000000\r\n\r\n"
    return site.say(head + b"x" * 65_536)


def _joined(site) -> tuple[str, str]:
    """Join the evening; gives the number of its run and the cookie of who joined."""
    _status, headers, _text = site.ask(f"/s/{site.code()}", form={})
    cookies = "\n".join(headers.get_all("Set-Cookie") or [])
    run = re.search(r"/s/run/(\d+)/", headers["Location"])
    return run[1], re.search(r"^sessionid=[^;]+", cookies, re.M)[0]


@flood()
def sockets(site, number):
    """Join once, and open sockets that say nothing and read nothing."""
    run, cookie = site.once("joined", _joined)
    wire = site.connect()
    wire.sendall(
        f"GET /ws/s/run/{run}/?as=pub HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OTAxMjM0NQ==\r\n"
        f"Sec-WebSocket-Version: 13\r\nOrigin: http://localhost\r\n"
        f"Cookie: {cookie}\r\n\r\n".encode()
    )
    site.held.append((wire, b""))
    return wire.recv(64).decode("latin1").partition(" ")[2][:3] or "hung up"


def run(site: Site, name: str) -> bool:
    """Let one flood loose; print what came of it, and tell whether somebody honest got through in time."""
    told, answers, over = FLOODS[name], Counter(), threading.Event()
    waits, failures = [], []

    def be_honest():
        while not over.is_set():
            begun = time.monotonic()
            try:
                through = told.honest(site)
            except OSError:
                through = False
            waits.append(time.monotonic() - begun)
            failures.extend([] if through else [waits[-1]])
            over.wait(EVERY)

    def drip():
        while not over.wait(1.0):
            for wire, then in list(site.held):
                with contextlib.suppress(OSError):
                    wire.sendall(then)

    beside = [threading.Thread(target=each) for each in (be_honest, drip)]
    for each in beside:
        each.start()
    begun = time.monotonic()
    with ThreadPoolExecutor(100) as stranger:
        for answer in stranger.map(lambda n: _request(told, site, n, begun), range(ASKED)):
            answers[str(answer)] += 1
    took = time.monotonic() - begun
    time.sleep(max(0.0, SECONDS - took) + 2)
    over.set()
    for each in beside:
        each.join()
    for wire, _then in site.held:
        wire.close()
    site.held.clear()
    site.kept.clear()
    said = ", ".join(f"{count} × {answer}" for answer, count in answers.most_common(4))
    print(
        f"| {name} | {len(waits)} | {len(failures)} | {statistics.median(waits) * 1000:.0f} ms | "
        f"{max(waits) * 1000:.0f} ms | {took:.0f} s: {said} |", flush=True,
    )  # fmt: skip
    return not failures and max(waits) < BUDGET


def _request(told: Flood, site: Site, number: int, begun: float):
    """Make request `number` at its moment."""
    time.sleep(max(0.0, begun + number * SECONDS / ASKED - time.monotonic()))
    try:
        return told.request(site, number)
    except OSError as failure:
        return type(failure).__name__


@contextlib.contextmanager
def a_site():
    """Fill and serve the demo in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
        found.close()
        log = Path(folder, "log.txt")
        environment = os.environ | {"SAMENKOMPAS_DEBUG": "1", "SAMENKOMPAS_DEMO": "1"}
        environment |= {"SAMENKOMPAS_DATA_DIR": folder, "PYTHONUNBUFFERED": "1"}
        with log.open("w") as output:
            server = subprocess.Popen(
                [sys.executable, "manage.py", "demo", "--port", str(port)],
                cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip
        try:
            _wait_for(port, server, log)
            yield Site(port, log.read_text())
        finally:
            server.terminate()
            server.wait(15)


def _wait_for(port, server, log) -> None:
    while server.poll() is None:
        with contextlib.suppress(OSError), urlopen(f"http://localhost:{port}/readyz", timeout=2):
            return
        time.sleep(0.5)
    raise SystemExit(log.read_text()[-2000:])


def main(names) -> int:
    with a_site() as site:
        a_page(site)  # once, so that nobody waits for what is read at the first request
        print("| flood | asked honestly | not answered | median | worst | the stranger |")
        print("|---|---|---|---|---|---|")
        held = [run(site, name) for name in names or FLOODS]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
