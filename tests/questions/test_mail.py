"""Does the answer reach who asked for it by mail, once, with consent, and nobody else?"""

import logging
import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from compass.refusal import Refused
from deliberation.participation.operations.mailing import mail_author, mail_outcome
from deliberation.participation.queries import unmailed
from deliberation.people.models import Consent
from deliberation.people.operations import create_participant, withdraw_consent
from deliberation.questions.models import Question

from .builders import TEXT, a_desk, browser_of

pytestmark = pytest.mark.django_db
MAIL = {"email": "Bewoner@Example.org", "mail_consent": True}


def test_the_answer_is_mailed_once_and_the_address_forgotten():
    desk = a_desk()
    question = desk.published(**MAIL)
    assert question.email == "bewoner@example.org"
    assert mail.outbox == []
    desk.answered(question)
    (sent,) = mail.outbox
    assert sent.to == ["bewoner@example.org"]
    assert "twaalf lindes" in sent.body and "/volg/" in sent.body
    assert sent.body.split("/volg/")[1][:19].replace("-", "") == question.code
    question.refresh_from_db()
    assert question.email == ""
    desk.answered(question)
    assert len(mail.outbox) == 1


def test_with_the_last_address_goes_what_was_agreed_to_about_it():
    """The mail says that the address is gone: then somebody's own page can't say that we may mail them."""
    desk, person = a_desk(), create_participant()
    first, second = desk.published(person, **MAIL), desk.published(person, **MAIL)
    held = Consent.objects.filter(participant=person, withdrawn_at=None)
    desk.answered(first)
    assert held.exists(), "another answer is still to come"
    desk.answered(second)
    assert Consent.objects.filter(participant=person).exists() and not held.exists()


def test_who_is_told_that_we_look_further_hears_the_end_too():
    desk = a_desk()
    until = timezone.localdate() + timedelta(days=9)
    question = desk.answered(desk.published(**MAIL), disposition="looking", look_until=until)
    desk.answered(question)
    assert len(mail.outbox) == 2


def test_a_question_put_with_one_that_was_answered_mails_nobody_twice():
    desk = a_desk()
    until = timezone.localdate() + timedelta(days=9)
    first = desk.answered(desk.published(**MAIL), disposition="looking", look_until=until)
    later = desk.published(email="later@example.org", mail_consent=True)
    desk.do("merge_question", later, into=first)
    assert [one.to[0] for one in mail.outbox] == ["bewoner@example.org", "later@example.org"]
    desk.answered(first)
    assert len(mail.outbox) == 4


def test_those_put_together_hear_it_too_and_one_address_once():
    desk = a_desk()
    first = desk.published()
    for address in ("a@example.org", "a@example.org", "b@example.org"):
        desk.do("merge_question", desk.ask(email=address, mail_consent=True), into=first)
    desk.answered(first)
    assert sorted(one.to[0] for one in mail.outbox) == ["a@example.org", "b@example.org"]


def told_to(*addresses, desk=None):
    """Answer a question, "we are still looking", that these addresses' questions were put together with."""
    desk = desk or a_desk()
    first, until = desk.published(), timezone.localdate() + timedelta(days=9)
    for address in addresses:
        desk.do("merge_question", desk.ask(email=address, mail_consent=True), into=first)
    desk.answered(first, disposition="looking", look_until=until)
    return desk, first


def mailed() -> list[str]:
    return [one.to[0] for one in mail.outbox]


def test_an_address_hears_one_answer_once_whatever_is_put_together_with_it_later():
    """Of three with one address only one was noted: each that came later mailed it again."""
    desk, first = told_to(*["a@example.org"] * 3)
    assert mailed() == ["a@example.org"]
    for number in range(2):
        later = desk.published(email=f"later{number}@example.org", mail_consent=True)
        desk.do("merge_question", later, into=first)
    desk.do("merge_question", desk.published(email="a@example.org", mail_consent=True), into=first)
    mail_outcome.call(first.pk)
    assert mailed() == ["a@example.org", "later0@example.org", "later1@example.org"]
    assert unmailed(first, [first, *first.merged.all()]) == [], "nobody at the desk waits for it"
    desk.answered(first)
    assert sorted(mailed()[3:]) == ["a@example.org", "later0@example.org", "later1@example.org"]
    assert not Question.objects.exclude(email="").exists()


def test_each_author_of_one_address_may_be_the_one_that_a_worker_comes_to():
    """A task that was left by an earlier order finds that its address heard it: noted as releases before did."""
    _desk, first = told_to("a@example.org", "a@example.org", "b@example.org")
    told = first.merged.filter(email="a@example.org").earliest("pk")
    first.merged.filter(email="a@example.org").exclude(pk=told.pk).update(mailed=None)
    for one in first.merged.all():
        mail_author.call(one.pk)
    assert sorted(mailed()) == ["a@example.org", "b@example.org"]


def test_rejected_is_mailed_with_the_reason():
    desk = a_desk()
    question = desk.ask(**MAIL)
    desk.do("reject_question", question, rejection="other", reason="Dit doet de provincie.")
    assert "Dit doet de provincie." in mail.outbox[0].body


def test_no_mail_without_consent_nor_after_it_was_taken_back():
    desk = a_desk()
    with pytest.raises(Refused) as refused:
        desk.ask(email="ik@example.org")
    assert refused.value.field == "mail_consent"
    person = create_participant()
    question = desk.published(person, **MAIL)
    consent = Consent.objects.get(participant=person)
    assert (consent.purpose, consent.place) == ("answer_by_mail", desk.project.municipality.slug)
    withdraw_consent(actor=person, consent=consent, now=desk.now)
    desk.answered(question)
    assert mail.outbox == []


@pytest.mark.parametrize(
    "address",
    ["a@example.org\nBcc: b@example.org", "a@example.org\r\nSubject: x", "a@b", "a b@example.org",
     "a@example.org,b@example.org", "<script>@example.org", "x" * 300 + "@example.org"],
)  # fmt: skip
def test_a43_an_address_with_headers_in_it_is_refused(address):
    desk = a_desk()
    form = {"about": "project", "kind": "question", "text": TEXT, "op_id": uuid.uuid4()}
    fields = {**form, "email": address, "mail_consent": "on"}
    assert browser_of().post(f"/vragen/{desk.project.pk}/stellen/", fields).status_code == 400
    with pytest.raises(Refused):
        desk.ask(email=address, mail_consent=True)
    assert not Question.objects.exists()


def test_a43_a_mailbox_gets_three_an_hour_and_no_more(caplog):
    desk = a_desk()
    for _ in range(4):
        desk.ask(**MAIL)  # somebody else, the same address
    with caplog.at_level(logging.WARNING):
        for question in Question.objects.all():
            desk.answered(question)
    assert len(mail.outbox) == 3
    assert "example.org" not in caplog.text


def test_a43_a_title_with_a_line_break_makes_no_header():
    desk = a_desk()
    type(desk.project).objects.update(title="Straat\nBcc: b@example.org")
    desk.answered(desk.published(**MAIL))
    assert "\n" not in mail.outbox[0].subject
    assert mail.outbox[0].bcc == []
