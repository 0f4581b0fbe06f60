"""Are 5,000 mutated framework files and 5,000 mutated answer sets all accepted or refused clearly?

`python -m benchmarks.compass_fuzz [how many]`. The mutations are those of the tests (tests/compass/engine/fuzz.py).
It stops at the first traceback, unclear error, or file that takes over forty times as long as the shipped one.
"""

import sys
from random import Random

from tests.compass.engine.fuzz import fuzz_answers, fuzz_frameworks
from tests.compass.engine.shipped import KEYS, shipped
from tests.compass.engine.test_fuzz import SOURCES


def main():
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    print("files:", dict(fuzz_frameworks(SOURCES, Random(5_000), times)), flush=True)
    for key in KEYS:
        print(
            f"answers to {key}:", dict(fuzz_answers(shipped(key), Random(5_001), times)), flush=True
        )


if __name__ == "__main__":
    main()
