"""Who gets in where? The whole map of addresses against every kind of visitor."""

import re
from dataclasses import dataclass

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Site

from compass.models import Framework
from deliberation.live.models import Run
from deliberation.live.operations import create_run
from deliberation.people.models import Participant
from deliberation.people.participant_session import KEY
from deliberation.people.privacy.export import link_for
from deliberation.people.privacy.unsubscribing import MailedConsent
from deliberation.projects.deciding import notices
from deliberation.projects.deciding.moments import plan_moment
from deliberation.projects.invitations.operations import invite_colleague
from deliberation.projects.models import Role
from tests.builder_cache import cached
from tests.builders import (
    a_decided_point,
    a_decision_point,
    a_municipality,
    a_phase,
    a_project,
    a_user,
    the_officer,
)
from tests.cms.frameworks.drafts import a_copied_draft
from tests.cms.site import a_project_page
from tests.live.builders import a_card, an_evening
from tests.questions.builders import a_question_in

pytestmark = pytest.mark.django_db
OURS = ("cms", "compass", "deliberation")

# Our own addresses, one by one. public: everybody; joined: residents who joined, and staff of the
# run; door: a step of signing in or out (tests/sign_in); framework step: tests/cms/frameworks;
# desk: a role somewhere; whole: a role in the
# whole municipality; project: a role in this project; officer, manager, facilitator: that role.
OWN = {
    "healthz": "public",
    "readyz": "public",
    "account/login/code/": "door",
    "account/login/code/confirm/": "door",
    "account/password/reset/": "door",
    "account/email/": "door",
    "account/signed-out/": "public",
    "account/sessions/": "door",
    "account/kept/": "door",
    "account/2fa/webauthn/add/": "door",
    "account/oidc/<str:provider_id>/login/": "door",
    "account/oidc/<str:provider_id>/login/callback/": "door",
    "robots.txt": "public",
    "media/<path:path>": "picture",
    "sitemap.xml": "public",
    "zoeken/": "public",
    "nieuws/": "public",
    "nieuws/rss/": "public",
    "besluiten/rss/": "public",
    "stand-van-zaken/": "public",
    "agenda.ics": "public",
    "api/v1/openapi.json": "public",
    "api/v1/frameworks": "public",
    "api/v1/frameworks/<slug:key>": "public",
    "api/v1/frameworks/<slug:key>/advice": "program",  # tests/api
    "api/v1/decision-points": "public",
    "api/v1/decision-points/<int:pk>": "public",
    "api/<path:rest>": "program",
    "register/": "public",
    "kompas/": "public",
    "kompas/afwegen/": "public",
    "kompas/verschil/": "public",
    "kompas/regels/": "public",
    "meedoen": "public",
    "s/<code:code>": "public",
    "s/card/<code:card>": "public",
    "s/uitslag/<int:session_id>/": "result",  # tests/live/test_ways_of_voting.py
    "s/uitslag/<int:session_id>.csv": "result",
    "s/uitslag/<int:session_id>.xlsx": "result",
    "s/uitslag/<int:session_id>.json": "result",
    "s/run/<int:run_id>/": "joined",
    "s/run/<int:run_id>/regions/": "joined",
    "s/run/<int:run_id>/do/": "command",
    "s/run/<int:run_id>/console/": "console",
    "s/run/<int:run_id>/projector/": "console",
    "volg/": "public",
    "volg/<code:receipt>": "public",
    "volg/steun/<int:contribution_id>/": "supporter",  # only ever posted: tests/participation
    "vragen/<int:project_id>/": "public",
    "vragen/<int:project_id>/stellen/": "public",
    "vragen/<int:project_id>/<int:contribution_id>/": "public",
    "admin/participatie/vragen/": "moderator",
    "admin/participatie/vragen/<int:pk>/": "facilitator",
    "admin/participatie/vragen/<int:pk>/publiceren/": "facilitator",
    "admin/participatie/vragen/<int:pk>/niet-plaatsen/": "facilitator",
    "admin/participatie/vragen/<int:pk>/samenvoegen/": "facilitator",
    "admin/participatie/vragen/<int:pk>/beantwoorden/": "officer",
    "admin/participatie/vragen/<int:pk>/later/": "officer",
    "admin/participatie/vragen/<int:pk>/datum/": "officer",
    "admin/participatie/vragen/<int:pk>/verbergen/": "facilitator",
    "admin/participatie/vragen/<int:pk>/tonen/": "facilitator",
    "admin/participatie/vragen/apart/<int:project_id>/": "moderators form",
    "admin/participatie/vragen/termijn/<int:point_id>/": "officer",
    "admin/participatie/beloften/": "desk",
    "mijn/": "public",
    "mijn/uitnodigingen/": "account",
    "mijn/uitnodigingen/<int:pk>/aanvaarden/": "owner",  # tests/projects/test_invitations.py
    "mijn/uitnodigingen/<int:pk>/weigeren/": "owner",
    "mijn/bestand/": "public",
    "mijn/bestand/<str:signed>/": "resident",
    "mijn/stoppen/<str:sealed>/": "public",
    "mijn/verwijderen/": "resident",
    "mijn/verwijderd/": "public",
    "theme/<str:digest>.css": "theme",  # tests/cms/test_theming.py
    "admin/participatie/huisstijl/": "manager",
    "admin/participatie/huisstijl/niveaus/": "managers form",
    "admin/participatie/huisstijl/contrast/": "managers form",
    "admin/participatie/huisstijl/voorbeeld/": "managers draft",
    "admin/participatie/doorverwijzingen/": "manager",
    "admin/participatie/doorverwijzingen/<int:pk>/weg/": "manager",
    "admin/participatie/afwegingskaders/": "officer",
    "admin/participatie/afwegingskaders/nieuw/": "officer",
    "admin/participatie/afwegingskaders/gebruik/": "framework step",
    "admin/participatie/afwegingskaders/versies/<int:pk>/bestand/": "officer",
    "admin/participatie/afwegingskaders/<int:pk>/": "officer",
    "admin/participatie/afwegingskaders/<int:pk>/proberen/": "officer",
    "admin/participatie/afwegingskaders/<int:pk>/vergelijken/": "officer",
    "admin/participatie/afwegingskaders/<int:pk>/bestand/": "officer",
    "admin/participatie/afwegingskaders/<int:pk>/voorstellen/": "framework step",
    "admin/participatie/afwegingskaders/<int:pk>/goedkeuren/": "framework step",
    "admin/participatie/afwegingskaders/<int:pk>/terug/": "framework step",
    "admin/participatie/afwegingskaders/<int:pk>/publiceren/": "framework step",
    "admin/participatie/afwegingskaders/<int:pk>/weggooien/": "framework step",
    "admin/participatie/afwegingskaders/<int:pk>/bewerken/": "officer",
    "admin/participatie/afwegingskaders/<int:pk>/bewerken/titel/": "officer",
    "admin/participatie/afwegingskaders/<int:pk>/bewerken/scores/<int:place>/banden/": "officer",
    "admin/participatie/afwegingskaders/<int:pk>/bewerken/<slug:part>/": "officer",
    "admin/participatie/afwegingskaders/<int:pk>/bewerken/<slug:part>/nieuw/": "officer",
    "admin/participatie/afwegingskaders/<int:pk>/bewerken/<slug:part>/<int:place>/": "officer",
    "admin/participatie/afwegingskaders/<int:pk>/bewerken/<slug:part>/<int:place>/plaats/": "framework step",
    "admin/participatie/": "desk",
    "admin/participatie/projecten/nieuw/": "officer",
    "admin/participatie/projecten/<int:pk>/": "project",
    "admin/participatie/projecten/<int:pk>/wijzigen/": "officer",
    "admin/participatie/projecten/<int:pk>/fase/": "officer",
    "admin/participatie/projecten/<int:pk>/rollen/": "manager",
    "admin/participatie/projecten/<int:pk>/pagina/": "officer",
    "admin/participatie/fasen/<int:pk>/": "officer",
    "admin/participatie/fasen/<int:pk>/verwijderen/": "officer",
    "admin/participatie/projecten/<int:pk>/beslispunt/": "officer",
    "admin/participatie/projecten/<int:pk>/stand-van-zaken/": "officer",
    "admin/participatie/beslispunten/<int:pk>/besluit/": "officer",
    "admin/participatie/stand-van-zaken/": "whole",
    "admin/participatie/paginas/": "desk",
    "admin/participatie/rollen/": "manager",
    "admin/participatie/uitnodigingen/<int:pk>/intrekken/": "manager",
    "admin/participatie/rollen/collega/": "manager",
    "admin/participatie/rollen/wissen/": "manager",
    "admin/participatie/rollen/<int:pk>/bevestigen/": "manager",
    "admin/participatie/rollen/<int:pk>/intrekken/": "manager",
    "admin/participatie/beslispunten/<int:pk>/": "project",
    "admin/participatie/beslispunten/<int:pk>/wijzigen/": "officer",
    "admin/participatie/beslispunten/<int:pk>/kompas/": "officer",
    "admin/participatie/beslispunten/<int:pk>/kompas/vragen/": "officer",
    "admin/participatie/beslispunten/<int:pk>/kompas/verschil/": "officer",
    "admin/participatie/beslispunten/<int:pk>/kompas/overnemen/": "officer",
    "admin/participatie/beslispunten/<int:pk>/niveau/": "officer",
    "admin/participatie/beslispunten/<int:pk>/veranderen/": "officer",
    "admin/participatie/beslispunten/<int:pk>/engels/": "officer",
    "admin/participatie/beslispunten/<int:pk>/momenten/": "officer",
    "admin/participatie/momenten/<int:pk>/": "officer",
    "admin/participatie/momenten/<int:pk>/weg/": "officer",
    "admin/participatie/keuzes/": "oversight",
    "admin/participatie/beslispunten/<int:pk>/raadspagina/": "project",
    "admin/participatie/beslispunten/<int:pk>/documenten/": "project",
    "admin/participatie/beslispunten/<int:pk>/documenten/gegevens/": "officer",
    "admin/participatie/beslispunten/<int:pk>/documenten/<slug:kind>/": "project",
    "admin/participatie/beslispunten/<int:pk>/documenten/<slug:kind>.pdf": "project",
    "admin/participatie/beslispunten/<int:pk>/documenten/<slug:kind>.docx": "project",
    "admin/participatie/sessies/": "desk",
    "admin/participatie/sessies/nieuw/<int:project_id>/": "facilitator",
    "admin/participatie/sessies/<int:pk>/": "project",
    "admin/participatie/sessies/<int:pk>/wijzigen/": "facilitator",
    "admin/participatie/sessies/<int:pk>/nog-een/": "facilitator",
    "admin/participatie/sessies/runs/<int:run_id>/onderdeel/": "facilitator",
    "admin/participatie/sessies/onderdelen/<int:item_id>/wijzigen/": "facilitator",
    "admin/participatie/sessies/onderdelen/<int:item_id>/verplaatsen/": "facilitator",
    "admin/participatie/sessies/onderdelen/<int:item_id>/weghalen/": "facilitator",
    "admin/participatie/sessies/onderdelen/<int:item_id>/peiling/": "facilitator",
    "admin/participatie/sessies/peilingen/<int:activity_id>/vervangen/": "facilitator",
    "admin/participatie/sessies/runs/<int:run_id>/codes/": "console",
    "admin/participatie/sessies/runs/<int:run_id>/deelnemers/": "console",
    "admin/participatie/sessies/runs/<int:run_id>/deelnemers/<uuid:attendance_id>/wegsturen/": "console",
    "admin/participatie/sessies/runs/<int:run_id>/weggestuurd/<int:ban_id>/toelaten/": "console",
    "admin/participatie/sessies/runs/<int:run_id>/kaarten/": "console",
    "admin/participatie/sessies/runs/<int:run_id>/kaarten/maken/": "facilitator",
    "admin/participatie/sessies/runs/<int:run_id>/kaarten/pdf/": "console",
    "admin/participatie/sessies/runs/<int:run_id>/toelating/": "facilitator",
    "admin/participatie/sessies/runs/<int:run_id>/kaarten/<int:card_id>/blokkeren/": "console",
}
# Other people's addresses, by the prefix we include them under. A new prefix fails the test.
THIRD_PARTY = {"admin/": "staff", "documents/": "public", "account/": "account", "": "page"}
WHO = {
    "public": {
        "nobody",
        "resident",
        "stranger",
        "council",
        "other officer",
        "facilitator",
        "officer",
        "manager",
    },
    "resident": {"resident"},
    "account": {"stranger", "council", "other officer", "facilitator", "officer", "manager"},
    "joined": {"resident", "facilitator", "officer", "manager"},
    "console": {"facilitator", "officer", "manager"},
    "desk": {"council", "other officer", "facilitator", "officer", "manager"},
    "project": {"council", "facilitator", "officer", "manager"},
    "facilitator": {"facilitator", "officer", "manager"},
    "moderator": {"other officer", "facilitator", "officer", "manager"},
    "officer": {"officer", "manager"},
    "manager": {"manager"},
    "whole": {"council", "officer", "manager"},
    "oversight": {"council", "other officer", "officer", "manager"},
}


