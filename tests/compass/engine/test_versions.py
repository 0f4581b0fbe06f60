"""Is what differs between two versions of a framework told in words an officer reads?"""

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress

import pytest

from compass.engine.toml_table import FrameworkErrors
from compass.engine.versions import differences

from .catalogue import load_translated
from .shipped import SOURCE, nl

CHANGED = {  # name -> what is written, what is written instead, how both are told
    "switched off": (
        'id = "settle_tax"\n', 'id = "settle_tax"\noff = true\n',
        "dit staat vast: informeren", "dit staat vast: informeren, telt niet mee",
    ),
    "another source of a floor": (
        'kind = "policy"', 'kind = "law"', "minstens raadplegen, eigen beleid", "minstens raadplegen, wet",
    ),
    "another effect": (
        'at_least = "consult"\nkind = "policy"\n', 'flag = "listen_well"\n',
        "minstens raadplegen, eigen beleid", "een waarschuwing",
    ),
    "a question nobody can change": (
        "changeable = true", "changeable = false", "u kunt dit antwoord veranderen", "dit antwoord staat vast",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGED)
def test_a_change_is_told_in_words(name):
    was, becomes, before, after = CHANGED[name]
    assert was in SOURCE
    changed = load_translated(SOURCE.replace(was, becomes, 1))
    (one,) = differences(nl(), changed, "nl")
    assert (one.before, one.after) == (before, after)


def test_the_same_file_twice_differs_in_nothing():
    assert differences(nl(), load_translated(SOURCE), "en") == []


LINES = SOURCE.split("\n")
SWAPS = (
    ("true", "false"), ("false", "true"), ("2026", "2030"), ('"consult"', '"inform"'), ("purpose", "phase"),
)  # fmt: skip
# What names a row for the file itself: renamed it is another row. The version is what is compared. A mode is one word
# at one place.
IDENTITY = {
    ("", "key"), ("", "version"), ("levels", "key"), ("questions", "key"), ("questions", "kind"), ("scores", "key"),
    ("rules", "id"), ("promises", "id"), ("methods", "id"), ("cases", "id"), ("rules", "flag"),
    ("levels", "mode"), ("rules", "mode"),
}  # fmt: skip


def lines_by_key() -> dict[tuple[str, str], list[int]]:
    """Find the numbers of the lines of each key of each table; of a text its Dutch."""
    table, places = "", defaultdict(list)
    for at, line in enumerate(LINES):
        table = (re.findall(r"^\[+(\w+)\]+", line) or [table])[0]
        if written := re.match(r"(\w+)(?:\.nl)? = [^\[]", line):
            places[table, written[1]].append(at)
    return places


def said_otherwise(places: list[int]) -> Iterator[str]:
    """Give sources with one such line changed: in its text or number, as another line has it, or left out."""
    for at in places[:6]:
        line = LINES[at]
        ways = [
            re.sub('"$', ' anders"', line),
            re.sub(r"\d+", lambda one: str(int(one[0]) + 1), line),
        ]
        ways += (
            [line.replace(*swap) for swap in SWAPS] + [LINES[other] for other in places[:40]] + [""]
        )
        yield from ("\n".join([*LINES[:at], way, *LINES[at + 1 :]]) for way in ways if way != line)


@pytest.mark.parametrize("key", sorted(lines_by_key().keys() - IDENTITY))
def test_no_change_of_what_a_framework_says_goes_untold(key):
    for source in said_otherwise(lines_by_key()[key]):
        with suppress(FrameworkErrors):
            assert differences(nl(), load_translated(source), "nl"), "it reads, and nothing is told"
            return
    pytest.fail("no other value of this was read")
