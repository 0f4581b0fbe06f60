"""What does each live address answer, and does a form say the same as JSON?"""

import re
import uuid
from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup
from django.core import signing
from django.urls import reverse

from deliberation.live.joining.access import PROJECTOR_SALT, maker_of
from deliberation.live.joining.guesses import PER_BROWSER, proof_of
from deliberation.live.models import Attendance, Op, Run
from deliberation.people.models import Participant
from deliberation.people.second_factor import note_issuer
from tests.builders import a_project, a_user
from tests.cms.site import a_project_page
from tests.live.builders import an_evening, stored_votes
from tests.live.screens.browsers import Browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def evening():
    return an_evening(hall_mode="H3", headcount=20, poll_open=True)


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


# --- Joining ------------------------------------------------------------------------------------


def test_meedoen_leads_to_the_page_that_says_what_it_is(evening):
    browser = Browser(evening)
    assert browser.client.get("/meedoen").status_code == 200
    spaced = f"{evening.run.online_code[:3]} {evening.run.online_code[3:]}"
    answer = browser.client.post("/meedoen", {"code": spaced})
    assert (answer.status_code, answer.url) == (
        302,
        f"/s/{evening.run.online_code}?q={proof_of(evening.run.online_code)}",
    )


@pytest.mark.parametrize("lane", ["hall", "online"])
def test_the_code_sets_the_lane_and_joining_is_the_button(evening, lane):
    browser = Browser(evening)
    code = getattr(evening.run, f"{lane}_code")
    page = browser.client.get(f"/s/{code}")
    assert page.status_code == 200
    assert "U geeft uw mening" in page.content.decode()
    assert not Participant.objects.exists()
    assert not Attendance.objects.exists()
    browser.join(lane)
    assert Attendance.objects.get().lane == lane
    assert browser.page().status_code == 200


def test_joining_twice_is_joining_once(evening):
    browser = Browser(evening).join().join()
    assert Attendance.objects.get().participant == browser.participant
    assert Participant.objects.count() == 1


@pytest.mark.parametrize("state", ["draft", "ready"])
def test_nobody_joins_before_the_doors_open(state):
    evening = an_evening(state=state)
    browser = Browser(evening)
    address = f"/s/{evening.run.hall_code}?q={proof_of(evening.run.hall_code)}"
    assert browser.client.get(address).status_code == 200
    assert browser.client.post(address).status_code == 409
    assert not Participant.objects.exists()


@pytest.mark.parametrize("code", ["000", "99999a", "abc", "1" * 400, "%00", "१२३४५६", "٠١٢٣٤٥"])
def test_a3_a_wrong_code_is_a_dutch_page(evening, code):
    answer = Browser(evening).client.get(f"/s/{code}")
    assert answer.status_code == 404
    assert "code" in text_of(answer)


def test_who_mistypes_often_is_asked_the_word_and_nobody_else_is(evening):
    guesser, code = Browser(evening), evening.run.online_code
    statuses = [guesser.client.get("/s/000000").status_code for _ in range(PER_BROWSER.most + 1)]
    assert statuses == [404] * PER_BROWSER.most + [403]
    assert guesser.client.post("/meedoen", {"code": code}).status_code == 403
    assert guesser.client.get(f"/s/{code}", {"q": proof_of(code)}).status_code == 200
    assert Browser(evening).client.get(f"/s/{code}").status_code == 200


# --- Commands -----------------------------------------------------------------------------------


def test_json_answers_two_hundred_with_a_receipt_and_a_repeat_gives_the_first_answer(evening):
    browser = Browser(evening).join()
    body = browser.body("cast_ballot", activity=evening.activity.pk, choice=1)
    first, again = browser.send(body), browser.send(body)
    assert (first.status_code, again.status_code) == (200, 200)
    assert set(first.json()) == {"op_id", "status", "reason", "receipt", "field"}
    assert first.json()["status"] == "applied"
    assert again.json()["status"] == "duplicate"
    assert first.json()["receipt"] == again.json()["receipt"] != ""
    assert len(stored_votes()) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 2000 + b"]" * 2000,
        b"{}",
        b'{"do": "cast_ballot"}',
        b'{"do": ["cast_ballot"], "op_id": 5}',
        b'{"do": "fly"}',
        b'{"do": "' + b"x" * 20_000 + b'"}',
    ],
)
def test_a_malformed_body_is_four_hundred(evening, body):
    answer = Browser(evening).join().send(body)
    assert answer.status_code == 400
    assert answer.json()["status"] == "refused"
    assert answer.json()["reason"]