@dataclass(frozen=True)
class Address:
    """One row of the map: its route, whose view it is and under which prefix it is included."""

    route: str
    ours: bool


def addresses(resolver=None, prefix=""):
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry, route)
        else:
            view = getattr(entry.callback, "view_class", entry.callback)
            yield Address(route, view.__module__.split(".")[0] in OURS)


def third_party_prefix(route: str) -> str | None:
    """Find the prefix a route is included under; the site's own pages have the empty one."""
    named = [prefix for prefix in THIRD_PARTY if prefix and route.startswith(prefix)]
    if named:
        return named[0]
    return "" if route.startswith(("_util/", "^((?:[", "^media/")) else None


def test_every_address_is_classified():
    unknown = [
        address.route
        for address in addresses()
        if (address.route not in OWN if address.ours else third_party_prefix(address.route) is None)
    ]
    assert unknown == []
    assert {a.route for a in addresses() if a.ours} == set(OWN), "an address that is gone"


def test_a_new_prefix_is_caught():
    assert third_party_prefix("api/v2/pages/") is None


@pytest.fixture
def world():
    """A project with its page and an evening under way, and one visitor of every kind."""
    return a_world(a_municipality())


def a_world(municipality):
    """Fill a municipality: a project with its page and an evening under way, and one visitor of every kind."""
    users, resident, about, page = _a_filled(municipality)
    visitors = {name: Client() for name in ("nobody", "resident", *users)}
    for name, user in users.items():
        visitors[name].force_login(user)
    session = visitors["resident"].session
    session[KEY] = str(resident.pk)
    session.save()
    return visitors, about, page


