"""Do the same answers give the same bytes, in any order of answering and on every Python there is?"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from .random_proofs import random_answers
from .shipped import KEYS, shipped

ALOUD = Path(__file__).parent / "aloud.py"
OLDEST = (3, 11)  # tomllib came with it
ORDERS = 20


def interpreters() -> list[str]:
    """Find every Python of 3.11 or newer: this one, those on the path, and those of pyenv and uv."""
    homes = [Path.home() / ".pyenv/versions", Path.home() / ".local/share/uv/python"]
    installed = [path for home in homes for path in home.glob("*/bin/python3")]
    on_path = [shutil.which(f"python3.{minor}") for minor in range(OLDEST[1], 20)]
    candidates = [sys.executable, "/usr/bin/python3", *filter(None, on_path), *map(str, installed)]
    return list(
        {version: path for path in reversed(candidates) if (version := version_of(path))}.values()
    )


def version_of(path: str) -> tuple | None:
    """Ask a Python for its version; None for one that is too old or doesn't start."""
    try:
        told = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=30)
    except OSError:
        return None
    found = re.match(r"Python (\d+)\.(\d+)\.(\d+)", told.stdout)
    version = tuple(map(int, found.groups())) if found else (0,)
    return version if version >= OLDEST else None


def told_by(python: str, sets, hash_seed: int) -> list[str]:
    environment = {**os.environ, "PYTHONHASHSEED": str(hash_seed), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("PYTHONPATH", None)
    done = subprocess.run(
        [python, str(ALOUD)], input=json.dumps(sets), env=environment,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.splitlines()


def some_sets() -> list:
    """Make complete and partial sets of answers, for every shipped framework."""
    rng, sets = Random(26), []
    for key in KEYS:
        for share in (1, 1, 1, 0.8, 0.6, 0.4, 0.1, 0):
            answers = random_answers(shipped(key), rng)
            sets.append([key, [pair for pair in answers.items() if rng.random() < share]])
    return sets


@pytest.mark.exhaustive
def test_twenty_orders_and_every_python_give_the_same_bytes(capsys):
    sets, rng = some_sets(), Random(27)
    shuffled = [[key, rng.sample(pairs, len(pairs))] for key, pairs in sets for _ in range(ORDERS)]
    versions, expected = [], told_by(sys.executable, sets, 0)[1:]
    assert len(expected) == 2 * len(sets)
    for hash_seed, python in enumerate(interpreters(), start=1):
        version, *lines = told_by(python, shuffled, hash_seed)
        versions.append(version)
        pairs = list(zip(lines[::2], lines[1::2], strict=True))
        for place, (advice, changes) in enumerate(zip(expected[::2], expected[1::2], strict=True)):
            again = pairs[place * ORDERS : (place + 1) * ORDERS]
            assert set(again) == {(advice, changes)}, (version, sets[place])
    with capsys.disabled():
        print(f" {len(sets)} sets x {ORDERS} orders on Python {', '.join(versions)} ", end="")
    assert versions


def test_a_python_that_is_not_there_is_left_alone_and_a_mistake_is_not_hidden():
    assert version_of("/nowhere/python3") is None and version_of(sys.executable)
    with pytest.raises(subprocess.CalledProcessError):
        told_by(sys.executable, [["nl", [["rom", 1]]]], 1)
