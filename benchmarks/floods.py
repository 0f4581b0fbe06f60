"""Does somebody honest get through while one stranger asks 500 times in ten seconds? Prints how long they wait.

python -m benchmarks.floods [name ...]      all floods, or these

A flood is a function that makes the stranger's request number `number`; see the ones below. Who is
honest, and what they ask, is a page every third of a second unless the flood names something else. They try the same
without a flood first: the ratio is of the two longest waits. Both come from one network address, as in a hall.
"""

import contextlib
import http.client
import itertools
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import django

ROOT = Path(__file__).resolve().parent.parent
ASKED, SECONDS, EVERY, QUIET = 500, 10.0, 1 / 3, 10
BUDGET = 2.0  # seconds that somebody honest may wait
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
        return socket.create_connection(("127.0.0.1", self.port), timeout=SECONDS)

    def ask(self, address: str, form: dict | None = None, cookies: str = "", **headers):
        """Ask as a browser would, POST with a form; gives the answer's status, headers and text."""
        connection = http.client.HTTPConnection("localhost", self.port, timeout=30)
        with contextlib.closing(connection):
            headers |= {"Cookie": cookies or f"csrftoken={TOKEN}"}
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


def _joined(site) -> tuple[str, str]:
    """Join the evening; gives the number of its run and the cookies of who joined."""
    browser = Browser(site)
    _status, leads_to, _text = browser.ask(f"/s/{site.code()}", join="1")
    return re.search(r"/s/run/(\d+)/", leads_to)[1], browser.kept()


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


# --- Forms: the stranger sends each from a new browser, with all that a form needs -----------------

ASK_CODE, CODE = "/account/login/code/", "/account/login/code/confirm/"
LOGIN, SECOND = "/account/login/", "/account/2fa/authenticate/"
OWNER = "eigenaar@lindewaard.example"


def ask_a_question(site) -> bool:
    """Ask a question and read it behind its receipt."""
    project, about = site.once("project", _a_project)
    browser, text = Browser(site), f"Komt er een bank op plek {random.random()}?"
    form = {"about": about, "kind": "question", "text": text, "op_id": uuid.uuid4()}
    status, receipt, _text = browser.ask(f"/vragen/{project}/stellen/", **form)
    return status == 302 and text in browser.ask(receipt)[2]


def _a_project(site) -> tuple[int, str]:
    """Find a project in which anybody may ask; gives its number and what a question can be about."""
    for project in range(1, 20):
        status, _headers, text = site.ask(f"/vragen/{project}/stellen/")
        about = re.search(r'name="about" value="(\w+)"', text)
        if status == 200 and about:
            return project, about[1]
    raise SystemExit("no project of the demo takes questions")


@flood(honest=ask_a_question)
def questions(site, number):
    """Ask a question, each of somebody else."""
    project, about = site.once("project", _a_project)
    form = {"about": about, "kind": "question", "text": f"Koop nu {number}", "op_id": uuid.uuid4()}
    return Browser(site).ask(f"/vragen/{project}/stellen/", **form)[0]


def _mails_to(site, email) -> list[str]:
    """Read a mailbox, the newest first."""
    files = sorted(site.folder.glob("mail/*.log"), key=lambda one: one.stat().st_mtime)
    return [text for text in (one.read_text() for one in reversed(files)) if f"To: {email}" in text]


def come_in_by_mail(site, email="bewoner@lindewaard.example", browser=None) -> bool:
    """Ask a code and type what the newest messages say, as somebody does who looks into their mailbox."""
    browser = browser or Browser(site)
    browser.ask(ASK_CODE, email=email)
    for mail in _mails_to(site, email)[:3]:
        digits, word = (
            re.search(r"^.*\b(\d{6})$", mail, re.M)[1],
            re.search(r"\b[A-Z]{6}\b", mail)[0],
        )
        status, leads_to, _text = browser.ask(CODE, code=digits, word=word)
        if status == 302:
            return email == OWNER or not leads_to.startswith("/account/")
    return False


@flood(honest=come_in_by_mail)
def codes(site, number):
    """Ask a code for somebody's address."""
    return Browser(site).ask(ASK_CODE, email="bewoner@lindewaard.example")[0]