@pytest.mark.parametrize("choice", [2, -1, None, 0.5, "0", [0], [0, 1], True, 10**12])
def test_a6_a_wrong_option_is_four_hundred_and_nothing_is_stored(evening, choice):
    answer = Browser(evening).join().vote(choice)
    assert answer.status_code == 400
    assert not stored_votes()
    assert not Op.objects.filter(actor__startswith="p:").exists()


def test_a34_extra_parts_are_refused_over_json_and_form(evening):
    browser = Browser(evening).join()
    about = {"activity": evening.activity.pk, "choice": 0}
    assert browser.json("cast_ballot", **about, weight=5).status_code == 400
    assert browser.form("cast_ballot", **about, weight=5).status_code == 400
    assert browser.form("cast_ballot", activity=about["activity"], choice=[0, 1]).status_code == 400
    assert len(stored_votes()) == 0


def test_who_did_not_join_gets_four_hundred_and_three(evening):
    assert Browser(evening).vote().status_code == 403
    assert Browser(evening).form("cast_ballot", activity=1, choice=0).status_code in (400, 403)
    assert Browser(evening).page().status_code == 403
    assert Browser(evening).regions().status_code == 403


def test_too_late_is_four_hundred_and_nine(evening):
    browser = Browser(evening).join()
    evening.close()
    answer = browser.vote()
    assert answer.status_code == 409
    assert answer.json()["status"] == "refused"


def test_a_form_gets_three_hundred_and_three_with_the_message(evening):
    browser = Browser(evening).join()
    value = f"cast_ballot?activity={evening.activity.pk}"
    answer = browser.form(value, choice=1, screen="pub")
    assert (answer.status_code, answer.url) == (302, f"/s/run/{evening.run.pk}/")
    page = browser.client.get(answer.url).content.decode()
    assert "Received" in page or "Ontvangen" in page
    assert stored_votes() == [[1]]


def test_a_refused_form_keeps_what_was_chosen(evening):
    browser = Browser(evening).join()
    evening.lead("pause_activity")
    value = f"cast_ballot?activity={evening.activity.pk}"
    answer = browser.form(value, choice=1, screen="pub")
    assert answer.status_code == 409
    checked = re.findall(r'<input[^>]*value="(\d)"[^>]* checked', answer.content.decode())
    assert checked == ["1"]


@pytest.mark.parametrize("screen", ["pub", "mod"])
def test_refresh_works_on_the_page_of_a_form_that_was_refused(evening, screen):
    """There it led to the address of the form, which only takes forms: an empty page."""
    browser = Browser(evening, evening.facilitator)
    browser.join()
    answer = browser.form("record_headcount", screen=screen, count="veel")
    assert answer.status_code == 400
    links = BeautifulSoup(answer.content, "html.parser").select("a[data-refresh]")
    asked = [browser.client.get(urljoin(answer.request["PATH_INFO"], one["href"])) for one in links]
    assert [one.status_code for one in asked] == [200, 200]


def test_the_fields_of_other_commands_on_the_screen_do_not_get_in_the_way(evening):
    staff = Browser(evening, evening.facilitator)
    answer = staff.form(
        "record_headcount?seen=1",
        count="44",
        hands=["", ""],
        screen="mod",
        **{"void_activity.reason": "", "correct_hall_count.reason": "x"},
    )
    assert (answer.status_code, answer.url) == (302, f"/s/run/{evening.run.pk}/console/")
    assert evening.run.headcounts.last().count == 44


