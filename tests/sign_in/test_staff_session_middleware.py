"""Does a session of staff end in time, and is everybody who was away asked who they are before a sensitive step?"""

import ast
import importlib
import time
from collections import defaultdict
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth import SESSION_KEY, get_user
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from cms.sign_in.staff_session_middleware import _is_file, refuse_rights, tables_of_rights
from deliberation.live.joining.access import Visitor, reader_of
from deliberation.people.models import AuditEntry, User
from deliberation.people.staff_session import (
    BACK,
    BEGAN,
    IDLE,
    LASTS,
    SEEN,
    ConfirmFirst,
    unconfirmed,
)
from deliberation.projects.models import Role, RoleAssignment
from tests.builders import PASSWORD, a_municipality, a_resident, a_user
from tests.calls import read_source
from tests.live.builders import an_evening
from tests.people.writers import writes_rows
from tests.test_urls import OWN, path_to, world

assert world  # the fixture
pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent.parent
# A function that names one of these and writes, or that erases, is reached from no address without `sensitive`.
RIGHTS = {
    "RoleAssignment", "RoleInvitation", "Framework", "Authenticator", "SocialAccount", "EmailAddress", "APIToken",
    "Group", "GroupPagePermission", "GroupCollectionPermission", "Site", "get_user_model",
}  # fmt: skip
ERASES = {
    "deliberation.people.privacy.erasure.erase_everywhere",
    "deliberation.people.privacy.erasure.end_sessions_of",
    "deliberation.people.privacy.erasure.let_go",
    "deliberation.people.privacy.erased_list.note_erased",
    "deliberation.people.privacy.erased_list.note_erased_here",
    "deliberation.people.privacy.own_data.erase_in_slices",
    "deliberation.people.operations.leave_staff",
    "deliberation.people.operations.make_staff",
    "deliberation.people.privacy.own_data.export_of",
}
NOT_LEFT_ALONE = {
    "deliberation.projects.invitations.operations.accept_role": "its owner was asked by mail and says yes",
    "deliberation.projects.invitations.operations.decline_role": "its owner was asked by mail and says no",
    "deliberation.people.views.take_own_data": "asks itself whether its owner showed just now who they are",
    "cms.sign_in.codes.confirm_address": "a step of signing in",
    "cms.sign_in.operations.link_issuer": "a step of signing in",
    "cms.sign_in.passkeys.AddPasskey": "allauth asks before it shows this screen",
    "compass.drafting.start_draft": "a draft changes no rule",
    "compass.engine.look_ahead.most_read": "adds to a set, and knows no database",
    "compass.operations.record_assessment": "names the framework, and keeps answers",
}


def later(client, **ago):
    """Let time go by in a session: `began` and `seen` in seconds ago."""
    session = client.session
    for key, seconds in ago.items():
        session[{"began": BEGAN, "seen": SEEN}[key]] = time.time() - seconds
    session.save()


@pytest.fixture
def administrator(site):
    return a_user(Role.ADMINISTRATOR, municipality=a_municipality())


@pytest.fixture
def inside(client, administrator):
    client.force_login(administrator)
    return client


def test_a_session_of_staff_ends_after_twelve_hours_also_when_it_was_used(inside):
    later(inside, began=LASTS - 60)
    assert inside.get("/admin/participatie/").status_code == 200
    later(inside, began=LASTS + 1, seen=0)
    answer = inside.get("/admin/participatie/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/account/login/")
    assert "twaalf uur" in answer.content.decode()
    assert SESSION_KEY not in inside.session


def test_nothing_done_in_a_session_makes_it_last_longer(client, administrator, monkeypatch):
    """Used all day and never left alone: it ends at the first step after twelve hours from signing in."""
    begun, step = int(time.time()), 20 * 60
    monkeypatch.setattr(time, "time", lambda: begun)
    client.force_login(administrator)
    desk, confirm = "/admin/participatie/", "/account/reauthenticate/"
    for now in range(begun, begun + LASTS + 1, step):
        monkeypatch.setattr(time, "time", lambda now=now: now)
        assert client.get(desk).status_code == 200
        assert client.get(desk, headers={"Sec-Fetch-Dest": "empty"}).status_code == 200
        confirmed = client.post(confirm, {"password": PASSWORD, "next": desk})
        assert confirmed["Location"] == desk and SESSION_KEY in client.session
        assert client.session[BEGAN] == begun, (now - begun) / 3600
    monkeypatch.setattr(time, "time", lambda: now + step)
    assert client.get(desk)["Location"].startswith("/account/login/")
    assert SESSION_KEY not in client.session


