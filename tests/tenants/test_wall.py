"""Does anything of one municipality show in the other? Every address, asked by everybody."""

import json
import re
import uuid

import pytest
from django.contrib.auth import SESSION_KEY
from django.urls import URLPattern, URLResolver, get_resolver

from tests.tenants.world import MARK, two_municipalities

pytestmark = pytest.mark.django_db
WHOLE_MAP = ("administrator",)
OWN_MAP = ("officer", "council")  # on Wagtail's addresses they can do no more than the two above
STAFF = (*WHOLE_MAP, "project officer", *OWN_MAP)
OUTSIDE = ("resident", "nobody")
# What a list is asked with: every name a search, a filter or a chooser listens to.
ASKED = "q={0}&search={0}&term={0}&query={0}&locale=nl&page_type=wagtailcore.page&ordering=title"
PIECE = MARK[:-3]  # a part of the mark, so that a page that repeats the question isn't a leak
PLACE = re.compile(
    r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>|\(\?P<(?P<group>\w+)>(?:\[\^?[^\]]*\]|[^()])*\)"
)
MOST_FILLS = 12
LEAVING = ("/account/", "/mijn/", "/admin/logout/", "/admin/account/")
# Which kind of rows a word in an address stands for; the first that fits counts.
ABOUT = {
    "projecten/": "projects.project",
    "fasen/": "projects.phase",
    "beslispunten/": "projects.decisionpoint",
    "decision-points/": "projects.decisionpoint",
    "rollen/": "projects.roleassignment",
    "uitnodigingen/": "projects.roleinvitation",
    "sessies/": "live.livesession",
    "vragen/": "questions.question",
    "/groups/": "auth.group",
    "/users/": "people.user",
    "/collections/": "wagtailcore.collection",
    "documents/": "wagtaildocs.document",
    "images/": "wagtailimages.image",
    "/redirects/": "wagtailredirects.redirect",
    "/sites/": "wagtailcore.site",
    "strings/": "wagtail_localize.stringsegment",
    "overrides/": "wagtail_localize.overridablesegment",
    "snippets/": "wagtailcore.page",
    "account/": "people.user",
}
FIXED = {
    "app_label": "cms",
    "app_name": "wagtailimages",
    "content_type_app_name": "cms",
    "content_type_model_name": "projectpage",
    "action": "delete",
    "action_name": "approve",
    "rest": "x",
    "mode": "x",
    "filter_spec": "max-100x100",
    "signature": "x",
    "revision_id_a": "earliest",
    "revision_id_b": "latest",
    "uidb36": "x",
    "key": "x",
    "digest": "0" * 20,
    "kind": "startnotitie",
}


def routes(resolver=None, prefix=""):
    """Yield every address of the map, ours and other people's, as one written route."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, route)
        elif isinstance(entry, URLPattern):
            yield route


def paths(world) -> list[str]:
    """Fill every route with what is theirs, wherever it asks for an object; ask lists for their mark too."""
    found = set()
    for route in routes():
        if route.startswith(("^static", "^media")) or ".*" in route:
            continue
        found |= set(filled(route, world))
    return sorted(found)


def filled(route: str, world) -> list[str]:
    """Fill one route: places we know by name, the others with numbers of what the route is about."""
    plain = re.sub(r"[\^$\\]", "", route)
    places = list(PLACE.finditer(plain))
    if not places:
        return [
            "/" + plain,
            f"/{plain}?{ASKED.format(PIECE)}",
            f"/{plain}?page_type=cms.projectpage",
        ]
    unknown = [place for place in places if _known(place, plain, world) is None]
    numbers = numbers_for(plain, world) if unknown else [""]
    return ["/" + _fill(plain, world, number) for number in numbers]


def numbers_for(route, world) -> list[str]:
    """List some numbers of theirs of the kind that a route is about; of every kind when we don't know."""
    for word, label in ABOUT.items():
        if word in route and label in world.theirs:
            return [str(pk) for pk in sorted(world.theirs[label], key=str)[:3]]
    return world.ids()[:MOST_FILLS]


def _fill(plain, world, number) -> str:
    return PLACE.sub(lambda place: _known(place, plain, world) or number, plain)


def _known(place, route, world) -> str | None:
    name = place["name"] or place["group"]
    if name in FIXED:
        return FIXED[name]
    if name == "model_name":
        return "image" if "tag-autocomplete" in route else "projectpage"
    if name == "pk" and ("/pages/" in route or "projectpage" in route):
        return str(world.about["page_id"])
    return str(world.about[name]) if name in world.about else None


