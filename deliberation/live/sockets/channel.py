"""The channel of one run: what its screens hear next, in order, each thing once and the same bytes for all."""

import asyncio
import logging

from django.utils import timezone

from .listeners import Listener, frame

logger = logging.getLogger(__name__)

LIVE_PAUSE = 0.4  # seconds between two counts: a rush of votes is seen to move
TOGETHER = 0.05  # seconds in which newcomers are told at once what there is


class RunChannel:
    """The screens that follow one run, and the one task that keeps them up to date, in order."""

    def __init__(self, hub, run_id: int):
        self.hub, self.run_id = hub, run_id
        self.listeners: set[Listener] = set()
        self.woken = asyncio.Event()
        self.beating, self.healthy = False, True
        self.counted_at = 0.0
        self.drawn = hub.work.drawn()
        self.timers: dict[str, asyncio.TimerHandle] = {}
        self.task = hub.loop.create_task(self._work())

    def wake(self) -> None:
        """Bring every screen up to date now."""
        self.woken.set()

    def wake_soon(self) -> None:
        """Bring every screen up to date with whoever else comes in at the same moment."""
        self._at("newcomers", self.hub.loop.time() + TOGETHER, self.wake)

    def wake_live(self) -> None:
        """Bring the counts up to date: at once after a quiet moment, else when it is over."""
        self._at("live", max(self.hub.loop.time(), self.counted_at + LIVE_PAUSE), self.wake)

    def stop(self) -> None:
        """End the work for this run."""
        self.task.cancel()
        for timer in self.timers.values():
            timer.cancel()

    async def _work(self) -> None:
        while True:
            await self.woken.wait()
            self.woken.clear()
            try:
                await self._update()
                self.healthy = True
            except Exception:
                self.healthy = False
                logger.exception("run %s could not be shown; trying again", self.run_id)
                await asyncio.sleep(1)
                self.woken.set()

    async def _update(self) -> None:
        ready = [one for one in self.listeners if not one.stalled]
        wants = {one.wants for one in ready}
        read = self.hub.work.updates
        news = await self.hub.read(read, self.run_id, wants, timezone.now(), self.drawn)
        beat, self.beating = self.beating, False
        texts = {want: frame(update) for want, update in news.updates.items() if update}
        for listener in ready:
            if text := texts.get(listener.wants):
                listener.push(text)
        for listener in ready:
            if update := news.updates.get(listener.wants):
                listener.seen(update)
        self._tell_counts(ready, news.counts)
        if beat:
            pulse = frame({"beat": news.seq, "now": news.now})
            for listener in ready:
                listener.push(pulse)
        if news.closes_in is not None:
            end = self.hub.loop.time() + news.closes_in
            self._at("closing", end, lambda: self.hub.finish_closing(self.run_id))

    def _tell_counts(self, listeners, counts) -> None:
        """Tell each screen what it was not told yet; one that resumed was told nothing since it left."""
        late = [one for one in listeners if one.counted != counts.get(one.reads)]
        if not late:
            return None
        if self.hub.loop.time() < self.counted_at + LIVE_PAUSE:
            return self.wake_live()
        self.counted_at = self.hub.loop.time()
        texts = {key: frame({"live": told}) for key, told in counts.items()}
        for listener in late:
            if text := texts.get(listener.reads):
                listener.push_counts(text)
                listener.counted = counts[listener.reads]
        return None

    def _at(self, name: str, when: float, function) -> None:
        timer = self.timers.get(name)
        if timer is None or timer.cancelled() or timer.when() <= self.hub.loop.time():
            self.timers[name] = self.hub.loop.call_at(when, function)