def test_no_address_makes_a_session_last_longer_and_after_twelve_hours_none_knows_who_it_is(world):
    visitors, about, _page = world
    client, wrong = visitors["manager"], []
    known = dict(client.session.items())
    for route in [*OWN, "admin/pages/", "account/sessions/"]:
        path = path_to(route, {**about, "digest": "x", "path": "x", "rest": "x"})
        for began in (int(time.time()) - LASTS + 600, int(time.time()) - LASTS - 1):
            session = SessionStore()
            session.update(known | {BEGAN: began})
            session.save()
            client.cookies["sessionid"] = session.session_key
            with transaction.atomic():
                client.get(path)
                kept = client.session.get(BEGAN) if SESSION_KEY in client.session else None
                transaction.set_rollback(True)
            if kept != (began if time.time() - began < LASTS else None):
                wrong.append((route, began))
    assert wrong == []


def test_a_socket_of_staff_ends_with_the_session():
    evening = an_evening()
    client = Client()
    client.force_login(evening.facilitator)
    visitor = Visitor(client.session.session_key, evening.run.pk, "mod")
    assert reader_of(visitor) is not None
    later(client, began=LASTS + 1)
    assert reader_of(visitor) is None


def test_a_session_without_a_beginning_is_over(inside):
    session = SessionStore(inside.session.session_key)
    del session[BEGAN]
    session.save()
    assert inside.get("/admin/participatie/").status_code == 302


def test_residents_stay_signed_in(client, site):
    client.force_login(a_resident())
    assert BEGAN not in client.session
    assert client.get("/account/email/").status_code == 200


def test_being_there_costs_a_write_now_and_then_only(inside):
    inside.get("/admin/participatie/")
    seen = inside.session[SEEN]
    inside.get("/admin/participatie/")
    assert inside.session[SEEN] == seen
    later(inside, seen=IDLE - 60)
    inside.get("/admin/participatie/", headers={"Sec-Fetch-Dest": "empty"})
    assert inside.session[SEEN] < time.time() - IDLE + 120, (
        "a page that asks by itself is nobody there"
    )
    inside.get("/admin/participatie/")
    assert inside.session[SEEN] > time.time() - 60 and BACK not in inside.session


def a_role_to_withdraw() -> str:
    colleague = a_user("officer", municipality=a_municipality())
    return f"/admin/participatie/rollen/{colleague.roleassignment_set.get().pk}/intrekken/"


def test_who_was_away_confirms_with_the_password_and_goes_on(inside, administrator):
    colleague = a_user("officer", municipality=a_municipality())
    number = colleague.roleassignment_set.get().pk
    later(inside, seen=IDLE + 1)
    path = f"/admin/participatie/rollen/{number}/intrekken/"
    answer = inside.post(path, headers={"Referer": "http://testserver/admin/participatie/rollen/"})
    assert answer["Location"] == "/account/reauthenticate/?next=%2Fadmin%2Fparticipatie%2Frollen%2F"
    assert colleague.roleassignment_set.exists()
    page = inside.get(answer["Location"])
    assert "was even weg" in page.content.decode()
    confirmed = inside.post(answer["Location"], {"password": PASSWORD})
    assert confirmed["Location"] == "/admin/participatie/rollen/"
    inside.post(path)
    assert not colleague.roleassignment_set.exists()


def test_opening_other_pages_first_confirms_nothing(inside):
    later(inside, seen=IDLE + 1)
    assert inside.get("/admin/participatie/rollen/").status_code == 200
    answer = inside.post(a_role_to_withdraw())
    assert "/account/reauthenticate/" in answer["Location"]


def test_where_it_leads_back_to_is_a_page_of_ours(inside):
    later(inside, seen=IDLE + 1)
    answer = inside.post(a_role_to_withdraw(), headers={"Referer": "https://evil.example/x"})
    assert answer["Location"] == "/account/reauthenticate/?next=%2Fadmin%2F"


