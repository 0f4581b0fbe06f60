"""Does `nl` say what its table in the design says? Read once more, by somebody who did not write the engine."""

import random
from pathlib import Path

import pytest

import compass
from compass.engine.advise import advise
from compass.engine.framework import load_framework

FRAMEWORK = Path(compass.__file__).parent / "frameworks" / "nl.toml"

INFORM, CONSULT, CO = 1, 2, 3
FLAGS = set(
    "initiative_route split_in_two too_late inform_but_listen council_first ask_first ask_body "
    "confirm_exclusion board_must_listen".split()
)
RANK = {None: None, "none": 0, "inform": 1, "consult": 2, "co_create": 3, "collaborate": 3}
SETTLE_INFORM = (
    "g_law_excludes g_no_room_law g_crisis g_minor g_tax g_decided g_other_body g_private"
).split()
HIGHEST = {
    "room": 3, "commitment": 3, "impact": 3, "reach": 3, "uneven": 1, "attention": 2,
    "knowledge": 2, "problem": 2, "purpose": 4, "doing": 2, "energy": 2, "phase": 4, "time": 3,
    "capacity": 2, "mandate": 2,
}  # fmt: skip


def random_answers(chance):
    gate = chance.choice([0.02, 0.3])
    answers = {key: chance.randint(0, top) for key, top in HIGHEST.items()}
    answers |= {key: chance.random() < gate for key in [*SETTLE_INFORM, "g_internal"]}
    answers["g_law_requires"] = chance.random() < 0.3
    answers["g_promised"] = chance.choice([False, False, "consult", "co_create", "collaborate"])
    answers["initiator"] = chance.choice(["gemeente", "inwoners", "bedrijf"])
    answers["decider"] = chance.choice(["raad", "college", "burgemeester"])
    return answers | {"earlier": chance.random() < 0.5, "advisory_body": chance.random() < 0.5}


def ceilings(a, residents):
    if a["room"] == 0 or a["commitment"] == 0:
        yield INFORM
    if a["room"] == 1 and not (a["doing"] == 2 or residents):
        yield CONSULT
    if a["commitment"] == 1 and not residents:
        yield CONSULT
    if a["phase"] == 2 and a["room"] < 2:
        yield CONSULT
    if a["phase"] == 3 and a["doing"] == 0 and a["room"] < 2:
        yield CONSULT


def wish_of(a, residents):
    need = 2 * a["impact"] + a["reach"] + a["uneven"] + a["attention"] + 2 * a["knowledge"]
    need += a["problem"] + a["energy"] + min(a["purpose"], 3)
    if need >= 13 or (a["commitment"] == 3 and a["room"] >= 2) or (residents and a["room"] >= 1):
        return CO
    return CONSULT if need >= 6 else INFORM


def read(a):
    """Give what the table says of complete answers: ranks, names of the results, conflicts, marks."""
    residents = a["initiator"] == "inwoners"
    owed = [CONSULT] if a["g_law_requires"] else []
    owed += [RANK[a["g_promised"]]] if a["g_promised"] else []
    policy = [CONSULT] if (a["impact"] >= 2 or a["knowledge"] == 2) and a["room"] >= 1 else []
    ceiling = min(ceilings(a, residents), default=None)
    means = 1 if a["capacity"] == 0 else None
    if means is None and (a["time"] <= 1 or a["capacity"] == 1) and not residents:
        means = CONSULT
    wish = wish_of(a, residents)
    floor = max(owed + policy, default=None)
    settled = [INFORM] if any(a[key] for key in SETTLE_INFORM) else []
    settled += [0] if a["g_internal"] else []
    top, affordable = ceiling or 9, means or 9
    conflicts, tension, listen = [], False, False
    if settled:
        fits = now = max(settled)
        conflicts = ["C1"] if max(owed, default=0) > fits else []
    else:
        fits = max(floor or 0, min(wish, top))
        now = max(floor or 0, min(fits, affordable))
        conflicts = ["C1"] if max(owed, default=0) > top else []
        conflicts += ["C2"] if (floor or 0) > affordable else []
        tension, listen = wish > top, max(policy, default=0) > top
    doing = residents or a["doing"] == 2 or a["purpose"] == 4 or a["g_promised"] == "collaborate"
    names = ["none", "inform", "consult", "collaborate" if doing else "co_create"]
    return {
        "outcome": names[fits],
        "now": names[now],
        "bounds": (floor, ceiling, means, wish),
        "conflicts": conflicts,
        "tension": tension,
        "gap": now < fits,
        "flags": flags(a, names[fits], residents, listen),
    }


def flags(a, outcome, residents, listen):
    late = a["phase"] >= 2 and a["impact"] >= 2 and not a["earlier"]
    hear = outcome == "inform" and (a["attention"] == 2 or a["impact"] >= 2) and not a["g_decided"]
    excluded = a["g_minor"] or a["g_crisis"] or a["g_no_room_law"]
    raised = {
        "initiative_route": residents,
        "split_in_two": a["doing"] == 2 and a["purpose"] == 3,
        "too_late": late,
        "inform_but_listen": hear,
        "council_first": a["decider"] == "raad" and a["mandate"] < 2,
        "ask_first": a["mandate"] == 0,
        "ask_body": a["advisory_body"],
        "confirm_exclusion": excluded and a["impact"] == 3,
        "board_must_listen": listen,
    }
    return {name for name, is_raised in raised.items() if is_raised}


@pytest.mark.exhaustive
def test_the_engine_reads_the_table_as_a_person_does():
    framework = load_framework(FRAMEWORK.read_text())
    chance = random.Random(20260101)
    seen = set()
    for _ in range(2_000):
        answers = random_answers(chance)
        advice, expected = advise(framework, answers).as_dict(), read(answers)
        bounds = tuple(
            RANK[advice["bounds"][name]] for name in ("floor", "ceiling", "means", "wish")
        )
        known_flags = expected["flags"] | {flag for flag in advice["flags"] if flag not in FLAGS}
        found = {
            **{key: advice[key] for key in ("outcome", "now", "conflicts", "tension", "gap")},
            "bounds": bounds,
            "flags": set(advice["flags"]),
        }
        assert found == expected | {"flags": known_flags}, answers
        assert advice["possible"] == [advice["outcome"]] and not advice["provisional"]
        seen.add((advice["outcome"], advice["now"]))
    assert len(seen) >= 7, "the answers reach too few outcomes to mean anything"
