"""Does the wall read every id that a request can carry, by whichever name, place or spelling?"""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
import wagtail
import wagtail_localize
from django.contrib.auth import SESSION_KEY
from django.test import RequestFactory
from django.urls import get_resolver, resolve
from django_filters import FilterSet

from cms.tenants.identifiers import (
    ABOUT,
    HARMLESS,
    NAMED,
    Identifier,
    identifiers_of,
    numbers_in,
)
from tests.tenants.queries import asked_about
from tests.tenants.test_wall import PLACE, body_of, filled, leaks, routes
from tests.tenants.world import MARK, two_municipalities
from tests.test_urls import OWN

pytestmark = pytest.mark.django_db
READS = re.compile(
    r"""(?:GET|query_params)(?:\.get|\.getlist|\.pop)?[\[(]\s*["']([^"'\]]+(?:\[\])?)["']"""
)
# What forms of Wagtail's are read for when they are sent, and where they are given a thing to choose.
SENT = re.compile(r"""POST(?:\.get|\.getlist|\.pop)?[\[(]\s*["']([^"'\]]+(?:\[\])?)["']""")
CHOSEN = re.compile(
    r"""fields\[\s*["'](\w+)["']\s*\]\s*=\s*(?:\w+\.)?\w*(?:ModelChoice|ModelMultiple|PageChoice|Chooser)"""
)
# Words, buttons and times in those; `value` is read by where it stands (segment_kind), `revision_id` is below.
HARMLESS_SENT = {
    "action", "confirm_site_name", "include_descendants", "is_editing", "loaded_revision_created_at",
    "locale", "next", "revision_created_at", "title", "value",
}  # fmt: skip
# Places in an address that name no page, file or collection; Wagtail asks for rights of its own there.
OTHER_PLACES = {
    "action", "action_name", "app_label", "app_name", "content_type_app_name", "filter_spec",
    "content_type_model_name", "mode", "model_name", "rest", "token", "uidb64", "session_id", "task_id",
    "task_state_id", "workflow_state_id", "workflow_pk", "redirect_id", "uploaded_file_id",
    "string_segment_id", "overridable_segment_id", "object_id", "pk",
}  # fmt: skip
SPELLINGS = ("7", " 7 ", "_2B7", "+7", "007", "７", "7.0", "1,7", "[1, 7]", '{"id": "7"}', "[[7]]")


def sources():
    for package in (wagtail, wagtail_localize):
        for path in Path(package.__file__).parent.rglob("*.py"):
            if "test" not in str(path.relative_to(Path(package.__file__).parent)):
                yield path.read_text()


def sent() -> set[str]:
    """List what Wagtail and localize read from a form that is sent, but for buttons."""
    found = {name for text in sources() for way in (SENT, CHOSEN) for name in way.findall(text)}
    return {name for name in found if not name.startswith(("action-", "workflow-action-"))}


def filters(kind=FilterSet):
    for below in kind.__subclasses__():
        yield from below.base_filters
        yield from filters(below)


def test_every_name_that_wagtail_listens_to_is_known():
    """What a list, a chooser or a filter reads is either the name of a thing or harmless; a new one is red."""
    assert len(get_resolver().url_patterns) > 10  # loads the screens
    read = {name for source in sources() for name in READS.findall(source)} | set(filters())
    assert len(read) > 60
    unknown = read - set(NAMED) - set(ABOUT) - HARMLESS - {"foo", "selected-submissions"}
    assert {name for name in unknown if not name.startswith(("hide-", "active-", "your_"))} == set()


def test_every_name_that_wagtail_reads_from_a_form_is_known():
    """Taken from the source, not from what the wall itself names: a name that it forgets is red."""
    assert {"overwrite_revision_id", "chooser", "collection"} <= sent()
    assert sent() - HARMLESS_SENT - set(NAMED) == set()


def test_every_place_in_an_address_of_the_admin_is_known():
    places = {
        place["name"] or place["group"]
        for route in routes()
        if route.startswith("admin/") and "participatie" not in route
        for place in PLACE.finditer(route)
    }
    assert places - set(NAMED) - OTHER_PLACES == set()


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_an_id_is_read_however_it_is_written(spelling):
    assert 7 in numbers_in(spelling)


def test_what_is_no_number_is_none():
    assert numbers_in("all") == numbers_in("nl") == numbers_in(True) == numbers_in("") == set()
    assert numbers_in("9" * 5000) == set()


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    "way",
    [
        lambda f: f.get("/admin/choose-page/chosen-multiple/?id=1&id=7"),
        lambda f: f.get("/admin/choose-page/chosen-multiple/?id=7&id=1"),
        lambda f: f.post("/admin/pages/1/copy/", {"new_parent_page": ["7", "1"]}),
        lambda f: f.post("/admin/pages/1/copy/", {"new_parent_page": ["1", "7"]}),
        lambda f: f.post("/admin/pages/1/copy/", "new_parent_page=7&new_parent_page=1", content_type=FORM),
        lambda f: f.post("/admin/pages/1/copy/?new_parent_page=7", {"new_parent_page": "1"}),
        lambda f: f.put("/admin/choose-page/", "parent_page_id=7&parent_page_id=1", content_type=FORM),
        lambda f: f.get("/admin/choose-page/?target_pages[]=7"),
        lambda f: f.get("/admin/choose-page/7/"),
        lambda f: f.get("/admin/bulk/wagtailcore/page/delete/?id=1,7"),
        lambda f: f.get("/admin/api/main/pages/?child_of=7"),
        lambda f: f.post("/admin/bulk/wagtailcore/page/move/?id=1", {"chooser": "7"}),
        lambda f: f.post("/admin/pages/1/copy/", {"new_parent_page": "_2B7"}),
        lambda f: f.post("/admin/choose-page/", json.dumps({"a": [{"page_id": [1, 7]}]}),
                         content_type="application/json"),
        lambda f: f.put("/admin/choose-page/", "parent_page_id=7",
                        content_type="application/x-www-form-urlencoded"),
    ],
)  # fmt: skip
def test_an_id_is_read_wherever_it_stands(way):
    request = way(RequestFactory())
    match = resolve(request.path)
    assert Identifier("page", 7) in identifiers_of(request, match, match.kwargs)


