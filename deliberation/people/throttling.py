"""Throttling: every limit on how often strangers may try something, in one register, with whom it holds up."""

import time
from dataclasses import dataclass
from datetime import timedelta

from django.utils.crypto import salted_hmac

from .counters import count, counters

LIMITS: dict[str, "Limit"] = {}
SLOTS = 6  # parts of a period that are counted apart


@dataclass(frozen=True)
class Limit:
    """At most so many in so many seconds, counted for each key apart (ADR 46).

    `beyond` says what happens to what comes beyond it, and which way stays open for who is honest: no limit
    may close a door for others. `tests/test_throttling.py` floods each of them and walks in beside it.
    Keys are kept as a digest. The past period is counted, and up to a sixth of the one before: never too few.
    """

    name: str
    most: int
    seconds: int
    beyond: str

    def __post_init__(self):
        if LIMITS.setdefault(self.name, self) is not self:
            raise ValueError(f"two limits are called {self.name!r}")

    @property
    def period(self) -> timedelta:
        return timedelta(seconds=self.seconds)

    def take(self, *key: str) -> bool:
        """Count one more, unless that is too many; tells whether there was room.

        Counted before it is looked at, so that those of the same moment don't all pass.
        """
        if self.add(1, *key) <= self.most:
            return True
        self.give_back(*key)
        return False

    def give_back(self, *key: str) -> None:
        """Take one off the count again: it was none of what is counted."""
        self.add(-1, *key)

    def add(self, number: int, *key: str) -> int:
        """Count so many more, whatever there is already; gives what it is now."""
        count(self._slots(key)[0], 2 * self.seconds, number)
        return self.used(*key)

    def used(self, *key: str) -> int:
        """Say how many were counted in the past period."""
        return sum(counters.get_many(self._slots(key)).values())

    def is_full(self, *key: str) -> bool:
        """Tell whether nothing more is taken now."""
        return self.used(*key) >= self.most

    def forget(self, *key: str) -> None:
        """Begin to count anew."""
        counters.delete_many(self._slots(key))

    def _slots(self, key) -> list[str]:
        digest = salted_hmac(self.name, "\n".join(key), algorithm="sha256").hexdigest()
        slot = int(time.time() * SLOTS // self.seconds)
        return [f"limit-{digest}-{slot - back}" for back in range(SLOTS + 1)]
