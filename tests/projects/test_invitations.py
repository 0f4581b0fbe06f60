"""Does a role start only when its owner says yes, and does nothing tell whether an address has an account?"""

import ast
import re
import socket
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult

import deliberation
from cms.background import PatientWorker
from compass.refusal import Refused
from deliberation.people.models import AuditEntry, SentForm, User
from deliberation.people.operations import create_resident
from deliberation.people.permissions import may
from deliberation.people.second_factor import ISSUER
from deliberation.people.staff_session import RECORDS, is_over
from deliberation.projects.invitations.operations import (
    LASTS,
    accept_role,
    forget_expired,
    invite_colleague,
)
from deliberation.projects.models import Role, RoleAssignment, RoleInvitation
from deliberation.projects.operations import assign_role, withdraw_role
from tests.builders import (
    a_municipality,
    a_project,
    a_resident,
    a_user,
    an_installer,
    committed,
    give_role,
    known_well,
)
from tests.cms.site import a_site

pytestmark = pytest.mark.django_db
NOW = timezone.now()
SCREEN = "/admin/participatie/rollen/collega/"
SMTP = "django.core.mail.backends.smtp.EmailBackend"
ROOT = Path(deliberation.__file__).parent.parent


@pytest.fixture
def manager():
    return a_user("administrator")


@pytest.fixture
def desk(manager):
    return browser_of(manager)


def browser_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def ask(desk, email, role="observer", where=SCREEN, **more):
    with committed():
        return desk.post(where, {"email": email, "role": role, **more})


def asked(email, manager, role="observer", now=None, **where):
    about = {"municipality": a_municipality()} | where
    with committed():
        return invite_colleague(
            actor=manager, email=email, role=Role(role), now=now or timezone.now(), **about
        )


def test_nobody_becomes_staff_because_another_municipality_says_so(desk):
    resident = a_resident()
    ask(desk, resident.email)
    desk.post("/admin/participatie/rollen/wissen/", {"email": resident.email, "checked": "on"})
    resident.refresh_from_db()
    assert not resident.is_staff
    assert not RoleAssignment.objects.filter(user=resident).exists()


@pytest.mark.parametrize("kind", ["resident", "staff elsewhere", "switched off", "manages all"])
def test_screen_mail_and_work_are_the_same_with_and_without_an_account(kind, desk):
    there = a_municipality("anderdorp")
    make = {
        "resident": a_resident,
        "staff elsewhere": lambda: a_user("officer", municipality=there),
        "switched off": lambda: User.objects.create_user("uit@example.org", is_active=False),
        "manages all": an_installer,
    }[kind]
    known = known_well(make())
    other = known.emailaddress_set.get(primary=False).email
    told = []
    ask(desk, "eerst@example.org")  # what a first time fills, is filled
    for address in (known.email, other, "nieuw@example.org"):
        mail.outbox.clear()
        with CaptureQueriesContext(connection) as queries:
            answer = ask(desk, address)
            number = len(queries)  # the next request forgets them
        (message,) = mail.outbox
        assert message.to == [address]
        page = desk.get(reverse("projects:see_roles")).content.decode()
        (row,) = [
            one for one in re.findall(r"<li class=.sk-rows.*?</li>", page, re.S) if address in one
        ]
        seen = [without(address, one) for one in (message.subject, message.body, row)]
        told.append([*seen, answer.status_code, answer["Location"], number])
    assert told[0] == told[1] == told[2] and number > 10


def without(address, text):
    """Leave out of an answer what differs with every address and every request."""
    text = re.sub(r'csrfmiddlewaretoken" value="\w+"', "", text.replace(address, "@"))
    return re.sub(r"/\d+/", "/n/", text)


