"""Does a code by mail open the door, once, for who holds the mailbox, and nothing else?"""

import re
import string
import sys
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from bs4 import BeautifulSoup
from django.contrib.auth import SESSION_KEY
from django.test import Client

from deliberation.people.models import AuditEntry, Participant, User
from deliberation.people.operations import create_participant
from deliberation.people.participant_session import KEY, participant_of, remember_participant
from deliberation.people.staff_session import RECORDS
from tests.builders import PASSWORD, a_project, a_resident, a_user
from tests.live.builders import an_evening, stored_votes
from tests.live.screens.browsers import Browser

from .app_codes import code_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]
ASK, CONFIRM = "/account/login/code/", "/account/login/code/confirm/"


def ask(client, email, **fields):
    return client.post(ASK, {"email": email, **fields})


def code_in(message) -> str:
    return re.search(r"\b\d{6}\b", message.body)[0]


def enter(client, email, mailoutbox, **fields):
    """Ask for a code and fill it in; gives the last answer."""
    ask(client, email, **fields)
    return client.post(CONFIRM, {"code": code_in(mailoutbox[-1]), **fields})


def who(client):
    number = client.session.get(SESSION_KEY)
    return User.objects.get(pk=number) if number else None


def test_the_first_right_code_makes_a_resident(client, mailoutbox):
    ask(client, "Nieuw@Voorbeeld.example")
    assert not User.objects.filter(is_superuser=False).exists(), "asking makes nobody"
    answer = client.post(CONFIRM, {"code": code_in(mailoutbox[0])})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    user = who(client)
    assert user.email == "nieuw@voorbeeld.example"
    assert not user.is_staff and not user.has_usable_password()
    assert EmailAddress.objects.get(user=user).verified
    assert AuditEntry.objects.filter(action="create_resident").count() == 1


def test_the_second_time_it_is_the_same_account(client, mailoutbox):
    enter(client, "ik@voorbeeld.example", mailoutbox)
    again = Client()
    enter(again, "IK@voorbeeld.example", mailoutbox)
    assert who(again) == who(client)


# Another letter, that becomes one of ours where case doesn't count: "ı", "ſ" and the sign for kelvin.
ALIKE = [
    (sign, letter)
    for sign in map(chr, range(128, sys.maxunicode + 1))
    for letter in string.ascii_lowercase
    if letter in (sign.lower(), sign.upper().lower(), sign.casefold())
]


@pytest.mark.parametrize(("sign", "letter"), ALIKE)
@pytest.mark.parametrize("who_first", ["the owner", "somebody else"])
def test_a_letter_that_is_nearly_the_same_opens_nobody_elses_account(
    sign, letter, who_first, mailoutbox
):
    """`make test-full` asks PostgreSQL, which takes them for the same; who reads the mailbox is who comes in."""
    addresses = [f"ik@voor{letter}eeld.example", f"ik@voor{sign}eeld.example"]
    inside = {}
    for address in addresses if who_first == "the owner" else reversed(addresses):
        client = Client()
        enter(client, address, mailoutbox)
        inside[address] = (who(client), mailoutbox[-1].to[0].lower())
    (owner, mailbox), (other, its_mailbox) = (inside[address] for address in addresses)
    assert (owner == other) == (mailbox == its_mailbox)


def test_a_code_is_read_as_it_is_typed(mailoutbox):
    full_width = str.maketrans("0123456789", "０１２３４５６７８９")
    for way in (lambda code: code.translate(full_width), lambda code: f" {code[:3]} {code[3:]}"):
        client = Client()
        ask(client, f"ik{len(mailoutbox)}@voorbeeld.example")
        client.post(CONFIRM, {"code": way(code_in(mailoutbox[-1]))})
        assert who(client)


def test_two_tabs_at_once_make_one_account(mailoutbox):
    one, two = Client(), Client()
    ask(one, "ik@voorbeeld.example")
    ask(two, "ik@voorbeeld.example")
    for client, message in zip((one, two), mailoutbox, strict=True):
        client.post(CONFIRM, {"code": code_in(message)})
    assert who(one) == who(two) is not None


