"""Does one command open a municipality with everything it needs, and nothing of another?"""

import io

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import Collection, Locale, Page, Site
from wagtail_localize.models import Translation
from wagtail_localize.operations import translate_object

from cms.frameworks.status import versions_of
from cms.models import HomePage, ProjectPage
from cms.tenants.municipalities import homes_of, municipality_of_page, site_of
from cms.tenants.sites import follow_in_every_language, open_site
from compass.refusal import Refused
from deliberation.live.joining.guesses import proof_of
from deliberation.projects.extension_points import site_address
from deliberation.projects.models import Municipality, Role
from tests.builders import a_decided_point, a_municipality, a_user, an_installer
from tests.cms.site import TEXT, publish
from tests.live.builders import an_evening
from tests.tenants.conftest import OURS_HOST, THEIRS_HOST

pytestmark = pytest.mark.django_db


def add(slug, name, host):
    out = io.StringIO()
    call_command("municipality", "add", slug, name, host, stdout=out)
    return out.getvalue()


@pytest.fixture
def two():
    """Two municipalities, each on its own host, made as an administrator of the platform makes them."""
    an_installer()
    add("kompasdorp", "Kompasdorp", OURS_HOST)
    add("verderop", "Verderop", THEIRS_HOST)
    return list(Municipality.objects.order_by("slug"))


@pytest.fixture
def ours(two):
    """Our municipality with a project whose page is written in Dutch."""
    municipality = two[0]
    with translation.override("nl"):
        point = a_decided_point("consult")
        project = point.project
        assert project.municipality == municipality
        page = ProjectPage(
            title="De Lindestraat", slug="lindestraat", project=project, intro="Kort.", body=TEXT
        )
        publish(site_of(municipality).root_page, page)
        follow_in_every_language(page)
    return municipality, page


def english() -> Locale:
    return Locale.objects.get(language_code="en")


# --- The command ---------------------------------------------------------------------------------


def whose(host) -> str:
    """Give the short name of the municipality that answers on a host."""
    return str(Client().get("/", headers={"host": host}).wsgi_request.municipality.slug)


def test_whose_a_host_is_is_kept_for_a_moment_and_asked_anew_after_a_change(two, settings):
    settings.SITE_IS_KEPT = 5
    assert (whose(OURS_HOST), whose(THEIRS_HOST)) == ("kompasdorp", "verderop")
    with CaptureQueriesContext(connection) as asked:
        assert whose(OURS_HOST) == "kompasdorp"
    assert not [one for one in asked if 'FROM "wagtailcore_site"' in one["sql"]], "it was asked"
    ours, theirs = map(site_of, two)
    ours.site_name, theirs.site_name = theirs.site_name, ours.site_name
    ours.save(), theirs.save()
    assert (whose(OURS_HOST), whose(THEIRS_HOST)) == ("verderop", "kompasdorp")


@pytest.mark.parametrize(
    ("host", "port", "found"),
    [
        ("one.example", "80", 0),
        ("one.example", "81", 1),
        ("one.example", "82", 4),  # two of that name, neither of that port: the default
        ("two.example", "80", 2),
        ("two.example", "82", 2),
        ("three.example", "80", 4),
        ("three.example", "90", 4),
        ("four.example", "82", 4),
    ],
)
@pytest.mark.parametrize("with_default", [True, False])
def test_a_host_leads_to_the_site_that_wagtail_says(host, port, found, with_default):
    Site.objects.all().delete()
    root = Page.objects.first()
    hosts = (
        ("one.example", 80),
        ("one.example", 81),
        ("two.example", 80),
        ("one.example", 90),
        ("three.example", 80),
    )
    made = [Site.objects.create(hostname=name, port=at, root_page=root) for name, at in hosts]
    Site.objects.filter(pk=made[4].pk).update(is_default_site=with_default)
    with CaptureQueriesContext(connection) as asked:
        site = Site.find_for_request(RequestFactory().get("/", SERVER_NAME=host, SERVER_PORT=port))
        assert not site or site.root_page == root
    assert len(asked) == 1
    knows = with_default or found != 4 or host == "three.example"
    assert site == (made[found] if knows else None)


