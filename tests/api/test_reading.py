"""Is everything that a program asks read within bounds, and refused in words?"""

import json
import time

import pytest

from deliberation.api.serving import VERSION

from .conftest import ADVICE, is_refused, send

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"answers": {"room": 9}}, "/answers/room"),
        ({"answers": {"room": "2"}}, "/answers/room"),
        ({"answers": {"room": 2.0}}, "/answers/room"),
        ({"answers": {"room": True}}, "/answers/room"),
        ({"answers": {"g_tax": 1}}, "/answers/g_tax"),
        ({"answers": {"room": {}}}, "/answers/room"),
        ({"answers": {"zwembad": 1}}, "/answers/zwembad"),
        ({"answers": {"a/b~c": 1}}, "/answers/a~1b~0c"),
        ({"answers": {}, "advice": {"fits": "co_create"}}, "/advice"),
        ({"answers": {}, "outcome": "co_create"}, "/outcome"),
        ({"answers": {}, "framework": "nl"}, "/framework"),
        ({"answers": []}, "/answers"),
        ({"answers": None}, "/answers"),
        ({}, "/answers"),
    ],
)
def test_a36_what_does_not_fit_is_refused_and_named(client, body, pointer):
    problem = is_refused(send(client, body), 400)
    assert pointer in [error["pointer"] for error in problem["errors"]]


@pytest.mark.parametrize(
    "body",
    [
        b" ",
        b"\xff\xfe",
        b"\x00",
        b"nee",
        b"[]",
        b'"answers"',
        b"null",
        b"NaN",
        b'{"answers": {"room": NaN}}',
        b'{"answers": {"room": 1, "room": 2}}',
        b'{"answers": {}, "answers": {}}',
        b"[" * 16_000,
        b'{"answers": ' * 1_300,
        b'{"answers": {"room": ' + b"9" * 16_000 + b"}}",
        b'{"answers": {"\\ud800": 1}}',
    ],
)
def test_a3_a36_a_crooked_body_is_refused(client, body):
    problem = is_refused(send(client, body), 400)
    assert "Traceback" not in json.dumps(problem)
    assert len(json.dumps(problem)) < 4_000


def test_everything_that_is_wrong_is_told_at_once(client):
    answers = {"room": 9, "zwembad": 1, "g_tax": 0}
    problem = is_refused(send(client, {"answers": answers, "advice": 1}), 400)
    assert [error["pointer"] for error in problem["errors"]] == [
        "/advice",
        "/answers/zwembad",
        "/answers/g_tax",
        "/answers/room",
    ]
    assert "0, 1, 2, 3" in problem["errors"][3]["detail"]


def test_many_errors_make_a_small_answer(client):
    response = send(client, {"answers": {f"x{n}": n for n in range(1_000)}})
    assert len(is_refused(response, 400)["errors"]) == 50
    assert len(response.content) < 6_000


def test_a_flood_of_unknown_questions_costs_little(client):
    begun = time.thread_time()
    is_refused(send(client, {"answers": {f"r{n}": n for n in range(1_200)}}), 400)
    assert time.thread_time() - begun < 0.5


def test_the_largest_body_is_16_kib(client):
    rest = len(json.dumps({"answers": {}}))
    fits = json.dumps({"answers": {}}) + " " * (16 * 1024 - rest)
    assert send(client, fits).status_code == 200
    is_refused(send(client, fits + " "), 413)
    is_refused(send(client, b"x" * 900_000), 413)


def test_only_json_is_read(client):
    is_refused(client.post(ADVICE, "answers=1", content_type="text/plain"), 415)
    is_refused(client.post(ADVICE, {"answers": "{}"}), 415)
    allowed = client.post(ADVICE, '{"answers": {}}', content_type="application/json; charset=utf-8")
    assert allowed.status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/frameworks/",
        "/api/v1/frameworks/nl/",
        "/api/v1/frameworks/nl/advice/",
        "/api/v1/decision-points/",
        "/api/v1/openapi.json/",
        "/api/v1/",
        "/api/v1/frameworks/nl/x",
        "/api/v1/frameworks/%00",
        "/api/v1/frameworks/a%2fb",
        "/api/v1/frameworks/" + "a" * 3_000,
        "/api/v1/decision-points/-1",
        "/api/v1/decision-points/1.0",
        "/api/v1/decision-points/" + "9" * 40,
        "/api/v1/frameworks/nl?version=%00",
        "/api/v1/frameworks/nl?version=" + "9" * 300,
        "/api/v2/frameworks",
    ],
)
def test_a3_there_is_nothing_at_other_addresses_and_no_redirect(client, path):
    is_refused(client.get(path), 404)


@pytest.mark.parametrize(
    "query",
    ["?page=-1", "?per_page=1000000000", "?x[]=1", "?language=nl&language=en", "?language=%00",
     "?%00=1", "?x=%ff", "?" + "a" * 2_000, "?" + "a=1&" * 3_000],
)  # fmt: skip
def test_a3_crooked_parameters_are_refused(client, query):
    for path in ("/api/v1/frameworks", "/api/v1/frameworks/nl", "/api/v1/openapi.json"):
        is_refused(client.get(path + query), 400)


def test_other_methods_are_refused_with_what_is_allowed(client):
    for path, allowed in (
        ("/api/v1/frameworks", "GET, HEAD, OPTIONS"),
        (ADVICE, "POST, OPTIONS"),
    ):
        for method in ("put", "delete", "patch", "trace"):
            response = getattr(client, method)(path)
            is_refused(response, 405)
            assert response["Allow"] == allowed
        options = client.options(path)
        assert (options.status_code, options["Allow"]) == (204, allowed)
        assert options["API-Version"] == VERSION
    head = client.head("/api/v1/frameworks")
    assert (head.status_code, head.content) == (200, b"")
    is_refused(client.get(ADVICE), 405)