def body_of(response) -> str:
    parts = response.streaming_content if response.streaming else [response.content]
    return b"".join(parts).decode("utf-8", "replace").lower()


def leaks(world, kinds, every) -> list[str]:
    """Ask every path as every kind of visitor, on our host; tell where the mark was read."""
    found = []
    for kind in kinds:
        for path in every:
            body = body_of(world.visitors[kind].get(path)).replace(path.lower(), "")
            if MARK in body:
                at = body.index(MARK)
                found.append(f"{kind} {path}: …{body[max(at - 120, 0) : at + 60]}…")
        assert kind in OUTSIDE or SESSION_KEY in world.visitors[kind].session, "signed itself out"
    return found


@pytest.fixture
def world():
    return two_municipalities()


def test_the_walk_is_long_enough_to_mean_anything(world):
    every = paths(world)
    assert len(every) > 400
    for prefix in ("/admin/pages/", "/admin/localize/", "/admin/participatie/", "/documents/",
                   "/admin/images/", "/admin/api/", "/s/run/", "/account/", "/admin/reports/"):  # fmt: skip
        assert [path for path in every if path.startswith(prefix)], prefix
    assert len(world.theirs) > 30, "they have too little to leak"


def test_a15_a33_no_address_shows_another_municipality_to_staff(world):
    every = paths(world)
    assert leaks(world, WHOLE_MAP, every) == []
    ours = [path for path in every if "participatie" in path or not path.startswith("/admin/")]
    assert leaks(world, OWN_MAP, ours) == []


@pytest.mark.exhaustive
def test_a15_a33_no_address_shows_another_municipality_to_any_staff(world):
    assert leaks(world, ("project officer", *OWN_MAP), paths(world)) == []


def test_a33_no_address_shows_another_municipality_to_residents(world):
    outside = [
        path for path in paths(world) if not path.startswith("/admin/")
    ]  # test_a30 has the rest
    assert len(outside) > 80
    assert leaks(world, OUTSIDE, outside) == []


def test_a16_pages_of_another_municipality_open_on_no_other_host(world):
    every = [
        f"{prefix}/{page.slug}/{suffix}"
        for page in (world.about["page"], world.about["draft"], world.about["private"])
        for prefix in ("", "/en", f"/{MARK}", f"/en/{MARK}-en")
        for suffix in ("", "?preview=1")
    ]
    titles = [world.about[name].title.lower() for name in ("page", "draft", "private")]
    for kind in ("administrator", "resident", "nobody"):
        for path in every:
            response = world.visitors[kind].get(path)
            assert response.status_code in (301, 302, 404), (kind, path)
            assert not [title for title in titles if title in body_of(response)], (kind, path)


def test_nothing_that_is_posted_changes_another_municipality(world):
    """Forms and commands, filled with what is theirs, leave every row of theirs as it was."""
    before = world.snapshot()
    body = {
        "title": "x",
        "name": "x",
        "action": "save",
        "confirm": "yes",
        "next": "/",
        "locales": [1, 2],
    }
    for kind in ("administrator", "resident"):
        for path in paths(world):
            if not path.startswith(LEAVING) and "?" not in path:
                world.visitors[kind].post(path, body)
        assert kind == "resident" or SESSION_KEY in world.visitors[kind].session
        command = {"do": "cast_ballot", "op_id": str(uuid.uuid4()), "choice": 0,
                   "activity": world.about["activity"]}  # fmt: skip
        world.visitors[kind].post(
            f"/s/run/{world.about['run_id']}/do/",
            json.dumps(command),
            content_type="application/json",
        )
    after = world.snapshot()
    changed = {
        (label, pk): {name: (row[name], after[label].get(pk, {}).get(name)) for name in row
                      if row[name] != after[label].get(pk, {}).get(name)}
        for label, rows in before.items() for pk, row in rows.items()
        if row != after[label].get(pk)
    }  # fmt: skip
    assert changed == {}


def test_a_planted_leak_is_seen(world, monkeypatch):
    """The walk is no ornament: with one gate off it finds what that gate keeps."""
    monkeypatch.setattr("cms.tenants.isolation.may_name", lambda user, identifiers: True)
    source = world.about["translation_source_id"]
    path = f"/admin/localize/update/{source}/"
    assert len(leaks(world, ["officer"], [path])) == 1
