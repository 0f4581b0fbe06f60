"""Can a resident ask something, once, at the right level, and is the answer's day promised?"""

import uuid
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from cms.models import ProjectPage
from compass.refusal import Refused
from deliberation.participation import receipts
from deliberation.people.models import AuditEntry
from deliberation.people.operations import create_participant
from deliberation.projects.working_days import add_working_days, last_working_day_before
from deliberation.questions.models import Question
from tests.builders import a_decision_point, a_phase, a_project

from .builders import TEXT, a_desk, browser_of

pytestmark = pytest.mark.django_db


def today():
    return timezone.localdate()


def test_who_asks_reads_the_day_first_and_gets_a_receipt():
    desk = a_desk()
    client = browser_of()
    page = client.get(f"/vragen/{desk.project.pk}/stellen/")
    assert page.status_code == 200
    due = add_working_days(today(), 10)
    assert f'value="{desk.point.pk}"' in page.content.decode()
    assert str(due.year) in page.content.decode()
    form = {"about": desk.point.pk, "kind": "question", "text": TEXT, "op_id": uuid.uuid4()}
    answer = client.post(f"/vragen/{desk.project.pk}/stellen/", form)
    question = Question.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == "/volg/" + "-".join(
        question.code[at : at + 4] for at in (0, 4, 8, 12)
    )
    assert (question.due_on, question.state, question.shown) == (due, "pending", "")
    followed = client.get(answer["Location"])
    assert TEXT in followed.content.decode()
    assert "no-store" in followed["Cache-Control"]
    assert AuditEntry.objects.filter(action="ask_question", result="done").count() == 1


def test_who_asks_in_english_gets_the_receipt_in_english_with_where_to_type_it():
    desk, client = a_desk(), browser_of()
    form = {"about": "project", "kind": "concern", "text": TEXT, "op_id": uuid.uuid4()}
    form |= {"email": "ik@example.org", "mail_consent": "on"}
    answer = client.post(f"/en/vragen/{desk.project.pk}/stellen/", form)
    page = client.get(answer["Location"]).content.decode()
    assert '<html lang="en"' in page and "Your receipt" in page
    assert ">testserver/volg/</a>" in page
    assert "We also mail the answer" in page and "ik@example.org" not in page
    other = client.get(receipts.follow_path(desk.ask())).content.decode()
    assert "We also mail the answer" not in other


def test_where_promises_are_counted_it_says_that_some_questions_are_not_below():
    desk = a_desk()
    page = browser_of().get(f"/vragen/{desk.project.pk}/").content.decode()
    assert "Hier tellen al onze beloften mee" not in page
    desk.published()
    desk.ask()
    for path in (f"/vragen/{desk.project.pk}/", ProjectPage.objects.get().url):
        page = browser_of().get(path).content.decode()
        assert "<strong>2</strong> nog open" in page and page.count('class="pt-contribution"') == 1
        assert "Hier tellen al onze beloften mee" in page


def test_sending_it_twice_is_asking_once():
    desk, client = a_desk(), browser_of()
    form = {"about": "project", "kind": "concern", "text": TEXT, "op_id": uuid.uuid4()}
    first = client.post(f"/vragen/{desk.project.pk}/stellen/", form)
    again = client.post(f"/vragen/{desk.project.pk}/stellen/", form)
    assert first["Location"] == again["Location"]
    assert Question.objects.get().decision_point is None
    # The same number in somebody else's browser shows them nothing of mine.
    other = browser_of().post(f"/vragen/{desk.project.pk}/stellen/", form)
    assert other.status_code == 400
    assert Question.objects.count() == 1


def test_what_was_typed_is_kept_when_something_is_wrong():
    desk = a_desk()
    form = {"about": desk.point.pk, "kind": "question", "text": TEXT, "op_id": uuid.uuid4()}
    answer = browser_of().post(
        f"/vragen/{desk.project.pk}/stellen/", {**form, "email": "ik@example.org"}
    )
    assert answer.status_code == 400
    assert TEXT in answer.content.decode()
    assert not Question.objects.exists()


@pytest.mark.parametrize("level", ["inform", "consult", "co_create", "collaborate"])
def test_asking_is_open_at_every_level(level):
    assert a_desk(level).ask().state == "pending"


def test_asking_is_closed_while_nobody_chose_a_level():
    point = a_decision_point()
    desk = a_desk(point=a_decision_point(a_phase(project=point.project, starts_in=40, ends_in=50)))
    for about in (point, desk.point, desk.project):
        with pytest.raises(Refused) as refused:
            desk.ask(about=about)
        assert refused.value.code == "forbidden"
    with pytest.raises(Refused, match="niet gekozen"):
        desk.ask(about=point)
    page = browser_of().get(f"/vragen/{desk.project.pk}/stellen/")
    assert page.status_code == 200
    assert "<textarea" not in page.content.decode()


