"""Does somebody see what other answers lead to, is nothing kept unasked, and is nothing lost?"""

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compass.queries import parsed
from deliberation.projects.models import AssessmentDraft
from tests.builders import a_decision_point, a_municipality, a_user, an_assessed_point, answers_for
from tests.projects.test_wizard import Officer

pytestmark = pytest.mark.django_db
SCREEN = "see_difference"
CO_CREATE = {**answers_for("co_create"), "time": 3}


@pytest.fixture
def point():
    return an_assessed_point(answers=CO_CREATE)


@pytest.fixture
def officer(point):
    return Officer()


def look(officer, point, *changes, **headers):
    where = reverse(f"projects:{SCREEN}", args=[point.pk])
    return officer.browser.get(where, {"change": changes}, headers=headers)


def take_over(officer, point, *changes, seen=None):
    where = reverse(f"projects:{SCREEN}", args=[point.pk])
    seen = stored(point).updated_at.isoformat() if seen is None else seen
    return officer.browser.post(where, {"change": changes, "seen": seen})


def stored(point):
    return AssessmentDraft.objects.get(decision_point=point)


def lines(page) -> dict:
    return {line["what"]: line for line in page.context["pair"]["lines"]}


def said(response) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


# Looking


def test_two_advices_stand_side_by_side_with_what_each_takes(officer, point):
    page = look(officer, point, "time:1")
    told = lines(page)
    assert (told["Wat past"]["before"], told["Wat past"]["after"]) == ("samenspel", "samenspel")
    assert told["Wat nu haalbaar is"]["after"] == "raadplegen"
    assert told["Wat nu haalbaar is"]["differs"] and not told["Wat past"]["differs"]
    html = page.content.decode()
    for what in ("Weken om te beginnen, minstens", "Uren werk, minstens", "Lichtste werkvorm"):
        assert what in html
        assert told[what]["after"] in html
    assert html.count('class="sk-rose"') == 2


def test_equal_advices_are_said_to_be_equal(officer, point):
    page = look(officer, point, "earlier:false")
    assert not any(line["differs"] for line in page.context["pair"]["lines"])
    assert "Het advies blijft gelijk." in page.content.decode()


def test_looking_keeps_nothing(officer, point):
    before = AssessmentDraft.objects.values().get()
    look(officer, point, "time:0", "capacity:0")
    assert AssessmentDraft.objects.values().get() == before


def test_every_other_answer_can_be_picked_first_those_one_can_change(officer, point):
    groups = look(officer, point).context["choices"]
    framework = parsed(stored(point).framework)
    tryable = [question for question in framework.questions if question.key != "decider"]
    assert {text for text, _ in groups} == {question.text["nl"] for question in tryable}
    changeable = [question.text["nl"] for question in tryable if question.changeable]
    assert [text for text, _ in groups][: len(changeable)] == changeable
    picks = [pick for _, options in groups for pick, _ in options]
    assert "time:3" not in picks and "time:0" in picks


def test_each_change_the_advice_names_leads_to_its_difference(officer, point):
    page = officer.open("assess_criteria", point)
    changes = page.context["what_if"]["changes"]
    assert changes
    for change in changes:
        shown = officer.browser.get(change["href"])
        assert shown.context["pair"]["after"]["outcome"] == change["level"]
        assert [step["to"] for step in shown.context["pair"]["changed"]] == [
            step["to"] for step in change["in_words"]
        ]


def test_as_you_go_only_the_difference_comes_back(officer, point):
    page = look(officer, point, "time:1", **{"X-Fragment": "difference"})
    html = page.content.decode()
    assert "<html" not in html and 'name="change" value="time:1"' in html
    assert look(officer, point, "", **{"X-Fragment": "difference"}).content.decode().strip() == ""


def test_the_number_of_queries_does_not_grow_with_what_is_tried(
    officer, point, django_assert_num_queries
):
    look(officer, point)
    with CaptureQueriesContext(connection) as once:
        look(officer, point, "time:1")
    with django_assert_num_queries(len(once)):
        look(officer, point, "time:1", "capacity:0")


