"""Presence: how many who joined have a connection now, an estimate that may be lost; nothing depends on it."""

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
        self._latest: dict[int, float] = {}

    def saw(self, run_id: int, attendance: str) -> None:
        """Note that this attendance has a connection."""
        with self._guard:
            self._here.setdefault(run_id, {})[attendance] = self._latest[run_id] = self._clock()

    def lost(self, run_id: int, attendance: str) -> None:
        """Note that its last screen went."""
        with self._guard:
            self._here.get(run_id, {}).pop(attendance, None)

    def heard(self, run_id: int, process: str, count: int) -> None:
        """Note how many another process serves."""
        with self._guard:
            self._elsewhere.setdefault(run_id, {})[process] = (count, self._clock())
            if count:
                self._latest[run_id] = self._clock()

    def quiet_for(self, run_id: int) -> float:
        """Say for how many seconds nobody was heard of; 0 when nobody ever was."""
        with self._guard:
            latest = self._latest.get(run_id)
        return 0.0 if latest is None else self._clock() - latest

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


# Who attends, who only watches, and who sits at a console: counted apart.
presence, observers, consoles = Presence(), Presence(), Presence()
KINDS = {"attends": presence, "observes": observers, "leads": consoles}


def known_as(reader, audience: str) -> tuple[str, str]:
    """Say as what somebody is present on a screen, and by which key; a blank key is not counted."""
    if audience == "mod" and reader.user:
        return "leads", str(reader.user.pk)
    if reader.observes:
        return "observes", str(reader.user.pk)
    mine = reader.attendance if audience == "pub" else None
    return "attends", str(mine.pk) if mine else ""


def saw(reader, audience: str) -> None:
    """Note that somebody has a connection."""
    kind, key = known_as(reader, audience)
    if key:
        KINDS[kind].saw(reader.run.pk, key)
