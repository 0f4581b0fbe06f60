"""Does a screen of Wagtail's admin break on a form or an address that is empty, cut off or crooked?"""

import re

import pytest
from django.contrib.auth import SESSION_KEY
from django.http import HttpResponse

from tests.tenants.test_identifiers import NAMES, addresses
from tests.tenants.world import two_municipalities

pytestmark = pytest.mark.django_db
CROOKED = ("", "x", "-1", "9" * 30, "[", '{"a":', "\x00", "1,2", "%ff", "é" * 300)
LISTENS = ("p", "ordering", "locale", "q", "collection", "mode", "page_type", "select_locale")


@pytest.fixture
def world():
    return two_municipalities()


def names_in(response) -> list[str]:
    """List what the forms on a screen send."""
    text = b"".join(response.streaming_content if response.streaming else [response.content])
    return sorted(set(re.findall(r'name=\\?"([\w\-\[\]]+)\\?"', text.decode("utf-8", "replace"))))[
        :40
    ]


def requests_for(names, turn):
    """Give what no browser sends: nothing, one thing, everything wrong, everything twice."""
    for value in CROOKED:
        yield from (("get", {name: value}) for name in NAMES)
        yield "get", dict.fromkeys((*LISTENS, *names), value)
        yield "post", dict.fromkeys(names, value)
    yield "post", {"action-publish": "1"}
    yield "post", {name: ["1", "x"] for name in names}


def some_requests_for(names, turn):
    """Give two of these, other ones at every address."""
    value, name = (
        CROOKED[turn % len(CROOKED)],
        ("id", "parent_page_id", *NAMES)[turn % (len(NAMES) + 2)],
    )
    yield "get", ({name: value}, dict.fromkeys((*LISTENS, *names), value))[turn % 2]
    yield "post", ({}, dict.fromkeys(names, value))[turn % 2]


def breaks(client, every_address, requests=some_requests_for) -> list:
    found, tried = [], 0
    for turn, path in enumerate(every_address):
        names = names_in(client.get(path))
        for method, about in requests(names, turn):
            response = getattr(client, method)(path, about)
            tried += 1
            if response.status_code >= 500:
                found.append((method, path, str(about)[:120]))
    assert SESSION_KEY in client.session, "the walk signed itself out"
    print("crooked requests:", tried, "broken:", len(found))
    return found


def without_leaving(world):
    return [path for path in addresses(world) if "logout" not in path]


def test_no_screen_of_the_admin_breaks_on_what_is_sent(world):
    client = world.visitors["officer"]
    client.raise_request_exception = False
    assert breaks(client, without_leaving(world)) == []


@pytest.mark.exhaustive
def test_no_screen_of_the_admin_breaks_on_any_name_and_value(world):
    client = world.visitors["officer"]
    client.raise_request_exception = False
    assert breaks(client, without_leaving(world), requests_for) == []


@pytest.mark.parametrize(
    ("path", "about"),
    [("/admin/choose-external-link/", {}), ("/admin/pages/{}/edit/", {"title": "x"})],
)
def test_a_form_that_is_cut_off_is_answered_with_words(world, path, about):
    answer = world.visitors["officer"].post(path.format(world.ours_page().pk), about)
    assert answer.status_code in (200, 400)
    assert "We begrijpen dit adres niet" in answer.content.decode() or answer.status_code == 200


def test_the_walk_sees_a_screen_that_breaks(world, monkeypatch):
    client = world.visitors["officer"]
    client.raise_request_exception = False
    monkeypatch.setattr("cms.errors.render", lambda *about, **more: HttpResponse(status=500))
    assert len(breaks(client, ["/admin/choose-external-link/"], requests_for)) > 0


def test_signing_out_of_the_desk_takes_a_form(world):
    """A picture on somebody's page, or a link, signs nobody out."""
    client = world.visitors["officer"]
    assert client.get("/admin/logout/").status_code == 405
    assert client.get("/admin/").status_code == 200
    client.post("/admin/logout/")
    assert client.get("/admin/").status_code == 302