def test_a_point_of_another_project_is_no_choice():
    desk, elsewhere = a_desk(), a_desk(point=a_decision_point(a_phase(project=a_project())))
    form = {"about": elsewhere.point.pk, "kind": "question", "text": TEXT, "op_id": uuid.uuid4()}
    assert browser_of().post(f"/vragen/{desk.project.pk}/stellen/", form).status_code == 400


def test_the_day_lies_before_the_decision():
    decides_on = today() + timedelta(days=7)
    desk = a_desk(point=a_decision_point(decides_on=decides_on))
    assert desk.ask().due_on == last_working_day_before(decides_on)


@pytest.mark.parametrize("days", [-3, 0, 1])
def test_too_late_before_the_decision_asking_is_closed(days):
    decides_on = today() + timedelta(days=days)
    desk = a_desk(point=a_decision_point(decides_on=decides_on))
    with pytest.raises(Refused) as refused:
        desk.ask()
    assert str(decides_on.year) in str(refused.value)


def test_the_officer_sets_the_term_for_new_questions_only():
    from deliberation.questions.operations import set_answer_term

    desk = a_desk()
    before = desk.ask()
    set_answer_term(actor=desk.officer, decision_point=desk.point, working_days=3, now=desk.now)
    assert desk.ask().due_on == add_working_days(today(), 3)
    before.refresh_from_db()
    assert before.due_on == add_working_days(today(), 10)
    for wrong in (0, 61, -1):
        with pytest.raises(Refused):
            set_answer_term(
                actor=desk.officer, decision_point=desk.point, working_days=wrong, now=desk.now
            )


def test_a12_one_person_has_three_unanswered_questions_at_most():
    desk, person = a_desk(), create_participant()
    questions = [desk.ask(person) for _ in range(3)]
    with pytest.raises(Refused):
        desk.ask(person)
    desk.answered(questions[0])
    desk.ask(person)
    desk.do("merge_question", questions[1], into=questions[2])
    with pytest.raises(Refused):
        desk.ask(person)  # what was put together still waits
    elsewhere = a_desk(point=a_decision_point(a_phase(project=a_project())))
    elsewhere.ask(person)


def test_a12_more_than_sixty_in_a_minute_wait_apart():
    """Of 50 people who each ask four things: their own three at most, and what is no neighbourhood apart."""
    desk = a_desk(commits=False)
    people = [create_participant() for _ in range(50)]
    states = Counter()
    for number in range(200):
        try:
            states[desk.ask(people[number % 50]).state] += 1
        except Refused:
            states["refused"] += 1
    assert states == {"pending": 60, "apart": 90, "refused": 50}
    desk.pass_time(seconds=61)
    assert desk.ask().state == "pending"


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)"]
)
def test_a1_a_question_is_shown_as_text(text):
    desk = a_desk()
    question = desk.published(text=text, name='<b onclick="x()">Naam')
    desk.answered(question, text=text, team=text, reason=text)
    pages = [
        browser_of().get(path).content.decode()
        for path in (
            f"/vragen/{desk.project.pk}/",
            f"/vragen/{desk.project.pk}/{question.pk}/",
            f"/volg/{question.code}",
        )
    ]
    pages.append(
        browser_of(user=desk.officer)
        .get(f"/admin/participatie/vragen/{question.pk}/")
        .content.decode()
    )
    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<b onclick" not in page
        assert 'href="javascript:' not in page


def test_a2_control_signs_are_taken_out_and_offices_refused():
    desk = a_desk()
    question = desk.ask(text="Wat\u202e gebeurt\u200b er\x07 met de bomen?", name="Bewoner\u200b")
    assert (question.text, question.name) == ("Wat gebeurt er met de bomen?", "Bewoner")
    for wrong in ({"name": "Beheerder"}, {"text": "x" * 1001}, {"text": "\u200b \u202e"}):
        with pytest.raises(Refused):
            desk.ask(**wrong)


def test_a34_nobody_publishes_answers_or_dates_their_own_question():
    desk, client = a_desk(), browser_of()
    extra = {
        "state": "answered", "shown": "Ja", "due_on": "2030-01-01", "version": "9", "code": "X" * 16,
        "project": "1", "participant": str(create_participant().pk), "hidden": "1", "answer": "1",
    }  # fmt: skip
    form = {"about": desk.point.pk, "kind": "question", "text": TEXT, "op_id": uuid.uuid4()}
    assert client.post(f"/vragen/{desk.project.pk}/stellen/", {**form, **extra}).status_code == 302
    question = Question.objects.get()
    assert (question.state, question.shown, question.answer) == ("pending", "", None)
    assert (question.version, question.hidden) == (1, False)
    assert str(question.participant_id) == client.session["participant"]
    assert question.due_on == add_working_days(today(), 10)
