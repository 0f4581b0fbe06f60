"""Regions: the rendered fragments of each screen, when each changed last, and how it looks now.

A region is rendered by the template that the page without JavaScript uses, once per audience and
language, and sent as the same bytes to everybody. It holds no token, no personal state and no code.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock

from django.conf import settings
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override

from ..joining.access import find_run
from ..models import Run
from ..queries import region_heads
from .scene import KNOWS, closes_in, counts_for, my_scene, scene
from .snapshot import Snapshot

RUN = {
    "run_created",
    "run_readied",
    "lobby_opened",
    "lobby_closed",
    "run_started",
    "run_paused",
    "run_resumed",
    "run_closed",
    "run_reopened",
    "run_cancelled",
    "run_archived",
}
# The form stands still from opening to shutting, unless the promise goes under which people vote.
ROUND = {"activity_opened", "activity_reopened", "activity_shut", "activity_voided"}
RESULT = ROUND | {"activity_closed", "result_revealed", "result_corrected"}
PAUSES = {"activity_paused", "activity_resumed"}
ACTIVITY = RESULT | PAUSES | {"paper_expected", "activity_closing"}
SHEET = {"item_added", "item_changed", "items_ordered", "item_removed", "activity_added"}
HANDS = {f"hall_count_{state}" for state in ("entered", "confirmed", "disputed", "corrected")}
HEADS = {"headcount_recorded"}
PROMISE = {"promise_changed"}
CODES = {"codes_rotated"}
SOUND = {"sound_told"}
PAGE = {"page_turned"}

# Per audience: name of the region -> the events after which it may look different.
REGIONS = {
    "pub": {
        "promise": ACTIVITY | SHEET | PROMISE,
        "notice": RUN | ROUND,
        "stage": ACTIVITY | PROMISE,
        "clock": ROUND | {"activity_closing"},
        "ballot": ROUND | PROMISE,
        "turnout": ROUND,
        "result": RESULT,
        "sound": RUN | SOUND,
    },
    "screen": {
        "screen": RUN | ACTIVITY | SHEET | CODES | PAGE | PROMISE,
        "promise": ACTIVITY | SHEET | PROMISE,
    },
    "mod": {
        "promise": ACTIVITY | SHEET | PROMISE,
        "silence": RUN | SOUND | {"silence_alarmed"},
        "next": RUN | ACTIVITY | SHEET | HANDS | HEADS | PROMISE,
        "pager": RUN | ACTIVITY | PAGE,
        "hands": ROUND | {"activity_closed", "paper_expected"},
        "recount": RUN | RESULT | HANDS,
        "counts": ACTIVITY | HANDS | HEADS,
        "cards": ROUND | PAUSES | PROMISE | {"run_paused", "run_resumed"},
        "outcome": RESULT | HANDS,
        "more": RUN | ACTIVITY | HEADS | PROMISE,
        "people": RUN | ROUND | HEADS,
        "sheet": RUN | ACTIVITY | SHEET | PROMISE,
    },
}


@dataclass(frozen=True)
class News:
    """What the screens of one run have to hear. `updates` answers each want; None: nothing new."""

    seq: int
    now: str
    updates: dict = field(default_factory=dict)
    counts: dict = field(default_factory=dict)
    closes_in: float | None = None


class Drawn:
    """What was drawn of a run lately: who comes in the same seconds, at the same number of the log, gets that.

    `regions` has by (audience, language) the number of each region's change, its HTML and its scene. What moves
    without an event is told beside it, as counts, and never kept.
    """

    LONGEST = timedelta(seconds=2)

    def __init__(self):
        self.regions, self._snapshot, self.lock = {}, None, Lock()

    def snapshot(self, run_id: int, now) -> Snapshot:
        """Read the run at this moment; what was drawn before goes when something was logged since."""
        head = Run.objects.filter(pk=run_id).values_list("epoch", "seq").first()
        if self._snapshot and self._snapshot.still_holds(head, now, self.LONGEST):
            return self._snapshot.later(now)
        return self._begin(find_run(run_id), now)

    def of_page(self, run: Run, now) -> Snapshot:
        """Give the same of a run that was just read; who read it earlier gets what is newer.

        Nothing is asked: counts are as old as what was drawn.
        """
        if self._snapshot and self._snapshot.still_holds((run.epoch, run.seq), now, self.LONGEST):
            return self._snapshot
        return self._begin(run, now)

    def _begin(self, run: Run, now) -> Snapshot:
        self.regions, self._snapshot = {}, Snapshot(run, now)
        return self._snapshot


_pages: dict[int, Drawn] = {}  # of the runs that somebody came to last, in this process
_guard = Lock()
MOST_RUNS = 50
MOST_WAIT = 1.0  # seconds in all, for who draws the same


class Patience:
    """How long one reader still waits for who draws the same run, and what they draw alone after that.

    It goes with the run that they read: one page comes several times for what is kept.
    """

    def __init__(self):
        self.left, self.alone = MOST_WAIT, Drawn()

    def gets(self, lock) -> bool:
        """Wait for a lock as long as is left; tells whether it came."""
        began = time.monotonic()
        came = lock.acquire(timeout=max(0.0, self.left))
        self.left = self.left - (time.monotonic() - began) if came else 0.0
        return came


def drawn_once(run, now, key, draw):
    """Give what `draw` makes of the snapshot of a run, once for all pages of the same seconds and the same log.

    `run` was just read. What is given is everybody's: not to be changed.
    """
    with _of_pages(run) as drawn:
        snapshot = drawn.of_page(run, now)
        if key not in drawn.regions:
            drawn.regions[key] = draw(snapshot)
        return drawn.regions[key]


def latest(run, now) -> Snapshot:
    """Give the snapshot that the pages of these seconds show."""
    return drawn_once(run, now, "snapshot", lambda snapshot: snapshot)


@contextmanager
def _of_pages(run) -> Iterator[Drawn]:
    """Give what is kept of a run, to one at a time. Nobody waits long for who hangs: they draw it themselves.

    `run` was read for one request, that waits once in all, however often it comes here.
    """
    drawn, patience = Drawn(), run.__dict__.setdefault("patience", Patience())
    if settings.PAGES_ARE_KEPT:
        with _guard:
            _pages[run.pk] = drawn = _pages.pop(run.pk, drawn)
            while len(_pages) > MOST_RUNS:
                del _pages[next(iter(_pages))]
    if not patience.gets(drawn.lock):
        yield patience.alone
        return
    try:
        yield drawn
    finally:
        drawn.lock.release()


def read_anew(run) -> Run:
    """Read again, for the same request, a run whose pages were asked for."""
    found = find_run(run.pk)
    found.patience = run.patience
    return found


def updates(run_id: int, wants: set, now, drawn: Drawn | None = None) -> News:
    """Render what changed for every (audience, language, epoch, seq), each region once."""
    drawn = drawn or Drawn()
    snapshot = drawn.snapshot(run_id, now)
    answers = {want: _answer(snapshot, want, drawn.regions) for want in wants}
    counts = {key: _counts(snapshot, *key) for key in {want[:2] for want in wants}}
    return News(snapshot.run.seq, now.isoformat(), answers, counts, closes_in(snapshot))


def snapshot(run, audience: str, language: str, since: int, epoch: str, now) -> dict:
    """Give the regions that changed since; all of them when the epoch is another one. `run` was just read."""
    with _of_pages(run) as drawn:
        shown = drawn.of_page(run, now)
        answer = _answer(shown, (audience, language, epoch, since), drawn.regions)
    if answer is None:
        answer = {"epoch": str(run.epoch), "seq": shown.run.seq, "regions": {}}
    counts = _counts(shown.later(now), audience, language)
    return {**answer, "live": counts, "now": now.isoformat()}


def resident_regions(run, language: str, now) -> dict:
    """Render all regions of a resident's page: the same for all who come in the same seconds."""
    key = ("page", language)
    return drawn_once(run, now, key, lambda shown: _all_of(shown, "pub", language))


