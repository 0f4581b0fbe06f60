"""What holds for every advice, whatever the answers?"""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

import compass
from compass.engine.advise import advise
from compass.engine.promise import promise_texts

from .answer_sets import QUIET
from .shipped import SOURCE, nl
from .test_second_reading import random_answers

KEYS = ["framework", "version", "outcome", "now", "possible", "provisional", "bounds", "conflicts",
        "tension", "gap", "flags", "reasons", "next_questions", "source_hash"]  # fmt: skip
NEVER_LOWERS = {
    "fits": ("room", "commitment", "time", "capacity", "mandate", "impact", "reach", "attention", "knowledge"),
    "now": ("room", "commitment", "time", "capacity", "mandate"),
}  # fmt: skip


def places(answers):
    found = advise(nl(), answers)
    return {"fits": nl().place(found.outcome), "now": nl().place(found.now)}


def test_more_never_lowers():
    rng = random.Random(7)
    for _ in range(150):
        answers = random_answers(rng)
        before = places(answers)
        for key in NEVER_LOWERS["fits"]:
            if answers[key] < max(nl().question(key).codes):
                after = places({**answers, key: answers[key] + 1})
                assert after["fits"] >= before["fits"], (key, answers)
                assert key not in NEVER_LOWERS["now"] or after["now"] >= before["now"], (
                    key,
                    answers,
                )


def test_the_framework_marks_these_questions_as_going_up():
    marked = {question.key for question in nl().questions if question.monotone == "up"}
    assert marked == set(NEVER_LOWERS["fits"])


def test_every_advice_names_a_rule_and_its_answers():
    rng = random.Random(8)
    for _ in range(100):
        found = advise(nl(), random_answers(rng))
        assert found.reasons
        assert any(reason.answers for reason in found.reasons)
        for reason in found.as_dict()["reasons"]:
            assert reason["because"] and reason["reference"]
            assert len(reason["in_words"]) == len(reason["answers"])


def test_a_law_or_promise_is_never_undercut_without_a_conflict():
    rng = random.Random(9)
    for _ in range(150):
        found = advise(nl(), {**random_answers(rng, 0.2), "g_law_requires": True})
        assert nl().place(found.outcome) >= nl().place("consult") or "C1" in found.conflicts


def test_the_same_answers_give_the_same_bytes_in_any_order():
    rng = random.Random(10)
    for _ in range(20):
        answers = {key: code for key, code in random_answers(rng).items() if rng.random() < 0.7}
        shuffled = rng.sample(list(answers.items()), len(answers))
        one, other = (advise(nl(), given).as_dict() for given in (answers, dict(shuffled)))
        assert json.dumps(one) == json.dumps(other)


def test_the_advice_as_data_starts_with_the_agreed_keys():
    told = advise(nl(), QUIET).as_dict()
    assert list(told)[: len(KEYS)] == KEYS
    assert list(told["reasons"][0])[:6] == [
        "rule",
        "effect",
        "level",
        "because",
        "reference",
        "answers",
    ]
    assert json.loads(json.dumps(told)) == told


def test_both_languages_say_the_same_thing():
    answers = {
        **QUIET,
        "impact": 3,
        "knowledge": 2,
        "time": 0,
        "commitment": 1,
        "g_law_requires": True,
    }
    dutch, english = (advise(nl(), answers).as_dict(language) for language in ("nl", "en"))
    assert dutch["reasons"][0]["because"] != english["reasons"][0]["because"]
    facts = [key for key in KEYS if key != "reasons"]
    assert [dutch[key] for key in facts] == [english[key] for key in facts]


@pytest.mark.parametrize(
    ("changes", "level", "lines"),
    [
        ({}, "co_create", []),
        ({"commitment": 3, "decider": "college"}, "co_create", ["result_stands_college"]),
        ({"commitment": 3, "decider": "raad"}, "consult", ["result_stands_raad"]),
        ({"commitment": 3, "decider": "burgemeester"}, "collaborate", ["result_stands_burgemeester"]),
        ({"commitment": 3, "decider": "college"}, "inform", []),
        ({"commitment": 3, "decider": None}, "co_create", []),
        ({"commitment": None, "decider": "raad"}, "co_create", []),
    ],
)  # fmt: skip
def test_the_promise_depends_on_who_decides(changes, level, lines):
    answers = {key: code for key, code in {**QUIET, **changes}.items() if code is not None}
    first, *rest = promise_texts(nl(), level, answers)
    assert first == nl().level(level).promise
    assert rest == [line.text for line in nl().promises if line.id in lines]


def test_the_default_text_at_inform():
    text = nl().level("inform").promise["nl"]
    assert text == (
        "U kunt hier nu niets meer veranderen. We vertellen u wat er gebeurt en waarom."
    )


def test_the_engine_needs_no_django_no_database_and_no_clock():
    script = (
        "import sys; from compass.engine.advise import advise; "
        "from compass.engine.framework import load_framework; "
        "advise(load_framework(sys.stdin.read()), {}); "
        "sys.exit(', '.join({'django', 'sqlite3'} & set(sys.modules)) or 0)"
    )
    root = Path(compass.__file__).parent.parent
    subprocess.run([sys.executable, "-c", script], input=SOURCE.encode(), cwd=root, check=True)


def test_the_engine_imports_nothing_that_varies():
    names = ("random", "time", "os", "django", "secrets", "uuid", "socket")
    for path in (Path(compass.__file__).parent / "engine").glob("*.py"):
        lines = path.read_text(encoding="utf-8").splitlines()
        imports = {
            line.split()[1].split(".")[0] for line in lines if line.startswith(("import ", "from "))
        }
        assert not imports & set(names), path.name
        assert "now(" not in "".join(lines) and "today(" not in "".join(lines)
