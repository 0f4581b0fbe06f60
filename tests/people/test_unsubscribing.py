"""Can the owner of an address end the mail that somebody else ticked for them, without being known here?"""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from deliberation.participation.operations import mailing
from deliberation.people.models import AuditEntry, Consent
from deliberation.people.operations import create_participant, give_consent
from deliberation.people.privacy.unsubscribing import LONGEST, MailedConsent
from deliberation.projects.deciding import notices
from deliberation.questions.models import Question
from deliberation.registry import plugin
from tests.builders import a_municipality
from tests.cms.site import a_site
from tests.live.builders import an_evening
from tests.projects.deciding.test_notices import a_member, change
from tests.questions.builders import a_desk

pytestmark = pytest.mark.django_db
OWNER = "slachtoffer@example.org"
TICKED = {"email": OWNER, "mail_consent": True, "changes_consent": True}
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def desk():
    return a_desk()


def link_in(message) -> str:
    """Give the path of the link that ends a mail, as it stands in its text."""
    return re.search(r"https?://[^/\s]+(/mijn/stoppen/\S+)", message.body)[1]


def one_click_of(message) -> str:
    return re.fullmatch(r"<https?://[^/]+(/\S+)>", message.extra_headers["List-Unsubscribe"])[1]


def looking():
    return {"disposition": "looking", "look_until": timezone.localdate() + timedelta(days=9)}


def a_changed_promise(desk):
    """Have a stranger tick everything for somebody else, and the promise change."""
    stranger = create_participant()
    asked = desk.published(stranger, about=desk.project, **TICKED)
    change(desk.point)
    [sent] = mail.outbox
    assert sent.to == [OWNER]
    return stranger, asked, sent


def test_what_a_stranger_ticked_is_ended_by_the_owner_of_the_address(desk):
    """In a browser that nobody knows here: first it says what will stop, and only a press stops it."""
    _stranger, _asked, sent = a_changed_promise(desk)
    owner = Client()
    page = owner.get(link_in(sent)).content.decode()
    assert "als een belofte verandert" in page and 'method="post"' in page
    assert OWNER not in page
    change(desk.point, fixed="Nog iets anders.")
    assert len(mail.outbox) == 2, "a program that looks through mail and opens links ends nothing"
    answer = owner.post(link_in(sent))
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    assert 'method="post"' not in answer.content.decode()
    change(desk.point, fixed="En weer anders.")
    assert len(mail.outbox) == 2


def test_a_mail_program_ends_it_with_one_press(desk):
    """RFC 8058: from nowhere, with no cookie and no token of a form, and led nowhere else."""
    _stranger, asked, sent = a_changed_promise(desk)
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    program = Client(enforce_csrf_checks=True, headers={"Origin": "null"})
    for _twice in range(2):
        assert program.post(one_click_of(sent), ONE_CLICK).status_code == 200
    assert not program.cookies
    change(desk.point, fixed="Nog iets anders.")
    assert len(mail.outbox) == 1
    assert AuditEntry.objects.filter(action="unsubscribe").count() == 1
    desk.answered(asked)
    assert [one.to for one in mail.outbox[1:]] == [[OWNER]], "the answer was agreed to apart"


def test_the_answer_is_ended_for_everything_that_was_asked_with_the_address(desk):
    """Of whoever asked; what was left for the answer is forgotten, and other addresses still hear it."""
    stranger, other = create_participant(), create_participant()
    first = desk.published(stranger, **TICKED)
    second = desk.published(other, email=OWNER, mail_consent=True)
    third = desk.published(email="buur@example.org", mail_consent=True)
    desk.answered(first, **looking())
    [sent] = mail.outbox
    assert Client().post(link_in(sent)).status_code == 200
    assert not Question.objects.filter(email=OWNER).exists()
    for one in (first, second, third):
        desk.answered(one)
    assert [one.to for one in mail.outbox[1:]] == [["buur@example.org"]]


def test_a_mail_that_already_waits_goes_no_more(desk):
    stranger = create_participant()
    asked = desk.published(stranger, **TICKED)
    desk.answered(asked, **looking())
    Client().post(link_in(mail.outbox[0]))
    Question.objects.filter(pk=asked.pk).update(mailed=None)
    mailing.mail_author.call(asked.pk)
    mailing.mail_outcome.call(asked.pk)
    assert len(mail.outbox) == 1