def sealed_for(address, municipality) -> str:
    """Give what stands in the link that ends mail about changes to an address."""
    path = MailedConsent(address, notices.PURPOSE, municipality.slug).path
    return path.rstrip("/").rsplit("/", 1)[1]


@cached
def _a_filled(municipality):
    phase = a_phase(project=a_project(municipality))
    evening = an_evening(point=a_decided_point(point=a_decision_point(phase)))
    project = evening.run.project
    page = a_project_page(project)
    site = Site.objects.get(site_name=municipality.slug)
    users = {
        "stranger": a_user(),
        "council": a_user(Role.COUNCIL, municipality=municipality),
        "other officer": a_user(Role.OFFICER, project=a_project(municipality)),
        "facilitator": evening.facilitator,
        "officer": the_officer(municipality),
        "manager": a_user(Role.ADMINISTRATOR, municipality=municipality),
    }
    resident, point = evening.join(), evening.activity.decision_point
    about = {
        "code": evening.run.online_code,
        "card": a_card(evening.run).code,
        "card_id": a_card(evening.run).pk,
        "attendance_id": evening.run.attendances.get().pk,
        "ban_id": evening.sent_out().pk,
        "signed": link_for(None, [Participant(pk=str(resident.pk))], municipality),
        "sealed": sealed_for("inwoner@example.org", municipality),
        "run_id": evening.run.pk,
        "item_id": a_part_in_preparation(evening).pk,
        "activity_id": evening.activity.pk,
        "session_id": evening.run.session_id,
        "project_id": project.pk,
        **a_question_in(project, resident),
        "provider_id": "kompasdorp",
        "kind": "startnotitie",
        "part": "scores",
        "place": 1,
        "key": "nl",
        "decision-points": point.pk,
        "afwegingskaders": a_copied_draft(municipality).pk,
        "versies": Framework.objects.get().pk,
        "projecten": project.pk,
        "beslispunten": point.pk,
        "fasen": point.phase_id,
        "momenten": a_moment(users["officer"], point).pk,
        "doorverwijzingen": Redirect.add_redirect("/weg", "/kompas/", site=site).pk,
        "sessies": evening.run.session_id,
        "uitnodigingen": an_invitation(users["manager"], municipality).pk,
        "rollen": a_user(Role.NOTE_TAKER, project=project).roleassignment_set.get().pk,
    }
    return users, resident, about, page


