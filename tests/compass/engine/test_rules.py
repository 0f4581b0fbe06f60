"""Does each rule of framework `nl` fire exactly when its table says, with its effect and its reasons?"""

import pytest

from compass.engine.advise import advise

from .answer_sets import QUIET
from .shipped import nl

MUCH = {"impact": 3, "reach": 3, "knowledge": 2}  # need = 6 + 3 + 1 + 4 + 1 + 1 = 16

# rule, effect, level, then answers (changed from QUIET) for which it fires, and for which it does not
TABLE = [
    ("settle_law_excludes", "settle", "inform", [{"g_law_excludes": True}], [{}]),
    ("settle_no_room_law", "settle", "inform", [{"g_no_room_law": True}], [{}]),
    ("settle_crisis", "settle", "inform", [{"g_crisis": True}], [{}]),
    ("settle_minor", "settle", "inform", [{"g_minor": True}], [{}]),
    ("settle_tax", "settle", "inform", [{"g_tax": True}], [{}]),
    ("settle_internal", "settle", "none", [{"g_internal": True}], [{}]),
    ("settle_decided", "settle", "inform", [{"g_decided": True}], [{}]),
    ("settle_other_body", "settle", "inform", [{"g_other_body": True}], [{}]),
    ("settle_private", "settle", "inform", [{"g_private": True}], [{}]),
    ("floor_law", "at_least", "consult", [{"g_law_requires": True}], [{}]),
    ("floor_promise", "at_least", "consult", [{"g_promised": "consult"}], [{}]),
    ("floor_promise", "at_least", "co_create", [{"g_promised": "co_create"}], [{}]),
    ("floor_promise", "at_least", "collaborate", [{"g_promised": "collaborate"}], [{}]),
    ("floor_affected", "at_least", "consult",
     [{"impact": 2}, {"impact": 3, "room": 1}, {"knowledge": 2}],
     [{}, {"impact": 3, "room": 0}, {"knowledge": 2, "room": 0}]),
    ("ceiling_no_room", "at_most", "inform", [{"room": 0}], [{"room": 1}]),
    ("ceiling_little_room", "at_most", "consult", [{"room": 1}, {"room": 1, "doing": 1}],
     [{"room": 2}, {"room": 1, "doing": 2}, {"room": 1, "initiator": "inwoners"}, {"room": 0}]),
    ("ceiling_only_read", "at_most", "inform",
     [{"commitment": 0}, {"commitment": 0, "initiator": "inwoners"}], [{"commitment": 1}]),
    ("ceiling_weigh_and_explain", "at_most", "consult",
     [{"commitment": 1}, {"commitment": 1, "initiator": "bedrijf"}],
     [{"commitment": 2}, {"commitment": 1, "initiator": "inwoners"}]),
    ("ceiling_design_ready", "at_most", "consult",
     [{"phase": 2, "room": 1}, {"phase": 2, "room": 0}],
     [{"phase": 2, "room": 2}, {"phase": 1, "room": 1}, {"phase": 3, "room": 1}]),
    ("ceiling_being_carried_out", "at_most", "consult", [{"phase": 3, "room": 1}],
     [{"phase": 3, "room": 2}, {"phase": 3, "room": 1, "doing": 1}, {"phase": 4, "room": 1}]),
    ("means_to_ask", "means_at_most", "consult",
     [{"time": 0}, {"time": 1}, {"capacity": 1}],
     [{"time": 2}, {"capacity": 0}, {"time": 0, "capacity": 1, "initiator": "inwoners"}]),
    ("means_none", "means_at_most", "inform",
     [{"capacity": 0}, {"capacity": 0, "initiator": "inwoners"}], [{"capacity": 1}]),
    ("wish_inform", "points_to", "inform",
     [{"impact": 0, "attention": 0}],  # need = 0+1+0+0+2+1+1+0 = 5
     [{"impact": 0}]),  # need = 6
    ("wish_consult", "points_to", "consult",
     [{"impact": 0}, {"impact": 3}],  # need = 6 and 12
     [{"impact": 0, "attention": 0}, {"impact": 3, "uneven": 1}]),  # need = 5 and 13
    ("wish_co_create", "points_to", "co_create", [MUCH, {"impact": 3, "purpose": 1}],
     [{"impact": 3}]),
    ("wish_result_stands", "points_to", "co_create",
     [{"commitment": 3, "room": 2}], [{"commitment": 3, "room": 1}, {"commitment": 2}]),
    ("wish_initiative", "points_to", "co_create",
     [{"initiator": "inwoners", "room": 1}],
     [{"initiator": "inwoners", "room": 0}, {"initiator": "bedrijf"}]),
    ("mode_doing", "mode", None,
     [{"initiator": "inwoners"}, {"doing": 2}, {"purpose": 4}, {"g_promised": "collaborate"}],
     [{"purpose": 3, "doing": 1, "g_promised": "co_create"}]),
    ("initiative_route", "flag", None, [{"initiator": "inwoners"}], [{"initiator": "bedrijf"}]),
    ("split_in_two", "flag", None, [{"doing": 2, "purpose": 3}],
     [{"doing": 2, "purpose": 4}, {"doing": 1, "purpose": 3}]),
    ("too_late", "flag", None,
     [{"phase": 2, "impact": 2, "earlier": False}, {"phase": 4, "impact": 3, "earlier": False}],
     [{"phase": 1, "impact": 2, "earlier": False}, {"phase": 2, "impact": 1, "earlier": False},
      {"phase": 2, "impact": 2, "earlier": True}]),
    ("inform_but_listen", "flag", None,
     [{"room": 0, "attention": 2}, {"room": 0, "impact": 2}, {"g_crisis": True, "impact": 3}],
     [{"room": 0}, {"attention": 2}, {"g_decided": True, "impact": 3}]),
    ("few_want_to", "flag", None,
     [{**MUCH, "energy": 0}, {"energy": 0, "initiator": "inwoners"}],
     [MUCH, {"energy": 0}, {**MUCH, "energy": 0, "commitment": 1}]),
    ("council_first", "flag", None,
     [{"decider": "raad", "mandate": 0}, {"decider": "raad", "mandate": 1}],
     [{"decider": "raad", "mandate": 2}, {"decider": "college", "mandate": 0}]),
    ("ask_first", "flag", None, [{"mandate": 0}], [{"mandate": 1}]),
    ("ask_body", "flag", None, [{"advisory_body": True}], [{}]),
    ("confirm_exclusion", "flag", None,
     [{gate: True, "impact": 3} for gate in ("g_minor", "g_crisis", "g_no_room_law")],
     [{"g_minor": True, "impact": 2}, {"g_tax": True, "impact": 3}, {"impact": 3}]),
]  # fmt: skip


