"""Does a machine that asks a lot close asking for nobody, and does the queue stay usable beside it?"""

import re
import uuid

import pytest
from django.core import mail
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from compass.refusal import Refused
from deliberation.participation import offers, operations
from deliberation.participation.operations.flood import A_MINUTE, AN_HOUR
from deliberation.participation.receipts import new_code
from deliberation.people.models import AuditEntry
from deliberation.people.operations import create_participant
from deliberation.projects.commitments import commitments
from deliberation.questions.models import Question
from deliberation.registry import plugin
from tests.builders import a_resident

from .builders import a_desk, browser_of, somebody_with

pytestmark = pytest.mark.django_db
QUEUE, APART = "/admin/participatie/vragen/", Question.State.APART


def send(client, desk, **fields):
    """Fill in the form as a browser does."""
    form = {
        "about": desk.point.pk,
        "kind": "question",
        "text": "Komt er een bank?",
        "op_id": uuid.uuid4(),
    }
    return client.post(f"/vragen/{desk.project.pk}/stellen/", {**form, **fields})


def fill(desk, number) -> None:
    """Put as many questions into the queue, each of somebody else."""
    people = [create_participant() for _ in range(number)]
    Question.objects.bulk_create(
        Question(
            project=desk.project, decision_point=desk.point, kind="question", text="Vol",
            participant=one, op_id=uuid.uuid4(), code=new_code(), given_at=desk.now,
            due_on=desk.point.decides_on,
        )
        for one in people
    )  # fmt: skip


@pytest.fixture
def flooded():
    """A project in which a machine with a fresh browser each time asks more than a neighbourhood does."""
    desk = a_desk()
    fill(desk, A_MINUTE.most)
    for number in range(5):
        assert send(Client(), desk, text=f"Koop nu {number}").status_code == 302
    desk.now = timezone.now()
    return desk


def test_a12_a_neighbour_is_never_told_that_it_is_busy(flooded):
    neighbour = Client()
    answer = send(neighbour, flooded)
    assert answer.status_code == 302
    page = neighbour.get(answer["Location"]).content.decode()
    assert "Komt er een bank?" in page
    question = Question.objects.get(text="Komt er een bank?")
    assert (question.state, len(question.code)) == (APART, 16)


def test_a12_who_is_set_apart_reads_what_everybody_reads(flooded):
    def told(client, answer):
        page = client.get(answer["Location"]).content.decode()
        return re.search(r"<h2[^>]*>Hoe.*?</section>", page, re.S)[0].replace(
            answer["Location"].split("/")[-1], ""
        )

    apart, usual = Client(), Client()
    answer = send(apart, flooded)
    other = send(usual, a_desk(), about="project")
    assert told(apart, answer) == told(usual, other)


def test_a12_what_was_set_apart_stands_folded_beside_the_queue(flooded):
    desk = browser_of(user=flooded.officer)
    page = desk.get(QUEUE).content.decode()
    assert page.count("pt-row") == 20, "the queue is as it was"
    folded = re.search(r'<details[^>]*id="apart-.*?</details>', page, re.S)[0]
    assert "open" not in folded[:60] and folded.count('name="contribution"') == 5
    assert f"state={APART}" not in page, "no part of the normal queue"


def test_a12_what_was_set_apart_counts_nowhere_as_a_promise_or_as_taking_part(flooded):
    kept = [one for one in commitments([flooded.project], flooded.now) if one.kind == "answer"]
    assert len(kept) == A_MINUTE.most
    assert len(offers.took_part(plugin("questions"), [flooded.point])) == A_MINUTE.most