def a_part_in_preparation(evening):
    """Make a rehearsal, that did not start: the parts of its run sheet can still change."""
    about = {"actor": evening.facilitator, "now": evening.now}
    rehearsal = create_run(session=evening.run.session, kind=Run.Kind.REHEARSAL, **about)
    return rehearsal.items.get()


def an_invitation(manager, municipality):
    about = {"actor": manager, "municipality": municipality, "now": timezone.now()}
    return invite_colleague(email="nieuw@example.org", role=Role.OBSERVER, **about)


def a_moment(officer, point):
    about = {"actor": officer, "decision_point": point, "now": timezone.now()}
    return plan_moment(body="raad", on=timezone.localdate(), what="Stelt het vast.", **about)


def path_to(route: str, about: dict) -> str:
    """Fill an address in: a name of its own, or the id of what the word before it names."""

    def value(match):
        name = match["name"]
        return f"{match['before']}/{about[match['before'] if name == 'pk' else name]}"

    return "/" + re.sub(r"(?P<before>[\w-]*)/<\w+:(?P<name>\w+)>", value, route)


def test_our_addresses_open_for_whom_they_should(world):
    visitors, about, _page = world
    asked = {path_to(route, about): WHO[kind] for route, kind in OWN.items() if kind in WHO}
    assert len(asked) > 100
    opened = {path: who_opens(path, visitors) for path in asked}
    assert {path: who for path, who in opened.items() if who != asked[path]} == {}