def test_a_wrong_code_opens_nothing_and_five_end_it(client, mailoutbox):
    ask(client, "ik@voorbeeld.example")
    right = code_in(mailoutbox[0])
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    for _ in range(5):
        client.post(CONFIRM, {"code": wrong})
    assert client.post(CONFIRM, {"code": right}).status_code == 302
    assert who(client) is None and not User.objects.filter(email__startswith="ik@").exists()


def test_a_code_works_once_and_in_its_own_browser(client, mailoutbox):
    ask(client, "ik@voorbeeld.example")
    code = code_in(mailoutbox[0])
    thief = Client()
    thief.post(CONFIRM, {"code": code})
    ask(thief, "ik@voorbeeld.example")
    thief.post(CONFIRM, {"code": code})
    assert who(thief) is None
    client.post(CONFIRM, {"code": code})
    assert who(client)
    client.post("/account/logout/")
    client.post(CONFIRM, {"code": code})
    assert who(client) is None


def test_a_code_does_not_work_after_a_quarter_of_an_hour(client, mailoutbox, monkeypatch):
    ask(client, "ik@voorbeeld.example")
    later = time.time() + 15 * 60 + 1
    monkeypatch.setattr(time, "time", lambda: later)
    client.post(CONFIRM, {"code": code_in(mailoutbox[0])})
    assert who(client) is None


def test_a_new_code_replaces_the_one_before(client, mailoutbox):
    ask(client, "ik@voorbeeld.example")
    client.post(CONFIRM, {"action": "resend"})
    first, second = map(code_in, mailoutbox)
    if first != second:
        client.post(CONFIRM, {"code": first})
        assert who(client) is None
    client.post(CONFIRM, {"code": second})
    assert who(client)


def test_a_closed_account_stays_closed(client, mailoutbox):
    user = a_resident()
    user.is_active = False
    user.save()
    answer = enter(client, user.email, mailoutbox)
    assert answer["Location"].endswith("/account/inactive/")
    assert who(client) is None and User.objects.filter(email=user.email).count() == 1


# --- Where it leads ------------------------------------------------------------------------------


def test_residents_go_on_where_they_were(client, mailoutbox):
    assert (
        enter(client, "ik@voorbeeld.example", mailoutbox, next="/meedoen")["Location"] == "/meedoen"
    )


EVIL = [
    "//evil.example",
    "https://evil.example/",
    "/\\evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
]


@pytest.mark.parametrize("evil", EVIL)
def test_a27_no_way_of_signing_in_leads_elsewhere(client, mailoutbox, evil, settings):
    settings.ALLOWED_HOSTS = ["testserver", "elders.example"]
    officer = a_user("officer", project=a_project(), second_factor=False)
    assert "evil" not in ask(client, "ik@voorbeeld.example", next=evil)["Location"].split("?")[0]
    assert enter(client, "ik@voorbeeld.example", mailoutbox, next=evil)["Location"] == "/"
    assert "evil" not in client.get("/account/login/", {"next": evil})["Location"]
    assert "evil" not in client.post("/account/logout/", {"next": evil})["Location"]
    sign_in = {"login": officer.email, "password": PASSWORD, "next": evil}
    assert client.post("/account/login/", sign_in)["Location"] == "/admin/"
    # Another host of this installation is another municipality.
    again = {**sign_in, "next": "http://elders.example/"}
    assert Client().post("/account/login/", again)["Location"] == "/admin/"


# --- Staff ---------------------------------------------------------------------------------------


def test_a30_a_mailed_code_alone_opens_no_desk(client, mailoutbox):
    careful = a_user("officer", project=a_project(), second_factor=False)
    TOTP.activate(careful, generate_totp_secret())
    answer = enter(client, careful.email, mailoutbox)
    assert answer["Location"].endswith("/account/2fa/authenticate/")
    assert who(client) is None
    careless, other = a_user("officer", project=a_project(), second_factor=False), Client()
    enter(other, careless.email, mailoutbox)
    assert who(other) == careless
    assert "/account/2fa/" in other.get("/admin/participatie/")["Location"]


def test_a30_who_becomes_staff_signs_in_anew(client, mailoutbox):
    """A session that a mailed code opened would be a desk without a second factor."""
    enter(client, "ik@voorbeeld.example", mailoutbox)
    user = who(client)
    assert client.get("/account/email/").status_code == 200
    user.is_staff = True
    user.save()
    assert client.get("/account/email/").status_code == 302


