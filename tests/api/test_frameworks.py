"""Do programs get the frameworks of this municipality, and an advice on what they send and nothing else?"""

import json

import pytest
from django.test import Client
from django.utils import timezone

from compass.engine.advise import advise
from compass.models import Assessment, Framework
from compass.operations import publish_framework
from compass.queries import parsed_shipped, shipped_framework_source
from deliberation.api.serving import VERSION
from deliberation.open_compass import budget
from deliberation.people.models import AuditEntry
from deliberation.projects.models import AssessmentDraft, Role
from tests.builders import a_municipality, a_user, answers_for

from .conftest import ADVICE, is_refused, send

pytestmark = pytest.mark.django_db


def own_framework(owner: str, key: str):
    source = shipped_framework_source("nl").replace('key = "nl"', f'key = "{key}"', 1)
    return publish_framework(source=source, actor_id="x", now=timezone.now(), owner=owner)


def test_the_advice_is_the_engines_own(client):
    for level in ("none", "inform", "consult", "co_create", "collaborate"):
        answers = answers_for(level)
        told = send(client, {"answers": answers}).json()
        ours = advise(parsed_shipped("nl"), answers)
        assert told["fits"] == ours.outcome == level
        assert told["now"] == ours.now
        assert [reason["rule"] for reason in told["reasons"]] == [r.rule.id for r in ours.reasons]
        assert told["sourceHash"] == ours.source_hash
        assert told["provisional"] is False
        bound = ours.bounds["wish"]
        assert told["bounds"]["wish"] == (
            {"level": bound.level, "rules": [rule.id for rule in bound.rules]} if bound else None
        )


def test_unknown_is_never_no(client):
    told = send(client, {"answers": {"room": None}}).json()
    assert told["fits"] is None
    assert told["provisional"] is True
    assert told["possible"] == [level.key for level in parsed_shipped("nl").levels]
    assert told["nextQuestions"]


def test_what_collides_is_said(client):
    answers = {**answers_for("inform"), "g_law_requires": True}
    told = send(client, {"answers": answers}).json()
    assert told["conflicts"] == ["C1"]
    (note,) = [one for one in told["notes"] if one["about"] == "C1"]
    assert note["text"].startswith("Dit botst.")
    assert "floor_law" in note["rules"]


def test_texts_follow_the_language_that_is_asked(client):
    body = {"answers": answers_for("inform")}
    dutch = send(client, body)
    english = send(client, body, **{"Accept-Language": "fr, en-GB;q=0.8"})
    asked = send(client, body, path=ADVICE + "?language=nl", **{"Accept-Language": "en"})
    assert [one["Content-Language"] for one in (dutch, english, asked)] == ["nl", "en", "nl"]
    assert dutch.json()["reasons"][0]["because"] == asked.json()["reasons"][0]["because"]
    assert dutch.json()["reasons"][0]["because"] != english.json()["reasons"][0]["because"]


def test_a26_the_post_keeps_nothing_so_it_needs_no_token(client):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(a_user(Role.OFFICER, municipality=a_municipality()))
    before = (AuditEntry.objects.count(), Framework.objects.count())
    assert send(strict, {"answers": answers_for()}).status_code == 200
    assert not send(Client(), {"answers": {}}).cookies
    assert (AuditEntry.objects.count(), Framework.objects.count()) == before
    assert AssessmentDraft.objects.count() == Assessment.objects.count() == 0


def test_every_answer_has_the_headers_of_the_design_rules(client):
    for response in (
        client.get("/api/v1/frameworks"),
        client.get("/api/v1/none"),
        send(client, {"answers": {}}),
    ):
        assert response["API-Version"] == VERSION
        assert response["Cache-Control"] == "no-store"
        assert response["X-Frame-Options"] == "DENY"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Referrer-Policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
        assert "default-src 'none'" in response["Content-Security-Policy"]
    assert client.get("/api/v1/frameworks")["Access-Control-Allow-Origin"] == "*"
    assert not send(client, {"answers": {}}).has_header("Access-Control-Allow-Origin")


