"""The hub of a process: which screens listen here, and the signal to them and other processes that a run moved on.

The log is the truth and this is only the doorbell: who hears "run 12 is at 813" reads the log from
where they were. Nothing here waits for a reader: every screen has its own queue and its own writer.
"""

import asyncio
import logging
import threading
import time
import uuid
import weakref
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from channels.layers import get_channel_layer
from django.conf import settings
from django.db import close_old_connections, connections
from django.utils import timezone

from .channel import RunChannel
from .close_codes import Closing
from .listeners import Listener
from .presence import KINDS

logger = logging.getLogger(__name__)

GROUP = "live"
HEARTBEAT = 15.0  # seconds; repairs a lost doorbell
RECHECK = 4.0  # a withdrawn role ends within 5 s
PATIENCE, AWAY = 1.0, 5.0  # seconds for one message to the layer, and without one after a failure
MOST_PAUSE = 4.0
PROCESS = uuid.uuid4().hex

_hubs: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Hub]" = weakref.WeakKeyDictionary()
_guard = threading.Lock()
_away_until = 0.0


def ring(run_id: int, seq: int, live: bool = False) -> None:
    """Tell every hub that a run moved on to `seq`. Call it after commit, from any thread.

    With `live` only counts changed. Other processes hear it through the layer, when there is Redis;
    when that is away, they look for themselves every few seconds.
    """
    reached = _ring_here(run_id, live)
    if settings.REDIS_URL:
        message = {"type": "ring", "run": run_id, "seq": seq, "live": live, "process": PROCESS}
        _publish(message, reached)


def is_healthy() -> bool:
    """Tell whether every hub of this process does its work; without screens there is none.

    The layer is not part of it: without it screens are a few seconds later, and all goes on.
    """
    with _guard:
        hubs = [hub for loop, hub in _hubs.items() if not loop.is_closed()]
    return all(hub.healthy for hub in hubs)


@dataclass(frozen=True)
class Work:
    """What the hub does with the database; given, because operations ring this hub's bell."""

    updates: Callable  # (run id, wants, now, what was drawn) -> regions.News
    drawn: Callable  # () -> regions.Drawn, of one run
    no_longer_allowed: Callable  # (visitors) -> those whose socket must close
    finish_closing: Callable  # (run id, now)


def hub_here(work: Work) -> "Hub":
    """Find or start the hub of the running loop."""
    loop = asyncio.get_running_loop()
    with _guard:
        if loop not in _hubs:
            _hubs[loop] = Hub(loop, work)
        return _hubs[loop]


def _ring_here(run_id: int, live: bool) -> "Hub | None":
    with _guard:
        hubs = [hub for loop, hub in _hubs.items() if not loop.is_closed()]
    for hub in hubs:
        hub.loop.call_soon_threadsafe(hub.hear, run_id, live)
    return hubs[0] if hubs else None


def _publish(message: dict, hub: "Hub | None") -> None:
    if hub:
        asyncio.run_coroutine_threadsafe(_send(message), hub.loop)
    else:  # a worker or a command, which serves no screens itself
        asyncio.run(_send(message))


async def _send(message: dict) -> None:
    """Tell other processes. A layer that is away holds nobody up: it is left alone for a while."""
    global _away_until
    if time.monotonic() < _away_until:
        return
    try:
        async with asyncio.timeout(PATIENCE):
            await get_channel_layer().group_send(GROUP, message)
    except Exception as failure:  # Redis may fail in many ways
        _away_until = time.monotonic() + AWAY
        logger.warning("no layer (%s): other processes are not told", type(failure).__name__)