def test_no_host_that_a_visitor_makes_up_is_kept(two, settings):
    """Ports and names are theirs to choose, as long as they like; only the names of sites are kept."""
    settings.ALLOWED_HOSTS, settings.SITE_IS_KEPT = ["*"], 5
    whose(OURS_HOST)
    kept = len(cache._cache)
    for made_up in (
        f"{OURS_HOST}:{'0' * 3000}81",
        f"{OURS_HOST}:82",
        "a.example",
        f"{'a' * 3000}.example",
    ):
        assert Client().get("/", headers={"host": made_up}).status_code in (200, 302, 404)
    assert len(cache._cache) == kept


def test_the_command_makes_site_pages_groups_and_a_place_for_files(two):
    for municipality in two:
        site = site_of(municipality)
        assert {page.locale.language_code for page in homes_of(municipality)} == {"nl", "en"}
        assert Group.objects.filter(name=f"{municipality.slug}: pages").exists()
        assert Collection.objects.filter(name=municipality.slug, depth=2).exists()
        answer = Client(headers={"host": site.hostname}).get("/")
        assert answer.status_code == 200
        assert municipality.name in answer.content.decode()
    assert not Site.objects.filter(is_default_site=True).exists()
    assert not Page.objects.filter(depth=2).exclude(
        pk__in=[page.pk for one in two for page in homes_of(one)]
    )


def test_the_command_does_no_harm_twice(two):
    before = Site.objects.count(), Page.objects.count(), Group.objects.count()
    add("verderop", "Verderop", THEIRS_HOST)
    assert (Site.objects.count(), Page.objects.count(), Group.objects.count()) == before


def test_a_new_municipality_can_choose_any_framework_that_comes_with_the_platform(two):
    offered = [one["key"] for one in versions_of(two[0], timezone.localdate(), "nl")]
    assert offered == ["nl", "ladder"], "the one in use first"


def test_the_command_lists_what_there_is(two):
    out = io.StringIO()
    call_command("municipality", "list", stdout=out)
    assert THEIRS_HOST in out.getvalue()


@pytest.mark.parametrize("host", ["elsewhere.example.org", OURS_HOST])
def test_a_host_that_is_taken_or_not_ours_to_answer_is_refused(two, host):
    with pytest.raises(CommandError):
        add("derde", "Derde", host)
    assert not Municipality.objects.filter(slug="derde").exists(), "all or nothing"


@pytest.mark.parametrize("slug", ["Derdedorp", "derde dorp", "dérde", "derde_dorp", "", "d" * 51])
def test_a_short_name_that_fits_in_no_address_is_refused_with_what_it_may_hold(two, slug):
    with pytest.raises(CommandError, match="small letters, digits and hyphens"):
        add(slug, "Derde dorp", "derde.localhost")
    assert not Municipality.objects.filter(name="Derde dorp").exists()


def test_only_the_installer_opens_a_site(two):
    municipality = a_municipality("derde")
    with pytest.raises(Refused):
        open_site(
            actor=a_user(Role.ADMINISTRATOR), municipality=municipality, hostname="x",
            now=timezone.now(),
        )  # fmt: skip


def test_a_host_that_belongs_to_nobody_shows_a_friendly_page(two, settings):
    settings.ALLOWED_HOSTS = ["*"]
    answer = Client(headers={"host": "niemand.example.org"}).get("/")
    assert answer.status_code == 404
    text = answer.content.decode()
    assert "<h1" in text
    assert "Kompasdorp" not in text
    assert "Verderop" not in text


# --- Rights and addresses ------------------------------------------------------------------------


def test_rights_reach_the_pages_in_every_language_and_no_further(two):
    ours, theirs = two
    editor = a_user(Role.OFFICER, municipality=ours)
    for page in homes_of(ours):
        assert page.permissions_for_user(editor).can_edit(), page.locale
    for page in homes_of(theirs):
        assert not page.permissions_for_user(editor).can_edit(), page.locale
    for page in (*homes_of(ours), *homes_of(theirs)):
        assert municipality_of_page(page) == (ours if page in homes_of(ours) else theirs)


def test_nobody_deletes_the_first_page_of_a_municipality(two):
    client = Client()
    client.force_login(a_user(Role.ADMINISTRATOR, municipality=two[0]))
    home = site_of(two[0]).root_page
    answer = client.post(reverse("wagtailadmin_pages:delete", args=[home.pk]))
    assert answer.status_code in (302, 403)
    assert HomePage.objects.filter(pk=home.pk).exists()


