"""Can anybody answer the framework for themselves, in words, without anything being kept?"""

from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from compass.models import Assessment, Framework
from compass.operations import publish_framework
from compass.queries import parsed_shipped, shipped_framework_source
from deliberation.open_compass import addresses, advising, budget
from deliberation.people.models import Participant
from deliberation.projects.models import AssessmentDraft
from tests.builders import a_decided_point, a_framework, a_municipality, answers_for
from tests.cms.site import a_project_page, a_site

pytestmark = pytest.mark.django_db
BAD = [
    "?room=9",
    "?room=zwembad",
    "?zwembad=1",
    "?room=2&room=3",
    "?room[]=2",
    "?g_tax=1",
    "?room=%ff%fe",
    "?of-version=1999-1",
    "?advice=co_create",
    "?public_reasons=x",
    "?reason_g_tax=Zomaar",
    "?decider=koning",
    "?other-answer=room:9",
    "?other-answer=room:1&other-answer=time:1&other-answer=impact:1",
    "?" + "room=2&" * 900,
    "?" + "&".join(f"x{n}=1" for n in range(400)),
    "?room=" + "9" * 3000,
]


@pytest.fixture(autouse=True)
def a_site_that_chooses():
    advising._advised.cache_clear()
    a_framework()
    return a_site()


def in_address(answers: dict) -> str:
    return addresses.written(parsed_shipped("nl"), answers)


def gates(answers: dict) -> dict:
    return {key: code for key, code in answers.items() if key.startswith("g_")}


def text_of(client, path, status=200) -> str:
    response = client.get(path, follow=True)
    assert response.status_code == status, path
    return response.content.decode()


def test_none_of_these_leads_to_the_questions_that_weigh(client):
    html = text_of(client, "/kompas/")
    assert "Geen van deze" in html
    href = f"/kompas/afwegen/?{in_address(gates(answers_for()))}#questions"
    assert f'href="{href}"'.replace("&", "&amp;") in html
    page = client.get(href)
    assert page.status_code == 200
    assert page.context["advice"]["next_questions"][0] in page.content.decode()
    assert page.context["kind"] == "criterion"


def test_the_advice_ends_as_soon_as_nothing_can_change(client):
    page = client.get("/kompas/afwegen/?" + in_address(answers_for("co_create")))
    assert page.context["advice"]["outcome"] == "co_create"
    assert page.context["advice"]["done"] is True
    html = page.content.decode()
    assert "Dit hebt u geantwoord" in html
    assert "We maken het plan samen met u." in html  # the promise that would follow
    assert "Nu is minder haalbaar." not in html
    short = in_address({**answers_for("co_create"), "time": 1})
    assert "Nu is minder haalbaar." in text_of(client, f"/kompas/afwegen/?{short}")
    one_missing = answers_for("co_create")
    del one_missing["mandate"]  # only raises a warning
    page = client.get("/kompas/afwegen/?" + in_address(one_missing))
    assert page.context["advice"]["done"] is True
    assert [one.question.key for one in page.context["rest"].asked] == ["mandate"]


def test_a_gate_that_settles_it_ends_at_once(client):
    settled = in_address({**gates(answers_for()), "g_internal": True})
    page = client.get(f"/kompas/?go-to=next&{settled}", follow=True)
    assert page.redirect_chain[0][0].startswith("/kompas/?")
    assert page.context["advice"]["done"] is True
    assert page.context["advice"]["outcome"] == "none"


def test_open_questions_come_first_and_the_others_stand_apart(client):
    page = client.get("/kompas/afwegen/?" + in_address({**gates(answers_for()), "room": 0}))
    asked = [one.question.key for one in page.context["first"].asked]
    rest = [one.question.key for one in page.context["rest"].asked]
    assert "room" in asked
    assert set(asked) == {"room", *page.context["advice"]["next_questions"]}
    assert set(rest).isdisjoint(asked)
    assert len(asked) + len(rest) == len(parsed_shipped("nl").criteria)


