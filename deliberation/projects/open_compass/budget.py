"""How much thinking may strangers ask of us in a minute, all together?

Nothing is counted per address: a hall has one. What costs us is time of the engine, so that is what we
count. Complete answers cost a fraction of a millisecond, open ones a few, the worst about a hundred; a
hall that answers together stays far below this, a machine that sends the worst sets over and over does not.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from deliberation.people.counters import count, counters

# Milliseconds of one core in a minute. Pages and programs have their own: a program can't close the page.
PER_MINUTE = {"page": 30_000, "api": 20_000}


class TooBusy(Exception):
    """So much was asked in this minute that we stop until the next one; `wait` is in seconds."""

    def __init__(self):
        super().__init__("too much was asked in this minute")
        self.wait = 60 - int(time.time() % 60)


@contextmanager
def thinking(kind: str) -> Iterator[None]:
    """Think within the budget of pages or programs; TooBusy when this minute's is spent."""
    if spent(kind) >= PER_MINUTE[kind]:
        raise TooBusy
    begun = time.thread_time()
    try:
        yield
    finally:
        note(kind, time.thread_time() - begun)


def spent(kind: str) -> int:
    """Say how many milliseconds were spent in this minute."""
    return counters.get(_key(kind), 0)


def note(kind: str, seconds: float) -> None:
    """Add to what was spent in this minute."""
    count(_key(kind), 120, round(seconds * 1000))


def _key(kind: str) -> str:
    return f"thinking-{kind}-{int(time.time() // 60)}"