def test_who_has_no_account_signs_in_with_a_code_and_accepts(desk):
    ask(desk, "Noor@Example.org", role="facilitator", project=a_project().pk)
    (message,) = mail.outbox
    path = re.search(r"https?://[^/\s]+(/\S+)", message.body)[1]
    browser = Client()
    door = browser.get(path)
    assert door["Location"] == f"/account/login/?next={path}"
    sign_in(browser, "noor@example.org", path)
    page = browser.get(path)
    address = re.search(r'action="([^"]+/aanvaarden/)"', page.content.decode())[1]
    number = re.search(r"/(\d+)/", address)[1]
    refused = browser.post(address)
    assert refused.status_code == 400 and not RoleAssignment.objects.filter(role="facilitator")
    name = {f"i{number}-first_name": "Noor", f"i{number}-last_name": "Nieuw"}
    mail.outbox.clear()
    before = browser.session.session_key
    with committed():
        answer = browser.post(address, name)
    desk = reverse("projects:see_desk")
    assert answer["Location"] == desk and browser.session.session_key != before
    assert browser.get(desk)["Location"].startswith("/account/2fa/"), (
        "what it lacks is a second lock"
    )
    assert browser.get(reverse("mfa_activate_totp")).status_code == 200
    assert mail.outbox == [], "the code that opened the invitation was enough"
    assert not is_over(browser.session) and browser.session.get_expire_at_browser_close()
    user = User.objects.get(email="noor@example.org")
    assert user.is_staff and str(user) == "Noor Nieuw" and not user.has_usable_password()
    assert user.roleassignment_set.get().role == Role.FACILITATOR
    assert not RoleInvitation.objects.exists()


@pytest.mark.parametrize("lacks", ["a fresh code", "the lock it has already"])
def test_who_shows_less_than_the_desk_asks_signs_in_once_more_and_hears_of_another_code(
    manager, lacks
):
    resident, browser, desk = a_resident(), Client(), reverse("projects:see_desk")
    User.objects.filter(pk=resident.pk).update(first_name="Noor", last_name="Nieuw")
    invitation = asked(resident.email, manager)
    sign_in(browser, resident.email, desk)
    if lacks == "a fresh code":
        session = browser.session
        session[RECORDS] = [one | {"at": one["at"] - 11 * 60} for one in session[RECORDS]]
        session.save()
    else:
        TOTP.activate(resident, generate_totp_secret())
    with committed():
        answer = browser.post(reverse("invitations:accept_role", args=[invitation.pk]))
    door = reverse("account_request_login_code")
    assert answer["Location"] == f"{door}?next={quote(desk, safe='')}"
    form = browser.get(answer["Location"]).content.decode()
    assert f'value="{resident.email}"' in form and 'type="password"' not in form
    assert "met een nieuwe code" in form
    assert resident.email not in browser.get(answer["Location"]).content.decode(), "only once"
    assert browser.get(desk).status_code == 302, "signs in once more"


def sign_in(browser, email, then):
    mail.outbox.clear()
    browser.post(reverse("account_request_login_code"), {"email": email, "next": then})
    code = re.search(r"\b\d{6}\b", mail.outbox[0].body)[0]
    return browser.post(reverse("account_confirm_login_code"), {"code": code, "next": then})


def test_an_invitation_is_in_the_language_of_the_municipality_whoever_sends_it(manager):
    with translation.override("en"):
        asked("nieuw@example.org", manager)
    (message,) = mail.outbox
    assert message.message()["Content-Language"] == "nl"
    assert message.body.startswith("Hallo,")


def test_who_signs_in_is_led_to_what_waits_for_them(manager):
    resident = a_resident()
    asked(resident.email, manager)
    browser = Client()
    mail.outbox.clear()
    browser.post(reverse("account_request_login_code"), {"email": resident.email})
    code = re.search(r"\b\d{6}\b", mail.outbox[0].body)[0]
    answer = browser.post(reverse("account_confirm_login_code"), {"code": code})
    assert answer["Location"] == reverse("invitations:see_invitations")


def test_staff_of_elsewhere_reads_it_on_the_desk_and_stays_signed_in(manager):
    there = a_municipality("anderdorp")
    other = a_user("administrator", municipality=there)
    User.objects.filter(pk=other.pk).update(first_name="An", last_name="Ander")
    invitation = asked(other.email, manager, municipality=a_municipality())
    browser = browser_of(other)
    page = browser.get("/mijn/uitnodigingen/").content.decode()
    assert a_municipality().name in page
    with committed():
        answer = browser.post(reverse("invitations:accept_role", args=[invitation.pk]))
    assert answer["Location"] == reverse("projects:see_desk")
    assert other.roleassignment_set.count() == 2


