"""Is each network address, and each browser that we know in it, served in its turn?"""

import asyncio
from collections import Counter

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient, Client
from django.urls import reverse

from cms.request_queue import BROWSER, NEVER_WAITS, TOO_BUSY, TOO_BUSY_HERE, InTurn, network_of
from tests.builders import a_user

HALL, HOME = "198.51.100.7", "203.0.113.9"


class Asked:
    """An application that is busy with each request until it is told to go on, and remembers the order."""

    def __init__(self, **limits):
        self.busy, self.served, self.most = {}, [], Counter()
        self.in_turn = InTurn(self, **limits)

    async def __call__(self, scope, receive, send):
        self.served.append(scope["name"])
        self.busy[scope["name"]] = (go_on := asyncio.Event())
        at_once = [name.split()[0] for name in self.busy]
        self.most |= Counter(at_once) | Counter(all=len(at_once))
        try:
            await go_on.wait()
            scope[BROWSER] = scope["name"].split()[0] if scope["knows"] else ""
        finally:
            del self.busy[scope["name"]]

    def ask(self, name, address, browser="", knows=False, path="/") -> asyncio.Task:
        scope = {"client": [address, 1], "path": path, "name": name, "knows": knows}
        scope["headers"] = [(b"cookie", f"a=1; sessionid={browser}".encode())]
        return asyncio.ensure_future(self.in_turn(scope, None, self.say))

    async def say(self, message):
        self.said = [*getattr(self, "said", []), message]

    async def settle(self):
        for _ in range(5):
            await asyncio.sleep(0)

    async def finish(self):
        """Let whoever began first go, until nobody is left."""
        await self.settle()
        while self.busy:
            next(iter(self.busy.values())).set()
            await self.settle()


def test_who_asks_once_never_stands_behind_who_asks_five_hundred_times():
    async def go():
        asked = Asked()
        for number in range(500):
            asked.ask(f"stranger {number}", HALL)
        await asked.settle()
        asked.ask("resident", HOME)
        await asked.settle()
        at_once = asked.served.index("resident") == 4 and len(asked.busy) == 5
        await asked.finish()
        return asked, at_once

    asked, at_once = asyncio.run(go())
    assert at_once, "a place is kept for another address"
    assert len(asked.served) == 501
    assert asked.most == {"stranger": 4, "resident": 1, "all": 5}


def test_two_busy_addresses_leave_a_place_for_a_third():
    async def go():
        asked = Asked()
        for number in range(20):
            asked.ask(f"one {number}", HALL)
            asked.ask(f"other {number}", "192.0.2.1")
        await asked.settle()
        asked.ask("resident", HOME)
        await asked.settle()
        at_once = "resident" in asked.busy
        await asked.finish()
        return asked, at_once

    asked, at_once = asyncio.run(go())
    assert at_once and len(asked.served) == 41
    assert asked.most["all"] == 8


def test_a_hundred_addresses_take_turns_and_no_more_than_eight_are_busy():
    async def go():
        asked = Asked()
        for number in range(300):
            asked.ask(f"stranger {number}", f"192.0.2.{number % 100}")
        await asked.settle()
        asked.ask("resident", HOME)
        await asked.finish()
        return asked

    asked = asyncio.run(go())
    assert asked.most["all"] == 8 and len(asked.served) == 301
    assert asked.served.index("resident") <= 108, "eight are busy; then every address once"


def test_who_joined_goes_on_beside_a_stranger_in_the_hall():
    async def go():
        asked = Asked()
        asked.ask("phone joins", HALL, browser="phone", knows=True)
        await asked.finish()
        for number in range(500):
            asked.ask(f"stranger {number}", HALL, browser=f"invented{number}")
        asked.ask("phone votes", HALL, browser="phone", knows=True)
        for number in range(50):
            asked.ask(f"other {number}", HALL)
        await asked.finish()
        return asked

    asked = asyncio.run(go())
    assert asked.served.index("phone votes") <= 6
    assert asked.served.index("other 0") == 502, "who can't be told apart is served as they came"


def test_who_joins_is_not_held_up_by_a_hall_that_did():
    async def go():
        asked = Asked()
        for number in range(100):
            asked.ask(f"{number} joins", HALL, browser=str(number), knows=True)
        await asked.finish()
        for turn in range(5):
            for number in range(100):
                asked.ask(f"{number} votes {turn}", HALL, browser=str(number))
        for number in range(10):
            asked.ask(f"late {number}", HALL)
        await asked.finish()
        return asked.served[100:]

    served = asyncio.run(go())
    assert served.index("late 9") <= 4 + 2 * 10
    votes = [name for name in served if "late" not in name]
    assert {name.split()[-1] for name in votes[4:104]} == {"0", "1"}, "each phone in its turn"


async def shaken(asked, name, address, longest=60):
    """Ask as a socket does that comes: in the row of its network, until it is known who is behind it."""
    scope = {"client": [address, 1], "path": "/ws", "headers": []}
    try:
        async with asked.in_turn.handshake(scope, longest):
            asked.served.append(name)
            asked.busy[name] = (go_on := asyncio.Event())
            asked.most |= Counter(sockets=len(asked.busy))
            await go_on.wait()
            del asked.busy[name]
    except TimeoutError:
        return "gave up"
    return "answered"


