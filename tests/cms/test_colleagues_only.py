"""Does what is private for colleagues open for staff of its own municipality with a second factor, and nobody else?"""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from wagtail.models import CollectionViewRestriction, PageViewRestriction

from cms.tenants.municipalities import collection_of
from cms.tenants.page_rights import sync_page_rights
from cms.tenants.sites import follow_in_every_language, make_languages
from tests.builders import (
    a_municipality,
    a_project,
    a_resident,
    a_user,
    an_installer,
    committed,
    give_role,
)
from tests.tenants.queries import asked_about
from tests.test_urls import addresses

from .site import a_document, a_document_list, a_news_page, a_project_page, a_site
from .test_private_files import a_picture

pytestmark = pytest.mark.django_db
MARK = "zilvermeeuw"
THEIRS = "verderop.localhost"
KINDS = ("login", "groups")
# Who asks, and whether they get it: by these words in the fixture below.
MAY = {"colleague"}


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def scene(kind):
    """A private page, project, document and picture of one municipality, and everybody who might ask."""
    make_languages()
    ours, theirs = a_municipality(), a_municipality("verderop")
    home, _there = a_site(ours).root_page, a_site(theirs, THEIRS)
    follow_in_every_language(home)
    place = collection_of(ours).add_child(name="Besloten")
    page = a_news_page(home, f"Alleen {MARK}", slug="intern")
    follow_in_every_language(page)
    project = a_project(ours, title=f"Plan {MARK}")
    project_page = a_project_page(project)
    listed = a_document_list(
        a_project_page(a_project(ours)), a_document(f"Stuk {MARK}", place, name=f"{MARK}.pdf")
    )
    document, picture = listed.documents.get().document, a_picture(place)
    for one in (ours, theirs):
        sync_page_rights(one.pk)
    people = {
        "resident": a_resident(),
        "colleague": a_user("observer", municipality=ours),
        "careless": a_user("observer", municipality=ours, second_factor=False),
        "theirs": a_user("administrator", municipality=theirs),
        "without work": a_user(),
    }
    group = Group.objects.create(name="meelezers")
    group.user_set.set(people.values())  # a group alone opens nothing
    with committed():  # after they were published and could be found
        made = [
            CollectionViewRestriction.objects.create(collection=place, restriction_type=kind),
            PageViewRestriction.objects.create(page=page, restriction_type=kind),
            PageViewRestriction.objects.create(page=project_page, restriction_type=kind),
        ]
    for one in made:
        one.groups.set([group] if kind == "groups" else [])
    visitors = {name: Client() for name in ("nobody", *people)}
    for name, user in people.items():
        visitors[name].force_login(user)
    ways = {
        "page": page.get_url(),
        "project": project_page.get_url(),
        "document": document.url,
        "picture": picture.get_rendition("width-20").url,
    }
    translations = {one.locale.language_code: one for one in page.get_translations()}
    ways |= {f"page in {code}": one.get_url() for code, one in translations.items()}
    assert "page in en" in ways
    ids = [page.pk, project_page.pk, project.pk, document.pk, picture.pk]
    return visitors, ways, people, ids


def opens(client, path, **how) -> bool:
    answer = client.get(path, **how)
    return answer.status_code == 200


def test_each_way_opens_for_colleagues_with_a_second_factor_only(scene):
    visitors, ways, _people, _ids = scene
    opened = {
        (name, way)
        for name, client in visitors.items()
        for way, path in ways.items()
        if opens(client, path)
    }
    assert opened == {(name, way) for name in MAY for way in ways}


def test_who_lacks_only_the_second_factor_is_led_to_it(scene):
    visitors, ways, _people, _ids = scene
    assert visitors["careless"].get(ways["page"])["Location"].startswith("/account/2fa/")
    assert visitors["careless"].get(ways["document"])["Location"].startswith("/account/2fa/")
    assert visitors["theirs"].get(ways["page"]).status_code == 403


def test_a_role_in_two_places_opens_each_thing_on_its_own_host(scene, settings):
    visitors, ways, people, _ids = scene
    settings.ALLOWED_HOSTS = ["*"]
    give_role(people["theirs"], "observer", municipality=a_municipality())
    assert opens(visitors["theirs"], ways["document"])
    for path in ways.values():
        assert not opens(visitors["theirs"], path, headers={"host": THEIRS}), path
    installer = an_installer()
    client = Client()
    client.force_login(installer)
    assert not opens(client, ways["picture"]), "an installer without a second factor"


def test_no_public_address_tells_of_it_when_asked_by_its_number(scene):
    visitors, _ways, _people, ids = scene
    routes = {one.route for one in addresses() if "<" not in one.route and "(" not in one.route}
    paths = {f"/{route}" for route in routes if not route.startswith("admin/")} | {"/", "/en/"}
    told = {
        (path, query["id"])
        for path in paths
        for query in asked_about(ids)
        if MARK in _text(visitors["nobody"].get(path, query))
    }
    assert len(paths) > 30 and told == set()


def test_no_public_address_tells_of_it_to_anybody_else(scene):
    """Every address outside the admin that needs no row, and the pages around: search, feeds, lists, maps, API."""
    visitors, _ways, _people, _ids = scene
    routes = {one.route for one in addresses() if "<" not in one.route and "(" not in one.route}
    paths = {f"/{route}?q={MARK[:-3]}" for route in routes if not route.startswith("admin/")}
    paths |= {"/", "/en/", "/api/v1/decision-points?limit=100"}
    assert len(paths) > 30
    told = {
        (name, path)
        for name in ("nobody", "resident", "theirs", "careless")
        for path in paths
        if MARK in _text(visitors[name].get(path))
    }
    assert told == set()


def _text(answer) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode(errors="replace")


def test_privacy_follows_in_the_other_language_and_goes_with_it():
    make_languages()
    home = a_site().root_page
    follow_in_every_language(home)
    page = a_news_page(home, "Intern", slug="intern")
    follow_in_every_language(page)
    (english,) = page.get_translations()
    client = Client()
    assert opens(client, english.get_url())
    made = PageViewRestriction.objects.create(page=page, restriction_type="login")
    assert not opens(client, english.get_url())
    made.restriction_type, made.password = "password", "kluis"
    made.save()
    assert PageViewRestriction.objects.get(page=english).password == "kluis"
    made.delete()
    assert opens(client, english.get_url())
    english.delete()
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    follow_in_every_language(page)
    (english,) = page.get_translations()
    assert not opens(client, english.get_url())
