"""Does a start note say with which text it was made, what changed since, and who answers for it?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from deliberation.documents.kinds import write
from deliberation.projects import operations
from deliberation.projects.deciding.frames import change_frames
from deliberation.projects.deciding.moments import plan_moment
from deliberation.projects.models import AssessmentDraft
from tests.builders import (
    a_decided_point,
    a_decision_point,
    an_assessed_point,
    answers_for,
    the_officer,
)
from tests.documents.written import material, note
from tests.projects.deciding.answers import C2

pytestmark = pytest.mark.django_db
NOW = timezone.now


def parts(point, kind="startnotitie", language="en") -> list[str]:
    sections = write(kind, material(point, language)).sections
    return ["\n".join(str(block) for block in section.blocks) for section in sections]


def officer(point):
    return the_officer(point.project.municipality)


def test_the_framework_is_named_so_that_its_very_text_can_be_found():
    point = a_decided_point("co_create")
    framework = AssessmentDraft.objects.get(decision_point=point).framework
    advice = parts(point)[3]
    assert len(framework.source_hash) == 64 and framework.source_hash in advice
    assert f"version {framework.version}" in advice
    assert str(timezone.localdate().year) in advice


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_note_that_nobody_agreed_to_is_a_draft_of_today(language):
    told = parts(a_decided_point(), language=language)[14]
    assert {"nl": "concept", "en": "draft"}[language] in told
    assert str(timezone.localdate().year) in told


def test_a_level_that_was_chosen_after_the_agreement_asks_for_a_new_one():
    point = a_decided_point("consult")
    note(point, agreed_on=timezone.localdate())
    assert "adopted" in parts(point)[14]
    note(point, agreed_on=timezone.localdate() - timedelta(days=1))
    assert "to be agreed again" in parts(point)[14]


def test_moments_stand_in_order_and_those_of_other_points_do_not():
    point = a_decided_point("consult")
    other = a_decision_point(point.phase)
    for about, days, what in (
        (point, 20, "Kiest"),
        (point, 10, "Hoort"),
        (other, 5, "Iets anders"),
    ):
        plan_moment(
            actor=officer(point), decision_point=about, body="raad",
            on=timezone.localdate() + timedelta(days=days), what=what, now=NOW(),
        )  # fmt: skip
    told = parts(point)
    assert told[9].index("Hoort") < told[9].index("Kiest")
    assert "The city council" in told[9]
    assert "Iets anders" not in "".join(told)
    assert "Kiest" not in parts(point, "publiekstekst")[2]  # no way to take part


def test_what_changed_after_the_promise_stands_where_it_belongs_with_the_reason():
    point = a_decided_point("consult")
    later = point.decides_on + timedelta(days=40)
    for reason, frames in (
        ("De brandweer wil dat.", {"fixed": ["Er rijdt verkeer."]}),
        ("Het college vraagt meer tijd.", {"decides_on": later}),
    ):
        change_frames(
            actor=officer(point), decision_point=point, reason=reason, now=NOW(), **frames
        )
        point.refresh_from_db()
    told = parts(point)
    assert "Het college vraagt meer tijd." in told[1] and "brandweer" not in told[1]
    assert "De brandweer wil dat." in told[2] and "Er rijdt verkeer." in told[2]
    assert "brandweer" not in told[4]
    assert ".." not in told[1] + told[2]
    note(point, agreed_on=timezone.localdate() - timedelta(days=1))
    assert "to be agreed again" in parts(point)[14]


def test_another_level_is_told_with_its_reason():
    point = a_decided_point("consult")
    about = {"actor": officer(point), "decision_point": point, "now": NOW()}
    operations.save_answers(answers=answers_for("co_create"), public_reasons={}, **about)
    operations.adopt_assessment(**about)
    operations.decide_level(level="co_create", change_reason="De straat vroeg erom.", **about)
    told = parts(point)
    assert "De straat vroeg erom." in told[4]
    assert "De straat vroeg erom." not in told[1] + told[2]


def test_who_settled_a_conflict_answers_for_it_by_role():
    point = an_assessed_point(answers=C2)
    level = AssessmentDraft.objects.get(decision_point=point).adopted.advice["outcome"]
    operations.decide_level(
        actor=officer(point), decision_point=point, level=level, now=NOW(),
        conflict_decider="de wethouder", conflict_reason="Er komt geld bij.",
    )  # fmt: skip
    assert "de wethouder" in parts(point)[4] and "Er komt geld bij." in parts(point)[4]


def test_where_the_goal_alone_leads_elsewhere_is_one_sentence():
    same = an_assessed_point(answers={**answers_for("co_create"), "purpose": 3})
    assert material(same).route == ""
    other = an_assessed_point(
        point=a_decision_point(), answers={**answers_for("co_create"), "purpose": 0}
    )
    assert material(other).route and material(other).route in parts(other)[3]


def test_texts_are_in_the_language_of_the_document_whoever_asks():
    point = a_decided_point("co_create")
    assert "Besluit:" in parts(point, language="nl")[7]
    assert "Decision:" in parts(point, language="en")[7]