def test_a_file_leaves_only_after_confirming(inside):
    later(inside, seen=IDLE + 1)
    answer = inside.get("/admin/participatie/keuzes/?format=csv")
    assert answer["Location"].startswith(
        "/account/reauthenticate/?next=%2Fadmin%2Fparticipatie%2Fkeuzes"
    )


def test_wagtails_own_screens_of_rights_ask_too(client, site):
    from tests.builders import an_installer

    installer = an_installer()
    installer.set_password(PASSWORD)
    installer.save()
    client.force_login(installer)
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(installer, generate_totp_secret())
    later(client, seen=IDLE + 1)
    user = {"email": "nieuw@example.org", "first_name": "N", "last_name": "N"}
    user |= {"password1": PASSWORD, "password2": PASSWORD}
    shown = BeautifulSoup(client.get("/admin/groups/new/").content, "html.parser")
    hidden = shown.select("input[type=hidden][name][value]")
    group = {one["name"]: one["value"] for one in hidden} | {"name": "x"}
    for path, body in (("/admin/users/new/", user), ("/admin/groups/new/", group)):
        assert "/account/reauthenticate/" in client.post(path, body)["Location"], path
    assert not User.objects.filter(email="nieuw@example.org").exists()
    assert not Group.objects.filter(name="x").exists()


def operations():
    """Collect every operation there is, from every module of ours."""
    found = {}
    for room in ("cms", "deliberation"):
        for file in (ROOT / room).rglob("*.py"):
            if "migrations" in file.parts or "@operation" not in file.read_text():
                continue
            name = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            module = importlib.import_module(name)
            for key, one in vars(module).items():
                if getattr(one, "is_operation", False) and one.__module__ == name:
                    found[f"{name}.{key}"] = one
    return found


def unasked(planted=None) -> set[tuple[str, str]]:
    """Find what changes rights, with the list of addresses that leads there without asking who one is."""
    source = read_source(planted)
    marked = {name for name, node in source.nodes.items() if _is_marked(node)} | set(NOT_LEFT_ALONE)
    changes = ERASES | {
        name
        for name, node in source.nodes.items()
        if not isinstance(node, ast.ClassDef) and writes_rows(source, name, RIGHTS)
    }
    assert set(source.nodes) >= ERASES | set(NOT_LEFT_ALONE)
    return {
        (name, user)
        for name in changes - marked
        for user in source.users_of({name}, marked)
        if "urls." in user or user.startswith("cms.settings.")
    }


def _is_marked(node) -> bool:
    decorators = getattr(node, "decorator_list", [])
    return any(ast.unparse(one).endswith("sensitive") for one in decorators)


END = "from .roles.lifecycle import end_role\n"
PLANTED = {
    "partial": "from functools import partial\nfrom .roles.lifecycle import end_role as e\nview = partial(e)",
    "module": "from .roles import lifecycle as roles\ndef view(request):\n    roles.end_role(1)",
    "named": "from .roles import lifecycle as roles\ndef view(request):\n    getattr(roles, 'end_role')(1)",
    "table": "from .roles.lifecycle import start_role\nDO = {'x': start_role}\ndef view(request):\n    DO['x']()",
    "method": END + "class A:\n    def drop(self):\n        end_role(1)\nview = A().drop",
    "class_view": END + "class view:\n    def post(self, request):\n        end_role(1)",
    "inside": "def view(request):\n    " + END + "    def later():\n        end_role(1)\n    later()",
    "class_itself": "from .models import RoleAssignment\nclass view:\n    def post():\n        RoleAssignment().save()",
    "itself": "from .models import RoleAssignment\ndef view(request):\n    RoleAssignment.objects.all().delete()",
    "second_factor": "from allauth.mfa.models import Authenticator as A\ndef view(r):\n    A.objects.all().delete()",
    "text": "def view(request):\n    import_string('deliberation.projects.roles.lifecycle.end_role')(1)",
}  # fmt: skip


def test_what_changes_rights_is_reached_by_who_was_asked_only():
    planted = {f"deliberation/projects/x_{name}.py": text for name, text in PLANTED.items()}
    for name in PLANTED:
        planted[f"deliberation/projects/{name}_urls.py"] = (
            f"from .x_{name} import view\nurlpatterns = [view]"
        )
    led = {user.split(".")[2].removesuffix("_urls") for _name, user in unasked(planted)}
    assert led == set(PLANTED)