@pytest.mark.parametrize("name", ["accept_role", "decline_role"])
def test_an_invitation_is_answered_on_whichever_host_it_is_read(manager, name):
    """Whoever signs in reads what all municipalities ask, so it ends there too."""
    a_site(a_municipality("anderdorp"))
    resident = a_resident()
    User.objects.filter(pk=resident.pk).update(first_name="An", last_name="Ander")
    invitation = asked(resident.email, manager)
    browser = browser_of(resident)
    address = reverse(f"invitations:{name}", args=[invitation.pk])
    assert address in browser.get("/mijn/uitnodigingen/").content.decode()
    browser.post(address)
    assert not RoleInvitation.objects.exists()
    assert resident.roleassignment_set.exists() == (name == "accept_role")


def test_only_the_owner_answers_and_only_by_post(manager):
    invitation = asked(a_resident().email, manager)
    for name in ("accept_role", "decline_role"):
        address = reverse(f"invitations:{name}", args=[invitation.pk])
        for user in (a_resident(), manager, an_installer()):
            assert browser_of(user).post(address).status_code == 404
            assert browser_of(user).get(address).status_code == 405
        assert Client().post(address)["Location"].startswith("/account/login/")
    with pytest.raises(Refused) as refusal:
        accept_role(actor=manager, invitation=invitation, now=NOW)
    assert refusal.value.code == "forbidden"
    assert RoleInvitation.objects.get() == invitation


def test_an_invitation_ends_by_itself_by_the_sender_and_by_a_no(desk, manager):
    resident = a_resident()
    late = asked(resident.email, manager, now=NOW - LASTS)
    browser = browser_of(resident)
    assert browser.post(reverse("invitations:accept_role", args=[late.pk])).status_code == 404
    with pytest.raises(Refused) as refusal:
        accept_role(actor=resident, invitation=late, now=timezone.now())
    assert refusal.value.code == "state"
    assert "niet op tijd" in desk.get(reverse("projects:see_roles")).content.decode()
    again = asked(resident.email, manager)
    assert again == late, "inviting again is the same invitation, that counts anew"
    assert "nog niet aanvaard" in desk.get(reverse("projects:see_roles")).content.decode()
    desk.post(reverse("projects:withdraw_invitation", args=[again.pk]))
    assert browser.post(reverse("invitations:accept_role", args=[again.pk])).status_code == 404
    third = asked(resident.email, manager)
    browser.post(reverse("invitations:decline_role", args=[third.pk]))
    assert not RoleInvitation.objects.exists()
    assert not RoleAssignment.objects.filter(user=resident).exists()


def test_an_invitation_goes_with_the_right_of_who_sent_it(manager):
    """Who is dismissed could else let themselves in again by another address, for two weeks."""
    here = manager.roleassignment_set.get()
    other = a_user("administrator", municipality=here.municipality)
    about = {"role": "administrator", "municipality": here.municipality, "now": timezone.now()}
    invitation = invite_colleague(actor=manager, email="prive@voorbeeld.example", **about)
    withdraw_role(actor=other, assignment=here, now=timezone.now())
    invited = create_resident(actor=None, email="prive@voorbeeld.example", now=timezone.now())
    with pytest.raises(Refused, match="niet meer open"):
        accept_role(actor=invited, invitation=invitation, now=timezone.now())
    assert not invited.roleassignment_set.exists()


def test_addresses_of_who_never_answered_are_not_kept(manager):
    old = asked("oud@example.org", manager, now=NOW - LASTS - LASTS - timedelta(hours=1))
    new = asked("nieuw@example.org", manager)
    forget_expired(NOW)
    assert list(RoleInvitation.objects.all()) == [new] and old != new


def test_one_address_is_not_filled_up_and_the_same_role_is_given_once(desk, manager):
    for _ in range(5):
        ask(desk, "druk@example.org")
    assert len(mail.outbox) == 3
    assert RoleInvitation.objects.count() == 1
    answer = ask(desk, manager.email, role="administrator")
    assert answer.status_code == 400 and "email" in answer.context["form"].errors


def test_an_invitation_that_is_sent_twice_mails_once_and_after_it_holds(desk):
    fields = {"email": "twee@example.org", "role": "observer", "op_id": "een"}
    with committed():
        first = desk.post(SCREEN, fields)
        assert mail.outbox == [], "what is taken back now was mailed to nobody"
    again = ask(desk, **fields)
    assert first["Location"] == again["Location"] and len(mail.outbox) == 1


