"""Do the shipped frameworks keep their promises on as many random answers as the design asks?

`python -m benchmarks.compass_proof` takes some minutes on one core; `--share 0.01` does a hundredth. The trials are
those of the tests (tests/compass/engine/random_proofs.py), with larger numbers. Any failure stops it.
"""

import argparse
import time
from random import Random

from compass.engine.findings import SEVERITIES
from compass.engine.formulas import load_solver
from compass.engine.verification import check
from tests.compass.engine.random_proofs import (
    more_never_lowers,
    partial_contains_completions,
    solver_agrees,
)
from tests.compass.engine.shipped import KEYS, shipped

SEED = 20_260_101


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, default=1.0, help="do this part of the full counts")
    parser.add_argument("frameworks", nargs="*", default=KEYS)
    asked = parser.parse_args()
    load_solver()
    for key in asked.frameworks:
        framework, share = shipped(key), asked.share
        timed(key, "proof", proof, framework)
        rounds = int(100_000 * share), int(1_000 * share)
        timed(key, "more never lowers", more_never_lowers, framework, Random(SEED), rounds[0])
        timed(key, "solver == engine", solver_agrees, framework, Random(SEED + 1), rounds[1])
        timed(
            key, "partial contains completions", partial_contains_completions,
            framework, Random(SEED + 2), rounds[1], 50,
        )  # fmt: skip


def proof(framework) -> dict:
    found = [one.severity for one in check(framework)]
    return {f"{severity}s": found.count(severity) for severity in SEVERITIES}


def timed(key: str, what: str, trial, *given):
    """Run a trial and print what it counted, with the processor's seconds: the machine may be shared."""
    began = time.process_time()
    counted = trial(*given)
    seconds = time.process_time() - began
    told = ", ".join(f"{count:,} {name}" for name, count in counted.items())
    print(f"{key}: {what}: {told} [{seconds:.2f} s]", flush=True)


if __name__ == "__main__":
    main()
