"""Do the answers of an earlier decision point come along as far as they hold, and no further?"""

import json

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from compass.operations import publish_framework
from compass.queries import parsed, shipped_framework_source
from compass.refusal import Refused
from deliberation.people.models import AuditEntry
from deliberation.projects import operations
from deliberation.projects.assessing.taking_over import (
    MOST_SHOWN,
    earlier_drafts,
    take_over_answers,
)
from deliberation.projects.models import AssessmentDraft
from deliberation.projects.queries import draft_of
from tests.builders import (
    a_decision_point,
    a_framework,
    a_municipality,
    a_phase,
    a_project,
    a_user,
    an_assessed_point,
    answers_for,
    the_officer,
)
from tests.projects.test_wizard import Officer

pytestmark = pytest.mark.django_db
GIVEN = answers_for("co_create")


@pytest.fixture
def source():
    return an_assessed_point(answers=GIVEN)


@pytest.fixture
def point(source):
    """The next decision point of the same project, in its next phase, for another body."""
    phase = a_phase("execute", source.project, 40, 90)
    return a_decision_point(phase, question="Wie beheert het groen?", decided_by="raad")


def where(point):
    return reverse("projects:take_over_answers", args=[point.pk])


def chosen(source):
    return {"source": draft_of(source).pk, "seen": ""}


def take(point, source, *except_keys, actor=None):
    return take_over_answers(
        actor=actor or the_officer(point.project.municipality),
        decision_point=point,
        source=source,
        except_keys=except_keys,
        now=timezone.now(),
    )


def said(response) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


# What comes along


def test_the_next_decision_point_begins_with_the_answers_of_the_last(point, source):
    officer = Officer()
    page = officer.browser.get(where(point))
    assert page.context["chosen"].decision_point == source
    response = officer.browser.post(where(point), {**chosen(source), "except": ["time", "room"]})
    assert response["Location"] == reverse("projects:assess_criteria", args=[point.pk])
    expected = {key: code for key, code in GIVEN.items() if key not in ("time", "room")}
    assert draft_of(point).answers == {**expected, "decider": "raad", "phase": 3}
    assert "26 antwoorden zijn overgenomen" in said(response)
    assert draft_of(source).answers == GIVEN


def test_the_screen_tells_each_answer_before_it_comes_along(point, source):
    page = Officer().browser.get(where(point))
    rows = {row["key"]: row["answer"] for row in page.context["rows"]}
    framework = parsed(draft_of(source).framework)
    assert rows["time"] == framework.question("time").label(GIVEN["time"])["nl"]
    assert "decider" not in rows and "phase" not in rows
    assert {row["key"] for row in page.context["plain"]} == {gate.key for gate in framework.gates}


def test_what_was_answered_here_stays_where_nothing_comes_along(point, source):
    officer = Officer()
    officer.send("assess_criteria", point, time="0", impact="0", action="save")
    take(point, source, "time")
    assert (draft_of(point).answers["time"], draft_of(point).answers["impact"]) == (0, 2)


def test_the_audit_trail_names_where_it_came_from(point, source):
    take(point, source, "time")
    detail = json.loads(AuditEntry.objects.get(action="take_over_answers").detail)
    assert detail["source"] == source.pk
    assert "room" in detail["keys"] and "time" not in detail["keys"]


def test_public_reasons_come_along_to_be_checked(point):
    answers = {**answers_for("consult"), "g_law_requires": True}
    source = an_assessed_point(point=a_decision_point(point.phase), answers=answers)
    officer = Officer()
    response = officer.browser.post(where(point), chosen(source))
    assert response["Location"] == reverse("projects:assess_decision_point", args=[point.pk])
    assert draft_of(point).public_reasons == draft_of(source).public_reasons != {}
    assert "Kijk de openbare redenen na" in said(response)
    assert take(a_decision_point(point.phase), source, "g_law_requires").reasons_to_check == []


def test_the_sentence_about_the_other_route_stays_where_it_was_written(point):
    other = a_decision_point(point.phase)
    operations.save_answers(
        actor=the_officer(point.project.municipality),
        decision_point=other,
        answers=GIVEN,
        public_reasons={"purpose": "Alles samen weegt zwaarder."},
        now=timezone.now(),
    )
    take(point, other)
    assert draft_of(point).public_reasons == {}