def who_opens(path, visitors) -> set[str]:
    """Ask an address as everybody; what was done there is undone."""
    with transaction.atomic():
        first = {name: client.get(path).status_code for name, client in visitors.items()}
        if 405 in first.values():  # only ever posted
            opened = {name for name, client in visitors.items() if _was_done(client.post(path))}
        else:
            opened = {name for name, status in first.items() if status == 200}
        transaction.set_rollback(True)
    return opened


def _was_done(response) -> bool:
    return response.status_code == 302 and "/account/" not in response["Location"]


@pytest.mark.parametrize("name", ["council", "facilitator", "other officer"])
def test_who_may_not_open_a_screen_of_the_desk_reads_who_may_or_whom_to_ask(world, name):
    visitors, about, _page = world
    routes = [route for route in OWN if route.startswith("admin/") or "console" in route]
    refused = {
        path: text for path in routes if (text := no_said(path_to(path, about), visitors[name]))
    }
    assert len(refused) > 20
    assert [path for path, text in refused.items() if "beheerder" not in text] == []


def no_said(path, client) -> str:
    """Read what stands on the screen of whoever is refused; blank for who is not."""
    with transaction.atomic():
        answer = client.get(path)
        answer = client.post(path) if answer.status_code == 405 else answer
        transaction.set_rollback(True)
    return answer.content.decode().split("<main")[-1] if answer.status_code == 403 else ""


