"""Is a framework told whole: every level, question, point and rule, once, in both languages?"""

import json

import pytest
from django.conf import settings

from compass.engine.framework_serializer import framework_as_dict
from compass.queries import parsed_shipped, shipped_frameworks


@pytest.mark.parametrize("key", shipped_frameworks())
@pytest.mark.parametrize("language", settings.FRAMEWORK_LANGUAGES)
def test_nothing_of_a_framework_is_left_out(key, language):
    framework = parsed_shipped(key)
    told = json.loads(json.dumps(framework_as_dict(framework, language)))
    assert [level["promise"] for level in told["levels"]] == [
        level.promise[language] for level in framework.levels
    ]
    for one, question in zip(told["questions"], framework.questions, strict=True):
        assert one["text"] == question.text[language]
        assert [option["code"] for option in one["options"]] == list(question.codes)
    cases = [(rule["rule"], case["level"]) for rule in told["rules"] for case in rule["cases"]]
    assert sorted(cases, key=str) == sorted(((r.id, r.level) for r in framework.rules), key=str)
    assert len({rule["rule"] for rule in told["rules"]}) == len(told["rules"])
    for rule in told["rules"]:
        assert rule["because"]
        assert rule["reference"]
        assert all(case["when"] for case in rule["cases"])
    assert {rule["rule"] for rule in told["switched_off"]} == {
        rule.id for rule in framework.switched_off
    }


def test_points_add_up_to_the_score_of_the_engine():
    framework = parsed_shipped("nl")
    (told,) = framework_as_dict(framework)["scores"]
    answers = {question.key: question.codes[-1] for question in framework.questions}
    points = {
        (term["question"], point["code"]): point["points"]
        for term in told["terms"]
        for point in term["points"]
    }
    asked = {term["question"] for term in told["terms"]}
    total = sum(points[key, answers[key]] for key in asked)
    assert total == framework.scores[0].value(answers)


def test_a_rule_whose_level_is_an_answer_has_a_case_for_each():
    told = framework_as_dict(parsed_shipped("nl"))
    (promised,) = [rule for rule in told["rules"] if rule["rule"] == "floor_promise"]
    assert [case["level"] for case in promised["cases"]] == ["consult", "co_create", "collaborate"]
    assert len({case["when"] for case in promised["cases"]}) == 3