def test_hands_come_in_by_form(evening):
    value = f"enter_hall_count?activity={evening.activity.pk}&seen=open"
    first = Browser(evening, evening.facilitator).form(value, hands=["5", "2"], screen="mod")
    value = f"confirm_hall_count?activity={evening.activity.pk}&seen=open"
    second = Browser(evening, evening.counter).form(value, hands=["5", "2"], screen="mod")
    assert (first.status_code, second.status_code) == (302, 302)
    wrong = Browser(evening, evening.counter).form(value, hands=["5", "twee"], screen="mod")
    assert wrong.status_code == 400
    assert 'value="twee"' in wrong.content.decode()


def test_a26_a_get_changes_nothing(evening):
    browser = Browser(evening, evening.facilitator)
    before = evening.refresh().run.seq
    query = {"do": f"close_activity?activity={evening.activity.pk}&seen=open"}
    path = f"/s/run/{evening.run.pk}/do/"
    assert browser.client.get(path, {**query, "op_id": str(uuid.uuid4())}).status_code == 405
    for screen in ("", "console", "projector"):
        browser.page(screen, **query)
    browser.client.get(f"/s/{evening.run.online_code}")
    assert evening.refresh().run.seq == before
    assert evening.activity.state == "open"
    assert not Attendance.objects.exists()


def test_a26_a_post_without_proof_of_origin_is_refused(evening):
    browser = Browser(evening, evening.facilitator, csrf=True)
    assert browser.client.post(f"/s/{evening.run.online_code}").status_code == 403
    assert browser.client.post("/meedoen", {"code": evening.run.online_code}).status_code == 403
    body = browser.body("close_activity", activity=evening.activity.pk, seen="open")
    assert browser.send(body).status_code == 403
    assert browser.form("close_run?seen=open").status_code == 403
    assert evening.refresh().activity.state == "open"


# --- Screens ------------------------------------------------------------------------------------


def test_a20_screens_of_staff_are_closed_to_residents_and_strangers(evening):
    elsewhere = a_user("facilitator", project=a_project())
    resident, stranger = Browser(evening).join(), Browser(evening, elsewhere)
    for browser in (resident, stranger):
        assert browser.page("console").status_code == 403
        assert browser.page("projector").status_code == 403
        assert browser.regions(**{"as": "mod"}).status_code == 403
        assert browser.regions(**{"as": "screen"}).status_code == 403
    assert Browser(evening, evening.counter).page("console").status_code == 200


def test_a30_staff_without_a_second_factor_lead_nothing(evening):
    from allauth.mfa.models import Authenticator

    Authenticator.objects.filter(user=evening.facilitator).delete()
    staff = Browser(evening, evening.facilitator)
    assert staff.page("console").status_code == 302
    assert staff.regions(**{"as": "mod"}).status_code == 403
    answer = staff.json("close_activity", activity=evening.activity.pk, seen="open")
    assert answer.status_code == 403
    assert evening.refresh().activity.state == "open"


def test_a_projector_opens_with_the_consoles_link_as_long_as_its_maker_may(evening):
    page = Browser(evening, evening.facilitator).page("console").content.decode()
    link = re.search(r'href="(/s/run/\d+/projector/\?key=[^"]+)"', page).group(1)
    anybody = Browser(evening).client
    assert anybody.get(link).status_code == 200
    assert anybody.get(link[:-1] + ("A" if link[-1] != "A" else "B")).status_code == 403
    other = an_evening()
    moved = link.replace(f"/run/{evening.run.pk}/", f"/run/{other.run.pk}/")
    assert anybody.get(moved).status_code == 403
    evening.facilitator.roleassignment_set.all().delete()
    assert anybody.get(link).status_code == 403


