"""Fair queueing of requests: a few at a time, each network address in its turn (ADR 59).

Requests of one process share one core. Without turns, who asks once stands behind whoever asks 500 times. An address
has a turn like every other; in it, browsers that we know each have one, and all others together as many as those. So
a hall that has joined goes on beside a stranger in it, and who joins is not held up by those who did.

A socket that comes stands in the same row until it is known who is behind it, unless its ticket says so.
"""

import asyncio
import ipaddress
from collections import Counter, deque
from contextlib import asynccontextmanager
from functools import partial

from django.conf import settings
from django.http import parse_cookie

AT_ONCE = 8  # requests that are worked at: each has a thread, and a connection to the database
FOR_ONE = 4  # of them for one address, so that another never waits for its slowest
KEPT = 1  # of them for an address of which nothing is worked at: two busy ones never hold all
MOST_WAITING = 1000  # of one address: a hall of 300 loads a page and three files at once
MOST_IN_ALL = 2000  # of all; who has an equal share or less may come until they are twice as many
MOST_KNOWN = 10_000  # browsers; beyond them the one that was seen longest ago is forgotten
LONGEST = 4.0  # seconds that a socket waits, whose server drops it after five; then its screen comes back by itself
NEVER_WAITS = "/healthz"  # it costs nothing, and says that the process lives, not that it is busy
BROWSER = "samenkompas.browser"  # where a request's scope tells its browser's session, once that was found
TOO_BUSY = (
    b"Het is nu te druk vanaf uw netwerk. Er is niets opgeslagen. Wacht een halve minuut en probeer het opnieuw.\n"
    b"It is too busy from your network now. Nothing was saved. Wait for half a minute and try again.\n"
)
TOO_BUSY_HERE = (
    b"Het is nu te druk op deze site. Er is niets opgeslagen. Wacht een halve minuut en probeer het opnieuw.\n"
    b"It is too busy on this site now. Nothing was saved. Wait for half a minute and try again.\n"
)


class InTurn:
    """Let requests through to an application when it is their turn."""

    def __init__(
        self, app, at_once=AT_ONCE, for_one=FOR_ONE, most_waiting=MOST_WAITING, in_all=MOST_IN_ALL
    ):
        self.app, self.at_once, self.for_one = app, at_once, for_one
        self.most, self.in_all = most_waiting, in_all
        self._rows: dict = {}  # by address, by whether the browser is known, by browser: who waits, the first first
        self._waiting, self._working = Counter(), Counter()  # by address
        self._all = 0  # that wait
        self._known: dict[str, None] = {}  # in the order in which they were seen

    async def __call__(self, scope, receive, send):
        if scope["path"] == NEVER_WAITS:
            await self.app(scope, receive, send)
            return
        address = network_of(scope)
        if refusal := self._refusal(address):
            await _refuse(send, refusal)
            return
        async with self._turn(address, scope):
            await self.app(scope, receive, send)
            self._remember(scope.get(BROWSER))

    def of_sockets(self, app, name):
        """Give the application of sockets the same rows: by this name in its scope it takes a turn where needed."""

        async def with_turns(scope, receive, send):
            await app({**scope, name: partial(self.handshake, scope)}, receive, send)

        return with_turns

    @asynccontextmanager
    async def handshake(self, scope, longest=LONGEST):
        """Hold a turn while it is looked up who is behind a socket; a TimeoutError when none comes in time."""
        address = network_of(scope)
        if self._refusal(address):
            raise TimeoutError
        async with self._turn(address, scope, longest):
            yield

    @asynccontextmanager
    async def _turn(self, address, scope, longest=None):
        turn = asyncio.get_running_loop().create_future()
        self._wait(address, scope, turn)
        self._call_next()
        try:
            async with asyncio.timeout(longest):
                await turn
            yield
        finally:
            if not turn.cancelled():
                self._drop(self._working, address)
                self._call_next()

    def _refusal(self, address) -> bytes:
        """Say why one more of this address can't wait; nothing when it can."""
        here = self._waiting.get(address, 0)
        if here >= self.most:
            return TOO_BUSY
        if self._all < self.in_all:
            return b""
        share = self.in_all // (len(self._waiting) + (not here))  # of each address that waits
        return TOO_BUSY_HERE if here > share or self._all >= 2 * self.in_all else b""

    def _wait(self, address, scope, turn) -> None:
        browser = session_of(scope)
        known = browser in self._known
        rows = self._rows.setdefault(address, {}).setdefault(known, {})
        rows.setdefault(browser if known else "", deque()).append(turn)
        self._waiting[address] += 1
        self._all += 1

    def _call_next(self) -> None:
        while self._working.total() < self.at_once:
            address = next(filter(self._has_room, self._rows), None)
            if address is None:
                return
            turn = _take(self._rows, address)
            self._drop(self._waiting, address)
            self._all -= 1
            if not turn.cancelled():  # who hung up meanwhile
                self._working[address] += 1
                turn.set_result(None)

    def _has_room(self, address) -> bool:
        busy = self._working[address]
        return not busy or (busy < self.for_one and self._working.total() < self.at_once - KEPT)

    def _remember(self, browser) -> None:
        if browser:
            self._known.pop(browser, None)
            self._known[browser] = None
            if len(self._known) > MOST_KNOWN:
                del self._known[next(iter(self._known))]

    @staticmethod
    def _drop(counts: Counter, address) -> None:
        counts[address] -= 1
        if not counts[address]:
            del counts[address]


def _take(rows, name=None):
    """Take who is first in the row of this name, or of the first; who stands behind them goes to the end."""
    if isinstance(rows, deque):
        return rows.popleft()
    name = next(iter(rows)) if name is None else name
    row = rows.pop(name)
    taken = _take(row)
    if row:
        rows[name] = row
    return taken


def network_of(scope) -> str:
    """Give where a request comes from; of IPv6 the half that a provider gives to one customer."""
    host = (scope.get("client") or [""])[0]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 4 or address.ipv4_mapped:
        return str(getattr(address, "ipv4_mapped", None) or address)
    return str(ipaddress.ip_network((address, 64), strict=False))


def session_of(scope) -> str:
    """Give the session that a request's cookie names; empty when it names none."""
    sent = b"; ".join(value for name, value in scope["headers"] if name == b"cookie")
    return parse_cookie(sent.decode("latin1")).get(settings.SESSION_COOKIE_NAME, "")


class TellBrowser:
    """Tells whose session a request had, when the session store knows it: somebody signed in, or joined."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        session = getattr(request, "session", None)
        if hasattr(request, "scope") and session and session.accessed and not session.is_empty():
            request.scope[BROWSER] = session.session_key
        return response


async def _refuse(send, reason: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"retry-after", b"30")]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": reason})
