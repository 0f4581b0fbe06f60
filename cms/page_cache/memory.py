"""The memory of the page cache: whole answers, up to a number of bytes; what was asked longest ago goes first."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

MOST_BYTES = 64 * 1024 * 1024
OVERHEAD = 2048  # bytes for each: its key, headers and objects


@dataclass(frozen=True)
class KeptAnswer:
    """An answer as it went out: of which municipality, in which generation, and between which moments it holds."""

    municipality_id: int
    generation: int | None  # None: only seen
    since: datetime
    valid_until: datetime
    content: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()

    @classmethod
    def seen(cls, municipality_id: int, now: datetime) -> "KeptAnswer":
        """Remember whose page it is, so that the next one knows which generation to ask before making it."""
        return cls(municipality_id, None, now, now)

    def holds(self, generation: int | None, now: datetime) -> bool:
        """Tell whether it can be given again."""
        return self.generation == generation is not None and self.is_of_this_time(now)

    def is_of_this_time(self, now: datetime) -> bool:
        """Tell whether time alone leaves it true. A clock that was put back makes it old too."""
        return self.since <= now < self.valid_until


class Memory:
    """Keeps answers by key. Safe for threads."""

    def __init__(self, most_bytes: int = MOST_BYTES):
        self._most, self._bytes = most_bytes, 0
        self._answers: OrderedDict[tuple, KeptAnswer] = OrderedDict()
        self._lock = Lock()

    def get(self, key: tuple) -> KeptAnswer | None:
        """Give the last answer to this, whether it holds or not."""
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key)

    def add(self, key: tuple, answer: KeptAnswer) -> None:
        """Keep an answer; those that were asked longest ago make room."""
        with self._lock:
            self._drop(key)
            self._answers[key] = answer
            self._bytes += _size(answer)
            while self._bytes > self._most:
                self._drop(next(iter(self._answers)))

    def clear(self) -> None:
        """Forget every answer."""
        with self._lock:
            self._answers.clear()
            self._bytes = 0

    def _drop(self, key) -> None:
        if answer := self._answers.pop(key, None):
            self._bytes -= _size(answer)


def _size(answer: KeptAnswer) -> int:
    return len(answer.content) + OVERHEAD
