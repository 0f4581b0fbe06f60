"""Is one sentence asked where the purpose alone leads elsewhere, and do questions stand in parts?"""

import re

import pytest
from django.urls import reverse

from compass.forms import code_as_text
from tests.builders import a_decision_point, a_framework, an_assessed_point, answers_for
from tests.projects.test_wizard import CRITERIA, GATES, QUESTIONS, Officer, draft_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def point():
    a_framework()
    return a_decision_point()


@pytest.fixture
def officer():
    return Officer()


# The other route: what the purpose alone leads to

ELSEWHERE = {**answers_for("co_create"), "purpose": 0, "impact": 3, "energy": 2}  # alone: inform


def test_where_the_purpose_alone_leads_elsewhere_one_sentence_is_asked_and_kept(officer):
    point = an_assessed_point(answers=ELSEWHERE)
    page = officer.open(QUESTIONS, point)
    assert page.context["what_if"]["compare"]["differs"]
    asked = re.search(r"data-route[ >].*?</textarea>", page.content.decode(), re.DOTALL)[0]
    assert " hidden" not in asked.split(">")[0] and "Doel" in asked
    said = "Iedereen merkt dit, dus vragen we meer dan alleen begrip."
    officer.send(QUESTIONS, point, page, reason_purpose=said, action="adopt_assessment")
    assert draft_of(point).public_reasons == {"purpose": said}
    assert draft_of(point).adopted.public_reasons == {"purpose": said}
    assert said in officer.open(QUESTIONS, point).content.decode()
    officer.send(GATES, point, action="none")
    assert draft_of(point).public_reasons == {"purpose": said}, "another screen leaves it alone"


def test_the_sentence_may_stay_open_and_can_be_written_until_the_level_is_chosen(officer):
    point = an_assessed_point(answers=ELSEWHERE)
    page = officer.open(QUESTIONS, point)
    assert "U mag dit leeg laten." in page.content.decode()
    officer.send(QUESTIONS, point, page, action="adopt_assessment")
    assert draft_of(point).adopted.public_reasons == {}
    page = officer.open(QUESTIONS, point)
    asked = re.search(r"data-route[ >].*?</textarea>", page.content.decode(), re.DOTALL)[0]
    assert " hidden" not in asked.split(">")[0]
    officer.send(QUESTIONS, point, page, reason_purpose="Nog iets.", action="adopt_assessment")
    assert draft_of(point).adopted.public_reasons == {"purpose": "Nog iets."}


def test_where_both_routes_agree_no_sentence_is_asked_or_kept(officer):
    point = an_assessed_point("co_create")
    page = officer.open(QUESTIONS, point)
    assert re.search(r"data-route hidden", page.content.decode())
    officer.send(QUESTIONS, point, page, reason_purpose="Voor later.", action="adopt_assessment")
    assert draft_of(point).adopted.public_reasons == {}


def test_the_advice_tells_at_once_whether_a_sentence_is_asked(officer):
    point = an_assessed_point(answers=ELSEWHERE)
    html = officer.send(QUESTIONS, point, fragment=True).content.decode()
    assert re.search(r'data-route="[^"]*informeren', html)
    html = officer.send(QUESTIONS, point, fragment=True, purpose="3").content.decode()
    assert 'data-route=""' in html


# Parts


def test_the_questions_stand_in_parts_that_fold_once_they_are_complete(officer, point):
    officer.send(GATES, point, action="none")
    page = officer.open(QUESTIONS, point)
    parts = page.context["form"].parts()
    assert [len(part.asked) for part in parts] == [4, 5, 5, 4]
    assert "sk-part__answers" not in page.content.decode()
    first = {each.question.key: CRITERIA[each.question.key] for each in parts[0].asked}
    officer.send(QUESTIONS, point, page, **first, action="save")
    html = officer.open(QUESTIONS, point).content.decode()
    assert html.count('<dl class="sk-part__answers">') == 1
    assert html.count("<fieldset") == sum(len(part.asked) for part in parts)


def test_every_reason_leads_to_its_answers_on_whichever_screen_they_are(officer):
    point = an_assessed_point(answers={**answers_for("inform"), "g_law_requires": True})
    html = officer.open(QUESTIONS, point).content.decode()
    assert re.search(r'form="answers"\s+name="action"\s+value="question-g_law_requires"', html)
    for target in set(re.findall(r'href="#(question-\w+)"', html)):
        assert f'id="{target}"' in html, target


# No way between the two screens loses what was just answered


@pytest.mark.parametrize(
    ("screen", "answer", "way", "leads_to"),
    [
        (GATES, {"g_law_requires": "true"}, "question-room", (QUESTIONS, "#question-room")),
        (GATES, {"g_law_requires": "true"}, "next", (QUESTIONS, "")),
        (QUESTIONS, {"room": "2"}, "question-g_law_requires", (GATES, "#question-g_law_requires")),
        (QUESTIONS, {"room": "2"}, "back", (GATES, "")),
    ],
)
def test_the_way_to_the_other_screen_takes_the_answers_along(
    officer, point, screen, answer, way, leads_to
):
    page = officer.open(screen, point)
    answered = officer.send(screen, point, page, **answer, action=way)
    name, place = leads_to
    assert answered.url == reverse(f"projects:{name}", args=[point.pk]) + place
    [(key, code)] = answer.items()
    assert code_as_text(draft_of(point).answers[key]) == code
    assert re.search(
        rf'<button\s[^>]*name="action"\s+value="{way}"',
        page.content.decode(),
    )
    ours = {reverse(f"projects:{one}", args=[point.pk]) for one in (GATES, QUESTIONS)}
    links = re.findall(r'<a\s[^>]*href="([^"#]+)(?:#[^"]*)?"', page.content.decode())
    assert not ours & set(links), "a link leaves what was answered behind"


@pytest.mark.parametrize("way", ["question-g_law_requires", "question-", "question-nothing"])
def test_a_way_to_a_question_that_is_not_on_the_other_screen_is_refused(officer, point, way):
    assert officer.send(GATES, point, action=way).status_code == 400


@pytest.mark.parametrize(("screen", "first"), [(GATES, "next"), (QUESTIONS, "save")])
def test_enter_among_the_answers_saves_and_answers_nothing_by_itself(officer, point, screen, first):
    """A browser presses the first button of the form."""
    html = officer.open(screen, point).content.decode()
    assert re.findall(r'<button\s[^>]*name="action"\s+value="([^"]+)"', html)[0] == first
