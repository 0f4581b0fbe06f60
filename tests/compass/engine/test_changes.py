"""Is everything that would change the advice found, the nearest first, and does it really lead there?"""

import json
from itertools import combinations, product
from random import Random

import pytest

from compass.engine.advise import AnswerErrors, advise
from compass.engine.means import method_rows, start_plan
from compass.engine.what_if import MOST_PER_LEVEL, side_by_side, what_if

from .answer_sets import QUIET
from .random_frameworks import a_framework
from .shipped import nl


def some_answers(framework, rng, gates_nee=0.95):
    answers = {question.key: rng.choice(question.codes) for question in framework.questions}
    for gate in framework.gates:
        if rng.random() < gates_nee:
            answers[gate.key] = False
    return answers


def by_brute_force(framework, answers):
    """Find, per level, how many changed answers lead there at least, and all the ways of that many."""
    changeable = [q for q in framework.questions if q.changeable and q.key in answers]
    before, found = advise(framework, answers), {}
    for size in (1, 2):
        landed = {}
        for questions in combinations(changeable, size):
            for codes in product(*(question.codes for question in questions)):
                changed = {q.key: code for q, code in zip(questions, codes, strict=True)}
                if any(answers[key] == code for key, code in changed.items()):
                    continue
                after = advise(framework, {**answers, **changed})
                if after.outcome != before.outcome or after.now == after.outcome != before.now:
                    landed.setdefault(after.outcome, []).append((changed, after.now))
        for level, ways in landed.items():
            found.setdefault(level, (size, ways))
    return found


def same_as_brute_force(framework, answers):
    expected, found = by_brute_force(framework, answers), what_if(framework, answers)
    shown = {}
    for change in found.changes:
        shown.setdefault(change.level, []).append(change)
    assert set(shown) == set(expected)
    for level, changes in shown.items():
        size, ways = expected[level]
        assert {len(change.answers) for change in changes} == {size}
        assert len(changes) <= MOST_PER_LEVEL
        for change in changes:
            assert (dict(change.answers), change.now) in ways
    reached = {found.outcome, *expected}
    assert set(found.unreachable) == {level.key for level in framework.levels} - reached


def test_nothing_is_missed_on_small_frameworks():
    rng = Random(4)
    for _ in range(60):
        framework = a_framework(rng)
        same_as_brute_force(framework, some_answers(framework, rng, gates_nee=0.7))


def test_nothing_is_missed_on_the_shipped_framework():
    rng = Random(5)
    for _ in range(2):
        same_as_brute_force(nl(), some_answers(nl(), rng))


@pytest.mark.exhaustive
def test_nothing_is_missed_on_many_answers():
    rng = Random(6)
    for _ in range(60):
        same_as_brute_force(nl(), some_answers(nl(), rng))


def test_only_what_an_officer_can_change_is_proposed_and_each_leads_there():
    rng, seen = Random(7), 0
    for _ in range(150):
        answers = some_answers(nl(), rng, gates_nee=1)
        found = what_if(nl(), answers)
        for change in found.changes:
            seen += 1
            assert all(nl().question(key).changeable for key, _ in change.answers)
            after = advise(nl(), {**answers, **dict(change.answers)})
            assert (after.outcome, after.now) == (change.level, change.now)
    assert seen > 200


def test_the_nearest_way_comes_first():
    rng = Random(8)
    for _ in range(150):
        by_level = {}
        for change in what_if(nl(), some_answers(nl(), rng)).changes:
            by_level.setdefault(change.level, []).append(change.steps)
        assert all(steps == sorted(steps) for steps in by_level.values())


def test_what_fits_but_is_not_feasible_can_be_made_feasible():
    short_of_time = {**QUIET, "commitment": 3, "time": 1}
    found = what_if(nl(), short_of_time)
    assert (found.outcome, found.now) == ("co_create", "consult")
    lifts = [change for change in found.changes if change.level == "co_create"]
    assert [dict(change.answers) for change in lifts] == [{"time": 2}]
    assert lifts[0].now == "co_create"
    told = found.as_dict("nl")["changes"]
    assert any(
        "ook nu haalbaar" in change["text"] and "12 weken" in change["text"] for change in told
    )


def test_while_the_advice_is_open_the_most_telling_question_is_named_instead():
    found = what_if(nl(), {**QUIET, "room": None})
    assert found.changes == () and found.unreachable == ()
    assert found.telling.question == "room"
    told = found.as_dict("nl")["telling"]
    assert [option["code"] for option in told["options"]] == [0, 1, 2, 3]
    assert told["options"][0]["levels"] == ["inform"]
    assert str(len(found.telling.rules)) in told["why"]