@pytest.mark.parametrize("kind", ["nobody", "resident"])
def test_commands_need_somebody_who_joined(world, kind):
    visitors, about, _page = world
    path = path_to("s/run/<int:run_id>/do/", about)
    body = {"do": "close_run", "op_id": "3f0c6a52-7e0f-4f5e-9a52-0d7c5f1b8a11", "seen": 0}
    answer = visitors[kind].post(path, body, content_type="application/json")
    assert answer.status_code == 403
    assert answer.json()["status"] == "refused"


def admin_paths(about, page) -> list[str]:
    """Every address under Wagtail's admin, with our page filled in wherever an object is asked for."""
    paths = set()
    for address in addresses():
        if address.ours or not address.route.startswith("admin/") or ".*" in address.route:
            continue
        route = re.sub(r"[\^$\\]", "", address.route)
        route = re.sub(r"<(?:path|str|slug):rest>", "x", route)
        route = re.sub(r"<(?:\w+:)?(\w*model_name|app_label)>", _kind_of, route)
        route = re.sub(r"<[^>]+>", str(page.pk), route)
        route = re.sub(r"\(\?P<\w+>\[?[^)]*\)|\([^)]*\)", str(page.pk), route)
        paths.add("/" + route)
    return sorted(paths)


def _kind_of(match) -> str:
    return "cms" if match[1] == "app_label" else "projectpage"


TO_THE_ONE_DOOR = ("/admin/login/", "/admin/password_reset/")
# Of the admin itself, nothing of ours; and signing out, which is only posted.
TEXTS_AND_ICONS = {"/admin/jsi18n/", "/admin/sprite/", "/admin/logout/"}


def test_a30_the_desk_is_closed_without_second_factor(world):
    """Nobody, residents and staff without a second factor get nothing under /admin/ or the console."""
    visitors, about, page = world
    careless = Client()
    careless.force_login(a_user(Role.ADMINISTRATOR, second_factor=False))
    paths = admin_paths(about, page) + [
        path_to(route, about) for route in OWN if route.startswith("admin/") or "console" in route
    ]
    assert len(paths) > 150, "the walk found too little to mean anything"
    for path in set(paths) - TEXTS_AND_ICONS:
        for client, door in (
            (visitors["nobody"], "login"),
            (visitors["resident"], "login"),
            (careless, "2fa"),
        ):
            response = client.get(path)
            if path.startswith(TO_THE_ONE_DOOR) and client is not careless:
                assert response["Location"].startswith("/account/"), path
                continue
            assert response.status_code in (301, 302, 403), (path, response.status_code)
            if response.status_code == 302:
                assert f"/account/{door}" in response["Location"], (path, response["Location"])


def test_wagtails_own_doors_lead_to_the_one_door():
    for path in ("/admin/login/", "/admin/password_reset/", "/_util/login/", "/en/_util/login/"):
        assert Client().get(path)["Location"].split("?")[0] in (
            "/account/login/",
            "/account/password/reset/",
        )


def test_a33_who_writes_no_pages_opens_no_page_in_the_editor(world):
    """No admin address that takes our page shows even its title to staff whose role doesn't write pages."""
    visitors, about, page = world
    number = f"/{page.pk}/"
    paths = [path for path in admin_paths(about, page) if "/pages/" in path and number in path]
    assert len(paths) > 20
    shown = {
        (kind, path)
        for kind in ("council", "facilitator", "other officer")
        for path in paths
        if page.title in visitors[kind].get(path).content.decode()
    }
    assert shown == set()
    assert visitors["officer"].get(f"/admin/pages/{page.pk}/edit/").status_code == 200
