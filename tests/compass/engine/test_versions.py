"""Is what differs between two versions of a framework told in words an officer reads?"""

import pytest

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