def test_sockets_that_come_stand_in_the_same_row_as_requests():
    async def go():
        asked = Asked()
        sockets = [shaken(asked, f"socket {number}", HALL) for number in range(200)]
        answers = asyncio.gather(*sockets)
        asked.ask("page", HALL)
        asked.ask("resident", HOME)
        await asked.settle()
        at_once = set(asked.busy)
        await asked.finish()
        assert {*await answers} == {"answered"}
        return asked, at_once

    asked, at_once = asyncio.run(go())
    assert at_once == {"socket 0", "socket 1", "socket 2", "socket 3", "resident"}
    assert len(asked.served) == 202 and asked.most["sockets"] <= 5


def test_a_socket_does_not_wait_for_ever_and_leaves_its_row_as_it_was():
    async def go():
        asked = Asked(most_waiting=3)
        for number in range(4):
            asked.ask(f"slow {number}", HALL)
        await asked.settle()
        late = await shaken(asked, "late", HALL, longest=0.01)
        asked.ask("after it", HALL)
        asked.ask("and one", HALL)
        await asked.settle()
        full = await shaken(asked, "one too many", HALL)
        await asked.finish()
        return asked, late, full

    asked, late, full = asyncio.run(go())
    assert (late, full) == ("gave up", "gave up")
    assert len(asked.served) == 6 and not asked.in_turn._rows
    assert not asked.in_turn._waiting and not asked.in_turn._working


def test_who_hung_up_is_not_waited_for():
    async def go():
        asked = Asked()
        tasks = [asked.ask(f"stranger {number}", HALL) for number in range(50)]
        await asked.settle()
        for task in tasks[2:40]:
            task.cancel()
        await asked.finish()
        await asyncio.gather(*tasks, return_exceptions=True)
        asked.ask("later", HALL)
        await asked.finish()
        return asked

    asked = asyncio.run(go())
    assert asked.served[-1] == "later" and not asked.in_turn._rows
    assert not asked.in_turn._waiting and not asked.in_turn._working
    assert len(asked.served) == 4 + 10 + 1


def test_beyond_a_thousand_that_wait_an_address_is_told_and_no_other():
    async def go():
        asked = Asked(most_waiting=20)
        for number in range(24):
            asked.ask(f"stranger {number}", HALL)
        await asked.settle()
        await asked.ask("one more", HALL)
        asked.ask("resident", HOME)
        await asked.finish()
        return asked

    asked = asyncio.run(go())
    assert "one more" not in asked.served and "resident" in asked.served
    begin, body = asked.said
    assert begin["status"] == 503 and (b"retry-after", b"30") in begin["headers"]
    assert body["body"] == TOO_BUSY and len(TOO_BUSY.decode().splitlines()) == 2


def test_when_thousands_wait_who_waits_already_is_told_and_a_new_address_still_comes_in():
    async def go():
        asked = Asked(in_all=10)
        for number in range(9 + 10):  # eight of them are worked at
            asked.ask(f"household {number}", f"203.0.113.{number}")
        await asked.settle()
        await asked.ask("one more", "203.0.113.18")
        told = len(asked.said)
        for number in range(20):
            asked.ask(f"new {number}", f"198.51.100.{number}")
        await asked.finish()
        return asked, told

    asked, told = asyncio.run(go())
    assert told == 2 and "one more" not in asked.served and asked.said[1]["body"] == TOO_BUSY_HERE
    let_in = [name for name in asked.served if name.startswith("new")]
    assert (
        let_in == [f"new {number}" for number in range(len(let_in))] and len(let_in) == 2 * 10 - 11
    )
    assert not asked.in_turn._all and not asked.in_turn._waiting


def test_a_few_that_fill_the_row_of_all_leave_a_hall_its_share():
    async def go():
        asked = Asked(in_all=40)
        for number in range(30):
            asked.ask(f"one {number}", "192.0.2.1")
            asked.ask(f"other {number}", "192.0.2.2")
        await asked.settle()
        for number in range(15):
            asked.ask(f"hall {number}", HALL)
        await asked.finish()
        return Counter(name.split()[0] for name in asked.served)

    served = asyncio.run(go())
    assert served["hall"] == 15 and served["one"] + served["other"] < 60


def test_a_process_that_is_busy_says_that_it_lives():
    async def go():
        asked = Asked(at_once=1)
        asked.ask("slow", HOME)
        await asked.settle()
        asked.ask("health", HOME, path=NEVER_WAITS)
        await asked.settle()
        return set(asked.busy), reverse("healthz")

    busy, health = asyncio.run(go())
    assert busy == {"slow", "health"} and health == NEVER_WAITS


def test_an_application_that_breaks_gives_its_place_back():
    async def breaks(scope, receive, send):
        raise ValueError

    async def go():
        in_turn = InTurn(breaks, at_once=1)
        for _ in range(3):
            with pytest.raises(ValueError):
                await in_turn({"client": None, "headers": [], "path": "/"}, None, None)
        return in_turn

    assert not asyncio.run(go())._working


@pytest.mark.parametrize(
    "one, other, same",
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:1:2::3", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::3", "2001:db8:1:3::3", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("socket", "other socket", False),
    ],
)
def test_one_customer_of_a_provider_is_one_address(one, other, same):
    assert (network_of({"client": [one, 1]}) == network_of({"client": [other, 2]})) is same


@pytest.mark.django_db(transaction=True)
def test_a_browser_is_known_when_the_session_store_knows_it():
    client = Client()
    client.force_login(a_user("officer"))
    session = client.cookies["sessionid"].value

    def told(session) -> str | None:
        browser = AsyncClient()
        browser.cookies["sessionid"] = session
        answer = async_to_sync(browser.get)("/account/email/")
        return answer.asgi_request.scope.get(BROWSER)

    assert told(session) == session
    assert told("invented") is None
    assert told("") is None