def test_answers_the_newer_framework_does_not_know_stay_behind_by_name(point, source):
    newer = shipped_framework_source("nl").replace('key = "uneven"', 'key = "unequal"')
    newer = newer.replace("uneven", "unequal").replace('version = "', 'version = "9', 1)
    publish_framework(source=newer, actor_id="tests", now=timezone.now())
    page = Officer().browser.get(where(point))
    assert page.context["dropped"] == ["Ongelijk verdeeld"]
    response = Officer().browser.post(where(point), chosen(source))
    assert "uneven" not in draft_of(point).answers and "unequal" not in draft_of(point).answers
    assert "Ongelijk verdeeld" in said(response)


def test_taking_over_can_be_done_again(point, source):
    assert take(point, source) == take(point, source)


# What is refused


def test_without_a_choice_the_screen_asks_for_one(point):
    response = Officer().browser.post(where(point), {"seen": "", "except": ["time"]})
    assert response.status_code == 400
    assert "Kies eerst een beslispunt." in response.content.decode()
    assert 'value="time" checked' in response.content.decode(), "what was ticked stays ticked"
    assert draft_of(point) is None


def test_who_comes_second_is_told_and_keeps_the_ticks(point, source):
    officer = Officer()
    officer.browser.get(where(point))
    Officer().send("assess_criteria", point, impact="0", action="save")
    response = officer.browser.post(where(point), {**chosen(source), "except": ["time"]})
    assert response.status_code == 409
    assert draft_of(point).answers["impact"] == 0 and "reach" not in draft_of(point).answers
    html = response.content.decode()
    assert 'value="time" checked' in html and html.count(" checked") == 1
    sent = {**chosen(source), "except": ["time"], "seen": response.context["seen"]}
    assert officer.browser.post(where(point), sent).status_code == 302
    assert draft_of(point).answers["impact"] == GIVEN["impact"]


@pytest.mark.parametrize("source", ["", "0", "x", "999999", "-1"], ids=repr)
def test_a36_a_source_that_is_none_is_refused(source):
    a_framework()
    point = a_decision_point()
    response = Officer().browser.post(where(point), {"source": source, "seen": ""})
    assert response.status_code == 400
    assert draft_of(point) is None


def test_answers_of_itself_or_of_nobody_are_refused(source):
    for other in (source, a_decision_point(source.phase)):
        with pytest.raises(Refused):
            take(source, other)


def test_another_municipality_is_neither_listed_nor_taken_from(source):
    other = a_municipality("elders")
    theirs = a_decision_point(a_phase(project=a_project(other)))
    officer = a_user("officer", municipality=other)
    assert earlier_drafts(theirs, officer) == []
    browser = Client()
    browser.force_login(officer)
    assert browser.post(where(theirs), chosen(source)).status_code == 400
    assert browser.get(where(source)).status_code == 403
    with pytest.raises(Refused) as refused:
        take(theirs, source, actor=officer)
    assert refused.value.code == "forbidden"
    assert draft_of(theirs) is None


def test_who_works_on_one_project_sees_only_its_answers(point, source):
    elsewhere = an_assessed_point(point=a_decision_point(a_phase(project=a_project())))
    guest = a_user("officer", project=point.project)
    assert [draft.decision_point for draft in earlier_drafts(point, guest)] == [source]
    with pytest.raises(Refused) as refused:
        take(point, elsewhere, actor=guest)
    assert refused.value.code == "forbidden"


@pytest.mark.parametrize("role", ["council", "observer"])
def test_who_does_not_prepare_takes_nothing_over(point, source, role):
    browser = Client()
    browser.force_login(a_user(role))
    assert browser.get(where(point)).status_code == 403
    assert browser.post(where(point), chosen(source)).status_code == 403
    with pytest.raises(Refused):
        take(point, source, actor=a_user(role))


# The list


def test_the_same_project_comes_first_then_the_newest(point, source):
    newer = an_assessed_point(point=a_decision_point(a_phase(project=a_project())))
    officer = the_officer(point.project.municipality)
    listed = [draft.decision_point for draft in earlier_drafts(point, officer)]
    assert listed == [source, newer]


def test_the_list_ends_and_its_queries_do_not_grow(point, source):
    officer = Officer()
    officer.browser.get(where(point))
    with CaptureQueriesContext(connection) as few:
        officer.browser.get(where(point))
    given = AssessmentDraft.objects.get(decision_point=source)
    for _ in range(MOST_SHOWN + 1):
        other = a_decision_point(a_phase(project=a_project(title="Een ander plan")))
        AssessmentDraft.objects.create(
            decision_point=other,
            framework=given.framework,
            answers=GIVEN,
            updated_at=timezone.now(),
        )
    with CaptureQueriesContext(connection) as many:
        page = officer.browser.get(where(point))
    assert len(page.context["earlier"]) == MOST_SHOWN
    assert len(many) == len(few)
