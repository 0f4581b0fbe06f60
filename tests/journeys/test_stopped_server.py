"""Does every screen say so when nothing comes through any more, and is a vote kept until it does?

A server that stands still answers nothing, not even that it closes; a hall's network that wants its log-in page first
answers everything, with something that is not ours.
"""

import re
import signal
import socket
import threading
from contextlib import closing, suppress

import pytest
from playwright.sync_api import expect

from tests.eyes import PHONE

from .conftest import free_port, served

pytestmark = pytest.mark.browser
UNSENT, SILENT, BACK = 10_000, 45_000, 15_000  # milliseconds
LOGIN = b"<!doctype html><title>Welkom</title><form>Log in op het netwerk</form>"
ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
)


@pytest.fixture
def server(demo, surroundings, tmp_path):
    """Serve the demo's evening by a process of its own, which may be stopped."""
    command = ("-m", "daphne", "cms.asgi:application")
    with served(surroundings, tmp_path / "log.txt", *command) as server:
        yield server


class Network:
    """What lies between a hall and a server; once `wants_login` it answers for everybody."""

    def __init__(self, server):
        self.behind = int(server.url.rsplit(":", 1)[1])
        self.wants_login, self.open = False, set()
        self.door = socket.create_server(("127.0.0.1", free_port()))
        self.url = f"http://localhost:{self.door.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        with suppress(OSError):
            while True:
                come, _address = self.door.accept()
                threading.Thread(target=self._serve, args=[come], daemon=True).start()

    def _serve(self, come):
        with closing(come), suppress(OSError):
            if self.wants_login:
                come.recv(65536)
                come.sendall(ANSWER % len(LOGIN) + LOGIN)
                return
            with socket.create_connection(("127.0.0.1", self.behind)) as there:
                self.open |= {come, there}
                back = threading.Thread(target=self._carry, args=[there, come], daemon=True)
                back.start()
                self._carry(come, there)
                back.join()

    def _carry(self, one, other):
        with suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
            other.shutdown(socket.SHUT_WR)

    def ask_login(self):
        self.wants_login = True
        for one in self.open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def network(server):
    network = Network(server)
    yield network
    network.ask_login()
    network.door.close()


@pytest.fixture
def screens(demo, person, staff):
    """Open the phone of somebody online, the console and the projector of one evening."""

    def open_all(url, clock):
        phone, console = person(viewport=PHONE), staff("gesprek")
        projector = console.context.new_page()
        pages = {"phone": phone, "console": console, "projector": projector}
        for page in pages.values():
            if clock:
                page.clock.install()
        path = re.search(r"/s/run/\d+/console/", demo.printed)[0]
        console.goto(url + path)
        projector.goto(url + path.replace("console", "projector"))
        phone.goto(url + demo.door("online"))
        phone.click("main button[type=submit]")
        for page in pages.values():
            page.wait_for_selector("#live[data-state=connected]")
        return pages

    return open_all


def vote(phone):
    phone.locator("input[name=choice]").first.check()
    phone.click("button[value^=cast_ballot]")


def is_kept(phone):
    """Wait until the phone says what became of the vote, no longer than somebody waits before asking."""
    expect(phone.locator("#live-sent[data-state=unsent]")).to_be_visible(timeout=UNSENT)
    told = phone.inner_text("#live-sent")
    assert "Nog niet verstuurd" in told and "Vraag een kaart" in told
    assert phone.locator(".lv-receipt").count() == 0


def all_say_so(pages, within):
    for name, page in pages.items():
        expect(page.locator("#live-offline"), name).to_be_visible(timeout=within)
        expect(page.locator("#live-offline"), name).to_contain_text("Geen verbinding")


def all_go_on(pages, before):
    """Wait until every screen is connected, and one vote more was received: not two."""
    for name, page in pages.items():
        expect(page.locator("#live[data-state=connected]"), name).to_be_visible(timeout=BACK)
        expect(page.locator("#live-offline"), name).to_be_hidden()
    expect(pages["phone"].locator(".lv-receipt")).to_be_visible(timeout=BACK)
    pages["phone"].wait_for_function("sessionStorage.length === 0", timeout=BACK)
    expect(turnout(pages)).to_have_text(str(before + 1))


def turnout(pages):
    return pages["console"].locator("[data-live='turnout.online']").first


@pytest.mark.parametrize("wait", ["clock", pytest.param("really", marks=pytest.mark.exhaustive)])
def test_a_server_that_stands_still(server, screens, wait):
    pages = screens(server.url, clock=wait == "clock")
    before = int(turnout(pages).inner_text())
    server.process.send_signal(signal.SIGSTOP)
    try:
        vote(pages["phone"])
        is_kept(pages["phone"])
        for page in pages.values():
            if wait == "clock":
                page.clock.run_for(SILENT)
        all_say_so(pages, within=SILENT)
    finally:
        server.process.send_signal(signal.SIGCONT)
    all_go_on(pages, before)


def test_a_network_that_wants_its_login_page_first(network, screens):
    pages = screens(network.url, clock=False)
    before = int(turnout(pages).inner_text())
    network.ask_login()
    vote(pages["phone"])
    is_kept(pages["phone"])
    all_say_so(pages, within=SILENT)
    network.wants_login = False
    all_go_on(pages, before)