def test_every_table_that_names_an_account_is_one_of_rights_or_says_who_did_something():
    """A new table that gives somebody something to do is among the tables that are guarded."""
    unguarded = {
        f"{relation.related_model._meta.label}.{relation.field.name}"
        for relation in User._meta.related_objects
        if relation.related_model._meta.db_table not in tables_of_rights()
        and not relation.field.name.endswith("by")
        and relation.field.name != "owner"
        and relation.related_model._meta.app_label
        in ("compass", "people", "projects", "live", "participation", "questions", "cms")
    }
    assert unguarded == {"people.Participant.user", "people.Consent.user"}


def test_no_table_of_rights_is_written_by_whoever_was_away(administrator):
    """Whatever writes there, in whatever words: the statement itself is refused."""
    assert len(tables_of_rights()) > 15
    written = [
        lambda: User.objects.update(is_active=True),
        lambda: User.objects.create_user("nieuw@example.org"),
        lambda: administrator.groups.clear(),
        lambda: administrator.save(),
        lambda: RoleAssignment.objects.all().delete(),
        lambda: RoleAssignment.objects.bulk_create([RoleAssignment()], ignore_conflicts=True),
        lambda: administrator.authenticator_set.all()._raw_delete("default"),
        lambda: connection.cursor().execute("delete  from mfa_authenticator"),
    ]
    administrator.groups.add(Group.objects.create(name="x"))
    for write in written:
        with (
            pytest.raises(ConfirmFirst),
            connection.execute_wrapper(refuse_rights),
            transaction.atomic(),
        ):
            write()
    with connection.execute_wrapper(refuse_rights):
        assert User.objects.select_for_update().count() and RoleAssignment.objects.exists()


def test_what_is_marked_is_done_by_nobody_unconfirmed():
    marked = [one for one in operations().values() if getattr(one, "is_sensitive", False)]
    assert len(marked) >= 8
    for operation in marked:
        with unconfirmed(True), pytest.raises(ConfirmFirst):
            operation(actor=None, now=None)


def test_no_address_of_ours_does_a_sensitive_thing_or_gives_a_file_to_who_was_away(world):
    """Every address of the desk, asked and posted to by an administrator who was away."""
    visitors, about, _page = world
    client = visitors["manager"]
    marked = {
        name.rpartition(".")[2].lstrip("_")
        for name, one in operations().items()
        if getattr(one, "is_sensitive", False)
    }
    paths = [path_to(route, about) for route in OWN if route.startswith("admin/")]
    assert len(paths) > 60
    for path in paths:
        for ask in (client.get, client.post):
            with transaction.atomic():
                later(client, seen=IDLE + 1)
                before = AuditEntry.objects.count()
                answer = ask(path)
                assert "attachment" not in answer.get("Content-Disposition", ""), path
                done = set(AuditEntry.objects.values_list("action", flat=True)[before:])
                assert not done & marked, path
                transaction.set_rollback(True)


def test_a_file_that_not_everybody_may_take_leaves_by_no_address_after_being_away(world):
    visitors, about, _page = world
    files, about = set(), defaultdict(int, about, rest="x", path="x", signed="x")
    paths = {path_to(route, about) for route in OWN} | {"/admin/participatie/keuzes/?format=csv"}
    client = visitors["manager"]
    manager = get_user(client)
    for path in sorted(paths):
        client.logout()
        client.force_login(manager)
        if not _is_file(client.get(path)):
            continue
        files.add(path)
        later(client, seen=IDLE + 1)
        if _is_file(client.get(path)):
            assert visitors["nobody"].get(path).status_code == 200, path
    assert len(files) > 5


@pytest.mark.parametrize(
    ("kind", "file"),
    [
        ("text/html; charset=utf-8", False), ("application/json", False), ("image/png", False),
        ("application/problem+json", False), ("application/rss+xml; charset=utf-8", False),
        ("text/csv; charset=utf-8", True), ("application/pdf", True), ("application/zip", True),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", True),
        ("application/octet-stream", True),
    ],
)  # fmt: skip
def test_what_a_browser_does_not_show_is_a_file_whatever_it_is_called(kind, file):
    assert _is_file(HttpResponse("x", content_type=kind)) is file
    assert _is_file(HttpResponse("x", headers={"Content-Disposition": "attachment"}))
