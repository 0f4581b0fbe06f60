"""Can one officer work through the queue, and does it stay usable when it is long?"""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from deliberation.participation.desk_forms import AnswerForm
from deliberation.participation.receipts import new_code
from deliberation.people.operations import create_participant
from deliberation.questions.models import Question
from tests.builders import a_decision_point, a_phase, a_project, a_user

from .builders import a_desk, browser_of, somebody_with

pytestmark = pytest.mark.django_db
QUEUE = "/admin/participatie/vragen/"


def cost(client, path) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def flood(desk, people=50, each=10) -> None:
    """Let many ask a lot, past the door: what a queue must bear whatever came in."""
    persons = [create_participant() for _ in range(people)]
    Question.objects.bulk_create(
        Question(
            project=desk.project, decision_point=desk.point, kind="question",
            text=f"Vraag {number} over bomen", participant=persons[number % people],
            op_id=uuid.uuid4(), code=new_code(), given_at=desk.now, due_on=desk.point.decides_on,
        )
        for number in range(people * each)
    )  # fmt: skip


def test_a12_five_hundred_questions_cost_the_queue_what_one_costs():
    desk = a_desk()
    desk.ask()
    client = browser_of(user=desk.officer)
    cost(client, QUEUE), cost(client, "/admin/participatie/beloften/")
    few, promises = cost(client, QUEUE), cost(client, "/admin/participatie/beloften/")
    flood(desk)
    assert cost(client, QUEUE) == few
    assert cost(client, "/admin/participatie/beloften/") == promises
    page = client.get(QUEUE)
    assert page.content.decode().count("pt-row") == 20
    assert "page=2" in page.content.decode()
    assert cost(client, f"{QUEUE}?page=26") == few
    one = Question.objects.first()
    assert cost(client, f"{QUEUE}{one.pk}/") < 60


def test_a12_the_public_pages_cost_the_same_for_many():
    desk = a_desk()
    desk.answered()
    client, path = browser_of(), f"/vragen/{desk.project.pk}/"
    page = f"/{desk.project.slug}/"
    cost(client, path), cost(client, page)
    few, on_page = cost(client, path), cost(client, page)
    for _ in range(4):
        desk.do("merge_question", desk.ask(), into=desk.answered())
    assert cost(client, path) == few
    assert cost(client, page) == on_page


def test_what_is_published_is_answered_from_its_own_list_too():
    desk = a_desk()
    client = browser_of(user=desk.officer)
    assertContains(client.get(QUEUE), "Hier ligt niets meer. Goed gedaan.")
    question = desk.published()
    assertContains(client.get(QUEUE), "Wat gepubliceerd is, wacht nog op antwoord")
    listed = client.get(f"{QUEUE}?state=published")
    assertContains(listed, f'href="{QUEUE}{question.pk}/beantwoorden/')
    assertNotContains(listed, f"{QUEUE}{question.pk}/publiceren/")


def test_a_desk_shows_only_the_projects_where_somebody_moderates():
    desk = a_desk()
    question = desk.ask(text="Zeldzaamwoord")
    elsewhere = a_desk(
        point=a_decision_point(a_phase(project=a_project(desk.project.municipality)))
    )
    elsewhere.ask()
    stranger = browser_of(user=somebody_with("officer", elsewhere))
    for query in ("", f"?project={desk.project.pk}", "?state=all"):
        assert "Zeldzaamwoord" not in stranger.get(QUEUE + query).content.decode()
    assert stranger.get(f"{QUEUE}{question.pk}/").status_code == 403
    assert browser_of(user=somebody_with("note_taker", desk)).get(QUEUE).status_code == 403


def test_publishing_from_the_queue_is_one_click():
    desk = a_desk()
    question = desk.ask(name="Bewoner")
    client = browser_of(user=desk.officer)
    page = client.get(f"{QUEUE}?project={desk.project.pk}").content.decode()
    assert f'action="{QUEUE}{question.pk}/publiceren/"' in page
    form = {"seen": question.version, "show_name": "on", "project": desk.project.pk}
    answer = client.post(f"{QUEUE}{question.pk}/publiceren/", form)
    assert answer["Location"] == f"{QUEUE}?project={desk.project.pk}"
    question.refresh_from_db()
    assert (question.state, question.shown_name) == ("published", "Bewoner")


