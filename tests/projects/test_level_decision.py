"""Is a level chosen on the real reason, by somebody with a name, and never overwritten?"""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from compass.models import Assessment
from compass.refusal import Refused
from deliberation.people.models import AuditEntry
from deliberation.projects.models import LevelDecision
from deliberation.projects.operations import adopt_assessment, decide_level, save_answers
from deliberation.projects.queries import level_in_force, promise_for
from tests.builders import (
    a_decided_point,
    a_decision_point,
    a_framework,
    an_assessed_point,
    answers_for,
    reasons_for,
    the_officer,
)

pytestmark = pytest.mark.django_db
# Much would fit, but there is time for little: fits co_create, now consult.
SHORT_OF_TIME = {**answers_for("co_create"), "time": 1}


def choose(point, level, **more):
    officer = the_officer(point.project.municipality)
    about = {"actor": officer, "decision_point": point, "level": level, "now": timezone.now()}
    return decide_level(**{**about, **more})


def save(point, answers, **more):
    officer = the_officer(point.project.municipality)
    about = {"public_reasons": reasons_for(answers), "now": timezone.now(), **more}
    return save_answers(actor=officer, decision_point=point, answers=answers, **about)


def adopt(point):
    officer = the_officer(point.project.municipality)
    return adopt_assessment(actor=officer, decision_point=point, now=timezone.now())


@pytest.mark.parametrize("level", ["none", "inform", "consult", "co_create", "collaborate"])
def test_the_advised_level_needs_no_explanation(level):
    decision = choose(an_assessed_point(level), level)
    assert (decision.level, decision.motivation, decision.decider) == (level, "", "")
    assert decision.assessment.advice["outcome"] == level
    assert level_in_force(decision.decision_point) == decision


@pytest.mark.parametrize("motivation", ["", "   ", "\n\t"])
def test_another_level_needs_a_motivation(motivation):
    point = an_assessed_point("consult")
    with pytest.raises(Refused) as refusal:
        choose(point, "inform", motivation=motivation)
    assert refusal.value.field == "motivation"
    assert level_in_force(point) is None


def test_another_level_with_a_motivation_is_shown_to_residents():
    decision = choose(an_assessed_point("consult"), "co_create", motivation="De raad vroeg erom.")
    promise = promise_for(decision.decision_point, "nl")
    assert (promise.level_key, promise.deviation) == ("co_create", "De raad vroeg erom.")


def test_a_motivation_at_the_advised_level_is_no_deviation():
    decision = choose(an_assessed_point("consult"), "consult", motivation="Zo is het goed.")
    assert promise_for(decision.decision_point, "nl").deviation == ""


def test_less_for_lack_of_means_needs_a_motivation_and_a_name():
    point = an_assessed_point(answers=SHORT_OF_TIME)
    for given, field in (
        ({}, "motivation"),
        ({"motivation": "Er is te weinig tijd."}, "decider"),
        ({"decider": "de wethouder"}, "motivation"),
    ):
        with pytest.raises(Refused) as refusal:
            choose(point, "consult", **given)
        assert refusal.value.field == field
    choose(point, "consult", motivation="Er is te weinig tijd.", decider="de wethouder")
    assert promise_for(point, "nl").decider == "de wethouder"


def test_what_fits_may_be_chosen_although_means_are_short():
    assert choose(an_assessed_point(answers=SHORT_OF_TIME), "co_create").motivation == ""


@pytest.mark.parametrize("level", ["", "raadplegen", "CONSULT", "none; drop table", "2"])
def test_an_unknown_level_is_malformed(level):
    with pytest.raises(Refused) as refusal:
        choose(an_assessed_point(), level, motivation="Omdat het kan.")
    assert refusal.value.code == "malformed"


def test_without_an_adopted_assessment_there_is_no_choice():
    a_framework()
    point = a_decision_point()
    with pytest.raises(Refused) as refusal:
        choose(point, "consult")
    assert refusal.value.code == "state"
    save(point, answers_for("consult"))
    with pytest.raises(Refused):
        choose(point, "consult")


