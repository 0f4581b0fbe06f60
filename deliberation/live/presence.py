"""How many of those who joined have a connection now? An estimate that may be lost; nothing depends on it."""

import threading
import time

FRESH = 20.0  # seconds since a screen was last heard of


class Presence:
    """Who was heard of lately: here one by one, in other processes as a number."""

    def __init__(self, clock=time.monotonic):
        self._clock = clock
        self._guard = threading.Lock()
        self._here: dict[int, dict[str, float]] = {}
        self._elsewhere: dict[int, dict[str, tuple[int, float]]] = {}

    def saw(self, run_id: int, attendance: str) -> None:
        """Note that this attendance has a connection."""
        with self._guard:
            self._here.setdefault(run_id, {})[attendance] = self._clock()

    def renew(self, pairs) -> None:
        """Note that these (run, attendance) still have their connection."""
        for run_id, attendance in pairs:
            if attendance:
                self.saw(run_id, attendance)

    def lost(self, run_id: int, attendance: str) -> None:
        """Note that its last screen went."""
        with self._guard:
            self._here.get(run_id, {}).pop(attendance, None)

    def heard(self, run_id: int, process: str, count: int) -> None:
        """Note how many another process serves."""
        with self._guard:
            self._elsewhere.setdefault(run_id, {})[process] = (count, self._clock())

    def here(self, run_id: int) -> int:
        """Count who has a connection to this process."""
        since = self._clock() - FRESH
        with self._guard:
            seen = self._here.get(run_id, {})
            for attendance in [one for one, at in seen.items() if at < since]:
                del seen[attendance]
            return len(seen)

    def connected(self, run_id: int) -> int:
        """Count who has a connection to any process."""
        since = self._clock() - FRESH
        with self._guard:
            others = sum(n for n, at in self._elsewhere.get(run_id, {}).values() if at >= since)
        return self.here(run_id) + others


presence = Presence()