def fired(changes):
    return {(r.rule.id, r.rule.level): r for r in advise(nl(), {**QUIET, **changes}).reasons}


@pytest.mark.parametrize(
    ("rule", "effect", "level", "fires", "silent"), TABLE, ids=[f"{r[0]}-{r[2]}" for r in TABLE]
)
def test_rule(rule, effect, level, fires, silent):
    for changes in fires:
        reason = fired(changes)[rule, level]
        assert reason.rule.effect == effect
        assert all(reason.answers[key] == {**QUIET, **changes}[key] for key in reason.rule.reads)
    for changes in silent:
        assert (rule, level) not in fired(changes)


def test_every_rule_of_the_framework_is_in_the_table():
    assert {(row[0], row[2]) for row in TABLE} == {(rule.id, rule.level) for rule in nl().rules}


def test_every_rule_says_why_in_both_languages_and_where_it_comes_from():
    for rule in nl().rules:
        assert rule.because["nl"] != rule.because["en"]
        assert rule.reference


def test_every_flag_has_the_name_of_its_rule():
    assert all(rule.name == rule.id for rule in nl().rules if rule.is_flag)


def test_the_score_is_weighted_and_capped():
    need = nl().scores[0]
    highest = {"impact": 3, "reach": 3, "uneven": 1, "attention": 2, "knowledge": 2, "problem": 2,
               "energy": 2, "purpose": 4}  # fmt: skip
    assert need.value(dict.fromkeys(highest, 0)) == 0
    assert need.value(highest) == 6 + 3 + 1 + 2 + 4 + 2 + 2 + 3
    assert need.span({}) == (0, 23)
