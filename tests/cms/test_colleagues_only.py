"""Does what is private for colleagues open for staff of its own municipality with a second factor, and nobody else?"""

import re
from contextlib import suppress
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import Resolver404, resolve, reverse
from wagtail.actions.convert_alias import ConvertAliasPageAction
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import CollectionViewRestriction, Page, PageViewRestriction

from cms.pages.legal_pages import AccessibilityPage, PrivacyPage
from cms.search.site_pages import hidden_paths
from cms.tenants.municipalities import collection_of
from cms.tenants.page_rights import sync_page_rights
from cms.tenants.sites import follow_in_every_language, make_languages
from deliberation.people.models import User
from tests.builders import (
    a_municipality,
    a_project,
    a_resident,
    a_user,
    an_installer,
    committed,
    give_role,
)
from tests.tenants.page_forms import kinds_of_pages
from tests.tenants.queries import asked_about
from tests.test_urls import addresses

from .site import (
    a_document,
    a_document_list,
    a_news_page,
    a_project_page,
    a_result_page,
    a_site,
    a_standard_page,
    publish,
)
from .test_private_files import a_collection, a_picture

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
    a_news_page(home, "Iedereen", slug="iedereen"), a_result_page(home, "Uitslag")
    a_standard_page(home, "Uitleg")
    for legal in (PrivacyPage, AccessibilityPage):
        publish(home, legal(title="Over ons", slug=legal.__name__.lower(), contact="14 0000"))
    below = place.add_child(name="Daaronder")
    deeper = [a_document(f"Diep {MARK}", below, name=f"diep-{MARK}.pdf"), a_picture(below)]
    page_below = a_news_page(page, f"Onder {MARK}", slug="daaronder")
    a_result_page(project_page, f"Uitslag {MARK}")
    a_document_list(project_page, document, title=f"Lijst {MARK}")
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
        "page below": page_below.get_url(),
        "document below": deeper[0].url,
        "picture below": deeper[1].get_rendition("width-20").url,
    }
    translations = {one.locale.language_code: one for one in page.get_translations()}
    ways |= {f"page in {code}": one.get_url() for code, one in translations.items()}
    assert "page in en" in ways
    ids = [one.pk for one in (page, project_page, project, document, picture, page_below, *deeper)]
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
    """Every address outside the admin that needs no row, the pages around: search, feeds, lists, maps, API; and a page
    of every kind that stands beside what is private."""
    visitors, _ways, _people, _ids = scene
    routes = {one.route for one in addresses() if "<" not in one.route and "(" not in one.route}
    paths = {f"/{route}?q={MARK[:-3]}" for route in routes if not route.startswith("admin/")}
    paths |= {"/", "/en/", "/api/v1/decision-points?limit=100"}
    beside = [page.specific for page in Page.objects.live().public().filter(depth__gt=1)]
    assert {type(page) for page in beside} >= set(kinds_of_pages())
    paths |= {page.get_url() for page in beside}
    assert len(paths) > 40
    told = {
        (name, path)
        for name in ("nobody", "resident", "theirs", "careless")
        for path in paths
        if MARK in _text(visitors[name].get(path))
    }
    assert told == set()


