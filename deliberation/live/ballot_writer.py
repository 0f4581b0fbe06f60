"""The ballot writer of a process: one thread with a connection of its own, that stores votes in batches."""

import logging
import queue
import threading
import time
from concurrent.futures import Future

from django.db import connection

from .operations.ballot_batches import PollsKept, Vote, write_batch
from .replies import Reply

logger = logging.getLogger(__name__)

LINGER = 0.02  # seconds in which others may still come along
MOST = 500  # votes in one transaction
ENOUGH = None  # what tells the thread to end

_guard = threading.Lock()
_writer: "Writer | None" = None


def submit(vote: Vote) -> "Future[Reply]":
    """Hand a vote over and promise its answer after commit. Asks no database, so any thread or loop may.

    Who is inside a transaction stores it there at once: another connection would wait for theirs.
    """
    promise: Future[Reply] = Future()
    promise.set_running_or_notify_cancel()  # who hangs up can't take it back: others wait in the same batch
    if connection.in_atomic_block:
        _keep(promise, write_batch([vote])[0])
        return promise
    _running().waiting.put((vote, promise))
    return promise


def stop() -> None:
    """End the thread after what waits, for tests."""
    global _writer
    with _guard:
        writer, _writer = _writer, None
    if writer:
        writer.waiting.put(ENOUGH)
        writer.join()


def _running() -> "Writer":
    global _writer
    with _guard:
        if _writer is None or not _writer.is_alive():
            _writer = Writer()
            _writer.start()
        return _writer


class Writer(threading.Thread):
    """The thread: takes what waits, stores it, keeps the promises. What it held when it dies was not promised."""

    def __init__(self):
        super().__init__(name="ballot-writer", daemon=True)
        self.waiting: queue.SimpleQueue = queue.SimpleQueue()
        self.ended = False
        self.kept = PollsKept()

    def run(self) -> None:
        while not self.ended:
            batch = self._next()
            if batch:
                self._write(batch)
            else:
                self.kept.forget()
        connection.close()

    def _next(self) -> list:
        try:
            batch = [self.waiting.get(timeout=PollsKept.LONGEST)]
        except queue.Empty:
            return []
        until = time.monotonic() + LINGER
        while batch[-1] is not ENOUGH and len(batch) < MOST:
            try:
                batch.append(self.waiting.get(timeout=max(0.0, until - time.monotonic())))
            except queue.Empty:
                break
        self.ended = batch[-1] is ENOUGH
        return [one for one in batch if one is not ENOUGH]

    def _write(self, batch: list) -> None:
        votes, promises = zip(*batch, strict=True)
        try:
            answers = write_batch(list(votes), self.kept)
        except Exception as failure:
            answers = [failure] * len(votes)
        if connection.errors_occurred:
            connection.close()
        for promise, answer in zip(promises, answers, strict=True):
            _keep(promise, answer)


def _keep(promise: Future, answer) -> None:
    if isinstance(answer, Exception):
        promise.set_exception(answer)
    else:
        promise.set_result(answer)