def page_regions(
    run, audience: str, language: str, now, kept: dict | None = None, **reader
) -> dict:
    """Render all regions of a page.

    `kept` is what somebody filled in and was not accepted; `reader` is `me`, who reads it, and `may_not`, what is
    not for their role. What is sent to many has neither.
    """
    return _all_of(Snapshot(run, now), audience, language, kept, **reader)


def _all_of(snapshot: Snapshot, audience: str, language: str, kept=None, **reader) -> dict:
    with override(language):
        shown = scene(snapshot, audience, language, kept) | reader
        return {name: _render(name, shown) for name in REGIONS[audience]}


def me(run, attendance, language: str, now) -> str:
    """Render the part that only this person sees. `run` was just read."""
    with override(language):
        return _render("me", my_scene(latest(run, now), attendance))


def changed_at(run, audience: str) -> dict[str, int]:
    """Say per region the number of the event that changed it last; 0 when none did."""
    heads = region_heads(run, KNOWS[audience])
    return {
        name: max((heads.get(kind, 0) for kind in kinds), default=0)
        for name, kinds in REGIONS[audience].items()
    }


def _counts(snapshot: Snapshot, audience: str, language: str) -> dict:
    with override(language):
        return counts_for(snapshot, audience)


def _answer(snapshot: Snapshot, want, rendered) -> dict | None:
    run, (audience, language, epoch, since) = snapshot.run, want
    whole = epoch != str(run.epoch) or since > run.seq
    if not whole and since == run.seq:
        return None
    key = (audience, language)
    if key not in rendered:
        rendered[key] = (changed_at(run, audience), {}, None)
    changed = rendered[key][0]
    names = [name for name in changed if whole or changed[name] > since]
    regions = _rendered(snapshot, key, names, rendered)
    return {"epoch": str(run.epoch), "seq": run.seq, "regions": regions}


def _rendered(snapshot: Snapshot, key, names, rendered) -> dict:
    changed, done, shown = rendered[key]
    audience, language = key
    with override(language):
        if names and shown is None:
            shown = scene(snapshot, audience, language)
            rendered[key] = (changed, done, shown)
        for name in names:
            if name not in done:
                done[name] = _render(name, shown)
    return {name: done[name] for name in names}


def _render(name: str, context: dict) -> SafeString:
    html = get_template(f"deliberation/live/regions/{name}.html").render(context)
    # Stripped, so that a region with nothing in it takes no room; it is as safe as it was.
    return mark_safe(html.strip())  # noqa: S308
