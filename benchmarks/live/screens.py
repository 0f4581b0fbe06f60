"""Screens that listen and vote over sockets: the same bare client for the yardstick and for the product."""

import asyncio
import base64
import json
import os
import random
import statistics
import time
import uuid
from dataclasses import dataclass, field

TEXT, PING, PONG = 0x81, 0x89, 0x8A  # the first byte of a whole frame


@dataclass
class Screen:
    """One socket of one voter."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    count_in: object  # (message) -> the number of votes that it tells, or None
    told: int = -1
    told_at: float = 0.0
    answers: dict = field(default_factory=dict)

    @classmethod
    async def open(cls, port, path, headers, count_in):
        """Shake hands, say hello and begin to read."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", "Upgrade: websocket", "Connection: Upgrade"]
        lines += ["Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}", *headers, "", ""]
        writer.write("\r\n".join(lines).encode())
        answer = await reader.readuntil(b"\r\n\r\n")
        assert b" 101 " in answer, answer[:200]
        screen = cls(reader, writer, count_in)
        screen.task = asyncio.create_task(screen._read())
        screen.send({"hello": {"epoch": "", "seq": 0}})
        return screen

    def send(self, body) -> None:
        """Send one masked text frame."""
        text = json.dumps(body).encode()
        size = len(text)
        head = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
        self.writer.write(bytes([TEXT]) + head + bytes(4) + text)

    async def _read(self) -> None:
        while True:
            first, size = await self.reader.readexactly(2)
            if size >= 126:
                size = int.from_bytes(await self.reader.readexactly(2 if size == 126 else 8), "big")
            text = await self.reader.readexactly(size)
            if first == PING:
                self.writer.write(bytes([PONG, 0x80 | size]) + bytes(4) + text)
            if first != TEXT:
                continue
            message, now = json.loads(text), time.perf_counter()
            if "status" in message:
                self.answers[message["op_id"]] = (now, message["status"])
            elif (count := self.count_in(message)) is not None:
                self.told, self.told_at = count, now

    async def vote(self, body, delay) -> tuple[float, str]:
        """Vote after a while; give when it was acknowledged after how long, and how."""
        await asyncio.sleep(delay)
        op_id = str(uuid.uuid4())
        sent = time.perf_counter()
        self.send({**body, "op_id": op_id})
        while op_id not in self.answers:
            await asyncio.sleep(0.002)
            assert time.perf_counter() - sent < 60, "no answer"
        at, status = self.answers[op_id]
        return at - sent, status

    async def close(self) -> None:
        self.task.cancel()
        self.writer.close()


async def rush(screens, bodies, seconds, expected, used) -> dict:
    """Let every screen vote once within so many seconds; measure until all of them know it."""
    chance, before, begun = random.Random(5), used(), time.perf_counter()
    told = await asyncio.gather(
        *(
            screen.vote(body, chance.uniform(0, seconds))
            for screen, body in zip(screens, bodies, strict=True)
        )
    )
    last = time.perf_counter()
    assert {status for _wait, status in told} == {"applied"}, told[:3]
    while any(screen.told < expected for screen in screens):
        await asyncio.sleep(0.05)
        assert time.perf_counter() - last < 60, {one.told for one in screens}
    await asyncio.sleep(1)
    waits = sorted(wait for wait, _status in told)
    return {
        "ms of CPU per vote": (used() - before) / len(screens) * 1000,
        "p50 ms": statistics.median(waits) * 1000,
        "p99 ms": waits[int(0.99 * (len(waits) - 1))] * 1000,
        "right after s": max(one.told_at for one in screens) - last,
        "took s": last - begun,
    }