def test_a30_residents_see_nothing_of_a_second_lock(client, mailoutbox):
    enter(client, "ik@voorbeeld.example", mailoutbox)
    for path in (
        "",
        "totp/activate/",
        "recovery-codes/",
        "recovery-codes/generate/",
        "reauthenticate/",
    ):
        assert client.get(f"/account/2fa/{path}")["Location"] == "/account/2fa/webauthn/", path
    for path in ("change/", "set/"):
        fields = {"password1": PASSWORD, "password2": PASSWORD}
        assert client.post(f"/account/password/{path}", fields).status_code == 302
    assert not who(client).has_usable_password()


def test_a30_signing_in_with_a_code_gives_the_session_a_new_name(client, mailoutbox):
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    planted = session.session_key
    enter(client, "ik@voorbeeld.example", mailoutbox)
    assert who(client) and client.session.session_key != planted
    assert not client.session.exists(planted)


def test_a34_nobody_adds_a_mailbox_to_an_account(client, mailoutbox):
    enter(client, "ik@voorbeeld.example", mailoutbox)
    mailoutbox.clear()
    fields = {"email": "dief@voorbeeld.example", "action_add": ""}
    assert client.post("/account/email/", fields).status_code == 405
    assert not mailoutbox and EmailAddress.objects.count() == 1


# --- Who somebody is in a live session -------------------------------------------------------------


def test_what_this_browser_did_becomes_theirs(mailoutbox):
    browser = Browser(an_evening(poll_open=True)).join()
    here = browser.participant
    enter(browser.client, "ik@voorbeeld.example", mailoutbox)
    assert browser.participant == here
    assert browser.participant.user == who(browser.client)


def test_an_account_is_one_participant_in_every_browser(mailoutbox):
    evening = an_evening(poll_open=True)
    one, two = Browser(evening).join(), Browser(evening).join()
    enter(one.client, "ik@voorbeeld.example", mailoutbox)
    enter(two.client, "ik@voorbeeld.example", mailoutbox)
    assert two.participant == one.participant
    assert one.vote(0).json()["status"] == "applied"
    two.vote(1)
    assert len(stored_votes()) == 1
    assert Participant.objects.filter(user=who(one.client)).count() == 1


def test_somebody_elses_participant_is_never_taken(client, mailoutbox):
    theirs = create_participant(user=a_resident())
    session = client.session
    remember_participant(session, theirs)
    session.save()
    enter(client, "ik@voorbeeld.example", mailoutbox)
    theirs.refresh_from_db()
    assert theirs.user != who(client)
    assert participant_of(client.session) not in (theirs, None)


def test_signing_out_ends_the_participant_too(client, mailoutbox):
    enter(client, "ik@voorbeeld.example", mailoutbox)
    assert KEY in client.session
    client.post("/account/logout/")
    assert KEY not in client.session and SESSION_KEY not in client.session


def test_staff_that_signs_in_is_no_participant(client):
    officer = a_user("officer", project=a_project(), second_factor=False)
    client.post("/account/login/", {"login": officer.email, "password": PASSWORD})
    assert who(client) == officer and KEY not in client.session


# --- A43: mail -----------------------------------------------------------------------------------

HEADERS = [
    "ik@voorbeeld.example\nBcc: dief@voorbeeld.example",
    "ik@voorbeeld.example\r\nSubject: gratis",
    "ik@voorbeeld.example%0aBcc:dief@voorbeeld.example",
    "ik@voorbeeld.example, dief@voorbeeld.example",
    "ik@voorbeeld.example\x00",
    '"Bcc: dief@voorbeeld.example"@voorbeeld.example\n',
    "ik@voorbeeld.example\u2028Bcc: dief@voorbeeld.example",
]


@pytest.mark.parametrize("address", HEADERS)
@pytest.mark.parametrize(("path", "field"), [(ASK, "email"), ("/account/password/reset/", "email")])
def test_a43_an_address_with_a_header_in_it_reaches_one_mailbox_at_most(
    client, mailoutbox, path, field, address
):
    answer = client.post(path, {field: address})
    assert answer.status_code in (200, 302)
    for message in mailoutbox:
        raw = message.message()
        assert len(message.recipients()) == 1
        assert "dief" not in str(raw["To"]) or "\n" not in str(raw["To"])
        assert raw["Bcc"] is None and "gratis" not in raw["Subject"]


