"""Does somebody honest get through while one stranger asks 500 times in ten seconds? Prints how long they wait.

python -m benchmarks.floods [name ...]      all floods, or these

A flood is a function that makes the stranger's request number `number`. Three people are honest, three times a
second: one at home, at another network address, does what the flood names, or reads a page; behind the stranger's
address somebody who joined before reads the evening, and somebody new does what the one at home does. The first two
have to get through in two seconds. The third can't be told from the stranger and waits for what was asked before.
Ratios are of the longest waits with and without the flood.
"""

import contextlib
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from . import wires  # noqa: F401
from .forms import joined
from .kinds import FLOODS, a_page
from .site import HALL, Site, a_site

ASKED, SECONDS, EVERY, QUIET = 500, 10.0, 1 / 3, 10
BUDGET = 2.0  # seconds that somebody honest may wait


class Honest:
    """Somebody who tries a thing again and again, and how long they waited each time."""

    def __init__(self, does, site: Site):
        self.does, self.site = does, site
        self.tries: list[tuple[float, bool]] = []

    def tries_once(self) -> None:
        begun = time.monotonic()
        try:
            through = self.does(self.site)
        except OSError:
            through = False
        self.tries.append((time.monotonic() - begun, through))

    def goes_on(self, over: threading.Event) -> None:
        while not over.is_set():
            self.tries_once()
            over.wait(EVERY)

    def said(self) -> tuple[bool, float]:
        """Tell whether they got through each time, and the longest wait in seconds."""
        return all(through for _wait, through in self.tries), max(wait for wait, _ok in self.tries)


def run(site: Site, name: str, reads_the_evening) -> bool:
    """Let one flood loose; print what came of it, and tell whether somebody honest got through in time."""
    told, answers, over = FLOODS[name], Counter(), threading.Event()
    beside = site.seen_from(HALL)
    people = [
        Honest(told.honest, site),
        Honest(reads_the_evening, beside),
        Honest(told.honest, beside),
    ]
    quiet = [_without_flood(each) for each in people]

    def drip():
        while not over.wait(1.0):
            for wire, then in list(site.held):
                with contextlib.suppress(OSError):
                    wire.sendall(then)

    meanwhile = [threading.Thread(target=each.goes_on, args=[over]) for each in people]
    meanwhile.append(threading.Thread(target=drip))
    for each in meanwhile:
        each.start()
    begun, worked = time.monotonic(), site.worked()
    with ThreadPoolExecutor(ASKED) as stranger:
        for answer in stranger.map(lambda n: _request(told, beside, n, begun), range(ASKED)):
            answers[str(answer)] += 1
    took, worked = time.monotonic() - begun, site.worked() - worked
    time.sleep(max(0.0, SECONDS - took) + 2)
    over.set()
    for each in meanwhile:
        each.join()
    for wire, _then in site.held:
        wire.close()
    site.held.clear()
    site.kept.clear()
    told_of = [_cell(each, at_best) for each, at_best in zip(people, quiet, strict=True)]
    said = ", ".join(f"{count} × {answer}" for answer, count in answers.most_common(4))
    each = f"{worked / ASKED * 1000:.0f} ms"
    cells = [name, *told_of, each, f"{took:.0f} s: {said}"]
    print(f"| {' | '.join(cells)} |", flush=True)
    got = [each.said() for each in people[:2]]
    return all(through and worst < BUDGET for through, worst in got)


def _reads_the_evening(site: Site):
    """Join an evening now, and give what this phone does after that: read it."""
    number, cookies = joined(site)
    return lambda seen: seen.ask(f"/s/run/{number}/", cookies=cookies)[0] == 200


def _without_flood(person: Honest) -> float:
    for _ in range(QUIET):
        person.tries_once()
    through, worst = person.said()
    if not through:
        raise SystemExit("who is honest does not get through without a flood either")
    person.tries.clear()
    return worst


def _cell(person: Honest, at_best: float) -> str:
    through, worst = person.said()
    failed = sum(not ok for _wait, ok in person.tries)
    lost = f"{failed} of {len(person.tries)} NOT, " if not through else ""
    return f"{lost}{worst:.2f} s ({worst / at_best:.1f} ×)"


def _request(told, site: Site, number: int, begun: float):
    """Make request `number` at its moment."""
    time.sleep(max(0.0, begun + number * SECONDS / ASKED - time.monotonic()))
    try:
        return told.request(site, number)
    except OSError as failure:
        return type(failure).__name__


def main(names) -> int:
    with a_site() as site:
        a_page(site)  # once, so that nobody waits for what is read at the first request
        print("| flood | at home | joined, beside | new, beside | a core, each | the stranger |")
        print("|---|---|---|---|---|---|")
        evening = _reads_the_evening(site.seen_from(HALL))
        held = [run(site, name, evening) for name in names or FLOODS]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
