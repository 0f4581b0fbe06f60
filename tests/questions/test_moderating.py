"""Does only what was approved show, everywhere, and does nobody overwrite a colleague?"""

import time
from datetime import timedelta

import pytest

from cms.models import ProjectPage
from compass.refusal import Refused
from deliberation.participation import operations
from deliberation.participation.personal_data_in_texts import personal_data_in
from deliberation.people.models import AuditEntry
from deliberation.people.operations import create_participant
from deliberation.people.queries import broken_audit_entries
from tests.builders import a_decision_point, a_municipality, a_phase, a_project, committed
from tests.cms.site import a_site

from .builders import a_desk, browser_of, somebody_with

pytestmark = pytest.mark.django_db
SECRET = "Zeldzaamwoord in mijn vraag"


def places(desk, question):
    """Every address on which others could read a question."""
    base = f"/vragen/{desk.project.pk}/"
    page = f"/{desk.project.slug}/"
    return [
        base, f"{base}?q=zeldzaamwoord", f"{base}?state=waiting", f"{base}{question.pk}/", page, "/",
        f"/en{base}", "/zoeken/?q=zeldzaamwoord", "/nieuws/rss/", "/agenda.ics", "/sitemap.xml",
    ]  # fmt: skip


def shown_at(desk, question, text=SECRET):
    found = set()
    for path in places(desk, question):
        answer = browser_of().get(path)
        assert answer.status_code in (200, 404), path
        if text in answer.content.decode():
            found.add(path)
    return found


def test_a14_nothing_that_was_not_approved_is_read_by_others():
    desk = a_desk()
    question = desk.ask(text=SECRET, name="Zeldzame Naam")
    assert shown_at(desk, question) == shown_at(desk, question, "Zeldzame Naam") == set()
    desk.do("publish_question", question)
    assert len(shown_at(desk, question)) >= 5
    desk.do("hide_question", question)
    assert shown_at(desk, question) == set()
    assert question.text == SECRET
    desk.do("show_question", question)
    assert shown_at(desk, question)


@pytest.mark.parametrize("how", ["reject", "merge"])
def test_a14_what_is_not_placed_is_read_by_nobody(how):
    desk = a_desk()
    question = desk.ask(text=SECRET)
    if how == "reject":
        desk.do("reject_question", question, rejection="insulting")
    else:
        desk.do("merge_question", question, into=desk.published())
    assert shown_at(desk, question) == set()
    followed = browser_of().get(f"/volg/{question.code}").content.decode()
    assert SECRET in followed  # who asked it reads it, and why


def test_a14_hiding_is_one_click_for_a_co_facilitator():
    desk = a_desk()
    question = desk.published(text=SECRET)
    staff = browser_of(user=somebody_with("co_facilitator", desk))
    with committed():
        answer = staff.post(f"/admin/participatie/vragen/{question.pk}/verbergen/")
    assert answer.status_code == 302
    assert shown_at(desk, question) == set()


@pytest.mark.parametrize(
    ("text", "seems"),
    [
        ("Bel mij op 06-12345678", True),
        ("Bel +31 6 1234 5678", True),
        ("030 286 00 00", True),
        ("mail naar jan@example.org", True),
        ("Hij woont op Lindestraat 12a", True),
        ("De man op 3511 AB", True),
        ("NL91 ABNA 0417 1643 00", True),
        ("bsn 123456782", True),
        ("Komen er in 2027 nog 12 bomen bij?", False),
        ("De Lindestraat is in 1998 aangelegd", False),
        ("Het kost 250.000 euro", False),
        ("Van 2025 tot 2027", False),
    ],
)
def test_a14_personal_data_is_seen(text, seems):
    assert bool(personal_data_in(text)) == seems


