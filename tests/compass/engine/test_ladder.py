"""Does the framework `ladder` say what its source says? Every set of answers, read by hand once more."""

import re
from itertools import product
from pathlib import Path

import compass
from compass.engine.advise import advise
from compass.engine.verification import check, errors
from compass.engine.what_if import what_if

from .shipped import KEYS, ladder, nl, shipped, source_of

STEPS = ["informeren", "raadplegen", "adviseren", "coproduceren", "meebeslissen"]
GATES = ("policy_is_fixed", "law_leaves_no_choice", "nothing_to_influence")
CRITERIA = ("aim", "role", "weeks_left", "willing_board", "people_and_money")
AFFORDABLE = [0, 1, 2, 4]  # the highest step with this much time, or these people and this money


def by_hand(a):
    """Aim -> step; role -> highest step; conditions -> what is feasible now. A gate settles it."""
    if any(a[gate] for gate in GATES):
        return 0, 0
    fits = min(a["aim"], a["role"] + 1)
    means = min(AFFORDABLE[a["weeks_left"]], a["willing_board"], AFFORDABLE[a["people_and_money"]])
    return fits, min(fits, means)


def every_set_of_answers():
    keys = (*GATES, *CRITERIA)
    for codes in product(*(ladder().question(key).codes for key in keys)):
        yield dict(zip(keys, codes, strict=True))


def test_every_set_of_answers_reads_as_by_hand():
    count = 0
    for answers in every_set_of_answers():
        found, (fits, now) = advise(ladder(), answers), by_hand(answers)
        assert (found.outcome, found.now) == (STEPS[fits], STEPS[now]), answers
        assert found.conflicts == () and found.reasons
        count += 1
    assert count == 2**3 * 5 * 4 * 4 * 5 * 4


def test_the_role_is_the_other_route():
    answers = {**dict.fromkeys(GATES, False), "aim": 4, "role": 1, "weeks_left": 3,
               "willing_board": 4, "people_and_money": 3}  # fmt: skip
    told = what_if(ladder(), answers).as_dict("nl")["compare"]
    assert (told["question"], told["level"], told["differs"]) == ("role", "adviseren", False)
    told = what_if(ladder(), {**answers, "aim": 1}).as_dict("nl")["compare"]
    assert told["differs"] and told["text"].startswith("Kijkt u alleen naar “Rol van de overheid”")


def test_its_drawings_follow_from_what_a_level_means_not_from_its_key():
    assert [level.sign for level in ladder().levels] == [
        "inform", "consult", "consult", "co_create", "co_create",
    ]  # fmt: skip
    assert [level.sign for level in nl().levels] == [level.key for level in nl().levels]


def test_every_shipped_framework_has_no_errors_and_explains_every_warning():
    assert KEYS == ["ladder", "nl"]
    for key in KEYS:
        found = check(shipped(key))
        assert errors(found) == ()
        assert [one.name for one in found if one.severity == "warning" and not one.because] == []
        assert [one.name for one in found if one.code == "explains_nothing"] == []
        assert all(level.feedback for level in shipped(key).levels)


def test_levels_and_questions_are_data():
    """No code, template or script of the compass knows a key of the second framework."""
    keys = {level.key for level in ladder().levels} | {one.key for one in ladder().questions}
    shared = {level.key for level in nl().levels} | {one.key for one in nl().questions}
    assert not keys & shared
    root = Path(compass.__file__).parent
    quoted = re.compile("[\"'](" + "|".join(sorted(keys)) + ")[\"']")
    folders = [root, root.parent / "templates" / "compass"]
    files = [
        path
        for folder in folders
        for path in folder.rglob("*.*")
        if path.suffix in (".py", ".html")
    ]
    assert len(files) > 30
    assert not [path.name for path in files if quoted.search(path.read_text(encoding="utf-8"))]


def test_every_text_of_every_shipped_framework_is_there_in_both_languages():
    for key in KEYS:
        found = {
            lang: re.findall(rf"^(\w+)\.{lang} =", source_of(key), re.M) for lang in ("nl", "en")
        }
        assert found["nl"] == found["en"] != []