def test_what_was_answered_travels_and_empty_answers_don_t(client):
    response = client.get("/kompas/?g_tax=false&g_minor=&room=2&go-to=next")
    assert response.status_code == 302
    where = urlsplit(response["Location"])
    assert where.path == "/kompas/afwegen/"
    assert where.fragment == "questions"
    given = dict(parse_qsl(where.query))
    assert given == {"of-version": parsed_shipped("nl").version, "g_tax": "false", "room": "2"}
    again = client.get(response["Location"])
    assert ("g_tax", "false") in again.context["elsewhere"]


def test_every_change_leads_to_the_difference_and_on(client):
    page = client.get("/kompas/afwegen/?" + in_address({**answers_for("consult"), "time": 0}))
    changes = page.context["what_if"]["changes"]
    assert changes
    for change in changes:
        shown = client.get(change["href"])
        assert shown.context["pair"]["after"]["outcome"] == change["level"]
        there = client.get(shown.context["with_href"])
        assert there.context["advice"]["outcome"] == change["level"]


def test_reasons_open_their_rule_and_the_answers(client):
    html = text_of(client, "/kompas/afwegen/?" + in_address(answers_for("inform")))
    for rule in parsed_shipped("nl").rules:
        if rule.id == "ceiling_no_room":
            assert rule.because["nl"] in html
            assert rule.reference not in html, "where a rule was taken from stands with the rules"
    assert "Ruimte: “niets”" in html


def test_the_rules_tell_every_level_question_and_rule_with_its_source(client):
    html = text_of(client, "/kompas/regels/")
    framework = parsed_shipped("nl")
    for level in framework.levels:
        assert level.promise["nl"] in html
    for question in framework.questions:
        assert question.text["nl"] in html
    for rule in (*framework.rules, *framework.switched_off):
        assert rule.because["nl"] in html, rule.id
        assert rule.reference.replace("&", "&amp;") in html
    assert framework.version in html
    english = text_of(client, "/en/kompas/regels/")
    assert framework.rules[0].because["en"] in english
    assert "This is how the municipality chooses" in english


@pytest.mark.parametrize(
    ("prefix", "language", "way_on"), [("", "nl", "Begin opnieuw"), ("/en", "en", "Start again")]
)
def test_a3_a36_a_crooked_address_is_refused_in_words(client, prefix, language, way_on):
    for path in ("/kompas/", "/kompas/afwegen/", "/kompas/verschil/", "/kompas/regels/"):
        for query in BAD:
            response = client.get(prefix + path + query)
            assert response.status_code == 400, path + query[:80]
            html = response.content.decode()
            assert f'<html lang="{language}"' in html
            assert way_on in html
            assert "zwembad" not in html.split("<main")[1].split("</main>")[0]
    assert AssessmentDraft.objects.count() == Assessment.objects.count() == 0


def test_a36_answers_of_another_framework_are_refused(client):
    other = parsed_shipped("ladder").questions
    strangers = [q for q in other if q.key not in parsed_shipped("nl").accepted_codes]
    assert client.get(f"/kompas/?{strangers[0].key}=true").status_code == 400


def test_an_address_of_an_older_version_still_gives_its_own_advice(client):
    old = in_address(answers_for("consult"))
    version = parsed_shipped("nl").version
    source = shipped_framework_source("nl").replace(f'version = "{version}"', 'version = "2026-9"')
    publish_framework(source=source, actor_id="tests", now=timezone.now())
    html = text_of(client, f"/kompas/afwegen/?{old}")
    assert f"Deze antwoorden horen bij versie {version}. Nu geldt versie 2026-9." in html
    assert client.get(f"/kompas/afwegen/?{old}").context["framework"].version == version
    assert client.get("/kompas/").context["framework"].version == "2026-9"


def test_nothing_is_kept_and_nobody_gets_a_cookie(client):
    before = Framework.objects.count(), Participant.objects.count()
    for path in ("/kompas/", "/kompas/afwegen/?" + in_address(answers_for()), "/kompas/regels/"):
        response = client.get(path)
        assert response.status_code == 200
        assert not response.cookies
        assert response["Cache-Control"] == "private, max-age=300"
    assert (Framework.objects.count(), Participant.objects.count()) == before
    assert AssessmentDraft.objects.count() == Assessment.objects.count() == 0
    assert client.post("/kompas/", {"room": 2}).status_code == 405


