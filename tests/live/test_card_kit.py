"""Can the kit be printed, is what people wrote text on it, and who gets it?"""

import shutil
import subprocess
import zlib

import pytest
from django.test import Client

from deliberation.live import operations, sections
from deliberation.live.desk import cards_pdf
from deliberation.live.models import Card
from tests.builders import a_user
from tests.cms.site import a_project_page
from tests.live.builders import a_card, an_evening

pytestmark = pytest.mark.django_db
EVIL = '<script>alert(1)</script> #strong[x] *vet* $x^2$ `rauw` \\ "q" // @ref'


def desk(evening, name=""):
    return f"/admin/participatie/sessies/runs/{evening.run.pk}/{name}"


@pytest.fixture
def evening():
    made = an_evening(state="ready")
    operations.print_cards(actor=made.facilitator, run=made.run, count=10, now=made.now)
    return made


@pytest.fixture
def officer(evening):
    browser = Client()
    browser.force_login(evening.facilitator)
    return browser


def text_of(pdf: bytes) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext reads the sheets back; install poppler-utils")
    command = ["pdftotext", "-layout", "-", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()


def test_the_kit_is_tagged_and_carries_its_own_fonts(evening):
    pdf = cards_pdf.kit(evening.run, evening.run.cards.all())
    assert pdf.startswith(b"%PDF-1.7")
    assert b"/MarkInfo" in pdf
    assert b"/StructTreeRoot" in pdf
    assert b"pdfuaid" in pdf or b"pdfuaid" in b"".join(streams(pdf))
    assert pdf.count(b"/FontFile3") >= 2
    assert pdf.count(b"/Type /Page\n") or pdf.count(b"/Count 2"), "ten cards take two sheets"


def streams(pdf):
    for part in pdf.split(b"stream\n")[1:]:
        try:
            yield zlib.decompress(part.split(b"\nendstream")[0])
        except zlib.error:
            continue


def test_a1_what_people_wrote_stands_on_a_card_as_text(evening):
    evening.run.session.title, evening.run.session.place = EVIL, EVIL
    said = " ".join(
        text_of(cards_pdf.kit(evening.run, evening.run.cards.all(), phone=EVIL)).split()
    )
    for sign in ("<script>", "#strong[x]", "*vet*", "$x^2$", "`rauw`"):
        assert sign in said


def test_each_card_has_its_number_and_code(evening):
    said = text_of(cards_pdf.kit(evening.run, evening.run.cards.all(), phone="14 0123"))
    for card in evening.run.cards.all():
        assert cards_pdf.in_fives(card.code) in said
    assert "14 0123" in said


def test_printing_again_gives_the_same_codes_and_no_blocked_card(evening, officer):
    codes = set(Card.objects.values_list("code", flat=True))
    lost = Card.objects.get(number=3)
    blocked = officer.post(desk(evening, f"kaarten/{lost.pk}/blokkeren/"))
    assert blocked.status_code == 302
    answer = officer.get(desk(evening, "kaarten/pdf/?first=2&last=4"))
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    said = text_of(answer.content)
    shown = {card.number for card in Card.objects.all() if cards_pdf.in_fives(card.code) in said}
    assert shown == {2, 4}
    assert set(Card.objects.values_list("code", flat=True)) == codes


@pytest.mark.parametrize(
    "query", ["first=x", "first=-1&last=0", "last=99999999999", "phone=" + "x" * 99]
)
def test_a3_a_wrong_question_for_sheets_gives_no_fault(evening, officer, query):
    assert officer.get(desk(evening, f"kaarten/pdf/?{query}")).status_code == 200


def test_the_desk_makes_cards_and_chooses_what_is_asked(evening, officer):
    assert officer.post(desk(evening, "kaarten/maken/"), {"count": 6}).status_code == 302
    assert Card.objects.count() == 16
    assert officer.post(desk(evening, "toelating/"), {"strictness": "card"}).status_code == 302
    evening.refresh()
    assert evening.run.strictness == "card"
    page = officer.get(desk(evening, "kaarten/")).content.decode()
    assert page.count("blokkeren/") == 16
    assert not [code for code in Card.objects.values_list("code", flat=True) if code in page]


@pytest.mark.parametrize("strictness", ["open", "card"])
def test_where_everybody_needs_a_card_nobody_at_home_is_led_to_a_door_that_stays_shut(strictness):
    """It was chosen without a word about home, and the project went on offering to take part online."""
    evening = an_evening(state="ready", hall_mode="H2", strictness=strictness)
    staff, run, project = Client(), evening.run, evening.run.project
    staff.force_login(evening.facilitator)
    page, card = a_project_page(project), strictness == "card"
    screen = staff.get(desk(evening, "kaarten/")).content.decode()
    assert "Thuis doet alleen mee wie vooraf een kaart kreeg" in screen
    announced = Client().get(page.url).content.decode()
    assert ("of doe thuis mee" in announced) != card
    evening.lead("open_lobby")
    assert bool(sections.open_now([project], evening.now)) != card
    shown = Client().get(page.url).content.decode()
    assert ("Doe online mee" in shown, "/meedoen#card" in shown) == (not card, card)
    door = Client().get(f"/s/{run.online_code}").content.decode()
    assert ("Thuis doet u mee met een kaart die u vooraf kreeg." in door) == card
    needs = "In deze sessie stemt iedereen met een kaart."
    assert (needs in staff.get(desk(evening, "codes/")).content.decode()) == card
    said = "Iedereen heeft een kaart nodig om te stemmen, ook thuis."
    assert (said in staff.get(f"/s/run/{run.pk}/console/").content.decode()) == card


@pytest.mark.parametrize("state", ["ready", "lobby", "closed"])
def test_cards_are_offered_until_the_session_is_over_and_not_after_it(state):
    evening = an_evening(state="open" if state == "closed" else state)
    if state == "closed":
        evening.lead("close_run")
    staff = Client()
    staff.force_login(evening.facilitator)
    offered = "kaarten/maken/" in staff.get(desk(evening, "kaarten/")).content.decode()
    made = staff.post(desk(evening, "kaarten/maken/"), {"count": 6}).status_code == 302
    assert offered == made == (state != "closed")


def test_a33_a_note_taker_gets_no_codes(evening):
    browser = Client()
    browser.force_login(a_user("note_taker", project=evening.run.project))
    assert browser.get(desk(evening, "kaarten/pdf/")).status_code == 403
    assert browser.get(desk(evening, "kaarten/")).status_code == 403


def test_the_desks_list_costs_the_same_for_3_and_for_300_cards(officer, evening):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for more in (1, 300):
        operations.print_cards(
            actor=evening.facilitator, run=evening.run, count=more, now=evening.now
        )
        with CaptureQueriesContext(
            connection,
        ) as asked:
            officer.get(desk(evening, "kaarten/"))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_card_scanned_on_a_phone_lets_in_and_a_second_one_is_asked_for():
    evening = an_evening(hall_mode="H2")
    phone, first, second = Client(), a_card(evening.run), a_card(evening.run, 2)
    assert phone.get(f"/s/card/{first.code}").status_code == 200
    went = phone.post(f"/s/card/{first.code}")
    assert went["Location"] == f"/s/run/{evening.run.pk}/?nieuw=1"
    page = phone.get(f"/s/card/{second.code}").content.decode()
    assert 'name="also" value="2"' in page
    assert phone.post(f"/s/card/{second.code}").status_code == 409
    went = phone.post(f"/s/card/{second.code}", {"also": "2"})
    assert went["Location"] == f"/s/run/{evening.run.pk}/?nieuw=1&kaart=2"
    page = phone.get(went["Location"]).content.decode()
    assert '<input type="hidden" name="card" value="2">' in page
    assert (
        f'href="/s/run/{evening.run.pk}/?kaart=2"'
        in phone.get(f"/s/run/{evening.run.pk}/").content.decode()
    )
    for wrong in ("3", "x", "-1", "9" * 30, "٣"):
        assert phone.get(f"/s/run/{evening.run.pk}/", {"kaart": wrong}).status_code == 403


def test_both_people_on_one_phone_vote_by_form_without_script():
    evening = an_evening(hall_mode="H2", headcount=5)
    first, second, phone = a_card(evening.run), a_card(evening.run, 2), Client()
    phone.post(f"/s/card/{first.code}")
    phone.post(f"/s/card/{second.code}", {"also": "2"})
    evening.lead("open_activity")
    for card, choice in (("", 0), ("2", 1)):
        page = phone.get(f"/s/run/{evening.run.pk}/", {"kaart": card} if card else {})
        fields = {"op_id": page.context["page"].op_id, "screen": "pub", "choice": choice}
        fields |= {
            "do": f"cast_ballot?activity={evening.activity.pk}",
            **({"card": card} if card else {}),
        }
        answer = phone.post(f"/s/run/{evening.run.pk}/do/", fields)
        assert answer.status_code == 302
        assert answer["Location"].endswith("?kaart=2" if card else "/")
    evening.close()
    assert evening.activity.rounds.get().tally["total"] == [1, 1]


def test_the_console_types_in_a_card_by_form():
    evening = an_evening(hall_mode="H2", headcount=5)
    card, staff = a_card(evening.run, 17), Client()
    staff.force_login(evening.counter)
    evening.lead("open_activity")
    scanned = staff.get(f"/s/card/{card.code}").content.decode()
    assert f"/s/run/{evening.run.pk}/console/?kaart=17" in scanned
    page = staff.get(f"/s/run/{evening.run.pk}/console/?kaart=17")
    assert 'name="cast_card_ballot.card"' in page.content.decode()
    assert 'value="17"' in page.content.decode()
    fields = {
        "op_id": page.context["page"].op_id, "screen": "mod",
        "do": f"cast_card_ballot?activity={evening.activity.pk}&seen=open",
        "cast_card_ballot.card": "17", "cast_card_ballot.choice": "1", "count": "",
    }  # fmt: skip
    assert staff.post(f"/s/run/{evening.run.pk}/do/", fields).status_code == 302
    evening.close()
    assert evening.activity.rounds.get().tally["total"] == [0, 1]


def test_cards_are_printed_whatever_the_evening_is_called(evening):
    evening.run.session.title = "🌳 ≥ 3 bomen \x0b می\u200cخواهم"
    assert "≥ 3 bomen" in text_of(cards_pdf.kit(evening.run, evening.run.cards.all()))