def test_a14_personal_data_is_left_out_or_checked_before_publishing():
    desk = a_desk()
    question = desk.ask(text="Bel mijn buurman: 06-12345678")
    with pytest.raises(Refused) as refused:
        desk.do("publish_question", question)
    assert refused.value.field == "shown"
    with pytest.raises(Refused):
        desk.do(
            "answer_question", question, text="Ja.", team="Team", disposition="explained", reason=""
        )
    queue = browser_of(user=desk.officer).get("/admin/participatie/vragen/").content.decode()
    assert "utrecht-badge-status--warning" in queue
    assert f"/vragen/{question.pk}/publiceren/" not in queue
    desk.do("publish_question", question, shown="Bel mijn buurman: (weggelaten)")
    assert (question.text[-8:], question.state) == ("12345678", "published")
    assert shown_at(desk, question, "12345678") == set()
    other = desk.ask(text="Bel de gemeente: 030 286 00 00")
    desk.do("publish_question", other, personal_checked=True)
    assert other.shown == other.text


def test_the_text_of_a_long_pattern_is_read_in_no_time():
    began = time.perf_counter()
    for text in ("0" * 1000, "a@" * 500, "A" * 1000, "06 " * 333, "Lindestraat " * 80):
        personal_data_in(text)
    assert time.perf_counter() - began < 0.5


def test_two_officers_do_not_overwrite_each_other():
    desk = a_desk()
    question = desk.ask()
    stale = question.version
    desk.do("publish_question", question)
    staff = browser_of(user=desk.officer)
    path = f"/admin/participatie/vragen/{question.pk}/niet-plaatsen/"
    answer = staff.post(path, {"seen": stale, "rejection": "other", "reason": "Mijn lange uitleg"})
    assert answer.status_code == 409
    assert "Mijn lange uitleg" in answer.content.decode()
    assert 'role="alert"' in answer.content.decode()
    question.refresh_from_db()
    assert question.state == "published"


def test_after_looking_again_the_same_form_goes_through():
    desk = a_desk()
    question = desk.ask()
    stale = question.version
    later = question.due_on + timedelta(days=3)
    desk.do("change_promise", question, due_on=later, reason="Druk")
    staff = browser_of(user=desk.officer)
    path = f"/admin/participatie/vragen/{question.pk}/publiceren/"
    answer = staff.post(path, {"seen": stale, "shown": question.text, "show_name": "on"})
    assert answer.status_code == 409
    seen = answer.context["contribution"].version
    assert f'name="seen" value="{seen}"' in answer.content.decode()
    assert staff.post(path, {"seen": seen, "shown": question.text}).status_code == 302


def test_rejecting_says_why_to_who_asked():
    desk = a_desk()
    question = desk.ask()
    with pytest.raises(Refused):
        desk.do("reject_question", question, rejection="other")
    with pytest.raises(Refused):
        desk.do("reject_question", question, rejection="geen zin")
    desk.do("reject_question", question, rejection="other", reason="Dit hoort bij de provincie.")
    assert (
        "Dit hoort bij de provincie." in browser_of().get(f"/volg/{question.code}").content.decode()
    )
    with pytest.raises(Refused):
        desk.do("publish_question", question)


def test_what_was_put_together_moves_along_and_gets_the_same_answer():
    desk = a_desk()
    first, second, third = desk.published(), desk.ask(text="Zelfde A"), desk.ask(text="Zelfde B")
    desk.do("merge_question", third, into=second)
    desk.do("merge_question", second, into=first)
    third.refresh_from_db()
    assert third.merged_into == first
    desk.answered(first)
    for one in (second, third):
        page = browser_of().get(f"/volg/{one.code}").content.decode()
        assert "twaalf lindes" in page and one.text in page
    page = browser_of().get(f"/vragen/{desk.project.pk}/").content.decode()
    assert "Zelfde A" not in page


def test_nothing_is_put_together_with_itself_elsewhere_or_what_is_gone():
    desk = a_desk()
    elsewhere = a_desk(point=a_decision_point(a_phase(project=a_project())))
    question, rejected = desk.ask(), desk.ask()
    desk.do("reject_question", rejected, rejection="unclear")
    for wrong in (question, elsewhere.published(), rejected):
        with pytest.raises(Refused):
            desk.do("merge_question", question, into=wrong)


def test_an_answer_always_has_a_reason_and_a_concern_more_than_words():
    desk = a_desk()
    concern = desk.published(kind="concern")
    answer = {"text": "Nee.", "team": "Team", "reason": ""}
    for disposition in ("adopted", "partly", "not", "elsewhere", "looking", "explained", "zomaar"):
        with pytest.raises(Refused):
            desk.do("answer_question", concern, disposition=disposition, **answer)
    desk.answered(desk.published(), disposition="explained", reason="")