def test_changed_answers_make_an_adopted_assessment_old():
    point = an_assessed_point("consult")
    save(point, answers_for("inform"))
    with pytest.raises(Refused):
        choose(point, "consult")
    assert Assessment.objects.count() == 1


def test_the_same_answers_again_keep_the_adopted_assessment():
    point = an_assessed_point("consult")
    save(point, answers_for("consult"))
    first = Assessment.objects.get()
    assert adopt(point) == first
    assert Assessment.objects.count() == 1


def test_a_newer_decision_supersedes_and_the_old_one_stays():
    point = a_decided_point("consult")
    first = level_in_force(point)
    second = choose(point, "inform", motivation="De raad wil het zo.", change_reason="Er is haast.")
    assert second.supersedes == first
    assert level_in_force(point) == second
    assert list(LevelDecision.objects.filter(decision_point=point)) == [first, second]


def test_a_decision_is_written_once():
    decision = level_in_force(a_decided_point())
    decision.level = "none"
    for attempt in (
        decision.save,
        decision.delete,
        LevelDecision.objects.all().delete,
        lambda: LevelDecision.objects.update(level="none"),
    ):
        with pytest.raises(Refused):
            attempt()
    assert LevelDecision.objects.get().level == "consult"


def test_who_looked_at_an_older_decision_is_told_and_nothing_changes():
    point = an_assessed_point("consult")
    seen = (Assessment.objects.get().pk, None)
    first = choose(point, "consult", seen=seen)
    with pytest.raises(Refused) as refusal:
        choose(point, "inform", motivation="Ik zag de eerste keuze niet.", seen=seen)
    assert refusal.value.code == "state"
    assert level_in_force(point) == first


def test_who_looked_at_an_older_assessment_is_told():
    point = an_assessed_point("consult")
    seen = (Assessment.objects.get().pk, None)
    an_assessed_point("co_create", point)
    with pytest.raises(Refused) as refusal:
        choose(point, "consult", motivation="Ik zag het andere advies niet.", seen=seen)
    assert refusal.value.code == "state"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("before", [None, "consult"], ids=["first", "next"])
def test_of_two_choices_at_once_one_counts(before):
    point = a_decided_point(before) if before else an_assessed_point("consult")
    officer = the_officer(point.project.municipality)
    old = level_in_force(point)
    seen = (Assessment.objects.get().pk, old and old.pk)

    def race(level):
        try:
            return choose(
                point,
                level,
                actor=officer,
                motivation="Daarom.",
                change_reason="Er is haast.",
                seen=seen,
            ).pk
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(race, ["inform", "consult", "co_create", "collaborate"]))
    assert outcomes.count("state") == 3
    assert LevelDecision.objects.count() == (2 if before else 1)
    assert level_in_force(point).pk in outcomes


def test_every_choice_and_every_refusal_is_in_the_trail():
    point = a_decided_point("consult")
    with pytest.raises(Refused):
        choose(point, "inform")
    rows = AuditEntry.objects.filter(action="decide_level").order_by("id")
    assert [(row.result, row.object_label) for row in rows] == [
        ("done", "projects.LevelDecision"),
        ("refused", "projects.DecisionPoint"),
    ]


def test_the_promise_speaks_the_readers_language():
    point = a_decided_point("consult")
    dutch, english = promise_for(point, "nl"), promise_for(point, "en")
    assert (dutch.official, english.official) == ("raadplegen", "consult")
    assert dutch.text != english.text
    assert dutch.advice["outcome"] == english.advice["outcome"] == "consult"


@pytest.mark.parametrize("decided_by", ["college", "raad"])
def test_what_the_board_follows_is_promised_in_its_own_name(decided_by):
    """Commitment 3: the mayor and aldermen can follow the outcome, the council decides itself."""
    a_framework()
    point = a_decision_point(decided_by=decided_by)
    answers = {**answers_for("co_create"), "commitment": 3, "decider": decided_by}
    choose(an_assessed_point(point=point, answers=answers), "co_create")
    text = promise_for(point, "nl").text
    assert ("De raad beslist." in text) is (decided_by == "raad")
    assert ("volgt de uitkomst" in text) is (decided_by == "college")