def test_an_account_ends_it_without_signing_in():
    evening = an_evening()
    a_site(evening.run.municipality)
    user, _person = a_member(evening)
    change(evening.activity.decision_point)
    Client().post(link_in(mail.outbox[0]))
    assert not user.consents.filter(withdrawn_at=None).exists()
    change(evening.activity.decision_point, fixed="Nog iets anders.")
    assert len(mail.outbox) == 1


def test_other_purposes_addresses_and_municipalities_go_on(desk):
    stranger, _asked, sent = a_changed_promise(desk)
    neighbour = create_participant()
    desk.ask(neighbour, email="buur@example.org", mail_consent=True, changes_consent=True)
    elsewhere = give_consent(
        actor=stranger, purpose=notices.PURPOSE, place="anderdorp", now=timezone.now()
    )
    Client().post(link_in(sent))
    ended = Consent.objects.exclude(withdrawn_at=None)
    assert [(one.participant, one.purpose) for one in ended] == [(stranger, notices.PURPOSE)]
    elsewhere.refresh_from_db()
    assert elsewhere.withdrawn_at is None


def test_a_link_works_at_the_municipality_that_mailed_only(desk, settings):
    settings.ALLOWED_HOSTS = ["*"]
    a_site(a_municipality("anderdorp"), hostname="ander.localhost")
    stranger, _asked, sent = a_changed_promise(desk)
    for ask in (Client().get, Client().post):
        assert ask(link_in(sent), headers={"host": "ander.localhost"}).status_code == 404
    assert Consent.objects.filter(participant=stranger, withdrawn_at=None).count() == 2


def test_a_link_says_nothing_and_shows_the_same_whether_anybody_is_known(desk):
    """What it ends is encrypted; that an address is known here can't be seen from what it answers."""
    place = desk.project.municipality.slug
    a_changed_promise(desk)
    pages = []
    for address in (OWNER, "niemand@example.org"):
        path = MailedConsent(address, notices.PURPOSE, place).path
        assert address.split("@")[0] not in path and place not in path
        answers = [Client().get(path), Client().post(path), Client().post(path)]
        pages.append([(one.status_code, len(one.content)) for one in answers])
        assert pages[-1][1] == pages[-1][2]
    assert [status for status, _length in pages[0]] == [200, 200, 200]
    assert [one[0] for one in pages[0]] == [one[0] for one in pages[1]]


def test_a_link_of_before_a_new_key_still_works(desk, settings):
    path = MailedConsent(OWNER, notices.PURPOSE, desk.project.municipality.slug).path
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another-key-" * 5
    assert Client().get(path).status_code == 404
    settings.SECRET_KEY_FALLBACKS = [former]
    assert Client().get(path).status_code == 200


def test_what_is_no_link_of_ours_is_not_there(desk):
    place = desk.project.municipality.slug
    good = MailedConsent(OWNER, notices.PURPOSE, place).path
    unknown = MailedConsent(OWNER, "nothing_of_ours", place).path
    for wrong in (
        good[:-6] + "xxxx/",
        "/mijn/stoppen/x/",
        f"/mijn/stoppen/{'a' * LONGEST}a/",
        unknown,
    ):
        assert Client().get(wrong).status_code == 404, wrong
        assert Client().post(wrong).status_code == 404, wrong
    longest = f"{'a' * 64}@{'b' * 180}.example"
    assert len(MailedConsent(longest, "p" * 60, "m" * 50).path) < LONGEST


def test_who_has_it_ended_may_agree_again(desk):
    """A stop is no ban: who asks once more themselves, and ticks it, hears."""
    _stranger, asked, _sent = a_changed_promise(desk)
    Client().post(
        MailedConsent(
            OWNER, plugin("questions").answer_purpose, desk.project.municipality.slug
        ).path
    )
    again = desk.published(**TICKED)
    desk.answered(asked)
    desk.answered(again)
    assert [one.to for one in mail.outbox[1:]] == [[OWNER]]