def test_a_projector_opens_too_for_who_was_asked_a_second_factor_by_their_organisation(evening):
    """That stands in their session only, and the browser of the hall has another one."""
    maker = a_user("facilitator", municipality=evening.run.municipality, second_factor=False)
    staff = Browser(evening, maker)
    for asked in (False, True):
        session = staff.client.session
        note_issuer(session, evening.run.municipality.slug, asked)
        session.save()
        console = staff.page("console")
        assert console.status_code == (200 if asked else 302)
    link = re.search(r'href="(/s/run/\d+/projector/\?key=[^"]+)"', console.content.decode()).group(
        1
    )
    assert Browser(evening).client.get(link).status_code == 200
    old = signing.dumps([evening.run.pk, evening.facilitator.pk], salt=PROJECTOR_SALT)
    assert maker_of(old, evening.run) == evening.facilitator, "a link of the version before"


def test_the_broadcast_shows_no_hall_code(evening):
    def spaced(code):
        return f"{code[:3]} {code[3:]}"

    staff = Browser(evening, evening.facilitator)
    hall = staff.page("projector").content.decode()
    broadcast = staff.page("projector", view="broadcast").content.decode()
    run = evening.run
    assert spaced(run.hall_code) in hall
    assert run.hall_code not in broadcast.replace(" ", "")
    assert spaced(run.online_code) in broadcast


@pytest.mark.parametrize(
    "query",
    [
        {"since": "-1"},
        {"since": "1e9"},
        {"since": "9" * 30},
        {"since": '"><svg'},
        {"since": "\x00"},
        {"since": "٣"},
        {"since": ["1", "x"]},
        {"as": "modx"},
        {"as": "tbl:1"},
    ],
)
def test_a3_regions_refuse_what_is_not_a_number(evening, query):
    answer = Browser(evening).join().regions(**query)
    assert answer.status_code == 400
    assert "svg" not in answer.content.decode()


@pytest.mark.parametrize("epoch", ["", "x", "\x00", "a" * 2000, '"><img onerror=1>'])
def test_a3_another_epoch_gives_a_snapshot(evening, epoch):
    browser = Browser(evening).join()
    seq = evening.refresh().run.seq
    answer = browser.regions(since=seq, epoch=epoch)
    assert answer.status_code == 200
    assert "ballot" in answer.json()["regions"]
    known = browser.regions(since=seq, epoch=str(evening.run.epoch)).json()
    assert set(known["regions"]) == {"me"}


def test_unknown_runs_are_not_found(evening):
    client = Browser(evening, evening.facilitator).client
    for path in ("", "console/", "projector/", "regions/"):
        assert client.get(f"/s/run/999999/{path}").status_code == 404, path
    assert client.get("/s/run/99999999999999999999/").status_code == 404
    body = Browser(evening).body("close_run", seen="open")
    answer = client.post("/s/run/999999/do/", body, content_type="application/json")
    assert answer.status_code == 404


def test_no_page_is_kept_by_the_browser(evening):
    browser = Browser(evening).join()
    assert "no-store" in browser.page()["Cache-Control"]
    assert "no-store" in browser.regions()["Cache-Control"]


def test_a1_a_script_in_question_and_answers_is_text_on_every_screen():
    bad = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    evening = an_evening(state="draft", options=(bad, "javascript:alert(1)"), headcount=None)
    activity = evening.activity
    activity.question = activity.item.title = bad
    activity.item.what_we_do_with_input = bad
    activity.save()
    activity.item.save()
    evening.run.session.title = evening.run.session.intro = bad
    evening.run.session.save()
    for step in ("ready_run", "open_lobby", "start_run", "open_activity"):
        evening.lead(step)
    staff, resident = Browser(evening, evening.facilitator), Browser(evening).join()
    pages = [staff.page("console"), staff.page("projector"), resident.page()]
    pages.append(Browser(evening).client.get(f"/s/{evening.run.online_code}"))
    pages.append(staff.client.get(f"/admin/participatie/sessies/{evening.run.session_id}/"))
    for page in pages:
        html = page.content.decode()
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "&lt;script&gt;" in html
    told = resident.regions(since=0).json()["regions"]
    assert not [name for name, html in told.items() if "<script" in html or "<img" in html]


# --- After the evening --------------------------------------------------------------------------


