"""The bounded queue of one screen: what it is still to be told, so that nobody waits for a slow one."""

import asyncio
import json
import logging
from collections import deque
from dataclasses import dataclass, field

from .close_codes import Closing

logger = logging.getLogger(__name__)

QUEUE = 64  # frames; a reader that is further behind gets one snapshot instead
LAG = 30.0  # seconds that one frame may take before the socket is closed


def frame(data: dict) -> str:
    """Encode once, the same text for everybody."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


@dataclass(eq=False)
class Listener:
    """One socket: what it may read, how far it is, and its own bounded queue."""

    visitor: object  # access.Visitor
    send: object  # ASGI send
    run_id: int
    audience: str
    language: str
    epoch: str = ""
    seq: int = 0
    kind: str = "attends"  # as what they are present, see presence.KINDS
    attendance: str = ""
    by_ticket: bool = False  # who came with one was not looked up yet
    # What is theirs alone as it was when they came, until their first message.
    mine: str | None = None
    stalled: bool = False
    counted: dict | None = None  # the counts that it was told last
    on_drained: object = None
    _queue: deque = field(default_factory=deque)
    _counts: str = ""
    _last: str = ""
    _closing: int | None = None
    _waiting: asyncio.Event = field(default_factory=asyncio.Event)
    _task: asyncio.Task | None = None

    @property
    def wants(self) -> tuple:
        """Say what this screen has; screens with the same answer get the same bytes."""
        return (self.audience, self.language, self.epoch, self.seq)

    @property
    def reads(self) -> tuple:
        """Say which counts it is told: those of its audience, in its language."""
        return (self.audience, self.language)

    def start(self) -> None:
        """Start the writer."""
        self._task = asyncio.get_running_loop().create_task(self._write())

    def stop(self) -> None:
        """End the writer; what was queued is lost, and resumed from the log later."""
        if self._task:
            self._task.cancel()

    def greet(self, epoch: str, seq: int) -> None:
        """Take the screen's word for what it has."""
        self.epoch, self.seq, self.counted = epoch, seq, None

    def seen(self, update: dict) -> None:
        """Remember that this update is on its way."""
        self.epoch, self.seq = update["epoch"], update["seq"]

    def push(self, text: str) -> None:
        """Queue a frame. When the queue is full it is dropped, and a snapshot follows."""
        if len(self._queue) >= QUEUE:
            self._queue.clear()
            self.stalled, self.epoch, self.seq = True, "", 0
            return
        self._queue.append(text)
        self._waiting.set()

    def push_counts(self, text: str) -> None:
        """Queue counts; only the latest is kept."""
        self._counts = text
        self._waiting.set()

    def close(self, code: int, last: str = "") -> None:
        """Close the socket after what it is writing now; what is queued is not for them any more."""
        self._queue.clear()
        self._counts, self._last, self._closing = "", last, code
        self._waiting.set()

    @property
    def is_ending(self) -> bool:
        """Tell whether it was closed: what is sent over it then is nobody's."""
        return self._closing is not None

    async def end(self, code: int, last: str = "") -> None:
        """Close the socket and wait until that was said."""
        self.close(code, last)
        await self.ended()

    async def ended(self) -> None:
        """Wait until it was said that it is closed."""
        await self._task

    async def _write(self) -> None:
        try:
            while self._closing is None:
                await self._waiting.wait()
                self._waiting.clear()
                await self._drain()
            if self._last:
                await self.send({"type": "websocket.send", "text": self._last})
        except TimeoutError:
            self._closing = Closing.TRY_AGAIN_LATER
        except Exception as failure:  # the socket went while we wrote: the screen resumes by itself
            logger.debug("a socket ended: %s", type(failure).__name__)
            return
        await self.send({"type": "websocket.close", "code": int(self._closing)})

    async def _drain(self) -> None:
        while (self._queue or self._counts) and self._closing is None:
            if self._queue:
                text = self._queue.popleft()
            else:
                text, self._counts = self._counts, ""
            async with asyncio.timeout(LAG):
                await self.send({"type": "websocket.send", "text": text})
        if self.stalled and self._closing is None:
            self.stalled = False
            self.on_drained()