def test_a12_an_officer_takes_over_those_that_are_real_and_puts_the_rest_away(flooded):
    send(Client(), flooded, email="buur@voorbeeld.example", mail_consent="on")
    real = Question.objects.get(text="Komt er een bank?")
    desk, path = browser_of(user=flooded.officer), f"{QUEUE}apart/{flooded.project.pk}/"
    assert (
        desk.post(path, {"do": "take_over_contributions", "contribution": [real.pk]}).status_code
        == 302
    )
    real.refresh_from_db()
    assert (real.state, real.version) == ("pending", 2)
    assert Question.objects.filter(state=APART).count() == 5
    assert desk.post(path, {"do": "discard_contributions", "all": "6"}).status_code == 400
    assert Question.objects.filter(state=APART).count() == 5, "more than were seen"
    assert desk.post(path, {"do": "discard_contributions", "all": "5"}).status_code == 302
    gone = Question.objects.filter(state="rejected", rejection="flood")
    assert gone.count() == 5 and not Question.objects.filter(state=APART).exists()
    assert {one.closed_on is not None for one in gone} == {True}
    done = AuditEntry.objects.filter(action="discard_questions").latest("pk")
    assert "5" in done.detail
    page = Client().get(f"/volg/{gone[0].code}").content.decode()
    assert str(Question.Rejection.FLOOD.label) in page


def test_a43_putting_a_flood_away_mails_nobody_whose_address_was_used():
    desk = a_desk()
    fill(desk, A_MINUTE.most)
    for number in range(4):
        asked = {"email": f"slachtoffer{number}@voorbeeld.example", "mail_consent": True}
        desk.ask(**asked)
    apart = list(Question.objects.filter(state=APART))
    assert len(apart) == 4
    operations.discard_contributions(
        actor=desk.officer,
        instrument=plugin("questions"),
        project=desk.project,
        contributions=apart,
        now=desk.now,
    )
    assert mail.outbox == []
    assert not Question.objects.filter(state="rejected").exclude(email="").exists()


# --- What waits in the queue ------------------------------------------------------------------------


@pytest.fixture
def filled():
    """A project in which a machine stayed just under the limit, with addresses of others; and one resident."""
    desk = a_desk()
    fill(desk, A_MINUTE.most - 1)
    waiting = Question.objects.filter(state="pending")
    QuerySet(Question).filter(pk__in=waiting).update(email="slachtoffer@voorbeeld.example")
    known = create_participant(user=a_resident())
    desk.ask(actor=known, text="Waar komt de bank?")
    return desk


def test_what_strangers_sent_under_the_limit_is_put_away_together_and_mails_nobody(filled):
    desk, path = browser_of(user=filled.officer), f"{QUEUE}apart/{filled.project.pk}/"
    number = A_MINUTE.most - 1
    page = desk.get(QUEUE).content.decode()
    folded = re.search(r'<details[^>]*id="waiting-.*?</details>', page, re.S)[0]
    assert "Waar komt de bank?" not in folded, "who signed in showed a mailbox"
    assert "take_over_contributions" not in folded
    shown = re.findall(r'name="contribution" value="(\d+)"', folded)
    some = {"do": "discard_contributions", "contribution": shown[:30]}
    assert desk.post(path, some).status_code == 302
    left = {"do": "discard_contributions", "all_waiting": str(number)}
    assert desk.post(path, left).status_code == 400, "more than there are now"
    assert Question.objects.filter(state="rejected").count() == 30
    assert desk.post(path, {**left, "all_waiting": str(number - 30)}).status_code == 302
    gone = Question.objects.filter(state="rejected", rejection="flood", email="")
    assert gone.count() == number and mail.outbox == []
    [stays] = Question.objects.filter(state="pending")
    assert stays.text == "Waar komt de bank?"
    assert QUEUE.encode() in desk.get(QUEUE).content and b"waiting-" not in desk.get(QUEUE).content


def test_putting_away_together_counts_as_putting_away_one_by_one(filled):
    one, other = Question.objects.filter(participant__user=None)[:2]
    operations.reject_contribution(
        actor=filled.officer, contribution=one, rejection="advertising", seen=one.version,
        now=filled.now,
    )  # fmt: skip
    about = {"actor": filled.officer, "instrument": plugin("questions"), "project": filled.project}
    operations.discard_contributions(**about, contributions=[other], now=filled.now)
    told = {
        (kept.public, kept.kept_on)
        for kept in commitments([filled.project], filled.now)
        if kept.desk_href.rstrip("/").split("/")[-1] in (str(one.pk), str(other.pk))
    }
    assert len(told) == 1