def test_the_list_tells_which_framework_is_in_use(client):
    publish_framework(
        source=shipped_framework_source("ladder"), actor_id="tests", now=timezone.now()
    )
    own_framework("kompasdorp", "van_ons")
    listed = {one["key"]: one for one in client.get("/api/v1/frameworks").json()["results"]}
    assert set(listed) == {"nl", "ladder", "van_ons"}
    assert [key for key, one in listed.items() if one["inUse"]] == ["nl"]
    assert listed["van_ons"]["ownedBy"] == "municipality"
    assert listed["nl"]["ownedBy"] == "platform"


def test_a_version_from_a_later_day_is_not_there_yet(client):
    later = shipped_framework_source("nl")
    version, day = parsed_shipped("nl").version, parsed_shipped("nl").valid_from
    later = later.replace(f'version = "{version}"', 'version = "2099-1"')
    later = later.replace(f"valid_from = {day}", "valid_from = 2099-01-01")
    publish_framework(source=later, actor_id="tests", now=timezone.now())
    (listed,) = client.get("/api/v1/frameworks").json()["results"]
    assert [one["version"] for one in listed["versions"]] == [version]
    is_refused(client.get("/api/v1/frameworks/nl?version=2099-1"), 404)
    assert client.get(f"/api/v1/frameworks/nl?version={version}").json()["version"] == version


def test_a33_the_framework_of_another_municipality_is_not_there(client):
    own_framework("elders", "van_elders")
    visitors = [Client(), Client()]
    visitors[1].force_login(a_user(Role.ADMINISTRATOR, municipality=a_municipality()))
    for visitor in visitors:
        assert b"van_elders" not in visitor.get("/api/v1/frameworks").content
        is_refused(visitor.get("/api/v1/frameworks/van_elders"), 404)
        is_refused(send(visitor, {"answers": {}}, "/api/v1/frameworks/van_elders/advice"), 404)


def test_names_of_the_municipality_itself_are_used(client):
    municipality = a_municipality()
    municipality.level_names = {"consult": {"plain": {"nl": "Praat mee"}}}
    municipality.save()
    levels = client.get("/api/v1/frameworks/nl").json()["levels"]
    assert [one["plainName"] for one in levels if one["key"] == "consult"] == ["Praat mee"]


def test_on_a_host_of_nobody_there_is_nothing(client, settings):
    settings.ALLOWED_HOSTS = ["elders.example.org"]
    from wagtail.models import Site

    Site.objects.update(is_default_site=False)
    is_refused(client.get("/api/v1/frameworks", headers={"Host": "elders.example.org"}), 404)


def test_too_much_thinking_in_a_minute_waits_for_the_next_one(client, document):
    send(client, {"answers": {}})
    assert budget.OF_ALL["api"].used() > 0
    budget.OF_ALL["api"].add(budget.OF_ALL["api"].most)
    refused = send(client, {"answers": {"room": 2}})
    is_refused(refused, 429)
    assert 0 < int(refused["Retry-After"]) <= 60
    assert client.get("/api/v1/frameworks").status_code == 200, "reading costs no thinking"
    assert client.get("/kompas/?of-version=").status_code in (200, 302), "pages have their own"


def test_a_failure_tells_nothing_of_the_inside(monkeypatch, caplog):
    careful = Client(raise_request_exception=False)
    Framework.objects.all()._raw_delete("default")
    own = shipped_framework_source("nl").replace("[[levels]]", "[[nivo]]", 1)
    Framework(
        key="nl", version="1", source=own, source_hash="x", valid_from="2026-01-01",
        published_at=timezone.now(), published_by="x",
    ).save()  # fmt: skip
    problem = is_refused(careful.get("/api/v1/frameworks/nl"), 500)
    assert "levels" not in json.dumps(problem)
    assert "the API could not answer" in caplog.text