def test_a_newer_answer_takes_the_place_and_the_older_stays():
    desk = a_desk()
    question = desk.answered()
    desk.answered(question, text="Er komen er toch tien.")
    page = browser_of().get(f"/vragen/{desk.project.pk}/?q=lindes").content.decode()
    assert "pt-contribution" not in page
    assert question.answers.count() == 2


def test_what_waits_can_be_answered_at_once():
    desk = a_desk()
    question = desk.ask()
    desk.answered(question)
    assert (question.state, question.shown) == ("answered", question.text)


def test_other_municipality_other_address(settings):
    settings.ALLOWED_HOSTS = ["testserver", "elders.localhost"]
    desk = a_desk()
    question = desk.published()
    other = a_municipality("elders")
    a_site(other, hostname="elders.localhost")
    for path in (
        f"/vragen/{desk.project.pk}/", f"/vragen/{desk.project.pk}/{question.pk}/",
        f"/vragen/{desk.project.pk}/stellen/", f"/volg/{question.code}",
    ):  # fmt: skip
        assert browser_of().get(path).status_code == 200
        answer = browser_of().get(path, headers={"host": "elders.localhost"})
        assert answer.status_code == 404, path


def test_a16_without_a_published_page_there_are_no_questions():
    desk = a_desk()
    question = desk.published(text=SECRET)
    ProjectPage.objects.get(project=desk.project).unpublish()
    assert shown_at(desk, question) == set()
    assert browser_of().get(f"/vragen/{desk.project.pk}/").status_code == 404
    assert browser_of().get(f"/vragen/{desk.project.pk}/stellen/").status_code == 404
    assert SECRET in browser_of().get(f"/volg/{question.code}").content.decode()


def test_a32_searching_is_bounded_and_takes_every_sign():
    desk = a_desk()
    desk.published(text="Honderd% zeker_weten? O'Neill")
    base = f"/vragen/{desk.project.pk}/"
    for text in (
        "%",
        "_",
        "'",
        '"; DROP TABLE x; --',
        "\\",
        "x" * 5000,
        "%25%25%25",
        "(a+)+$" * 50,
    ):
        assert browser_of().get(base, {"q": text}).status_code == 200
    assert "pt-contribution" in browser_of().get(base, {"q": "zeker_w"}).content.decode()
    assert "pt-contribution" not in browser_of().get(base, {"q": "zeker%w"}).content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "page=-1", "page=1e9&state=%00", "page[]=1", "q=%00", "q=%ff", 'page="><svg onload=x',
        "state=pending", "order_by=text", "project=%00", "project=-1&state=hidden",
    ],
)  # fmt: skip
def test_a3_crooked_values_in_the_list(query):
    desk = a_desk()
    pending = desk.ask(text=SECRET)
    client = browser_of()
    answer = client.get(f"/vragen/{desk.project.pk}/", QUERY_STRING=query)
    assert answer.status_code in (200, 400, 404)
    assert SECRET not in answer.content.decode() and '"><svg onload' not in answer.content.decode()
    staff = browser_of(user=desk.officer)
    for path in ("/admin/participatie/vragen/", "/admin/participatie/beloften/"):
        assert staff.get(path, QUERY_STRING=query).status_code in (200, 400, 404)
    assert pending.state == "pending"


def test_every_change_leaves_a_row_in_the_trail():
    desk = a_desk()
    desk.do("hide_question", desk.answered())
    desk.do("reject_question", desk.ask(), rejection="unclear")
    names = set(AuditEntry.objects.values_list("action", flat=True))
    assert {
        "ask_question",
        "publish_question",
        "answer_question",
        "hide_question",
        "reject_question",
    } <= names
    assert broken_audit_entries() == []


def test_asking_for_another_is_nobodys_right():
    desk = a_desk()
    with pytest.raises(Refused) as refused:
        operations.publish_contribution(
            actor=create_participant(), contribution=desk.ask(), seen=1, now=desk.now
        )
    assert refused.value.code == "forbidden"