def test_what_each_answer_leaves_possible_is_what_advising_on_it_says():
    rng, told = Random(17), 0
    for framework in [nl(), *(a_framework(rng) for _ in range(12))]:
        for _ in range(4):
            answers = {
                key: code
                for key, code in some_answers(framework, rng).items()
                if rng.random() < 0.6
            }
            found = what_if(framework, answers)
            for code, levels in found.telling.options if found.telling else ():
                assert (
                    advise(framework, {**answers, found.telling.question: code}).possible == levels
                )
                told += 1
    assert told > 40, "too few questions told anything"


def test_nothing_tells_more_when_nothing_can_change():
    assert what_if(nl(), QUIET).telling is None


def test_a_partial_but_settled_advice_gets_only_sure_changes():
    settled = {"g_minor": True, "room": 2}
    found = what_if(nl(), settled)
    assert found.outcome == "inform"
    for change in found.changes:
        assert advise(nl(), {**settled, **dict(change.answers)}).outcome == change.level


def test_a_rule_that_was_one_answer_away_says_which_answer():
    found = {one.rule.id: dict(one.answers) for one in what_if(nl(), QUIET).nearly}
    assert found["ceiling_no_room"] == {"room": 0}
    assert found["means_none"] == {"capacity": 0}
    assert found["floor_affected"].items() >= {"impact": 2}.items()
    assert "settle_minor" not in found, "a gate says by itself that a ja settles it"
    assert "wish_consult" not in found, "it fires already"


def test_the_other_route_speaks_up_only_when_it_differs():
    told = what_if(nl(), QUIET).as_dict("nl")["compare"]
    assert told["level"] == "inform" and told["differs"] and "Alles samen geeft" in told["text"]
    told = what_if(nl(), {**QUIET, "purpose": 1}).as_dict("nl")["compare"]
    assert told["level"] == "consult" and not told["differs"]
    assert what_if(nl(), {"room": 1}).as_dict("nl")["compare"] is None


def test_two_advices_stand_side_by_side():
    told = side_by_side(nl(), QUIET, {"commitment": 3}).as_dict("nl")
    assert (told["before"]["outcome"], told["after"]["outcome"]) == ("consult", "co_create")
    assert told["changed"][0]["to"] == "de uitkomst geldt, binnen wat vaststaat"
    assert told["differences"][0] == {
        "what": "Wat past",
        "before": "raadplegen",
        "after": "samenspel",
    }
    assert told["plan"]["after"]["weeks"] > told["plan"]["before"]["weeks"]
    taken_away = side_by_side(nl(), QUIET, {"room": None}).as_dict("en")
    assert taken_away["after"]["outcome"] is None and taken_away["plan"]["after"] is None
    with pytest.raises(AnswerErrors):
        side_by_side(nl(), QUIET, {"room": 9})


def test_a_start_is_the_lightest_method_that_begins_at_the_level():
    plan = start_plan(nl(), "co_create", QUIET)
    assert [method.id for method in plan.methods] == ["design_evenings"]
    assert (plan.hours, plan.weeks) == (80, 12)
    later = start_plan(nl(), "co_create", {**QUIET, "phase": 3})
    assert [method.id for method in later.methods] == ["working_group"]
    assert start_plan(nl(), "none", QUIET) == ((), 0, 0)


def test_the_methods_table_tells_what_fits_and_what_may():
    rows = {row["id"]: row for row in method_rows(nl(), "consult", {"reach": 0}, "nl")}
    assert rows["drop_in_hour"]["fit"] == "fits"
    assert rows["advisory_body"]["fit"] == "may fit"
    assert "panel_survey" not in rows
    assert all(row["not_enough"] and row["weeks"] for row in rows.values())


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_order_of_answering_changes_no_byte(language):
    rng = Random(9)
    for complete in (True, False):
        answers = some_answers(nl(), rng)
        if not complete:
            answers = {key: code for key, code in answers.items() if rng.random() < 0.6}
        told = set()
        for _ in range(20):
            keys = rng.sample(sorted(answers), len(answers))
            shuffled = {key: answers[key] for key in keys}
            told.add(json.dumps(what_if(nl(), shuffled).as_dict(language)))
        assert len(told) == 1