def test_what_others_sent_with_it_is_not_put_away_with_it(filled):
    """Who signed in and asked the same hears its answer, not that they are a machine."""
    first, second = Question.objects.filter(participant__user=None)[:2]
    operations.merge_contribution(
        actor=filled.officer, contribution=second, into=first, seen=second.version, now=filled.now
    )
    about = {"actor": filled.officer, "instrument": plugin("questions"), "project": filled.project}
    assert operations.discard_contributions(**about, contributions=[first], now=filled.now) == 0
    first.refresh_from_db()
    assert first.state == "pending"


def test_what_was_published_meanwhile_is_not_put_away(filled):
    one = Question.objects.filter(participant__user=None).first()
    operations.publish_contribution(
        actor=filled.officer, contribution=one, seen=one.version, now=filled.now
    )
    about = {"actor": filled.officer, "instrument": plugin("questions"), "project": filled.project}
    assert operations.discard_contributions(**about, contributions=[one], now=filled.now) == 0


@pytest.mark.parametrize(
    "body",
    [{}, {"do": "take_over_contributions"}, {"do": "x", "all": "5"}, {"do": "discard_contributions", "all": "on"},
     {"do": "discard_contributions", "contribution": ["x"]}],
)  # fmt: skip
def test_nothing_chosen_is_said_in_words(flooded, body):
    desk = browser_of(user=flooded.officer)
    answer = desk.post(f"{QUEUE}apart/{flooded.project.pk}/", body)
    assert answer.status_code == 400 and "sk-desk" in answer.content.decode()
    assert Question.objects.filter(state=APART).count() == 5


def test_a_question_of_another_project_or_state_is_left_alone(flooded):
    other = a_desk()
    elsewhere = other.ask()
    usual = flooded.ask(actor=create_participant(user=a_resident()))
    for about in ("take_over_contributions", "discard_contributions"):
        getattr(operations, about)(
            actor=flooded.officer,
            instrument=plugin("questions"),
            project=flooded.project,
            contributions=[elsewhere, usual],
            now=flooded.now,
        )
    elsewhere.refresh_from_db(), usual.refresh_from_db()
    assert {elsewhere.state, usual.state} == {"pending"}


def test_who_may_not_moderate_sets_nothing_right(flooded):
    apart = Question.objects.filter(state=APART)
    with pytest.raises(Refused):
        operations.take_over_contributions(
            actor=somebody_with("note_taker", flooded),
            instrument=plugin("questions"),
            project=flooded.project,
            contributions=apart,
            now=flooded.now,
        )


def test_a12_one_person_who_is_set_apart_still_has_three_at_most(flooded):
    person = create_participant()
    for _ in range(3):
        assert flooded.ask(person).state == APART
    with pytest.raises(Refused):
        flooded.ask(person)


def test_a12_who_signed_in_showed_a_mailbox_and_stands_in_the_queue():
    desk = a_desk()
    fill(desk, A_MINUTE.most)
    resident = create_participant(user=a_resident())
    assert desk.ask().state == APART
    assert desk.ask(resident).state == "pending"


def test_a12_a_drip_below_the_minute_fills_no_queue_either():
    desk = a_desk(commits=False)
    fill(desk, AN_HOUR.most)
    desk.pass_time(minutes=30)
    assert desk.ask().state == APART
    desk.pass_time(minutes=31)
    assert desk.ask().state == "pending"


def test_a12_the_screen_costs_the_same_however_much_is_apart(flooded):
    desk = browser_of(user=flooded.officer)
    desk.get(QUEUE)

    def cost():
        with CaptureQueriesContext(connection) as asked:
            assert desk.get(QUEUE).status_code == 200
        return len(asked)

    few = cost()
    for _ in range(40):
        flooded.ask()
    assert cost() == few


def test_a43_who_uses_my_address_three_times_does_not_keep_me_from_asking_with_it():
    """What the mailbox gets is limited where mail goes out, not at the door."""
    desk = a_desk()
    mine = {"email": "eigenaar@voorbeeld.example", "mail_consent": "on"}
    for number in range(4):
        assert send(Client(), desk, text=f"Vraag {number}", **mine).status_code == 302
