"""What do tests of the API stand on? A site with a framework, and answers held against their own document."""

import json

import pytest
from openapi_schema_validator import OAS30Validator

from deliberation.api.serving import VERSION
from tests.builders import a_framework
from tests.cms.site import a_site

ADVICE = "/api/v1/frameworks/nl/advice"


@pytest.fixture(autouse=True)
def a_site_that_chooses():
    a_framework()
    return a_site()


@pytest.fixture
def document(client):
    """Give the document as a program reads it."""
    return client.get("/api/v1/openapi.json").json()


@pytest.fixture
def checked(document):
    """Hold an answer against what the document says of it: status, kind, headers, every field and no other."""

    def check(response, path: str, method: str = "get"):
        operation = document["paths"][path][method]
        said = whole(document, operation["responses"][str(response.status_code)])
        (kind,) = said["content"]
        assert response["Content-Type"] == kind
        for header in said["headers"]:
            assert response.has_header(header), header
        body = response.json()
        schema = closed(document, said["content"][kind]["schema"])
        errors = [error.message for error in OAS30Validator(schema).iter_errors(body)]
        assert errors == []
        return body

    return check


def whole(document: dict, part):
    """Put in place what a part of the document refers to."""
    if isinstance(part, list):
        return [whole(document, one) for one in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        found = document
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        return whole(document, found)
    return {name: whole(document, one) for name, one in part.items()}


def closed(document: dict, schema):
    """Take a schema at its word: an object with a field it doesn't name is wrong."""

    def close(part):
        if isinstance(part, list):
            return [close(one) for one in part]
        if not isinstance(part, dict):
            return part
        closer = {name: close(one) for name, one in part.items()}
        if isinstance(part.get("properties"), dict) and part.get("type") == "object":
            closer.setdefault("additionalProperties", False)
        return closer

    return close(whole(document, schema))


def is_refused(response, status: int) -> dict:
    """Say that an answer is a problem of this status, in the words of RFC 9457."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    assert response["API-Version"] == VERSION
    body = response.json()
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    return body


def send(client, body, path=ADVICE, **headers):
    """Ask advice, with a body as data or as it would come over the wire."""
    text = body if isinstance(body, bytes | str) else json.dumps(body)
    return client.post(path, text, content_type="application/json", headers=headers)
