"""Can one slow screen hold up others, or fill the memory? Pure: no database, no hub."""

import asyncio
import json

from deliberation.live.sockets.listeners import QUEUE, Listener, frame


class Wire:
    """An ASGI send that stands still until it is told to go on."""

    def __init__(self, open_=True):
        self.sent, self.gate = [], asyncio.Event()
        if open_:
            self.gate.set()

    async def __call__(self, message):
        await self.gate.wait()
        self.sent.append(message)


def a_listener(wire):
    listener = Listener(None, wire, 1, "pub", "nl")
    listener.drained = 0
    listener.on_drained = lambda: setattr(listener, "drained", listener.drained + 1)
    listener.start()
    return listener


async def settle():
    for _ in range(20):
        await asyncio.sleep(0)


def test_a_stalled_reader_loses_its_queue_and_starts_again_with_a_snapshot():
    async def attempt():
        wire = Wire(open_=False)
        listener = a_listener(wire)
        listener.greet("epoch", 7)
        for number in range(10 * QUEUE):
            if not listener.stalled:
                listener.push(frame({"seq": number}))
            assert len(listener._queue) <= QUEUE
            await asyncio.sleep(0)
        assert listener.stalled
        assert listener.wants == ("pub", "nl", "", 0)
        wire.gate.set()
        await settle()
        assert (listener.stalled, listener.drained) == (False, 1)
        listener.stop()

    asyncio.run(attempt())


def test_of_counts_only_the_latest_waits():
    async def attempt():
        wire = Wire(open_=False)
        listener = a_listener(wire)
        listener.push(frame({"seq": 1}))
        await settle()
        for number in range(1000):
            listener.push_counts(frame({"live": {"n": number}}))
        wire.gate.set()
        await settle()
        told = [json.loads(message["text"]) for message in wire.sent]
        assert told == [{"seq": 1}, {"live": {"n": 999}}]
        listener.stop()

    asyncio.run(attempt())


def test_who_is_closed_hears_nothing_more_but_the_last_word():
    async def attempt():
        wire = Wire(open_=False)
        listener = a_listener(wire)
        listener.push("first")
        await settle()
        listener.push("not for them any more")
        listener.close(4403, "last")
        wire.gate.set()
        await settle()
        assert [message.get("text", message.get("code")) for message in wire.sent] == [
            "first",
            "last",
            4403,
        ]

    asyncio.run(attempt())


def test_a_broken_wire_ends_the_writer_quietly(caplog):
    async def attempt():
        async def broken(message):
            raise OSError("gone")

        listener = a_listener(broken)
        listener.push("x")
        await settle()
        assert listener._task.done()
        assert listener._task.exception() is None

    asyncio.run(attempt())
    assert "Traceback" not in caplog.text
