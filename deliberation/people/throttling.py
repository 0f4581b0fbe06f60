"""Throttling: every limit on how often strangers may try something, in one register, with whom it holds up."""

from dataclasses import dataclass
from datetime import timedelta

LIMITS: dict[str, "Limit"] = {}


@dataclass(frozen=True)
class Limit:
    """At most so many in so many seconds, counted for each key apart.

    `beyond` says what happens to what comes beyond it, and which way stays open for who is honest: no limit
    may close a door for others. `tests/test_throttling.py` floods each of them and walks in beside it.
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
