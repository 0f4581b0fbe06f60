"""Does an officer get from a question to a level by plain forms, and does nobody get there otherwise?"""

import re

import pytest
from django.test import Client
from django.urls import reverse

from compass.forms import REASON, code_as_text
from compass.models import Assessment
from compass.queries import parsed
from deliberation.projects.models import AssessmentDraft, LevelDecision
from deliberation.projects.queries import level_in_force
from tests.builders import (
    a_decision_point,
    a_framework,
    a_user,
    an_assessed_point,
    answers_for,
    reasons_for,
)

pytestmark = pytest.mark.django_db
GATES, QUESTIONS, LEVEL = "assess_decision_point", "assess_criteria", "decide_level"


@pytest.fixture
def point():
    a_framework()
    return a_decision_point()


@pytest.fixture
def officer():
    return Officer()


class Officer:
    """Somebody at a browser without JavaScript: reads a page, fills in its form, presses a button."""

    def __init__(self):
        self.browser = Client()
        self.browser.force_login(a_user("officer"))

    def open(self, screen, point):
        return self.browser.get(reverse(f"projects:{screen}", args=[point.pk]))

    def send(self, screen, point, page=None, fragment=False, **fields):
        """Send what is on the page, with these fields changed."""
        page = page or self.open(screen, point)
        where = reverse(f"projects:{screen}", args=[point.pk])
        headers = {"X-Fragment": "advice"} if fragment else {}
        return self.browser.post(where, {**filled_in(page), **fields}, headers=headers)


def filled_in(page) -> dict:
    """Read what a browser would send: the hidden fields and the answers that are on the page."""
    form = page.context["form"]
    hidden = re.findall(
        r'<input type="hidden" name="(seen\w*|framework)" value="([^"]*)"', page.content.decode()
    )
    values = {bound.name: bound.value() for bound in form}
    return {key: "" if value is None else value for key, value in values.items()} | dict(hidden)


def as_fields(answers, gates: bool) -> dict:
    """Write answers as a form sends them; who decides is not asked."""
    return {
        key: code_as_text(code)
        for key, code in answers.items()
        if key.startswith("g_") is gates and key != "decider"
    }


CRITERIA = as_fields(answers_for("co_create"), gates=False)


def draft_of(point):
    return AssessmentDraft.objects.filter(decision_point=point).first()


# The whole way


def test_from_question_to_promise_without_javascript(officer, point):
    after_gates = officer.send(GATES, point, action="none")
    assert after_gates["Location"] == reverse("projects:assess_criteria", args=[point.pk])
    gates = [gate.key for gate in parsed(draft_of(point).framework).gates]
    assert all(draft_of(point).answers[key] is False for key in gates)

    after_some = officer.send(QUESTIONS, point, room="2", commitment="2", action="save")
    assert after_some["Location"].startswith(reverse("projects:assess_criteria", args=[point.pk]))
    page = officer.open(QUESTIONS, point)
    assert page.context["advice"]["provisional"]
    assert 'value="adopt_assessment"' not in page.content.decode()

    officer.send(QUESTIONS, point, **CRITERIA, action="save")
    page = officer.open(QUESTIONS, point)
    assert page.context["advice"]["outcome"] == "co_create"
    assert 'value="adopt_assessment"' in page.content.decode()

    adopted = officer.send(QUESTIONS, point, action="adopt_assessment")
    assert adopted["Location"] == reverse("projects:decide_level", args=[point.pk])
    page = officer.open(LEVEL, point)
    (advised,) = [choice.key for _option, choice in page.context["options"] if choice.advised]
    assert advised == "co_create"

    chosen = officer.send(LEVEL, point, level="co_create")
    assert chosen["Location"] == reverse("projects:see_decision_point", args=[point.pk])
    page = officer.open("see_decision_point", point)
    assert page.context["promise"].text in page.content.decode()
    assert level_in_force(point).level == "co_create"


def test_an_exclusion_ground_is_ready_after_the_first_screen(officer, point):
    reason = {"reason_g_internal": "Dit gaat over ons eigen archief."}
    officer.send(GATES, point, action="none")
    officer.send(GATES, point, g_internal="true", **reason, action="save")
    page = officer.open(GATES, point)
    assert page.context["advice"]["done"]
    adopted = officer.send(GATES, point, action="adopt_assessment")
    assert adopted["Location"] == reverse("projects:decide_level", args=[point.pk])
    assert Assessment.objects.get().advice["outcome"] == "none"


def test_what_was_saved_is_on_the_page_again(officer, point):
    officer.send(GATES, point, g_promised="co_create", reason_g_promised="Motie 12.", action="next")
    officer.send(QUESTIONS, point, room="3", initiator="inwoners", action="save")
    gates, questions = officer.open(GATES, point), officer.open(QUESTIONS, point)
    assert gates.context["form"]["g_promised"].value() == "co_create"
    assert gates.context["form"]["reason_g_promised"].value() == "Motie 12."
    assert questions.context["form"]["initiator"].value() == "inwoners"
    assert draft_of(point).answers["room"] == 3


