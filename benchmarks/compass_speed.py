"""How fast does the compass answer, on one core?

`python -m benchmarks.compass_speed`. Three times each, the middle one is told, in the processor's own seconds, so
that other work on the machine counts less. Targets of the design: 5,000 advices a second on complete answers, 200 ms
when nothing or only the gates are answered, 50 ms for what would change the advice.
"""

import platform
import statistics
import time
from collections.abc import Callable
from random import Random

from compass.engine.advise import advise
from compass.engine.what_if import what_if
from tests.compass.engine.random_proofs import random_answers
from tests.compass.engine.shipped import KEYS, shipped
from tests.compass.subjects.table import SUBJECTS, answers_of

REPEATS = 3
ADVICES, SUBSETS, LOOKS = 5_000, 100, 300


def main():
    print(f"Python {platform.python_version()}, {platform.machine()}, one core")
    print("| framework | what | measured | target |\n|---|---|---|---|")
    for key in KEYS:
        measure(key)


def measure(key: str):
    framework, rng = shipped(key), Random(5)
    complete = [random_answers(framework, rng) for _ in range(ADVICES)]
    seconds = middle(lambda: [advise(framework, answers) for answers in complete])
    told(key, "advise, complete answers", f"{ADVICES / seconds:,.0f} a second", "5,000 a second")
    seconds = middle(lambda: [advise(framework, answers).as_dict() for answers in complete[:1_000]])
    told(key, "the same, and told in words", f"{1_000 / seconds:,.0f} a second", "")
    partial = [half(answers, rng) for answers in complete[:SUBSETS]]
    times = [middle(lambda each=each: advise(framework, each)) for each in partial]
    told(key, "advise, half of the answers: usual, slowest", spread(times), "")
    gates_nee = {gate.key: False for gate in framework.gates}
    for what, answers in (("nothing answered", {}), ("gates nee, the rest unknown", gates_nee)):
        seconds = middle(lambda answers=answers: advise(framework, answers))
        told(key, f"advise, {what}", milliseconds(seconds), "200 ms")
    looked = complete[:LOOKS] + ([answers_of(one) for one in SUBJECTS] if key == "nl" else [])
    times = [middle(lambda each=each: what_if(framework, each)) for each in looked]
    told(key, "what-if, complete answers: usual, slowest", spread(times), "50 ms")
    times = [middle(lambda each=each: what_if(framework, each)) for each in partial]
    told(key, "what-if, half of the answers: usual, slowest", spread(times), "50 ms")
    for what, answers in (("nothing answered", {}), ("gates nee, the rest unknown", gates_nee)):
        seconds = middle(lambda answers=answers: what_if(framework, answers))
        told(key, f"what-if, {what}", milliseconds(seconds), "")


def middle(work: Callable) -> float:
    """Give the middle of some runs, in the processor's seconds."""
    return statistics.median(once(work) for _ in range(REPEATS))


def once(work: Callable) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def half(answers: dict, rng: Random) -> dict:
    return {key: code for key, code in answers.items() if rng.random() < 0.5}


def spread(times: list[float]) -> str:
    return f"{milliseconds(statistics.median(times))}, {milliseconds(max(times))}"


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def told(key: str, what: str, measured: str, target: str):
    print(f"| {key} | {what} | {measured} | {target} |", flush=True)


if __name__ == "__main__":
    main()