def test_links_in_mail_lead_to_the_municipalitys_own_host(two, settings):
    settings.PUBLIC_URL = "https://meedoen.example.org"
    assert [site_address(one) for one in two] == [f"https://{OURS_HOST}", f"https://{THEIRS_HOST}"]


def test_a_code_leads_to_the_host_of_its_evening(two, settings):
    settings.PUBLIC_URL = "https://meedoen.example.org"
    evening = an_evening()
    code = evening.run.online_code
    elsewhere = Client(headers={"host": THEIRS_HOST})
    # Digits alone are of one's own municipality: there they take the word, a scan or a link (ADR 46).
    assert "word" in elsewhere.get(f"/s/{code}").content.decode()
    there = elsewhere.get(f"/s/{code}?q={proof_of(code)}")
    assert there.status_code == 302
    assert there["Location"].startswith(f"https://{OURS_HOST}/s/{code}")
    assert Client(headers={"host": OURS_HOST}).get(f"/s/{code}").status_code == 200


# --- Languages -----------------------------------------------------------------------------------


def test_a_page_that_nobody_translated_says_so_in_english(ours):
    _municipality, page = ours
    answer = Client().get("/en/lindestraat/")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "De Lindestraat" in text
    assert "in Dutch only" in text
    assert 'hreflang="en"' not in text.split("</head>")[0], "it is no translation"
    assert "in Dutch only" not in Client().get(page.get_url()).content.decode()


def test_the_english_first_page_lists_projects_that_nobody_translated(ours):
    assert "De Lindestraat" in Client().get("/en/").content.decode()


def test_a_translation_shares_the_project_and_is_linked_both_ways(ours):
    _municipality, page = ours
    translate_object(page.get_parent().specific, [english()])
    translate_object(page, [english()])
    translated = ProjectPage.objects.get(locale=english())
    assert translated.project == page.project
    assert translated.alias_of is None
    assert Translation.objects.filter(source__object_id=page.translation_key).exists()
    dutch, other = Client().get("/lindestraat/"), Client().get("/en/lindestraat/")
    assert "in Dutch only" not in other.content.decode()
    assert 'href="/en/lindestraat/" lang="en"' in dutch.content.decode()
    assert 'href="/lindestraat/" lang="nl"' in other.content.decode()
    head = dutch.content.decode().split("</head>")[0]
    assert 'hreflang="en"' in head
    assert 'hreflang="nl"' in head


def test_what_an_editor_writes_and_what_follows_the_source(ours):
    """Words are translated one by one; what is the same in every language follows the source."""
    from wagtail_localize.fields import get_translatable_fields

    told = {field.field_name: field for field in get_translatable_fields(ProjectPage)}
    for name in ("title", "intro", "body", "search_description", "picture_description"):
        assert told[name].is_translated(None), name
    for name in ("project", "picture"):
        assert not told[name].is_translated(None), name


def test_an_unpublished_translation_is_no_place_to_go(ours):
    _municipality, page = ours
    translate_object(page.get_parent().specific, [english()])
    translate_object(page, [english()])
    ProjectPage.objects.get(locale=english()).unpublish()
    text = Client().get(page.get_url()).content.decode()
    assert 'href="/en/lindestraat/"' not in text
    assert 'href="/en/"' in text


def test_an_editor_translates_with_a_click(ours):
    municipality, page = ours
    client = Client()
    client.force_login(a_user(Role.OFFICER, municipality=municipality))
    screen = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
    assert screen in client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert client.get(screen).status_code == 200
    home = page.get_parent()
    for one in (home, page):
        address = reverse("wagtail_localize:submit_page_translation", args=[one.pk])
        client.post(address, {"locales": [english().pk]})
    translated = ProjectPage.objects.get(locale=english())
    editor = client.get(reverse("wagtailadmin_pages:edit", args=[translated.pk]))
    assert editor.status_code == 200
    assert "wagtail_localize" in editor.content.decode()


def test_the_foot_of_a_page_follows_the_language(ours):
    from tests.cms.site import a_standard_page

    _municipality, page = ours
    privacy = a_standard_page(page.get_parent(), show_in_menus=True)
    follow_in_every_language(privacy)
    assert 'href="/en/privacy/"' in Client().get("/en/").content.decode()
    assert 'href="/privacy/"' in Client().get("/").content.decode()
