"""Does a session of staff end in time, and is everybody who was away asked who they are before a sensitive step?"""

import importlib
import re
import time
from pathlib import Path

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.test import Client

from deliberation.live.door.access import Visitor, reader_of
from deliberation.people.models import AuditEntry
from deliberation.people.staff_session import (
    BACK,
    BEGAN,
    IDLE,
    LASTS,
    SEEN,
    ConfirmFirst,
    unconfirmed,
)
from deliberation.projects.models import Role
from tests.builders import PASSWORD, a_municipality, a_resident, a_user
from tests.live.builders import an_evening
from tests.test_urls import OWN, path_to, world

assert world  # the fixture
pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent.parent
# What changes who may do what, whom we know, or which rules count. A new operation with such a name is found.
SENSITIVE_NAMES = re.compile(
    r"role|invit|erase|account|colleague|publish_(draft|framework)|use_framework|open_site"
)
# Says nothing new; is run from the command line after a backup; is the answer of who was asked.
NOT_SENSITIVE = re.compile(r"confirm_role|erase_(here_)?again|accept_|decline_")


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
    for path in ("/admin/users/new/", "/admin/groups/new/"):
        assert "/account/reauthenticate/" in client.post(path, {})["Location"], path


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


def unmarked(found) -> set[str]:
    names = {full: full.rpartition(".")[2] for full in found}
    wanted = {
        full
        for full, name in names.items()
        if SENSITIVE_NAMES.search(name) and not NOT_SENSITIVE.search(name)
    }
    return {full for full in wanted if not getattr(found[full], "is_sensitive", False)}


def test_every_operation_that_changes_who_may_what_is_marked():
    found = operations()
    assert len(found) > 60
    assert unmarked(found) == set()
    assert unmarked({"a.b.give_role": lambda: None}) == {"a.b.give_role"}, "a new one is found"


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