@pytest.mark.parametrize("path", [ASK, "/account/password/reset/"])
@pytest.mark.parametrize("known", [True, False])
def test_a43_a_mailbox_gets_three_messages_an_hour(mailoutbox, path, known):
    email = a_resident().email if known else "niemand@voorbeeld.example"
    for number in range(12):
        typed = {"email": email if number % 2 else email.upper()}
        answer = Client().post(path, typed, follow=True)
    assert len(mailoutbox) == 3
    assert answer.status_code == 200
    assert "spam" in answer.content.decode(), "it says where to look for the newest"


def test_a43_asking_again_on_the_code_page_counts_too(client, mailoutbox):
    ask(client, "ik@voorbeeld.example")
    for _ in range(8):
        client.post(CONFIRM, {"action": "resend"})
    ask(Client(), "ik@voorbeeld.example")
    assert len(mailoutbox) == 3
    word = re.search(r"\b[A-Z]{6}\b", mailoutbox[-1].body)[0]
    client.post(
        CONFIRM, {"code": code_in(mailoutbox[-1]), "word": f"{word[:3]} {word[3:]}".lower()}
    )
    assert who(client), "the newest code still works"


def test_from_address_to_password_nothing_stands_between(client):
    page = BeautifulSoup(client.get("/account/login/").content, "html.parser")
    form = page.select_one('form[action="/account/login/"]')
    stops = [one.get("name") for one in form.select("input:not([type=hidden]), a, button")]
    assert stops[:2] == ["login", "password"]
    assert page.select_one('main a[href="/account/password/reset/"]')


SET_UP = ("/account/2fa/totp/activate/", "/account/2fa/webauthn/add/")


def test_a_password_given_seconds_ago_is_not_asked_again_for_a_second_factor(client):
    user = a_user("officer", second_factor=False)
    answer = client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    assert answer.status_code == 302 and who(client) == user
    assert [client.get(path).status_code for path in SET_UP] == [200, 200]
    session = client.session
    for record in session[RECORDS]:
        record["at"] -= 6 * 60
    session.save()
    for path in SET_UP:
        assert "/account/reauthenticate/" in client.get(path)["Location"], "it was a while ago"


def test_a_code_by_mail_alone_sets_up_no_second_factor_of_staff(client, mailoutbox):
    user = a_user("officer", second_factor=False)
    enter(client, user.email, mailoutbox)
    assert who(client) == user
    for path in SET_UP:
        assert "/account/reauthenticate/" in client.get(path)["Location"]


# --- The second lock of who has no password --------------------------------------------------------


def second_lock(client):
    """Put the app of who is signed in on their account, and give the page they end on."""
    path = "/account/2fa/totp/activate/"
    secret = client.get(path).context["form"].secret
    answer = client.post(path, {"code": code_for(secret)})
    return client.get(answer["Location"], follow=True)


@pytest.mark.django_db(transaction=True)  # what waits for a commit belongs to the same request
@pytest.mark.parametrize("way", ["a code by mail", "a password"])
def test_who_puts_on_the_first_second_lock_reads_the_recovery_codes_at_once(
    client, mailoutbox, way
):
    user = a_user("officer", project=a_project(), second_factor=False)
    if way == "a password":
        client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    else:
        user.set_unusable_password()
        user.save()
        enter(client, user.email, mailoutbox)
    page = BeautifulSoup(second_lock(client).content, "html.parser")
    assert len(page.select(".sk-codes li")) == 10
    said = page.get_text(" ")
    assert "Dit zijn uw herstelcodes." in said and "Oude codes" not in said
    answer = client.post("/account/2fa/recovery-codes/generate/", follow=True)
    assert "Oude codes werken niet meer" in answer.content.decode()


def test_a_code_by_mail_alone_still_shows_no_codes_of_an_account_that_has_a_lock(
    client, mailoutbox
):
    user = a_user("officer", project=a_project())
    enter(client, user.email, mailoutbox)
    assert who(client) is None, "the second step comes first"
    assert client.get("/account/2fa/recovery-codes/").status_code == 302