def test_no_public_address_gives_it_when_it_is_named_there(scene):
    """Every address outside the admin that takes a number, a name or a path: with all that the private things bear."""
    visitors, _ways, _people, ids = scene
    documents, pictures = Document.objects.all(), Image.objects.all()
    renditions = [one.renditions.get() for one in pictures]
    files = [one.file.name for one in (*documents, *pictures, *renditions)]
    names = {*ids, *files, *(name.rpartition("/")[2] for name in files)}
    names |= {one.file_hash for one in (*documents, *pictures)} - {""}
    names |= {"intern", "daaronder", *(one.filename for one in documents)}
    routes = {one.route for one in addresses() if not one.route.startswith("admin/")}
    paths = {
        "/" + re.sub(r"[\^$\\]|\(\?:.*", "", re.sub(r"<[^>]*>|\(\?P<.*?\)\)?", str(name), route))
        for route in routes
        for name in names
        if set(route) & set("<(")
    }
    # What leads to no view has one answer, wherever it stands: each name is asked so twice, and as a document.
    paths = {path for path in paths if leads_on(path)}
    paths |= {f"/{name}{end}" for name in names for end in ("", "/")}
    paths |= {f"/documents/{one.pk}/{one.filename}" for one in documents}
    given = set()
    for path in paths:
        answer = visitors["theirs"].get(path)
        is_file = answer["Content-Type"].startswith(("image/", "application/pdf"))
        # A title: the name of the file stands in the address, which a page may say again.
        if f" {MARK}" in _text(answer) or (answer.status_code == 200 and is_file):
            given.add(path)
    assert len(paths) > 200 and given == set()


def leads_on(path) -> bool:
    with suppress(Resolver404):
        return bool(resolve(path))
    return False


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
    made.restriction_type = "groups"
    made.save()
    assert PageViewRestriction.objects.get(page=english).restriction_type == "groups"
    made.delete()
    assert opens(client, english.get_url())
    english.delete()
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    follow_in_every_language(page)
    (english,) = page.get_translations()
    assert not opens(client, english.get_url())


def in_own_words(page):
    """Give a page an English version of its own, live, as the editor does."""
    follow_in_every_language(page)
    english = page.get_translations().get(locale__language_code="en").specific
    ConvertAliasPageAction(english).execute(skip_permission_checks=True)
    english = fresh(english)
    english.slug += "-en"
    english.save_revision().publish()
    return english


def under(parent, page):
    """Move a page, and look at it anew."""
    fresh(page).move(fresh(parent), pos="last-child")


def fresh(page):
    return Page.objects.get(pk=page.pk).specific


def shows(answer) -> bool:
    asks_password = any("password" in (one.name or "") for one in answer.templates)
    return answer.status_code == 200 and not asks_password


def readable() -> set[str]:
    """List which pages anybody may read now; every reader of restrictions must say the same."""
    pages = Page.objects.filter(depth__gt=2).order_by("pk")
    client = Client()
    opened = {one.pk for one in pages if shows(client.get(fresh(one).get_url()))}
    hidden = tuple(hidden_paths())
    assert opened == set(pages.public().values_list("pk", flat=True))
    assert opened == {one.pk for one in pages if not one.get_view_restrictions().exists()}
    assert opened == {one.pk for one in pages if not (hidden and one.path.startswith(hidden))}
    return set(pages.filter(pk__in=opened).values_list("slug", flat=True))


@pytest.fixture
def journey():
    """A project page and a piece of news beside it, each with an English version in its own words."""
    make_languages()
    home = a_site().root_page
    follow_in_every_language(home)
    project, news = a_project_page(), a_news_page(home, "Bericht", slug="bericht")
    english = {one: in_own_words(one) for one in (project, news)}
    only_english = a_news_page(english[news], "Below", slug="below-en")
    Page.objects.filter(pk=only_english.pk).update(locale=english[news].locale)
    return home, project, news, english