def test_answers_are_no_pages_for_search_engines(client):
    assert "noindex" not in text_of(client, "/kompas/")
    assert "noindex, nofollow" in text_of(client, "/kompas/afwegen/?" + in_address({"room": 2}))
    assert "/kompas/regels/" in text_of(client, "/sitemap.xml")
    assert "/en/kompas/" in text_of(client, "/sitemap.xml")


def test_pages_lead_to_it(client):
    page = a_project_page(a_decided_point().project)
    html = text_of(client, page.get_url())
    assert html.count('href="/kompas/"') == 2  # under the promise, and at the bottom of every page


def test_without_a_framework_the_page_says_so(client):
    municipality = a_municipality()
    municipality.framework_key = "nog_niets"
    municipality.save()
    for path in ("/kompas/", "/kompas/afwegen/", "/kompas/verschil/", "/kompas/regels/"):
        assert "Deze gemeente heeft nog geen vragen en regels." in text_of(client, path)


def test_names_of_the_municipality_itself_are_used(client):
    municipality = a_municipality()
    municipality.level_names = {"consult": {"plain": {"nl": "Praat mee"}}}
    municipality.save()
    html = text_of(client, "/kompas/afwegen/?" + in_address(answers_for("consult")))
    assert "Praat mee" in html
    assert "Praat mee" in text_of(client, "/kompas/regels/")


def test_a33_the_framework_of_another_municipality_is_not_there(client):
    theirs = a_municipality("elders")
    source = shipped_framework_source("nl").replace('key = "nl"', 'key = "van_elders"', 1)
    publish_framework(source=source, actor_id="tests", now=timezone.now(), owner=theirs.slug)
    ours = a_municipality()
    ours.framework_key = "van_elders"  # should anybody ever set it so
    ours.save()
    assert "Deze gemeente heeft nog geen vragen" in text_of(client, "/kompas/")


def test_too_much_thinking_in_a_minute_waits_for_the_next_one(client):
    query = "/kompas/afwegen/?" + in_address({"room": 2})
    budget.OF_ALL["page"].add(30_000)
    response = client.get(query)
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 60
    assert "Het is erg druk" in response.content.decode()
    budget.OF_ALL["page"].forget()
    assert client.get(query).status_code == 200
    assert budget.OF_ALL["page"].used() >= 0
    budget.OF_ALL["page"].add(30_000)
    assert client.get(query).status_code == 200, "the same answers are remembered"


def test_a_hall_that_answers_together_stays_far_below_the_budget(client):
    """Three hundred people behind one address, each two screens in the same minute."""
    levels = ("none", "inform", "consult", "co_create", "collaborate")
    for level in levels:
        answers = answers_for(level)
        keys = list(answers)
        for upto in range(0, len(keys), 3):  # everybody is somewhere else
            client.get("/kompas/afwegen/?" + in_address({k: answers[k] for k in keys[:upto]}))
    assert (
        0 < budget.OF_AN_ADDRESS["page"].used("127.0.0.1") < budget.OF_AN_ADDRESS["page"].most / 1.5
    )


def test_a_page_costs_the_same_whatever_is_answered(client):
    costs = set()
    for answers in ({}, {"room": 2}, answers_for("collaborate")):
        path = "/kompas/afwegen/?" + in_address(answers)
        client.get(path)
        with CaptureQueriesContext(connection) as caught:
            assert Client().get(path).status_code == 200
        costs.add(len(caught))
    assert len(costs) == 1, costs


@pytest.mark.parametrize("added", ["fbclid=IwAR0x_y", "gclid=1", "utm_source=nieuwsbrief"])
def test_what_a_medium_adds_to_a_shared_address_harms_nothing(client, added):
    shared = client.get(f"/kompas/afwegen/?{in_address({'room': 2})}&{added}")
    assert shared.status_code == 302
    assert "room=2" in shared.url and added.split("=")[0] not in shared.url
