"""Is a broken or hostile file or answer always refused clearly, and quickly? All of it: benchmarks/compass_fuzz.py."""

from pathlib import Path
from random import Random

import pytest

from compass.engine.framework import FrameworkErrors, load_framework

from .fuzz import HOSTILE_WHENS, a_second, fuzz_answers, fuzz_frameworks, seconds
from .shipped import KEYS, SOURCE, shipped, source_of

SMALL = (Path(__file__).parent / "small.toml").read_text(encoding="utf-8")
SOURCES = [SMALL, SMALL, *map(source_of, KEYS)]  # small ones break in more telling places


def test_a35_mutated_files_are_accepted_or_refused_clearly():
    seen = fuzz_frameworks(SOURCES, Random(35), 150)
    assert seen["refused"] > 70 and seen["accepted"] > 5


def test_a36_mutated_answers_are_accepted_or_refused_clearly():
    for key in KEYS:
        seen = fuzz_answers(shipped(key), Random(36), 150)
        assert seen["refused"] > 100 and seen["accepted"] > 2


@pytest.mark.exhaustive
def test_a35_many_mutated_files():
    assert fuzz_frameworks(SOURCES, Random(37), 1_000)["refused"] > 500


@pytest.mark.parametrize("when", HOSTILE_WHENS)
def test_a35_a_hostile_condition_is_refused_with_its_line_and_never_run(when):
    text = when.replace("\\", "\\\\").replace('"', '\\"').replace("\x00", "\\u0000")
    source = SOURCE.replace('when = "room=0"', f'when = "{text}"', 1)
    if when in ACCEPTED:
        assert load_framework(source)
        return
    with pytest.raises(FrameworkErrors) as caught:
        load_framework(source)
    (first, *_) = caught.value.errors
    assert first.table == "rules" and first.key == "when"
    assert source.splitlines()[first.line - 1] == "[[rules]]"


ACCEPTED = {"room=0 or " * 190 + "room=1", "count(room = 1) >= 1"}

BUSY = {  # what would keep a reader busy: name -> (source, what is expected)
    "ten thousand rules": (
        SOURCE + "".join(f'\n[[rules]]\nid = "r{n}"\nwhen = "room=0"' for n in range(10_000)), "at most"),
    "ten thousand short rules": ("[[rules]]\n" * 10_000, "at most 300 of these"),
    "a key of very many parts": ("a." * 150_000 + "a = 1", "names of at most 10 parts"),
    "a heading of very many parts": ("[" + '"a".' * 50_000 + "b]\n" + "k = 1\n" * 9, "names of at most 10 parts"),
    "a number of very many digits": ("n = " + "9" * 390_000, "numbers of fewer digits"),
    "as many in another way of counting": ("n = 0x" + "f" * 390_000, "numbers of fewer digits"),
    "very many brackets": ("n = " + "[" * 100_000, "fewer tables inside tables"),
    "very many unknown keys": ("".join(f"k{n} = 1\n" for n in range(35_000)), "fewer mistakes"),
    "a weight of a billion": (SOURCE.replace("impact = 2,", "impact = 1_000_000_000,"), "at most 1000"),
    "half a sign": ('key = "\ud800"', "UTF-8"),
}  # fmt: skip


@pytest.mark.parametrize("name", BUSY)
def test_a35_what_would_keep_a_reader_busy_is_refused_at_once(name):
    source, expected = BUSY[name]
    with pytest.raises(FrameworkErrors) as caught:
        load_framework(source)
    assert seconds(lambda: load_framework(source)) <= a_second()
    assert any(expected in error.expected for error in caught.value.errors)