def test_a_page_is_as_private_in_every_language_whatever_is_done_to_it(journey):
    home, project, news, english = journey
    projects, pieces = {project.slug, english[project].slug}, {"bericht", "bericht-en", "below-en"}
    assert readable() == projects | pieces
    made = PageViewRestriction.objects.create(page=project, restriction_type="login")
    assert readable() == pieces, "restricted"
    under(project, news)
    assert readable() == set(), "moved in"
    made.restriction_type, made.password = "password", "kluis"
    made.save()
    assert readable() == set(), "changed"
    made.delete()
    assert readable() == projects | pieces, "lifted"
    PageViewRestriction.objects.create(page=english[project], restriction_type="login")
    assert readable() == set(), "restricted in English"
    under(home, news)
    assert readable() == pieces, "moved out"
    under(english[project], english[news])
    assert readable() == set(), "moved in, in English"
    under(english[project].get_parent(), english[news])
    assert readable() == pieces, "moved out, in English"

    copy = fresh(news).copy(to=fresh(project), update_attrs={"slug": "kopie"})
    under(english[project].get_parent(), in_own_words(copy))
    made = a_news_page(project, "Nieuw", slug="nieuw")
    under(english[project].get_parent(), in_own_words(made))
    assert readable() == pieces, "copied, and created, below what is private"
    fresh(made).create_alias(parent=fresh(home), update_slug="herhaald")
    assert readable() == pieces, "repeated elsewhere in the same language"
    under(home, copy)
    assert readable() > pieces, "a copy moved out"
    under(project, copy)
    translated = a_news_page(project, "Vertaald", slug="vertaald").copy_for_translation(
        english[news].locale
    )
    translated.save_revision().publish()
    under(english[project].get_parent(), translated)
    assert readable() == pieces, "translated"
    fresh(english[project]).delete()
    assert readable() <= pieces, "its English version deleted"
    PageViewRestriction.objects.get(page=project).delete()
    assert {"nieuw", "kopie", "vertaald", project.slug} <= readable(), "lifted at last"


def test_privacy_is_lifted_where_it_was_set_also_when_it_comes_from_another_language(journey):
    """Wagtail's screen takes the deepest restriction for the page's own; another language's may lie deeper."""
    _home, project, news, english = journey
    under(project, news)
    deeper = PageViewRestriction.objects.create(page=project, restriction_type="login")
    client = Client()
    ours = project.project.municipality
    client.force_login(a_user("administrator", municipality=ours))
    sync_page_rights(ours.pk)
    path = f"/admin/pages/{english[news].pk}/privacy/"
    own = PageViewRestriction.objects.create(page=english[news], restriction_type="login")
    assert client.get(path).context["form"].instance == own
    assert client.post(path, {"restriction_type": "none"}).status_code == 200
    assert not PageViewRestriction.objects.filter(page__in=[news, english[news]]).exists()
    assert PageViewRestriction.objects.filter(pk=deeper.pk).exists()
    assert "below-en" not in readable(), "inherited as ever"


def test_no_screen_offers_a_password_that_many_share(scene):
    _visitors, _ways, _people, _ids = scene
    page, place = (
        PageViewRestriction.objects.first().page,
        CollectionViewRestriction.objects.first().collection,
    )
    somebody, installer = a_user(), Client()
    User.objects.filter(pk=somebody.pk).update(is_superuser=True)
    installer.force_login(somebody)
    for path, rows in (
        (
            reverse("wagtailadmin_pages:set_privacy", args=[page.pk]),
            PageViewRestriction.objects.filter(page=page),
        ),
        (reverse("wagtailadmin_collections:set_privacy", args=[place.pk]), place.view_restrictions),
    ):
        before = list(rows.values_list("restriction_type", flat=True))
        assert "password" not in installer.get(path).json()["html"].lower()
        sent = installer.post(
            path, {"restriction_type": "password", "password": "samen", "groups": []}
        )
        assert sent.status_code == 200 and sent.json()["step"] == "set_privacy"
        assert list(rows.values_list("restriction_type", flat=True)) == before


def test_what_a_shared_password_opened_is_for_colleagues_since(client):
    page = a_news_page(a_site().root_page, "Alleen met wachtwoord", slug="samen")
    PageViewRestriction.objects.create(page=page, restriction_type="password", password="samen")
    place = a_collection("Samen")
    place.view_restrictions.update(restriction_type="password", password="samen")
    import_module("cms.migrations.0011_no_shared_passwords").only_for_colleagues(apps, None)
    for rows in (page.view_restrictions, place.view_restrictions):
        assert list(rows.values_list("restriction_type", "password")) == [("login", "")]
    assert client.get(page.get_url()).status_code == 302