def test_an_invitation_waits_until_the_mail_server_is_back(desk, settings, monkeypatch):
    monkeypatch.setattr(db_worker, "close_old_connections", lambda: None)
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    before, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, SMTP
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.EMAIL_HOST, settings.EMAIL_PORT = free.getsockname()
    ask(desk, "later@example.org")
    PatientWorker().run()
    (waiting,) = DBTaskResult.objects.filter(task_path__endswith="mail_invitation")
    assert "later@" not in f"{waiting.args_kwargs} {waiting.traceback}"
    settings.EMAIL_BACKEND = before
    DBTaskResult.objects.update(run_after=timezone.now())
    PatientWorker().run()
    assert [one.to for one in mail.outbox] == [["later@example.org"]]


def test_another_municipality_takes_no_invitation_back(manager):
    there = a_municipality("anderdorp")
    invitation = asked(
        "x@example.org", a_user("administrator", municipality=there), municipality=there
    )
    answer = browser_of(manager).post(reverse("projects:withdraw_invitation", args=[invitation.pk]))
    assert answer.status_code == 403
    assert RoleInvitation.objects.filter(pk=invitation.pk).exists()


def test_roles_start_in_one_place_that_only_the_owner_and_the_command_line_reach(manager):
    """No other code makes a role, and nothing with a web address gives one without its owner."""
    makes, gives = set(), set()
    for folder in ("compass", "deliberation", "cms"):
        for file in (ROOT / folder).rglob("*.py"):
            if "migrations" in file.parts:
                continue
            text, where = file.read_text(), str(file.relative_to(ROOT))
            for call in (one for one in ast.walk(ast.parse(text)) if isinstance(one, ast.Call)):
                name = ast.unparse(call.func)
                if re.fullmatch(r"RoleAssignment(\..*create)?", name):
                    makes.add(where)
                if name.split(".")[-1] in ("assign_role", "start_role"):
                    gives.add(where)
    assert makes == {"deliberation/projects/roles/lifecycle.py"}
    assert gives == {
        "cms/demo/steps.py",
        "deliberation/projects/operations.py",
        "deliberation/projects/invitations/operations.py",
    }
    with pytest.raises(Refused) as refusal:
        assign_role(
            actor=manager,
            user=a_resident(),
            role=Role.OBSERVER,
            municipality=a_municipality(),
            now=NOW,
        )
    assert refusal.value.code == "forbidden"


def test_with_the_last_role_the_doors_of_staff_close():
    here, there = a_municipality(), a_municipality("anderdorp")
    user = a_user("observer", municipality=here)
    give_role(user, "observer", municipality=there)
    browser = browser_of(user)
    first, last = user.roleassignment_set.order_by("pk")
    for assignment, staff in ((first, True), (last, False)):
        with committed():
            withdraw_role(actor=an_installer(), assignment=assignment, now=NOW)
        user.refresh_from_db()
        assert user.is_staff is staff and user.has_usable_password() is staff
        assert ("_auth_user_id" in browser.session) and (
            browser.get("/mijn/uitnodigingen/").status_code == (200 if staff else 302)
        )
    installer = an_installer()
    give_role(installer, "observer")
    with committed():
        withdraw_role(actor=installer, assignment=installer.roleassignment_set.get(), now=NOW)
    installer.refresh_from_db()
    assert installer.is_staff, "who manages the platform keeps the way in"


def test_what_is_noted_of_an_invitation_holds_no_address(desk):
    ask(desk, "geheim@example.org", op_id="3f0c6a52-7e0f-4f5e-9a52-0d7c5f1b8a11")
    assert SentForm.objects.exists()
    assert "geheim" not in str(SentForm.objects.values()), "kept for two days, and in each copy"
    rows = AuditEntry.objects.values_list("detail", "object_id")
    assert rows.exists() and not any("geheim" in text for row in rows for text in row)


@pytest.mark.parametrize(
    ("issuer", "counts"), [("", True), ("kompasdorp", True), ("elders", False)]
)
def test_who_an_issuer_of_elsewhere_let_in_can_not_accept_a_role_here(manager, issuer, counts):
    resident, here = a_resident(), a_municipality()
    about = {"role": Role.OFFICER, "municipality": here, "now": timezone.now()}
    invitation = invite_colleague(actor=manager, email=resident.email, **about)
    setattr(resident, ISSUER, issuer)
    assert may("projects.accept_role", resident, invitation) is counts