def test_an_answer_can_be_taken_back_to_unknown(officer, point):
    officer.send(QUESTIONS, point, room="3", action="save")
    officer.send(QUESTIONS, point, room="", action="save")
    assert "room" not in draft_of(point).answers


def test_one_screen_leaves_the_answers_of_the_other_alone(officer, point):
    officer.send(QUESTIONS, point, room="3", action="save")
    officer.send(GATES, point, action="none")
    officer.send(QUESTIONS, point, room="3", impact="1", action="save")
    answers = draft_of(point).answers
    assert (answers["room"], answers["impact"], answers["g_tax"]) == (3, 1, False)


def test_who_decides_is_not_asked_again(officer, point):
    page = officer.open(QUESTIONS, point)
    assert "decider" not in page.context["form"].fields
    officer.send(QUESTIONS, point, page, action="save")
    assert draft_of(point).answers["decider"] == point.decided_by


# Saving as you go


def test_a_save_as_you_go_answers_with_the_advice_alone(officer, point):
    officer.send(GATES, point, action="none")
    page = officer.open(QUESTIONS, point)
    response = officer.send(QUESTIONS, point, page, fragment=True, **CRITERIA)
    html = response.content.decode()
    assert response.status_code == 200
    assert "<html" not in html
    assert f'data-seen="{draft_of(point).updated_at.isoformat()}"' in html
    assert response.context["advice"]["outcome"] == "co_create"


def test_the_next_save_goes_on_from_the_last_one(officer, point):
    page = officer.open(QUESTIONS, point)
    first = officer.send(QUESTIONS, point, page, fragment=True, room="1")
    seen = re.search(r'data-seen="([^"]+)"', first.content.decode())[1]
    second = officer.send(QUESTIONS, point, page, fragment=True, room="2", seen=seen)
    assert second.status_code == 200
    assert draft_of(point).answers["room"] == 2


# Two officers


@pytest.mark.parametrize("fragment", [False, True])
def test_the_second_of_two_officers_is_told_and_keeps_what_was_typed(officer, point, fragment):
    colleague = Officer()
    mine, theirs = officer.open(QUESTIONS, point), colleague.open(QUESTIONS, point)
    colleague.send(QUESTIONS, point, theirs, room="0", action="save")
    response = officer.send(QUESTIONS, point, mine, fragment=fragment, room="3", impact="2")
    assert response.status_code == 409
    assert draft_of(point).answers["room"] == 0
    told = dict(response.context["differences"])
    question = parsed(draft_of(point).framework).question("room")
    assert told[question.text["nl"]] == question.label(0)["nl"]
    assert response.context["form"]["room"].value() == "3"


def test_after_being_told_the_second_officer_can_save(officer, point):
    colleague = Officer()
    mine = officer.open(QUESTIONS, point)
    colleague.send(QUESTIONS, point, room="0", action="save")
    told = officer.send(QUESTIONS, point, mine, room="3", action="save")
    officer.send(QUESTIONS, point, told, action="save")
    assert draft_of(point).answers["room"] == 3


def test_of_two_level_choices_the_second_is_told():
    point = an_assessed_point("consult")
    officer, colleague = Officer(), Officer()
    page = officer.open(LEVEL, point)
    colleague.send(LEVEL, point, level="consult")
    response = officer.send(LEVEL, point, page, level="inform", motivation="Zonder te kijken.")
    assert response.status_code == 409
    assert level_in_force(point).level == "consult"


# The level


def test_wrong_input_is_said_beside_the_field_and_nothing_typed_is_lost(officer):
    point = an_assessed_point(answers={**answers_for("co_create"), "time": 1})
    response = officer.send(LEVEL, point, level="consult", motivation="  ", decider="")
    assert response.status_code == 400
    assert set(response.context["form"].errors) == {"motivation", "decider"}
    page = response.content.decode()
    for field in ("motivation", "decider"):
        assert f'id="id_{field}_error"' in page
        assert re.search(rf'name="{field}"[^>]*aria-invalid="true"', page)
    assert re.search(r'value="consult"[^>]*checked', page)
    again = officer.send(LEVEL, point, level="consult", motivation="Te weinig tijd.", decider="B&W")
    assert again.status_code == 302
    assert level_in_force(point).decider == "B&W"


def test_conflicts_are_on_the_screen_where_the_level_is_chosen(officer):
    answers = {**answers_for("inform"), "g_law_requires": True}
    point = an_assessed_point(answers=answers)
    page = officer.open(LEVEL, point)
    assert page.context["advice"]["conflicts"] == ["C1"]
    assert page.context["advice"]["explanations"]["C1"]["text"] in page.content.decode()