def _an_owner(site):
    """Give an account of staff a second factor, and as many recovery codes as anybody could use here."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from allauth.mfa.utils import encrypt

    from deliberation.people.models import User

    user = User.objects.filter(is_staff=True, is_superuser=False).first()
    User.objects.filter(pk=user.pk).update(email=OWNER)
    user.emailaddress_set.update(email=OWNER)
    TOTP.activate(user, generate_totp_secret())
    kept = {"migrated_codes": [encrypt(f"{number:08d}") for number in range(200)]}
    Authenticator.objects.create(user=user, type=Authenticator.Type.RECOVERY_CODES, data=kept)
    return itertools.count()


def come_in_with_two_factors(site) -> bool:
    """Show a password and a code; where that is not taken, begin again with a code by mail, as the page says."""
    from cms.demo.content import PASSWORD

    number = next(site.once("owner", _an_owner))
    browser = Browser(site)
    browser.ask(LOGIN, login=OWNER, password=PASSWORD)
    if browser.comes_in(SECOND, code=f"{number:08d}"):
        return True
    browser = Browser(site)
    return come_in_by_mail(site, OWNER, browser) and browser.comes_in(SECOND, code=f"{number:08d}")


@flood(honest=come_in_with_two_factors)
def second_factor(site, number):
    """Know a password, and type a wrong code of the app: one request in two signs in, the next shows the code."""
    from cms.demo.content import PASSWORD

    site.once("owner", _an_owner)
    thieves = site.once("thieves", lambda _site: [])
    if number % 2 or not thieves:
        thieves.append(Browser(site))
        return thieves[-1].ask(LOGIN, login=OWNER, password=PASSWORD)[0]
    return thieves[-1].ask(SECOND, code="abcdef")[0]


@flood()
def passwords(site, number):
    """Try a password, each for somebody else."""
    return Browser(site).ask(LOGIN, login=f"wie{number}@lindewaard.example", password="mis")[0]


def come_into_the_hall(site) -> bool:
    """Join with the code on the screen, with the word where it is asked, or by scanning."""
    from deliberation.live.door.guesses import proof_of
    from deliberation.live.models import JoinCode

    code, word = site.once("hall", lambda _site: JoinCode.objects.values_list("code", "word").get(
        lane="hall", run__state="open", run__session__project__municipality__slug="lindewaard"
    ))  # fmt: skip
    browser = Browser(site)
    for form in ({"code": code}, {"code": code, "word": word}):
        status, leads_to, _text = browser.ask("/meedoen", **form)
        if status == 302:
            break
    else:
        leads_to = f"/s/{code}?q={proof_of(code)}"
    status, leads_to, _text = browser.ask(leads_to, join="1")
    return status == 302 and leads_to.startswith("/s/run/")


@flood(honest=come_into_the_hall)
def join_codes(site, number):
    """Guess a code of an evening."""
    return Browser(site).ask("/meedoen", code=f"{random.randrange(10**6):06d}")[0]


def run(site: Site, name: str) -> bool:
    """Let one flood loose; print what came of it, and tell whether somebody honest got through in time."""
    told, answers, over = FLOODS[name], Counter(), threading.Event()
    quiet = [_try(told, site) for _try_without_flood in range(QUIET)]
    tries: list[tuple[float, bool]] = []

    def be_honest():
        while not over.is_set():
            tries.append(_try(told, site))
            over.wait(EVERY)

    def drip():
        while not over.wait(1.0):
            for wire, then in list(site.held):
                with contextlib.suppress(OSError):
                    wire.sendall(then)

    beside = [threading.Thread(target=each) for each in (be_honest, drip)]
    for each in beside:
        each.start()
    begun, worked = time.monotonic(), site.worked()
    with ThreadPoolExecutor(100) as stranger:
        for answer in stranger.map(lambda n: _request(told, site, n, begun), range(ASKED)):
            answers[str(answer)] += 1
    took, worked = time.monotonic() - begun, site.worked() - worked
    time.sleep(max(0.0, SECONDS - took) + 2)
    over.set()
    for each in beside:
        each.join()
    for wire, _then in site.held:
        wire.close()
    site.held.clear()
    site.kept.clear()
    said = ", ".join(f"{count} × {answer}" for answer, count in answers.most_common(4))
    through, worst, at_best = sum(ok for _wait, ok in tries), max(tries)[0], max(quiet)[0]
    print(
        f"| {name} | {len(tries)} | {through} | {worst * 1000:.0f} ms | {at_best * 1000:.0f} ms | "
        f"{worst / at_best:.1f} | {worked / ASKED * 1000:.0f} ms | {took:.0f} s: {said} |", flush=True,
    )  # fmt: skip
    return through == len(tries) and worst < BUDGET


def _try(told: Flood, site: Site) -> tuple[float, bool]:
    """Try what somebody honest does; gives how long it took, and whether they got through."""
    begun = time.monotonic()
    try:
        through = told.honest(site)
    except OSError:
        through = False
    return time.monotonic() - begun, through


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


def main(names) -> int:
    with a_site() as site:
        a_page(site)  # once, so that nobody waits for what is read at the first request
        print(
            "| flood | honest tries | got through | worst | worst without | ratio | a core, each | the stranger |"
        )
        print("|---|---|---|---|---|---|---|---|")
        held = [run(site, name) for name in names or FLOODS]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
