"""Is the API described as it is, by the rules?"""

import re

import pytest
from django.urls import get_resolver
from openapi_spec_validator import OpenAPIV30SpecValidator, validate

from deliberation.api import urls
from tests.builders import a_decided_point, answers_for
from tests.cms.site import a_project_page

from .conftest import closed, is_refused

pytestmark = pytest.mark.django_db
CAMEL = r"[a-z][a-z\d]*([A-Z][a-z\d]*)*"


def test_the_document_is_openapi_303(document):
    validate(document, cls=OpenAPIV30SpecValidator)
    assert document["openapi"] == "3.0.3"
    assert document["servers"] == [{"url": "http://testserver/api/v1"}]
    assert re.fullmatch(r"\d+\.\d+\.\d+", document["info"]["version"])
    assert document["info"]["contact"]["name"] == "Kompasdorp"


def test_a_broken_document_is_caught(document):
    del document["paths"]["/frameworks"]["get"]["responses"]
    with pytest.raises(Exception, match="responses"):
        validate(document, cls=OpenAPIV30SpecValidator)


def test_the_document_speaks_the_readers_language(client):
    dutch = client.get("/api/v1/openapi.json")
    english = client.get("/api/v1/openapi.json", headers={"Accept-Language": "en-GB,nl;q=0.5"})
    assert (dutch["Content-Language"], english["Content-Language"]) == ("nl", "en")
    assert dutch.json()["info"]["title"] == "Participatiekompas van Kompasdorp"
    assert english.json()["info"]["title"] == "Participation compass of Kompasdorp"


def test_every_address_is_in_the_document_and_no_other(document):
    ours = {
        str(pattern.pattern).removeprefix("v1")
        for pattern in urls.urlpatterns
        if str(pattern.pattern).startswith("v1/")
    }
    told = {re.sub(r"<\w+:(\w+)>", r"{\1}", route) for route in ours} - {"/openapi.json"}
    assert told == {path.replace("{id}", "{pk}") for path in document["paths"]}


def test_the_rules_on_names_hold(document):
    for path, methods in document["paths"].items():
        assert re.fullmatch(r"(/([a-z][a-z-]*|\{\w+\}))+", path), path
        for operation in methods.values():
            assert re.fullmatch(CAMEL, operation["operationId"])
            for asked in operation["parameters"]:
                if asked["in"] == "query":
                    assert re.fullmatch(CAMEL, asked["name"])
            for status, told in operation["responses"].items():
                assert "$ref" in told or "API-Version" in told["headers"], (path, status)

    def names(part):
        if isinstance(part, dict):
            yield from part.get("properties", {}) if part.get("type") == "object" else ()
            for one in part.values():
                yield from names(one)
        elif isinstance(part, list):
            for one in part:
                yield from names(one)

    assert [name for name in names(document["components"]) if not re.fullmatch(CAMEL, name)] == []


def test_every_path_answers_as_the_document_says(client, checked, document):
    point = a_decided_point("co_create")
    a_project_page(point.project)
    checked(client.get("/api/v1/frameworks"), "/frameworks")
    checked(client.get("/api/v1/frameworks/nl"), "/frameworks/{key}")
    checked(client.get("/api/v1/decision-points"), "/decision-points")
    checked(client.get(f"/api/v1/decision-points/{point.pk}"), "/decision-points/{id}")
    for level in ("none", "inform", "consult", "co_create", "collaborate"):
        checked(advice(client, answers_for(level)), "/frameworks/{key}/advice", "post")
    for answers in ({}, {"room": 0, "g_law_requires": True}, {"time": 0, "capacity": 0}):
        checked(advice(client, answers), "/frameworks/{key}/advice", "post")


def test_every_problem_the_document_names_is_answered_so(client, checked, document):
    asked = {
        ("/frameworks", "400"): client.get("/api/v1/frameworks?page=1"),
        ("/frameworks/{key}", "400"): client.get("/api/v1/frameworks/nl?language=fr"),
        ("/frameworks/{key}", "404"): client.get("/api/v1/frameworks/none"),
        ("/frameworks/{key}/advice", "400"): advice(client, {"room": 9}),
        ("/frameworks/{key}/advice", "404"): advice(client, {}, key="none"),
        ("/frameworks/{key}/advice", "413"): advice(client, {"x" * 17_000: 1}),
        ("/frameworks/{key}/advice", "415"): client.post("/api/v1/frameworks/nl/advice", {"a": 1}),
        ("/decision-points", "400"): client.get("/api/v1/decision-points?page=0"),
        ("/decision-points", "404"): client.get("/api/v1/decision-points?page=2"),
        ("/decision-points/{id}", "400"): client.get("/api/v1/decision-points/1?x=1"),
        ("/decision-points/{id}", "404"): client.get("/api/v1/decision-points/999"),
    }
    named = {
        (path, status)
        for path, methods in document["paths"].items()
        for operation in methods.values()
        for status in operation["responses"]
        if status not in ("200", "429")  # 429: test_frameworks
    }
    assert set(asked) == named
    for (path, status), response in asked.items():
        is_refused(response, int(status))
        checked(response, path, "post" if path.endswith("advice") else "get")


def test_a_field_that_the_document_does_not_name_is_caught(client, document, checked):
    schema = closed(document, {"$ref": "#/components/schemas/Frameworks"})
    assert schema["properties"]["results"]["items"]["additionalProperties"] is False
    del document["components"]["schemas"]["FrameworkInList"]["properties"]["inUse"]
    with pytest.raises(AssertionError, match="inUse"):
        checked(client.get("/api/v1/frameworks"), "/frameworks")


def test_the_document_may_be_read_by_any_site(client):
    assert client.get("/api/v1/openapi.json")["Access-Control-Allow-Origin"] == "*"
    assert get_resolver().resolve("/api/v1/openapi.json").url_name == "openapi"


def advice(client, answers, key="nl"):
    path = f"/api/v1/frameworks/{key}/advice"
    return client.post(path, {"answers": answers}, content_type="application/json")
