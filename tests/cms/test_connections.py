"""Does the real server refuse, cut off and end in time what a stranger sends, and go on serving everybody else?"""

import base64
import json
import os
import select
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import pytest

from cms import connections
from cms.files.upload_limits import LARGEST_FORM, LARGEST_UPLOAD
from deliberation.live.routing import websocket_urlpatterns
from deliberation.live.sockets import consumer
from deliberation.live.sockets.close_codes import Closing
from tests import migrated
from tests.journeys.conftest import errors_in, free_port, wait_until_ready
from tests.test_architecture import ROOT

# The same limits with less patience.
IMPATIENT = """
from cms import connections
from deliberation.live.sockets import consumer
connections.PATIENCE = connections.NOT_READING = connections.LOOK = 1.0
connections.STOPPING = 3.0
connections.MOST_WAITING = 30
consumer.HELLO = 1.5
"""
# An evening, and residents whose cookies are printed for the sockets.
SERVE = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.db import connection
from tests.live.builders import an_evening
from tests.live.screens.browsers import Browser
evening = an_evening(poll_open=True, commits=False)
print("run", evening.run.pk)
print("code", evening.run.online_code)
for _ in range(3):
    print("cookie", Browser(evening).join().client.cookies["sessionid"].value, flush=True)
connection.close()
from daphne.cli import CommandLineInterface
CommandLineInterface.entrypoint()
"""
SOON = 5.0  # seconds: patience, a look and a busy machine
GET = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST /meedoen HTTP/1.1\r\nHost: localhost\r\n"


@dataclass
class Server:
    port: int
    process: subprocess.Popen
    log: object
    data: object

    def told(self, what: str, number=0) -> str:
        lines = [line.split() for line in self.log.read_text().splitlines()]
        return [line[1] for line in lines if line[:1] == [what]][number]

    def connect(self, said: bytes = b"") -> socket.socket:
        wire = socket.create_connection(("127.0.0.1", self.port), timeout=SOON)
        wire.sendall(said)
        return wire

    def answers(self) -> bool:
        with self.connect(GET + b"Connection: close\r\n\r\n") as wire:
            return wire.recv(100).startswith(b"HTTP/1.1 200")


@contextmanager
def a_server(folder, limits=IMPATIENT, database=""):
    """Run Daphne on a database of its own, SQLite unless an address is given."""
    data = folder / "data"
    data.mkdir()
    migrated.copy_for(data / "samenkompas.sqlite3")
    without = {"DATABASE_URL", "REDIS_URL", "SAMENKOMPAS_DEMO"}
    environment = {name: value for name, value in os.environ.items() if name not in without}
    environment |= {"DATABASE_URL": database} if database else {}
    environment |= {
        "SAMENKOMPAS_DEBUG": "1", "SAMENKOMPAS_DATA_DIR": str(data), "PYTHONUNBUFFERED": "1",
        "SAMENKOMPAS_HOSTS": "localhost,127.0.0.1,testserver",
    }  # fmt: skip
    port, log = free_port(), folder / "log.txt"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", "import cms.asgi" + limits + SERVE, "--port", str(port),
             "--websocket-max-message-size", "16384", "--websocket-max-frame-size", "16384",
             "cms.asgi:application"],
            cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        wait_until_ready(f"http://127.0.0.1:{port}", process, log)
        yield Server(port, process, log, data)
    finally:
        process.kill()
        process.wait(10)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with a_server(tmp_path_factory.mktemp("server")) as server:
        yield server
        said = server.log.read_text()
    assert "Traceback" not in said, said[-3000:]
    assert errors_in(said) == []


def until_it_ends(wire, *, drip: bytes = b"", seconds=SOON) -> float:
    """Send a little now and then until the other side ends it; gives the seconds that took."""
    begun = time.monotonic()
    wire.settimeout(0.2)
    while time.monotonic() - begun < seconds:
        try:
            wire.sendall(drip)
            if not wire.recv(65536):
                return time.monotonic() - begun
        except TimeoutError:
            continue
        except OSError:
            return time.monotonic() - begun
    return float("inf")


def test_nothing_waits_longer_than_half_a_minute():
    for waits in (
        connections.PATIENCE + connections.LOOK,
        connections.IDLE,
        connections.NOT_READING,
    ):
        assert waits <= 30
    assert consumer.HELLO <= 10
    assert connections.STOPPING < 10, "Docker kills after ten seconds"


@pytest.mark.parametrize(
    ("address", "size"), [(b"/meedoen", 3 << 20), (b"/admin/documents/add/", 40 << 20)]
)
def test_a_body_that_says_it_is_too_large_is_refused_before_it_comes(server, address, size):
    said = b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % (address, size)
    with server.connect(said) as wire:
        answer = wire.recv(4096)
    assert answer.startswith(b"HTTP/1.1 413"), answer
    assert "te groot" in answer.decode()


@pytest.mark.parametrize("address", [b"/meedoen", b"//admin/x/", b"/ADMIN/x/", b"/x?/admin/"])
def test_who_asks_whether_to_go_on_hears_no_and_nothing_after_it(server, address):
    asked = b"POST %s HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n" % address
    with server.connect(asked + b"Content-Length: %d\r\n\r\n" % (LARGEST_FORM + 1)) as wire:
        wire.settimeout(connections.LINGER + SOON)
        answer = b""
        with suppress(ConnectionResetError):
            while said := wire.recv(4096):
                answer += said
    assert answer.startswith(b"HTTP/1.1 413") and b"100 Continue" not in answer
    with server.connect(asked + b"Content-Length: 4\r\n\r\n") as wire:
        assert wire.recv(100).startswith(b"HTTP/1.1 100")


@pytest.mark.parametrize(
    ("address", "most"),
    [(b"/meedoen", LARGEST_FORM), (b"/admin/x/", LARGEST_UPLOAD)],
)
def test_a_body_of_chunks_without_end_is_cut_at_the_limit(server, address, most):
    chunk, sent, answer = b"10000\r\n" + b"x" * 65536 + b"\r\n", 0, b""
    with server.connect(
        b"POST %s HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" % address
    ) as wire:
        while sent < 2 * most and not answer:
            wire.sendall(chunk)
            sent += 65536
            if select.select([wire], [], [], 0)[0]:
                answer = wire.recv(4096)
        answer = answer or wire.recv(4096)
    assert answer.startswith(b"HTTP/1.1 413"), answer
    assert server.answers()


@pytest.mark.parametrize("begin", [b"GET /", GET + b"Cookie: "], ids=["address", "header"])
def test_a_long_line_comes_no_further_than_the_door(server, begin):
    with server.connect(begin + b"a" * 15_900 + b"\r\n\r\n") as wire:
        assert wire.recv(100).startswith(b"HTTP/1.1 414")


@pytest.mark.parametrize(
    ("begin", "drip"),
    [
        (b"", b"G"),
        (GET, b"x"),
        (POST + b"Content-Length: 9999\r\n\r\n", b"a"),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
    ],
    ids=["line", "headers", "body", "chunks"],
)
def test_what_comes_byte_by_byte_ends(server, begin, drip):
    with server.connect(begin) as wire:
        assert until_it_ends(wire, drip=drip) < SOON


def test_a_large_file_over_a_bad_line_gets_its_time(server):
    body = b"x" * 120_000
    with server.connect(POST + b"Content-Length: %d\r\n\r\n" % len(body)) as wire:
        for begin in range(0, len(body), 12_000):
            wire.sendall(body[begin : begin + 12_000])
            time.sleep(0.25)
        assert wire.recv(100).startswith(b"HTTP/1.1 403")  # whole: no token in it


def test_a_crowd_of_half_requests_keeps_nobody_out(server):
    crowd = [server.connect(GET) for _ in range(60)]
    begun = time.monotonic()
    assert server.answers()
    assert time.monotonic() - begun < 1
    assert until_it_ends(crowd[0]) < SOON, "the oldest goes first"
    for wire in crowd:
        wire.close()


def test_who_reads_nothing_is_cut_off(server):
    with server.connect() as wire:
        wire.settimeout(1)
        asked = b"GET /static/css/site.css HTTP/1.1\r\nHost: localhost\r\n\r\n"
        with suppress(TimeoutError):
            for _ in range(20_000):
                wire.sendall(asked)
        with pytest.raises(OSError):  # not the time-out of a full pipe: the other side ended it
            _push_until_refused(wire, asked)


def _push_until_refused(wire, said: bytes, seconds=30) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(TimeoutError):
            wire.sendall(said)


class LiveSocket:
    """A socket as a browser opens it, with frames made by hand."""

    def __init__(self, server, person=0, address=""):
        run, cookie = server.told("run"), server.told("cookie", person)
        address = address or f"/ws/s/run/{run}/?as=pub&lang=nl"
        key = base64.b64encode(os.urandom(16)).decode()
        self.wire = server.connect(
            f"GET {address} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Origin: http://localhost\r\nCookie: sessionid={cookie}\r\n\r\n".encode()
        )
        self.wire.settimeout(30)
        self.read = self.wire.makefile("rb")
        self.status = int(self.read.readline().split()[1])
        while self.read.readline().strip():
            pass

    def send(self, payload: bytes, opcode=1):
        size = len(payload)
        head = bytes([0x80 | opcode])
        head += (
            bytes([0x80 | size]) if size < 126 else bytes([0x80 | 126]) + struct.pack(">H", size)
        )
        self.wire.sendall(head + b"\0\0\0\0" + payload)

    def hello(self):
        self.send(json.dumps({"hello": {"epoch": "", "seq": 0}}).encode())

    def frame(self) -> tuple[int, bytes]:
        first, second = self.read.read(2)
        size = second & 0x7F
        size = struct.unpack(">H", self.read.read(2))[0] if size == 126 else size
        return first & 0x0F, self.read.read(size)

    def closed_with(self) -> int:
        while True:
            opcode, payload = self.frame()
            if opcode == 8:
                return struct.unpack(">H", payload[:2])[0]

    def close(self):
        self.read.close()
        self.wire.close()


def test_one_person_has_five_sockets_and_a_neighbour_has_their_own(server):
    sockets = [LiveSocket(server) for _ in range(5)]
    for each in sockets:
        each.hello()
    assert [each.status for each in sockets] == [101] * 5
    assert LiveSocket(server).status == 403
    assert LiveSocket(server, person=1).status == 101
    for each in sockets:
        each.close()
    deadline = time.monotonic() + SOON
    while (again := LiveSocket(server)).status == 403 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert again.status == 101, "and whoever closed one may open another"
    again.close()


def test_a_socket_that_says_nothing_is_closed(server):
    silent = LiveSocket(server, person=2)
    assert silent.closed_with() == Closing.NO_HELLO


@pytest.mark.parametrize(
    ("payload", "opcode", "code"),
    [
        (b"{", 1, Closing.MALFORMED),
        (b"null", 1, Closing.MALFORMED),
        (b"5", 1, Closing.MALFORMED),
        (b'"hello"', 1, Closing.MALFORMED),
        (b'[{"hello": 1}]', 1, Closing.MALFORMED),
        (b'{"a":' * 3000, 1, Closing.MALFORMED),
        (b"[" * 8000, 1, Closing.MALFORMED),
        (b"\x00\xff", 2, Closing.MALFORMED),
    ],
)
def test_a_bad_frame_closes_the_socket_with_a_code_that_arrives(server, payload, opcode, code):
    live = LiveSocket(server, person=2)
    live.hello()
    live.send(payload, opcode)
    assert live.closed_with() == code


@pytest.mark.parametrize(
    "body",
    [{"hello": 5}, {"hello": {"epoch": [], "seq": "x"}}, {"do": []}, {"do": {"a": 1}, "op_id": []}, {},
     {"do": "cast_ballot", "op_id": "x", "choices": {"a": None}}, {"do": "\x00", "seen": 1e308}],
)  # fmt: skip
def test_a_frame_of_wrong_kinds_is_answered_or_ended_without_a_fault(server, body):
    """The fixture reads afterwards that nothing was logged as one."""
    live = LiveSocket(server, person=2)
    live.hello()
    live.send(json.dumps(body).encode())
    assert live.frame()[0] in (1, 8)
    live.close()


@pytest.mark.parametrize(
    "address",
    ["/ws/", "/", "/ws/s/run/x/", "/ws/s/run/-1/", "/ws/s/run/1", "//ws/s/run/1/", "/WS/s/run/1/", "/s/run/1/",
     "/ws/s/run/1/%00", "/ws/s/run/%F0%9F%8C%B3/", "/ws/s/run/" + "9" * 400 + "/", "/admin/", "/ws/s/run/1/?as=%FF"],
)  # fmt: skip
def test_a_socket_to_nowhere_is_refused_without_a_fault(server, address):
    assert LiveSocket(server, address=address).status == 403
    assert server.answers()


def test_every_socket_there_is_is_tried_here():
    """A second one needs its own bad frames, its silence and its limits tried as those of `live_socket` are."""
    views = [one.callback.__name__ for one in websocket_urlpatterns]
    assert views == ["live_socket", "no_socket"], "the last one takes what nobody else does"


def test_who_never_reads_their_socket_is_cut_off(server):
    live = LiveSocket(server, person=2)
    live.hello()
    live.wire.settimeout(1)
    with pytest.raises(OSError):
        _push_until_refused(live.wire, b"\x89\xfd\0\0\0\0" + b"x" * 125, seconds=20)
    live.wire.close()


@pytest.mark.parametrize(("payload", "opcode"), [(b"\xff\xfe", 1), (b"x" * 20_000, 1), (b"", 7)])
def test_a_frame_that_is_none_ends_the_socket(server, payload, opcode):
    live = LiveSocket(server, person=2)
    live.send(payload, opcode)
    assert until_it_ends(live.wire) < SOON


def test_every_code_is_one_that_daphne_takes():
    assert all(4000 <= code <= 4999 for code in Closing)


def test_the_server_ends_in_time_whatever_a_request_waits_for(tmp_path):
    """A thread that waits for a locked database can't be cancelled: Daphne once ran eleven minutes longer."""
    with a_server(tmp_path) as server:
        held = sqlite3.connect(server.data / "samenkompas.sqlite3")
        held.execute("BEGIN IMMEDIATE")
        half = server.connect(GET)  # and one that is not whole: Daphne has nothing to cancel for it
        form = b"csrfmiddlewaretoken=" + b"x" * 32
        asked = b"POST /s/%s HTTP/1.1\r\nHost: localhost\r\nCookie: csrftoken=%s\r\n" % (
            server.told("code").encode(), b"x" * 32,
        )  # fmt: skip
        asked += b"Content-Type: application/x-www-form-urlencoded\r\n"
        joining = server.connect(asked + b"Content-Length: %d\r\n\r\n%s" % (len(form), form))
        assert not select.select([joining], [], [], 1)[0], "it waits for the database"
        begun = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(15)
        assert time.monotonic() - begun < 6
        for each in (held, half, joining):
            each.close()