class Hub:
    """All screens of one event loop: the runs they follow, the threads that read and act for them."""

    def __init__(self, loop, work: Work):
        self.loop, self.work = loop, work
        self.channels: dict[int, RunChannel] = {}
        self.passing: set[asyncio.Task] = set()
        self.sockets: Counter[str] = Counter()  # of each browser, see consumer.py
        # Apart, so that a rush of votes never delays what screens are told, and the reverse.
        self.readers = ThreadPoolExecutor(1, "live-read")
        self.actors = ThreadPoolExecutor(4, "live-act")
        self.tasks = [loop.create_task(self._every(RECHECK, self._recheck))]
        self.tasks.append(loop.create_task(self._every(HEARTBEAT, self._beat)))
        if settings.REDIS_URL:
            self.tasks.append(loop.create_task(self._subscribe()))

    @property
    def healthy(self) -> bool:
        """Tell whether every run that is followed here can be shown."""
        return all(channel.healthy for channel in self.channels.values())

    async def read(self, function, *arguments):
        """Run a function that reads the database in the thread that renders, which keeps its connection."""
        return await self.loop.run_in_executor(self.readers, _unless_lost, function, *arguments)

    async def act(self, function, *arguments):
        """Run a function that serves one screen (a command, a permission) in a thread for it."""
        return await self.loop.run_in_executor(self.actors, _tidy, function, *arguments)

    def join(self, listener: Listener) -> None:
        """Start telling a screen what it has not seen yet."""
        listener.on_drained = lambda: self.hear(listener.run_id, False)
        channel = self.channels.get(listener.run_id)
        if channel is None:
            channel = self.channels[listener.run_id] = RunChannel(self, listener.run_id)
            self.finish_closing(listener.run_id)
        channel.listeners.add(listener)
        channel.wake_soon()

    def follows(self, listener: Listener) -> bool:
        """Tell whether a screen said hello: it is told what changes, and looked up again and again."""
        channel = self.channels.get(listener.run_id)
        return channel is not None and listener in channel.listeners

    async def may_act(self, listener: Listener) -> bool:
        """Look up who came with a ticket, before the first thing they do; of all others that was done."""
        if listener.by_ticket:
            gone = await self.act(self.work.no_longer_allowed, {listener.visitor})
            listener.by_ticket = bool(gone)
        return not listener.by_ticket

    def leave(self, listener: Listener) -> None:
        """Forget a screen; the last one out ends the work for its run."""
        listener.stop()
        channel = self.channels.get(listener.run_id)
        if channel:
            channel.listeners.discard(listener)
            if not channel.listeners:
                channel.stop()
                del self.channels[listener.run_id]

    def hear(self, run_id: int, live: bool) -> None:
        """Wake the screens of a run."""
        if channel := self.channels.get(run_id):
            channel.wake_live() if live else channel.wake()

    def finish_closing(self, run_id: int) -> None:
        """Let a thread end what the clock ends."""
        self.spawn(self.act(self.work.finish_closing, run_id, timezone.now()))

    def spawn(self, coroutine) -> None:
        """Run a coroutine beside the rest, and keep hold of it while it runs."""
        task = self.loop.create_task(coroutine)
        self.passing.add(task)
        task.add_done_callback(self.passing.discard)

    async def stop(self) -> None:
        """End all work, for tests and shut-down."""
        tasks = {*self.tasks, *self.passing, *(channel.task for channel in self.channels.values())}
        for channel in self.channels.values():
            channel.stop()
            for listener in channel.listeners:
                listener.stop()
        while tasks:
            for task in tasks:
                task.cancel()
            # A layer cut off while it connects may call that a failure of the network, and we would
            # reach for it again: say it until it is heard.
            _ended, tasks = await asyncio.wait(tasks, timeout=0.2)
        self.readers.submit(connections.close_all)
        self.readers.shutdown()
        self.actors.shutdown()
        with _guard:
            _hubs.pop(self.loop, None)

    async def _every(self, seconds: float, function) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await function()
            except Exception:
                logger.exception("the hub could not %s", function.__name__.strip("_"))

    async def _recheck(self) -> None:
        listeners = [one for channel in self.channels.values() for one in channel.listeners]
        for one in listeners:
            if one.attendance:
                KINDS[one.kind].saw(one.run_id, one.attendance)
        visitors = {one.visitor for one in listeners}
        gone = await self.read(self.work.no_longer_allowed, visitors)
        for listener in listeners:
            if listener.visitor in gone:
                listener.close(Closing.FORBIDDEN)
            else:
                listener.by_ticket = False
        for channel in self.channels.values():
            channel.wake_live()
        if settings.REDIS_URL:
            await self._tell_presence()

    async def _tell_presence(self) -> None:
        for run_id in list(self.channels):
            counts = {kind: one.here(run_id) for kind, one in KINDS.items()}
            told = {"type": "ring", "run": run_id, "live": True, "process": PROCESS}
            await _send({**told, "connected": counts})

    async def _beat(self) -> None:
        for channel in self.channels.values():
            channel.beating = True
            channel.wake()
            self.finish_closing(channel.run_id)

    async def _subscribe(self) -> None:
        pause = 1.0
        while True:
            try:
                layer = get_channel_layer()
                name = await layer.new_channel(GROUP)
                await layer.group_add(GROUP, name)
                pause = 1.0
                for channel in self.channels.values():
                    channel.wake()
                while True:
                    self._heard(await layer.receive(name))
            except Exception as failure:  # Redis may fail in many ways: try again, and say so
                logger.warning("no layer (%s), again in %s s", type(failure).__name__, pause)
                await asyncio.sleep(pause)
                pause = min(MOST_PAUSE, pause * 2)

    def _heard(self, message: dict) -> None:
        if message["process"] == PROCESS:
            return
        if "connected" in message:
            for kind, count in message["connected"].items():
                KINDS[kind].heard(message["run"], message["process"], count)
        self.hear(message["run"], message["live"])


def _unless_lost(function, *arguments):
    """Run in a thread of ours with its own connection, which goes when something failed with it."""
    try:
        return function(*arguments)
    finally:
        for one in connections.all(initialized_only=True):
            if one.errors_occurred:
                one.close()


def _tidy(function, *arguments):
    """Run in a thread of ours with connections that are still good, and leave none behind stale."""
    close_old_connections()
    try:
        return function(*arguments)
    finally:
        close_old_connections()
