"""Can only who asked follow a question, and does erasing take the person out of it?"""

import re

import pytest
from django.utils import translation

from deliberation.participation.receipts import SIGNS, new_code
from deliberation.people.operations import create_participant
from deliberation.people.privacy.own_data import erase_in_slices, export_of, gave
from deliberation.questions.models import Question

from .builders import TEXT, a_desk, browser_of

pytestmark = pytest.mark.django_db


def test_a_receipt_is_typed_in_any_way():
    question = a_desk().ask()
    typed = question.code.lower()
    for code in (typed, f"{typed[:4]} {typed[4:8]}-{typed[8:]}"):
        answer = browser_of().post("/volg/", {"code": code})
        assert answer.status_code == 302
        assert TEXT in browser_of().get(answer["Location"]).content.decode()


def test_receipts_are_of_eighty_bits_and_never_the_same():
    codes = {new_code() for _ in range(2000)}
    assert len(codes) == 2000
    assert {len(code) for code in codes} == {16}
    assert len(SIGNS) ** 16 > 2**78
    assert set("".join(codes)) == set(SIGNS)


def test_wrong_receipts_hold_up_nobody_and_find_nothing():
    question, guesser = a_desk().ask(), browser_of()
    for _ in range(70):
        assert guesser.get(f"/volg/{new_code()}").status_code == 404
    for browser in (guesser, browser_of()):
        assert browser.get(f"/volg/{question.code}").status_code == 200


@pytest.mark.parametrize("receipt", ["x", "%00", "é" * 16, "a" * 500, "..%2f", "' OR 1=1"])
def test_a3_a_crooked_receipt_is_not_found(receipt):
    a_desk()
    assert browser_of().get(f"/volg/{receipt}").status_code == 404


def test_a42_nothing_of_a_receipt_is_kept_by_browsers_or_lists():
    desk = a_desk()
    question = desk.published()
    page = browser_of().get(f"/volg/{question.code}")
    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "same-origin"
    assert 'content="noindex"' in page.content.decode()
    assert browser_of().get(f"/volg/{question.code}/x.css").status_code == 404
    for path in (f"/vragen/{desk.project.pk}/", f"/vragen/{desk.project.pk}/{question.pk}/"):
        assert question.code[:4] not in browser_of().get(path).content.decode()


def test_what_i_gave_is_listed_and_taken_along_by_municipality():
    desk, person = a_desk(), create_participant()
    question = desk.published(person)
    (given,) = gave([person], desk.project.municipality)
    assert given.text == TEXT and question.code[:4] in given.href
    (told,) = export_of(None, [person], None)["contributions"]
    assert told["text"] == TEXT
    assert gave([create_participant()], desk.project.municipality) == []


def test_a38_erasing_takes_the_person_out_and_leaves_what_others_read():
    desk, person = a_desk(), create_participant()
    shown = desk.ask(person, name="Bewoner Zeldzaam", text="Bel mij: 06-12345678")
    desk.do("publish_question", shown, shown="Bel mij")
    desk.answered(shown)
    waiting = desk.ask(person, name="Bewoner Zeldzaam", email="ik@example.org", mail_consent=True)
    erase_in_slices(participants=[person], user=None, now=desk.now)
    page = browser_of().get(f"/vragen/{desk.project.pk}/").content.decode()
    assert "Bel mij" in page and "Zeldzaam" not in page
    for row in Question.objects.values():
        assert "Zeldzaam" not in str(row) and "12345678" not in str(row)
        assert "example.org" not in str(row) and row["participant_id"] is None
    waiting.refresh_from_db()
    assert (waiting.state, waiting.text) == ("withdrawn", "")
    assert gave([person], None) == []


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_somebody_asked_is_marked_with_the_language_it_was_asked_in(language):
    desk = a_desk()
    with translation.override(language):
        question = desk.ask(name="Sam")
    desk.do("publish_question", question)
    question.refresh_from_db()
    marked = re.compile(rf'lang="{language}">(<p>)?{re.escape(TEXT)}')
    for page in ("nl", "en"):
        receipt = browser_of().get(f"/volg/{question.code}?lang={page}").content.decode()
        assert marked.search(receipt)
        public = f"{'/en' if page == 'en' else ''}/vragen/{desk.project.pk}/"
        shown = browser_of().get(public).content.decode()
        assert bool(marked.search(shown)) == (page != language)