def leads_on(html, evening, page, prefix=""):
    ask = reverse("ask_question", args=[evening.run.project.pk])
    return all(f'href="{prefix}{href}"' in html for href in (page, f"{page}#follow", ask))


def test_after_the_evening_every_page_of_it_leads_on_to_the_project_to_asking_and_to_following():
    evening = an_evening(headcount=0, poll_open=True)
    page = a_project_page(evening.run.project).get_url()
    browser = Browser(evening).join()
    assert not leads_on(browser.page().content.decode(), evening, page)
    evening.votes("online", 6, 2)
    evening.close()
    evening.lead("reveal_result", to="public")
    since = Run.objects.get(pk=evening.run.pk).seq
    evening.lead("close_run")
    told = browser.regions(since=since, epoch=evening.run.epoch).json()["regions"]
    assert leads_on(told["notice"], evening, page)
    code, session = evening.run.online_code, evening.run.session_id
    for path in (
        f"/s/run/{evening.run.pk}/",
        f"/s/{code}?q={proof_of(code)}",
        f"/s/uitslag/{session}/",
    ):
        assert leads_on(browser.client.get(path).content.decode(), evening, page), path


def test_an_evening_of_a_project_without_a_page_leads_nowhere():
    evening = an_evening(headcount=0)
    browser = Browser(evening).join()
    evening.lead("close_run")
    assert "#follow" not in browser.page().content.decode()


# --- Secrecy, said beforehand -------------------------------------------------------------------

SECRET = "Niemand ziet wat u kiest."
GUESSED = "In een kleine groep"


def shown_words(browser):
    """Read a page as somebody without scripts does: what is hidden is not there."""
    return re.sub(r"<(\w+)[^>]* hidden>.*?</\1>", "", browser.page().content.decode())


@pytest.mark.parametrize(("mode", "lane"), [("H1", "online"), ("H3", "online"), ("H3", "hall")])
def test_who_votes_beside_counted_hands_hears_beforehand_that_it_may_come_out(mode, lane):
    evening = an_evening(hall_mode=mode, headcount=30, poll_open=True)
    browser = Browser(evening).join(lane)
    html = shown_words(browser)
    assert GUESSED in html and SECRET not in html
    live = browser.regions().json()["live"]
    assert (live["few"], live["many"]) == (1, 0)
    browser.vote(
        0
    )  # beside hands that somebody counts: what this one person chose can be worked out
    assert GUESSED in shown_words(browser)


def test_a_crowd_that_votes_in_secret_is_promised_it():
    evening = an_evening(hall_mode="H1", headcount=30, poll_open=True)
    evening.votes("online", 3, 2)  # five may be shown apart
    browser = Browser(evening).join()
    html = shown_words(browser)
    assert SECRET in html and GUESSED not in html


def test_where_nobody_counts_hands_a_few_at_home_stay_secret():
    evening = an_evening(hall_mode="H2", headcount=30, poll_open=True)
    evening.joined(hall=12)
    assert SECRET in shown_words(Browser(evening).join())


def test_a_page_tells_its_script_whose_it_is_and_nobody_who_that_is(evening):
    """What waits in a tab goes out only from a page of who pressed it, also after they signed in anew."""

    def whose(browser, screen=""):
        [form] = BeautifulSoup(browser.page(screen).content, "html.parser").select("form#do")
        return form["data-whose"]

    lead, again = (Browser(evening, evening.facilitator) for _ in range(2))
    count, phone, other = (
        Browser(evening, evening.counter),
        *(Browser(evening).join() for _ in "12"),
    )
    assert whose(lead, "console") == whose(again, "console")
    marks = {whose(lead, "console"), whose(count, "console"), whose(phone), whose(other)}
    assert len(marks) == 4 and all(len(mark) == 16 for mark in marks)
    assert not any(str(phone.participant.pk)[:8] in mark for mark in marks)
    watching = Browser(evening, a_user("observer", project=evening.run.project))
    assert b'id="do"' not in watching.page().content
