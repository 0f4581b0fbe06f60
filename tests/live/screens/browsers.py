"""How does a test look at a live session: with a browser's cookies, and with sockets?"""

import asyncio
import json
import uuid
from urllib.parse import urlencode

from channels.testing import WebsocketCommunicator
from django.db import connections
from django.test import Client

from deliberation.live.sockets import hub
from deliberation.people.participant_session import participant_of

ORIGIN = (b"origin", b"http://testserver")


class Browser:
    """A browser with its own cookies."""

    def __init__(self, evening, user=None, csrf=False):
        self.evening, self.client = evening, Client(enforce_csrf_checks=csrf)
        if user:
            self.client.force_login(user)

    @property
    def run(self):
        return self.evening.run

    @property
    def participant(self):
        return participant_of(self.client.session)

    def join(self, lane="online"):
        code = self.run.hall_code if lane == "hall" else self.run.online_code
        answer = self.client.post(f"/s/{code}")
        assert answer.status_code == 302, answer.content[:400]
        return self

    def page(self, screen="", **query):
        path = f"/s/run/{self.run.pk}/" + (f"{screen}/" if screen else "")
        return self.client.get(path, query)

    def regions(self, **query):
        return self.client.get(f"/s/run/{self.run.pk}/regions/", query)

    def body(self, do, **arguments):
        return {"do": do, "op_id": str(uuid.uuid4()), **arguments}

    def json(self, do, **arguments):
        return self.send(self.body(do, **arguments))

    def send(self, body, **headers):
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        path = f"/s/run/{self.run.pk}/do/"
        return self.client.post(path, text, content_type="application/json", **headers)

    def form(self, do, **fields):
        path = f"/s/run/{self.run.pk}/do/"
        return self.client.post(path, {"do": do, "op_id": str(uuid.uuid4()), **fields})

    def vote(self, choice=0):
        return self.json("cast_ballot", activity=self.evening.activity.pk, choice=choice)

    def socket(self, audience="pub", origin=ORIGIN, host="testserver", **query):
        cookies = "; ".join(f"{name}={one.value}" for name, one in self.client.cookies.items())
        query = urlencode({"as": audience, "lang": "nl", **query})
        headers = [(b"cookie", cookies.encode()), (b"host", host.encode())]
        headers += [origin] if origin else []
        return Socket(f"/ws/s/run/{self.run.pk}/?{query}", headers)


class Socket(WebsocketCommunicator):
    """A socket that reads JSON and remembers every frame as it came."""

    def __init__(self, path, headers):
        # Here, because it reads the allowed hosts once: those of the tests are known only by now.
        from cms.asgi import application

        super().__init__(application, path, headers)
        self.frames = []

    async def open(self, epoch="", seq=0, hello=True):
        """Connect and say hello; gives the first update."""
        connected, code = await self.connect(timeout=10)
        assert connected, code
        if not hello:
            return None
        await self.send_json_to({"hello": {"epoch": epoch, "seq": seq}})
        return await self.until(lambda one: "epoch" in one)

    async def until(self, wanted, timeout=10):
        """Read frames until one is wanted."""
        async with asyncio.timeout(timeout):
            while True:
                text = await self.receive_from(timeout=timeout)
                self.frames.append(text)
                if wanted(json.loads(text)):
                    return json.loads(text)

    async def until_closed(self, timeout=10):
        """Read until the server closes; gives the code."""
        async with asyncio.timeout(timeout):
            while True:
                message = await self.receive_output(timeout=timeout)
                if message["type"] == "websocket.close":
                    return message["code"]
                self.frames.append(message["text"])

    async def submit(self, body):
        """Send a command and wait for its answer."""
        await self.send_json_to(body)
        return await self.until(lambda one: "status" in one)


def live(test):
    """Run a coroutine as a test in a loop of its own, and stop its hub whatever happens."""

    def run(*arguments, **named):
        async def whole():
            try:
                await test(*arguments, **named)
            finally:
                for one in [one for loop, one in hub._hubs.items() if not loop.is_closed()]:
                    await one.stop()

        asyncio.run(whole())
        connections.close_all()

    run.__name__, run.__doc__ = test.__name__, test.__doc__
    run.__signature__ = __import__("inspect").signature(test)
    return run


async def in_thread(function, *arguments, **named):
    """Do something with the database beside the running loop."""

    def tidy():
        try:
            return function(*arguments, **named)
        finally:
            connections.close_all()

    return await asyncio.to_thread(tidy)