def test_choosing_without_an_adopted_assessment_leads_back_to_the_questions(officer, point):
    response = officer.open(LEVEL, point)
    assert response["Location"] == reverse("projects:assess_decision_point", args=[point.pk])
    sent = officer.browser.post(
        reverse("projects:decide_level", args=[point.pk]), {"level": "co_create"}
    )
    assert sent.status_code == 302
    assert not LevelDecision.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"level": "co-create"},
        {"level": ""},
        {"level": "co_create", "seen_assessment": ""},
        {"level": "co_create", "seen_assessment": "x"},
        {"level": "co_create", "seen_decision": "nul"},
        {"level": "co_create", "motivation": "x" * 1001},
        {"level": "co_create", "decider": "x" * 101, "motivation": "Daarom."},
    ],
)
def test_a34_a_level_choice_that_was_tampered_with_is_refused(officer, fields):
    point = an_assessed_point(answers={**answers_for("co_create"), "time": 1})
    assert officer.send(LEVEL, point, **fields).status_code == 400
    assert level_in_force(point) is None


def test_a34_who_decided_and_when_are_not_for_the_form_to_say(officer):
    point = an_assessed_point("consult")
    other = a_user()
    officer.send(LEVEL, point, level="consult", decided_by=other.pk, influence="2", decided_at="1")
    decision = level_in_force(point)
    assert decision.decided_by != other
    assert decision.influence == 1


# Tampering: answers are weighed on the server, and what does not fit is not kept


@pytest.mark.parametrize(
    ("screen", "fields"),
    [
        (QUESTIONS, {"room": "9"}),
        (QUESTIONS, {"room": "-1"}),
        (QUESTIONS, {"room": "niets"}),
        (QUESTIONS, {"initiator": "koning"}),
        (QUESTIONS, {"roomm": "1"}),
        (QUESTIONS, {"decider": "raad"}),
        (QUESTIONS, {"g_tax": "true"}),
        (QUESTIONS, {"advice": '{"outcome": "collaborate"}'}),
        (QUESTIONS, {"outcome": "collaborate"}),
        (QUESTIONS, {"framework": "0" * 64}),
        (QUESTIONS, {"framework": ""}),
        (QUESTIONS, {"seen": "gisteren"}),
        (QUESTIONS, {"action": "decide_level"}),
        (QUESTIONS, {"action": "none"}),
        (GATES, {"g_tax": "ja"}),
        (GATES, {"g_promised": "true"}),
        (GATES, {"room": "1"}),
        (GATES, {"reason_g_tax": "x" * 1001, "g_tax": "true"}),
        (GATES, {"reason_room": "Daarom."}),
    ],
)
@pytest.mark.parametrize("fragment", [False, True], ids=["form", "as you go"])
def test_a36_tampered_answers_are_refused_and_not_kept(officer, point, screen, fields, fragment):
    officer.send(GATES, point, action="none")
    before = AssessmentDraft.objects.values().get()
    response = officer.send(screen, point, fragment=fragment, **{"action": "save", **fields})
    assert response.status_code == 400
    assert AssessmentDraft.objects.values().get() == before
    assert not Assessment.objects.exists()


def test_a36_a_yes_without_its_reason_is_kept_but_not_adopted(officer, point):
    officer.send(GATES, point, action="none")
    response = officer.send(GATES, point, g_internal="true", action="adopt_assessment")
    assert response.status_code == 400
    assert f"{REASON}g_internal" in response.context["form"].errors
    assert draft_of(point).answers["g_internal"] is True
    assert draft_of(point).adopted is None
    assert not Assessment.objects.exists()


def test_a36_an_advice_that_is_not_ready_is_not_adopted(officer, point):
    response = officer.send(QUESTIONS, point, room="2", action="adopt_assessment")
    assert response.status_code == 409
    assert not Assessment.objects.exists()


def test_a36_the_adopted_advice_is_the_servers_own(officer, point):
    answers = answers_for("inform")
    officer.send(GATES, point, **as_fields(answers, gates=True), action="next")
    officer.send(QUESTIONS, point, **as_fields(answers, gates=False), action="adopt_assessment")
    assessment = Assessment.objects.get()
    assert assessment.advice["outcome"] == "inform"
    assert assessment.advice["source_hash"] == assessment.framework.source_hash
    assert assessment.public_reasons == reasons_for({})


def test_a36_json_is_not_a_way_in(officer, point):
    where = reverse("projects:assess_criteria", args=[point.pk])
    body = {"answers": {"room": 2}, "advice": {"outcome": "collaborate"}}
    response = officer.browser.post(where, body, content_type="application/json")
    assert response.status_code == 400
    assert draft_of(point) is None


def test_without_a_published_framework_the_screen_says_so(officer):
    response = officer.open(GATES, a_decision_point())
    assert response.status_code == 409


def test_weighing_again_after_a_choice_leaves_the_promise_standing(officer):
    point = an_assessed_point("consult")
    officer.send(LEVEL, point, level="consult")
    officer.send(QUESTIONS, point, room="0", action="save")
    assert level_in_force(point).level == "consult"
    assert officer.open("see_decision_point", point).context["promise"].level_key == "consult"
    assert officer.open(LEVEL, point).status_code == 302