@pytest.mark.parametrize(
    "changes",
    [
        ["time"],
        ["time:"],
        ["time:9"],
        ["time:true"],
        ["tijd:1"],
        [":1"],
        ["decider:raad"],
        ["need:3"],
        ["time:1", "capacity:0", "room:1"],
        ["time:1", "time:0"],
        ["<script>:1"],
    ],
)
def test_a36_what_is_no_answer_here_is_refused_and_not_kept(officer, point, changes):
    before = AssessmentDraft.objects.values().get()
    assert look(officer, point, *changes).status_code == 400
    assert take_over(officer, point, *changes).status_code == 400
    assert AssessmentDraft.objects.values().get() == before


# Keeping


def test_the_answer_is_kept_when_the_button_says_so(officer, point):
    response = take_over(officer, point, "time:1")
    assert response["Location"].startswith(reverse("projects:assess_criteria", args=[point.pk]))
    assert stored(point).answers == {**CO_CREATE, "time": 1}
    assert stored(point).adopted is None
    assert "veranderd" in said(response)


def test_twice_is_once(officer, point):
    seen = stored(point).updated_at.isoformat()
    take_over(officer, point, "time:1", seen=seen)
    assert take_over(officer, point, "time:1", seen=seen).status_code == 302
    assert stored(point).answers["time"] == 1


def test_a_gate_leads_to_where_its_reason_is_asked(officer, point):
    response = take_over(officer, point, "g_crisis:true")
    assert response["Location"].startswith(
        reverse("projects:assess_decision_point", args=[point.pk])
    )


def test_without_another_answer_nothing_is_kept_and_the_screen_says_so(officer, point):
    before = AssessmentDraft.objects.values().get()
    response = take_over(officer, point, "")
    assert response.status_code == 400
    assert "Kies eerst een ander antwoord." in response.content.decode()
    assert AssessmentDraft.objects.values().get() == before


def test_who_comes_second_is_told_and_keeps_the_choice(officer, point):
    page = look(officer, point, "time:1")
    Officer().send("assess_criteria", point, room="1", action="save")
    response = take_over(officer, point, "time:1", seen=page.context["seen"])
    assert response.status_code == 409
    assert (stored(point).answers["room"], stored(point).answers["time"]) == (1, 3)
    assert response.context["picked"] == ["time:1"]
    assert response.context["pair"]["before"]["outcome"] == "consult", "shown on what is stored now"
    again = take_over(officer, point, "time:1", seen=response.context["seen"])
    assert again.status_code == 302
    assert (stored(point).answers["room"], stored(point).answers["time"]) == (1, 1)


@pytest.mark.parametrize("seen", ["gisteren", "2026-13-45"])
def test_a36_a_moment_that_is_none_is_refused(officer, point, seen):
    assert take_over(officer, point, "time:1", seen=seen).status_code == 400
    assert stored(point).answers["time"] == 3


# Who may


def test_without_answers_the_screen_leads_to_the_questions(officer):
    fresh = a_decision_point()
    response = look(officer, fresh, "time:1")
    assert response["Location"] == reverse("projects:assess_decision_point", args=[fresh.pk])


@pytest.mark.parametrize("role", ["council", "facilitator", "observer"])
def test_who_does_not_prepare_sees_and_changes_nothing(point, role):
    browser = Client()
    browser.force_login(a_user(role))
    where = reverse(f"projects:{SCREEN}", args=[point.pk])
    assert browser.get(where, {"change": "time:1"}).status_code == 403
    assert browser.post(where, {"change": "time:1", "seen": ""}).status_code == 403


def test_another_municipality_is_refused(point):
    browser = Client()
    browser.force_login(a_user("officer", municipality=a_municipality("elders")))
    where = reverse(f"projects:{SCREEN}", args=[point.pk])
    assert browser.get(where, {"change": "time:1"}).status_code == 403
    assert browser.post(where, {"change": "time:1", "seen": ""}).status_code == 403
    assert stored(point).answers["time"] == 3