def test_a_name_nobody_knows_is_taken_for_an_id():
    request = RequestFactory().get("/admin/reports/locked/?something_new=7")
    assert identifiers_of(request, resolve(request.path), {}) == {Identifier(None, 7)}
    request = RequestFactory().post(
        "/admin/images/add/", {"new-page": "7", "title": "8", "rows-0-id": "9"}
    )
    assert identifiers_of(request, resolve(request.path), {}) == {Identifier(None, 7)}


@pytest.fixture
def world():
    return two_municipalities()


NAMES = sorted({*NAMED, *ABOUT, *(sent() - HARMLESS_SENT), "something_new"})


def addresses(world):
    """Fill every Wagtail address with what is ours, so that it opens."""
    ours = World(world)
    return sorted(
        {
            path
            for route in routes()
            if route.startswith("admin/") and "participatie" not in route and ".*" not in route
            if "logout" not in route
            for path in filled(route, ours)
            if "?" not in path
        }
    )


class World:
    """Our own side of the two municipalities, as the walk over addresses reads it."""

    def __init__(self, world):
        page = world.ours_page()
        self.about = {
            **dict.fromkeys(("page_id", "page_to_move_id", "revision_id"), page.pk),
            **{key: page.get_parent().pk for key in ("parent_page_id", "destination_id")},
        }
        self.theirs = {}

    def ids(self):
        return [str(self.about["page_id"])]


def asked_with(world) -> dict[str, list]:
    """Give by name whose ids of theirs to ask with; of a name that says no kind, some of every kind."""
    pages = [world.about[name].pk for name in ("page", "draft", "private")]
    files = [world.about[name] for name in ("image_id", "document_id", "collection_id")]
    kinds = {
        "page": pages,
        "image": files[:1],
        "document": files[1:2],
        "collection": files[2:],
        "revision": [world.about["revision_id"]],
        "translation": [world.about["translation_id"]],
        "translation source": [world.about["translation_source_id"]],
    }
    return {name: kinds.get(NAMED.get(name), [*pages, *files]) for name in NAMES}


def ask(world, every, names, kind="officer") -> Counter:
    """Ask every address with one id of theirs under each name, by GET and by POST; count by name."""
    known, tried, client = asked_with(world), Counter(), world.visitors[kind]
    ours = world.ours_page().pk
    for number, path in enumerate(every):
        for name in names(number):
            pk = known[name][number % len(known[name])]
            # Once, first or last of two: a view reads the last one, the first, or all.
            sent = (pk, [pk, ours], [ours, pk])[number % 3]
            answers = (client.get(path, {name: sent}), client.post(path, {name: sent}))
            for answer in answers:
                body = body_of(answer)
                assert MARK not in body, (
                    path,
                    name,
                    pk,
                    body[max(body.index(MARK) - 200, 0) :][:400],
                )
            tried[name] += 2
    assert SESSION_KEY in client.session, "the walk signed itself out"
    return tried


def test_no_id_of_theirs_in_query_or_body_shows_or_changes_anything(world):
    """Every Wagtail address of ours, opened with ids of theirs: nothing of theirs is read or changed."""
    every, before = addresses(world), world.snapshot()
    assert len(every) > 180
    tried = ask(world, every, lambda at: [NAMES[at % len(NAMES)]])
    print("ids in addresses, by name:", dict(tried), "leaks: 0")
    assert set(tried) == set(NAMES)
    assert world.snapshot() == before


@pytest.mark.exhaustive
def test_no_id_of_theirs_under_any_name_at_any_address(world):
    """The same with every name at every address."""
    every, before = addresses(world), world.snapshot()
    tried = ask(world, every, lambda at: NAMES)
    print("ids in addresses, by name:", dict(tried), "leaks: 0")
    assert world.snapshot() == before


def test_our_own_screens_show_nothing_of_theirs_by_any_name(world):
    """Each screen of the desk that needs no row, asked with ids of theirs under every name read anywhere."""
    screens = [f"/{one}" for one in OWN if one.startswith("admin/") and "<" not in one]
    pages = [world.about[name].pk for name in ("page", "draft")]
    rows = [world.about[name] for name in ("project_id", "document_id", "image_id", "run_id")]
    asked = asked_about([*pages, *rows, world.about["point"].pk])
    client = world.visitors["administrator"]
    told = {
        (path, query["id"])
        for path in screens
        for query in asked
        if MARK in body_of(client.get(path, query))
    }
    assert len(screens) > 15 and told == set()


def test_our_own_screens_name_nothing_of_theirs(world):
    """Opened with what is ours, no screen lists their pages, groups or people to choose from."""
    assert leaks(world, ["officer", "administrator"], addresses(world)) == []
