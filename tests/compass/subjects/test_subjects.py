"""Does the compass say about real subjects what a policy officer would expect?"""

import pytest

from compass.engine.means import start_plan
from compass.engine.what_if import what_if

from .table import (
    FRAMEWORK,
    ROOT,
    SHOWN_REASONS,
    SUBJECTS,
    USUAL,
    advice_on,
    answers_of,
    main_reasons,
    table,
)

DOCUMENT = ROOT / "docs" / "subjects.md"
every_subject = pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject["id"])


def test_there_are_many_subjects_and_they_reach_every_level():
    assert len(SUBJECTS) >= 20 and len({subject["id"] for subject in SUBJECTS}) == len(SUBJECTS)
    assert {subject["fits"] for subject in SUBJECTS} == {level.key for level in FRAMEWORK.levels}
    criteria = {question.key for question in FRAMEWORK.criteria}
    for subject in SUBJECTS:
        assert criteria <= {*subject["answers"], *USUAL}, "every question is answered"


@every_subject
def test_the_advice_is_what_an_officer_expects(subject):
    found = advice_on(subject)
    assert (found.outcome, found.now) == (subject["fits"], subject["now"])
    assert list(found.conflicts) == subject.get("conflicts", [])
    assert list(found.flags) == subject.get("flags", [])
    assert (found.tension, found.gap) == (subject.get("tension", False), subject.get("gap", False))
    assert found.done and 1 <= len(main_reasons(found)) <= SHOWN_REASONS


@every_subject
def test_c1_needs_a_law_or_promise_and_c2_a_floor_above_the_means(subject):
    found, answers = advice_on(subject), answers_of(subject)
    clashes = {clash.code: clash for clash in found.clashes}
    assert set(found.conflicts) == clashes.keys() & {"C1", "C2"}
    if "C1" in found.conflicts:
        assert answers["g_law_requires"] or answers["g_promised"]
        more, less = clashes["C1"].more, clashes["C1"].less
        assert {rule.kind for rule in more} <= {"law", "promise"}
        assert {rule.effect for rule in less} <= {"at_most", "settle"}
        assert min(rule.rank for rule in more) > min(rule.rank for rule in less)
    if "C2" in found.conflicts:
        more, less = clashes["C2"].more, clashes["C2"].less
        assert {rule.effect for rule in more} == {"at_least"}
        assert {rule.effect for rule in less} == {"means_at_most"}
        assert min(rule.rank for rule in more) > min(rule.rank for rule in less)


@every_subject
def test_no_conflict_goes_unsaid(subject):
    """The same two sentences, the other way round: worked out from the rules that fired, by hand."""
    found = advice_on(subject)
    fired = [reason.rule for reason in found.reasons]
    settled = [rule.rank for rule in fired if rule.effect == "settle"]
    floors = [rule for rule in fired if rule.effect == "at_least"]
    owed = max((rule.rank for rule in floors if rule.kind != "policy"), default=0)
    top = len(FRAMEWORK.ranks) - 1
    limits = {
        name: min((rule.rank for rule in fired if rule.effect == name), default=top)
        for name in ("at_most", "means_at_most")
    }
    assert ("C1" in found.conflicts) == (owed > (max(settled) if settled else limits["at_most"]))
    too_dear = max((rule.rank for rule in floors), default=0) > limits["means_at_most"]
    assert ("C2" in found.conflicts) == (not settled and too_dear)


@every_subject
def test_it_is_clear_how_to_begin_and_what_would_change_it(subject):
    found = advice_on(subject)
    plan = start_plan(FRAMEWORK, found.outcome, found.answers)
    assert plan.methods or subject["fits"] == "none"
    if found.gap:
        lifted = [
            change
            for change in what_if(FRAMEWORK, found.answers).changes
            if change.level == change.now
        ]
        assert lifted, "what would make it feasible is named"


def test_the_document_holds_the_table():
    assert DOCUMENT.read_text(encoding="utf-8") == table(), (
        "write it again: python -m tests.compass.subjects.table > docs/subjects.md"
    )
