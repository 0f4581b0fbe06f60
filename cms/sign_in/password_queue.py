"""The queue for password checks: one at a time and a few wait, as each costs a fifth of a second of a core.

That is meant so, or stolen ones are guessed; a flood of them would take the whole machine. Who finds no place in line
gets in with a code by mail. Browsers that were inside before stand in a line of their own, which no stranger fills.
"""

from contextlib import contextmanager
from threading import Lock, Semaphore

PLACES = 3  # longer, and whoever stands last waits longer than for a code by mail


class NoPlace(Exception):
    """So many wait already."""


class Line:
    """Those whose password is looked at, one after another."""

    def __init__(self):
        self.places, self.turn = Semaphore(PLACES), Lock()

    @contextmanager
    def stand(self):
        """Wait for one's turn; NoPlace when too many do."""
        if not self.places.acquire(blocking=False):
            raise NoPlace
        try:
            with self.turn:
                yield
        finally:
            self.places.release()


STRANGERS, KNOWN = Line(), Line()
