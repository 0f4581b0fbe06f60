"""Does a choice rest on its real reason: who chose less, who settled a conflict, who confirmed an exclusion?"""

import pytest
from django.utils import timezone

from compass.refusal import Refused
from deliberation.projects.deciding.explanations import to_mind
from deliberation.projects.deciding.queries import waiting_conflicts
from deliberation.projects.operations import decide_level
from deliberation.projects.queries import adopted_assessment, level_in_force, promise_for
from tests.builders import a_decided_point, a_decision_point, an_assessed_point, the_officer

from .answers import C1, C2, COUNCIL_FIRST, EXCLUDED, GAP, LISTEN

pytestmark = pytest.mark.django_db
SETTLED = {
    "conflict_decider": "de wethouder",
    "conflict_reason": "Er komt geld bij uit de reserve.",
}


def choose(point, level, **more):
    officer = the_officer(point.project.municipality)
    about = {"actor": officer, "decision_point": point, "level": level, "now": timezone.now()}
    return decide_level(**about, **more)


def advice_of(point) -> dict:
    return adopted_assessment(point).advice


@pytest.mark.parametrize(("answers", "code"), [(C1, "C1"), (C2, "C2")])
def test_a_conflict_needs_a_name_and_a_sentence(answers, code):
    point = an_assessed_point(answers=answers)
    advice = advice_of(point)
    assert advice["conflicts"] == [code]
    for given, field in (
        ({}, "conflict_decider"),
        ({"conflict_decider": "de wethouder"}, "conflict_reason"),
        ({"conflict_reason": "Er komt geld bij."}, "conflict_decider"),
        ({"conflict_decider": "  ", "conflict_reason": "Er komt geld bij."}, "conflict_decider"),
    ):
        with pytest.raises(Refused) as refusal:
            choose(point, advice["outcome"], **given)
        assert refusal.value.field == field
    assert level_in_force(point) is None
    choose(point, advice["outcome"], **SETTLED)
    promise = promise_for(point, "nl")
    told = {
        "conflict_decider": promise.conflict_decider,
        "conflict_reason": promise.conflict_reason,
    }
    assert told == SETTLED


def test_another_level_does_not_settle_a_conflict():
    point = an_assessed_point(answers=C1)
    with pytest.raises(Refused) as refusal:
        choose(point, "none", motivation="De raad wil het zo.")
    assert refusal.value.field == "conflict_decider"


def test_a_conflict_waits_until_somebody_settled_it():
    point, calm = an_assessed_point(answers=C2), a_decided_point("consult")
    [waiting] = waiting_conflicts([point, calm])
    assert (waiting.decision_point, waiting.conflicts, waiting.decision) == (point, ["C2"], None)
    choose(point, advice_of(point)["outcome"], **SETTLED)
    assert waiting_conflicts([point, calm]) == []


def test_less_than_fits_needs_a_name_at_every_lower_level():
    point = an_assessed_point(answers=GAP)
    assert advice_of(point)["gap"]
    for level in ("consult", "inform", "none"):
        with pytest.raises(Refused) as refusal:
            choose(point, level, motivation="Er is te weinig tijd.")
        assert refusal.value.field == "decider"
    choose(point, "inform", motivation="Er is te weinig tijd.", decider="de wethouder")
    assert promise_for(point, "nl").less_than == "We maken het samen"


def test_what_fits_is_not_less():
    point = an_assessed_point(answers=GAP)
    choose(point, "co_create", decider="de wethouder")
    assert promise_for(point, "nl").less_than == ""


def test_an_exclusion_that_many_notice_needs_a_manager():
    point = an_assessed_point(answers=EXCLUDED)
    assert "confirm_exclusion" in advice_of(point)["flags"]
    with pytest.raises(Refused) as refusal:
        choose(point, "inform")
    assert refusal.value.field == "confirmed_by"
    choose(point, "inform", confirmed_by="de directeur")
    assert promise_for(point, "nl").confirmed_by == "de directeur"


def test_who_does_not_exclude_needs_no_manager():
    point = an_assessed_point(answers=EXCLUDED)
    assert choose(point, "consult", motivation="Er is toch tijd.").confirmed_by == ""


def test_the_officer_minds_what_needs_the_council_or_a_manager():
    council = an_assessed_point(
        answers={**COUNCIL_FIRST, "decider": "raad"}, point=a_decision_point(decided_by="raad")
    )
    excluded, unheard = an_assessed_point(answers=EXCLUDED), an_assessed_point(answers=LISTEN)
    assert "board_must_listen" in advice_of(unheard)["flags"]
    assert to_mind(advice_of(unheard)) == [
        advice_of(unheard)["explanations"]["board_must_listen"]["text"]
    ]
    assert any("raad eerst" in text for text in to_mind(advice_of(council)))
    assert any("manager bevestigt" in text for text in to_mind(advice_of(excluded)))
    assert to_mind(advice_of(an_assessed_point("consult"))) == []


def test_an_unknown_explanation_is_malformed():
    with pytest.raises(Refused) as refusal:
        choose(an_assessed_point(), "consult", colour="blauw")
    assert refusal.value.code == "malformed"