@pytest.mark.parametrize(
    ("name", "fields", "state"),
    [
        ("publish_question", {"shown": "Anders gezegd"}, "published"),
        ("reject_question", {"rejection": "unclear"}, "rejected"),
        ("park_question", {"owner": "Team", "until": "", "reason": "Meten"}, "pending"),
        ("answer_question", {"text": "Ja", "team": "T", "disposition": "not", "reason": "R"}, "answered"),
        ("answer_question", {"text": "Ja", "team": "T", "disposition": "not", "reason": ""}, "pending"),
        ("answer_question", {"text": "", "team": "T", "disposition": "x"}, "pending"),
        ("change_promise", {"due_on": "gisteren", "reason": "R"}, "pending"),
    ],
)  # fmt: skip
def test_each_form_does_one_thing_or_keeps_what_was_typed(name, fields, state):
    desk = a_desk()
    question = desk.ask()
    path = reverse(f"questions:{name}", args=[question.pk])
    answer = browser_of(user=desk.officer).post(path, {"seen": question.version, **fields})
    question.refresh_from_db()
    assert question.state == state
    assert answer.status_code == (400 if state == "pending" else 302)
    if answer.status_code == 400:
        assert "<details" in answer.content.decode() and " open>" in answer.content.decode()


def test_putting_together_by_form_takes_only_what_is_offered():
    desk = a_desk()
    question, other = desk.ask(text="Komen er bomen?"), desk.ask(text="Bomen, komen die er?")
    elsewhere = a_desk(point=a_decision_point(a_phase(project=a_project()))).ask()
    client = browser_of(user=desk.officer)
    path = reverse("questions:merge_question", args=[question.pk])
    page = client.get(path).content.decode()
    assert f'value="{other.pk}"' in page
    for wrong in (elsewhere.pk, question.pk, "x"):
        assert client.post(path, {"seen": question.version, "into": wrong}).status_code == 400
    assert client.post(path, {"seen": question.version, "into": other.pk}).status_code == 302


def test_a34_a_moderator_changes_no_other_field_with_a_form():
    desk = a_desk()
    question = desk.ask()
    extra = {
        "state": "answered", "text": "Mijn tekst", "due_on": "2030-01-01", "hidden": "1",
        "name": "Wethouder", "participant": str(create_participant().pk), "answer": "1",
    }  # fmt: skip
    path = reverse("questions:publish_question", args=[question.pk])
    browser_of(user=desk.officer).post(path, {"seen": question.version, **extra})
    before = question.due_on, question.text, question.participant_id, ""
    question.refresh_from_db()
    assert question.state == "published"
    assert (question.due_on, question.text, question.participant_id, question.shown_name) == before


def test_a_disabled_colleague_and_one_without_second_factor_come_in_nowhere():
    desk = a_desk()
    careless = a_user("officer", project=desk.project, second_factor=False)
    assert browser_of(user=careless).get(QUEUE).status_code == 302


def test_the_queue_counts_what_waits_of_one_person_once():
    desk, person = a_desk(), create_participant()
    first, other = desk.ask(person), desk.ask(person)
    for _ in range(3):
        desk.do("merge_question", desk.ask(), into=first)
    page = browser_of(user=desk.officer).get(QUEUE)
    counts = {one.pk: (one.waiting_of_author, one.others) for one in page.context["page"]}
    assert counts[first.pk] == (2, 3)
    assert counts[other.pk] == (2, 0)


@pytest.mark.parametrize(("kind", "needed"), [("question", False), ("concern", True)])
def test_the_reason_says_when_it_is_needed_and_the_refusal_says_the_same(kind, needed):
    """A concern can't be only explained, so there it is needed always, and nothing else is said."""
    desk = a_desk()
    question = desk.ask(kind=kind)
    reason = AnswerForm(contribution=question).fields["reason"]
    assert reason.required is needed
    path = reverse("questions:answer_question", args=[question.pk])
    about = {"seen": question.version, "text": "Ja", "team": "T", "disposition": "not"}
    page = browser_of(user=desk.officer).post(path, about).content.decode()
    assert ("We hebben het uitgelegd" in str(reason.help_text)) is not needed
    assert ("Geef een reden. Alleen bij" in page) is not needed
