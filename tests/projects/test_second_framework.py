"""Does the desk work with a framework that has other levels and other questions than `nl`?"""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compass.operations import publish_shipped_frameworks
from compass.queries import parsed_shipped
from deliberation.documents.kinds import KINDS
from deliberation.projects import operations
from deliberation.projects.deciding.choices import level_choices
from deliberation.projects.queries import promise_for, tool_status
from tests.builders import a_decision_point, a_municipality, a_phase, a_project, the_officer

pytestmark = pytest.mark.django_db

ANSWERS = {
    "policy_is_fixed": False, "law_leaves_no_choice": False, "nothing_to_influence": False,
    "aim": 3, "role": 2, "weeks_left": 1, "willing_board": 3, "people_and_money": 3,
}  # fmt: skip


@pytest.fixture
def point():
    """Name a decision point in a municipality that chooses by the ladder."""
    publish_shipped_frameworks(actor_id="tests", now=timezone.now())
    municipality = a_municipality()
    municipality.framework_key = "ladder"
    municipality.save(update_fields=["framework_key"])
    return a_decision_point(a_phase(project=a_project(municipality)))


@pytest.fixture
def about(point):
    officer = the_officer(point.project.municipality)
    return {"actor": officer, "decision_point": point, "now": timezone.now()}


@pytest.fixture
def desk(about):
    client = Client()
    client.force_login(about["actor"])

    def open_page(name, *args):
        answer = client.get(reverse(name, args=args))
        assert answer.status_code == 200, name
        return answer.content.decode()

    return open_page


def adopted(about):
    operations.save_answers(answers=ANSWERS, public_reasons={}, **about)
    return operations.adopt_assessment(**about)


def test_every_question_is_asked_and_the_advice_shows(desk, point, about):
    assert "Ligt het beleid hier al helemaal vast?" in desk(
        "projects:assess_decision_point", point.pk
    )
    operations.save_answers(answers=ANSWERS, public_reasons={}, **about)
    page = desk("projects:assess_criteria", point.pk)
    for question in parsed_shipped("ladder").criteria:
        assert question.text["nl"] in page
    assert "sk-badge--co_create" in page and "sk-badge--consult" in page
    assert "Hier past coproduceren. Nu haalbaar: raadplegen." in page


def test_a_level_is_chosen_promised_and_opens_its_tools(desk, point, about):
    assessment = adopted(about)
    choices = level_choices(assessment, "nl", point.project.municipality)
    assert [choice.key for choice in choices if choice.advised] == ["coproduceren"]
    assert "We maken het samen" in desk("projects:decide_level", point.pk)
    operations.decide_level(level="coproduceren", decider="De wethouder", **about)
    promise = promise_for(point, "nl")
    assert (promise.level_key, promise.level_sign, promise.influence) == (
        "coproduceren",
        "co_create",
        2,
    )
    assert tool_status("live_poll", point, timezone.now()).open
    assert "coproduceren" in desk("projects:see_decision_point", point.pk)


def test_every_document_is_written(desk, point, about):
    adopted(about)
    operations.decide_level(level="coproduceren", decider="De wethouder", **about)
    for kind in KINDS:
        page = desk("documents:see_document", point.pk, kind)
        assert "samen" in page, kind
    assert "coproduceren" in desk("documents:see_document", point.pk, "startnotitie")
