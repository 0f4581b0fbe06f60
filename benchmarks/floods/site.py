"""The demo that is flooded, and browsers of people who come to it."""

import contextlib
import copy
import http.client
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import django

ROOT = Path(__file__).resolve().parent.parent.parent
HOME, HALL = "127.0.0.1", "127.0.0.2"  # where somebody honest asks from, and where the stranger is
TOKEN = "x" * 32  # whoever sends the same in cookie and form is past the check on forms


@dataclass
class Site:
    """The demo that is flooded, and the connections that a stranger holds open: (wire, what follows each second)."""

    port: int
    printed: str
    folder: Path
    server: int  # its process
    held: list = field(default_factory=list)
    kept: dict = field(default_factory=dict)  # what a flood found out once, for all its requests
    guard: threading.Lock = field(default_factory=threading.Lock)
    address: str = HOME  # where who asks is

    def seen_from(self, address: str) -> "Site":
        """Give the same site for somebody at another network address."""
        other = copy.copy(self)
        other.address = address
        return other

    def code(self) -> str:
        """Find the code with which people at home join the evening that is open."""
        return re.search(r"online\D+(\d{3}) ?(\d{3})", self.printed).expand(r"\1\2")

    def once(self, name: str, find: Callable):
        """Find something out once in a flood, whichever of its requests is first."""
        with self.guard:
            if name not in self.kept:
                self.kept[name] = find(self)
            return self.kept[name]

    def worked(self) -> float:
        """Say how many seconds of a core the server used so far."""
        used = Path(f"/proc/{self.server}/stat").read_text().rpartition(")")[2].split()[11:13]
        return sum(int(ticks) for ticks in used) / os.sysconf("SC_CLK_TCK")

    def connect(self) -> socket.socket:
        where = ("127.0.0.1", self.port)
        return socket.create_connection(where, timeout=10, source_address=(self.address, 0))

    def ask(self, address: str, form: dict | None = None, cookies: str = "", **headers):
        """Ask as a browser would, POST with a form; gives the answer's status, headers and text."""
        came_from = (self.address, 0)
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=60, source_address=came_from
        )
        with contextlib.closing(connection):
            headers |= {"Host": f"localhost:{self.port}", "Cookie": cookies or f"csrftoken={TOKEN}"}
            body = None
            if form is not None:
                body = urlencode({"csrfmiddlewaretoken": TOKEN, **form})
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


class Browser:
    """Somebody's browser, new and without cookies."""

    def __init__(self, site: Site):
        self.site, self.cookies = site, {"csrftoken": TOKEN}

    def ask(self, address: str, **form) -> tuple[int, str, str]:
        """Open an address, or send a form to it; gives the status, where it leads, and the text."""
        if form:
            form["csrfmiddlewaretoken"] = self.cookies["csrftoken"]
        status, headers, text = self.site.ask(address, form or None, self.kept())
        for cookie in headers.get_all("Set-Cookie") or []:
            name, _is, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return status, headers["Location"] or "", text

    def kept(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def comes_in(self, address: str, **form) -> bool:
        """Send a form that should open a door; tells whether it did."""
        status, leads_to, _text = self.ask(address, **form)
        return status == 302 and not leads_to.startswith("/account/")


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
            os.environ.update(environment, DJANGO_SETTINGS_MODULE="cms.settings")
            django.setup()  # to look up what stands on a screen of the hall or in an owner's app
            yield Site(port, log.read_text(), Path(folder), server.pid)
        finally:
            server.terminate()
            server.wait(15)


def _wait_for(port, server, log) -> None:
    while server.poll() is None:
        with contextlib.suppress(OSError), urlopen(f"http://localhost:{port}/readyz", timeout=2):
            return
        time.sleep(0.5)
    raise SystemExit(log.read_text()[-2000:])
