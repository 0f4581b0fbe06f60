"""Whoever floods the doors of somebody's account, its owner gets in, and nobody guesses the way."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress

import pytest
from allauth.account import app_settings as account
from allauth.mfa import app_settings as mfa
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.test import Client
from django.utils.timezone import localtime

from cms.models import FailedSignIn
from cms.sign_in import adapters, codes, password_queue, second_step
from cms.sign_in.mailed_codes import LASTS
from deliberation.live import randomness
from deliberation.people.throttling import SLOTS
from tests.builders import PASSWORD, a_project, a_resident, a_user

from .app_codes import app_secret_of, code_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]
LOGIN, ASK, RESET = "/account/login/", "/account/login/code/", "/account/password/reset/"
CONFIRM, SECOND = "/account/login/code/confirm/", "/account/2fa/authenticate/"


def post(path, client=None, **fields):
    return (client or Client()).post(path, fields)


def digits_in(message) -> str:
    return re.search(r"\b\d{6}\b", message.body)[0]


def word_in(message) -> str:
    return re.search(r"\b[A-Z]{6}\b", message.body)[0]


def inside(client) -> bool:
    return SESSION_KEY in client.session


# --- Codes by mail -------------------------------------------------------------------------------


@pytest.fixture(params=["resident", "newcomer"])
def owner(request) -> str:
    """The address of somebody for whom a stranger asked codes until no more went."""
    email = a_resident().email if request.param == "resident" else "nieuw@voorbeeld.example"
    for _ in range(10):
        assert post(ASK, email=email).status_code == 302
    assert len(mail.outbox) == codes.CODES.most == 3
    return email


def test_a43_the_owner_of_an_address_gets_in_while_a_stranger_uses_up_its_mail(owner):
    browser = Client()
    page = browser.post(ASK, {"email": owner}, follow=True).content.decode()
    assert 'name="word"' in page and "spam" in page
    newest = mail.outbox[-1]
    post(CONFIRM, browser, code=digits_in(newest), word=word_in(newest).lower())
    assert inside(browser)
    assert len(mail.outbox) == 3


def test_a43_after_that_another_browser_of_theirs_gets_in_too(owner):
    first, second, newest = Client(), Client(), mail.outbox[-1]
    (
        post(ASK, first, email=owner),
        post(CONFIRM, first, code=digits_in(newest), word=word_in(newest)),
    )
    post(ASK, second, email=owner)
    post(CONFIRM, second, code=digits_in(newest), word=word_in(newest))
    assert inside(first) and not inside(second), "a code that was used opens no second browser"
    post(CONFIRM, second, code=digits_in(mail.outbox[-1]))
    assert inside(second), "it was mailed one of its own"


@pytest.mark.parametrize("first", ["the one pointed to it", "the one it was mailed for"])
def test_a43_a_code_that_was_used_opens_no_other_browser(first):
    """Three browsers ask, the fourth is pointed to what the third was mailed."""
    email, asked = "ik@voorbeeld.example", [Client() for _ in range(4)]
    for browser in asked:
        post(ASK, browser, email=email)
    third, fourth, newest = asked[2], asked[3], mail.outbox[-1]
    ways = [(fourth, {"word": word_in(newest)}), (third, {})]
    (user, word), (other, others_word) = ways if "pointed" in first else ways[::-1]
    post(CONFIRM, user, code=digits_in(newest), **word)
    answer = post(CONFIRM, other, code=digits_in(newest), **others_word)
    assert inside(user) and not inside(other)
    assert answer.status_code == 200, "it reads as a wrong code"


@pytest.mark.django_db(transaction=True)
def test_a43_a_code_that_did_not_open_the_door_can_be_used_again(monkeypatch):
    browser = Client(raise_request_exception=False)
    post(ASK, browser, email="ik@voorbeeld.example")
    with monkeypatch.context() as broken:
        broken.setattr(codes, "confirm_address", lambda *_args: 1 / 0)
        post(CONFIRM, browser, code=digits_in(mail.outbox[-1]))
    assert not inside(browser)
    post(CONFIRM, browser, code=digits_in(mail.outbox[-1]))
    assert inside(browser)


def test_a43_who_is_pointed_to_an_older_code_reads_that_it_still_works(owner):
    page = Client().post(ASK, {"email": owner}, follow=True).content.decode()
    assert "ook als het bericht ouder is" in page
    assert "langer" in mail.outbox[-1].body


@pytest.mark.parametrize("typed", [{"word": "BABABA"}, {"word": ""}, {}, {"code": "000000"}])
def test_a29_digits_or_word_alone_open_nothing_and_tell_nothing(owner, typed):
    newest, browser = mail.outbox[-1], Client()
    post(ASK, browser, email=owner)
    fields = {"code": digits_in(newest), "word": word_in(newest)} | typed
    if not typed:
        del fields["word"]
    answer = post(CONFIRM, browser, **fields)
    assert not inside(browser) and answer.status_code == 200
    if typed.get("word") == "BABABA":
        wrong = post(CONFIRM, browser, code="000000", word="BABABA").content.decode()
        right = answer.content.decode()
        plain = [re.sub(r'value="[^"]*"', "", page) for page in (right, wrong)]
        assert plain[0] == plain[1], "nobody learns which of the two was right"


def test_a43_who_asks_again_on_the_page_is_pointed_to_the_newest_as_well():
    browser = Client()
    post(ASK, browser, email="ik@voorbeeld.example")
    for _ in range(5):
        page = browser.post(CONFIRM, {"action": "resend"}, follow=True).content.decode()
    assert len(mail.outbox) == 3 and 'name="word"' in page
    newest = mail.outbox[-1]
    post(CONFIRM, browser, code=digits_in(newest), word=word_in(newest))
    assert inside(browser)


@pytest.mark.parametrize("strangers", [1, 2])
def test_a43_who_types_the_code_of_a_later_message_is_told_which_one_it_is(strangers):
    browser, email = Client(), "ik@voorbeeld.example"
    post(ASK, browser, email=email)
    own, sent_at = mail.outbox[0], localtime()
    for _stranger in range(strangers):
        post(ASK, email=email)
    page = post(CONFIRM, browser, code=digits_in(mail.outbox[-1])).content.decode()
    assert not inside(browser), "its digits belong to another browser"
    assert "Stuur een nieuwe code" in page and f"{sent_at:%H:%M}" in page
    post(CONFIRM, browser, code=digits_in(own))
    assert inside(browser)


@pytest.mark.parametrize("strangers", [1, 2])
def test_a43_pressing_for_a_new_code_leads_in_whatever_strangers_had_sent(strangers):
    browser, email = Client(), "ik@voorbeeld.example"
    post(ASK, browser, email=email)
    for _stranger in range(strangers):
        post(ASK, email=email)
    post(CONFIRM, browser, code=digits_in(mail.outbox[-1]))
    post(CONFIRM, browser, action="resend")
    newest = mail.outbox[-1]
    post(CONFIRM, browser, code=digits_in(newest), word=word_in(newest))
    assert inside(browser)


def test_a43_there_is_a_code_to_point_to_for_as_long_as_no_mail_goes(owner, monkeypatch):
    """Through two hours in which a stranger asks every five minutes, with a browser that nobody knows."""
    begun = time.time()
    for minutes in range(5, 120, 5):
        monkeypatch.setattr(time, "time", lambda now=begun + 60 * minutes: now)
        post(ASK, email=owner)
        browser = Client()
        post(ASK, browser, email=owner)
        newest = mail.outbox[-1]
        post(CONFIRM, browser, code=digits_in(newest), word=word_in(newest))
        assert inside(browser), minutes
    assert codes.CODES.seconds * (1 + 1 / SLOTS) < LASTS


def test_a43_a_link_for_a_new_password_that_was_mailed_stays_good():
    officer = a_user("officer", project=a_project(), second_factor=False)
    answers = {post(RESET, email=officer.email)["Location"] for _ in range(9)}
    assert len(answers) == 1 and len(mail.outbox) == codes.LINKS.most
    path = re.search(r"https?://[^/\s]+(/\S+)", mail.outbox[-1].body)[1]
    client = Client()
    page = client.get(path, follow=True)
    client.post(
        page.request["PATH_INFO"], {"password1": PASSWORD + " x", "password2": PASSWORD + " x"}
    )
    officer.refresh_from_db()
    assert officer.check_password(PASSWORD + " x")


# --- Passwords -----------------------------------------------------------------------------------


def test_a43_passwords_are_looked_at_one_at_a_time_and_who_finds_no_room_gets_in_another_way(
    officer,
):
    """Each costs a fifth of a second of a core: 500 in ten seconds kept everybody from every page for minutes."""
    home = Client()
    with_mail(officer, home), post(SECOND, home, code=app_code(officer))
    assert inside(home)
    home.post("/account/logout/")
    with ExitStack() as others:
        for _ in range(password_queue.PLACES):
            others.enter_context(password_queue.STRANGERS.places)
        page = post(LOGIN, login=officer.email, password=PASSWORD).content.decode()
        assert "code per e-mail" in page
        assert adapters.PASSWORDS.used(officer.email) == 0, "it was not looked at, so it is no try"
        assert FailedSignIn.objects.count() == 0
        assert post(LOGIN, home, login=officer.email, password=PASSWORD).status_code == 302
        assert post(SECOND, with_mail(officer), code="000000").status_code == 200, (
            "at the second step"
        )
    assert post(LOGIN, login=officer.email, password=PASSWORD).status_code == 302


@pytest.mark.parametrize("password", [PASSWORD, "mis"])
def test_a43_whatever_came_of_a_password_the_next_one_is_looked_at(officer, password):
    for _ in range(3):
        post(LOGIN, login=officer.email, password=password)
    for line in (password_queue.STRANGERS, password_queue.KNOWN):
        with ExitStack() as free:
            for _ in range(password_queue.PLACES):
                assert line.places.acquire(blocking=False)
                free.callback(line.places.release)
            assert not line.turn.locked()


def test_a43_no_two_passwords_are_looked_at_at_once():
    line, looked_at, most = password_queue.Line(), [], []

    def look():
        with suppress(password_queue.NoPlace), line.stand():
            looked_at.append(1)
            most.append(len(looked_at))
            time.sleep(0.005)
            looked_at.pop()

    with ThreadPoolExecutor(20) as crowd:
        list(crowd.map(lambda _number: look(), range(40)))
    assert set(most) == {1} and len(most) >= password_queue.PLACES


# --- The second step -----------------------------------------------------------------------------


def with_password(user, client=None):
    client = client or Client()
    post(LOGIN, client, login=user.email, password=PASSWORD)
    return client


def with_mail(user, client=None):
    client = client or Client()
    post(ASK, client, email=user.email)
    post(CONFIRM, client, code=digits_in(mail.outbox[-1]))
    return client


def app_code(user) -> str:
    return code_for(app_secret_of(user))


@pytest.fixture
def officer():
    """Staff whose password somebody knows, who types wrong codes of the app from ever new browsers."""
    return a_user("officer", project=a_project())


def flood(user, tries=45):
    said = []
    thief = with_password(user)
    for number in range(tries):
        if number % 15 == 14:
            thief = with_password(user)
        said.append(post(SECOND, thief, code="abcdef").content.decode())
    return said


def test_a29_who_has_a_password_types_twenty_wrong_codes_an_hour(officer):
    said = ["wachtwoordenfout" if "Te veel foute codes" in page else "" for page in flood(officer)]
    assert said.count("") == second_step.APP_CODES.most == 20
    right = with_password(officer)
    post(SECOND, right, code=app_code(officer))
    assert not inside(right), (
        "a right code after that, from a browser nobody knows, may be a guess too"
    )


def test_a29_the_owner_gets_in_by_mail_whoever_types_wrong_codes(officer):
    flood(officer)
    owner = with_mail(officer)
    post(SECOND, owner, code=app_code(officer))
    assert inside(owner)


def test_a29_the_owner_gets_in_with_a_browser_that_was_inside(officer, monkeypatch):
    home = with_password(officer)
    post(SECOND, home, code=app_code(officer))
    assert inside(home)
    home.post("/account/logout/")
    flood(officer)
    with_password(officer, home)
    assert post(SECOND, home, code="000000").status_code == 200
    half_a_minute_on = time.time() + 30  # the same digits count once
    monkeypatch.setattr(time, "time", lambda: half_a_minute_on)
    post(SECOND, home, code=app_code(officer))
    assert inside(home)


def test_a29_a_right_code_is_not_counted(officer):
    client = with_password(officer)
    post(SECOND, client, code=app_code(officer))
    assert inside(client)
    assert second_step.APP_CODES.used(officer.email, "a password") == 0


def test_a29_a_passkey_is_never_counted(officer):
    """Nobody guesses one, so wrong ones keep nobody out: allauth's own count by account is off."""
    assert account.RATE_LIMITS["login_failed"] is None
    assert mfa.RATE_LIMITS["webauthn_login"] is None
    flood(officer)
    owner = with_password(officer)
    page = owner.post(SECOND, {"credential": "{}"}).content.decode()
    assert "Te veel" not in page
    for _ in range(50):
        assert (
            Client().post("/account/2fa/webauthn/login/", {"credential": "{}"}).status_code != 429
        )


def test_a29_an_hour_of_guessing_opens_an_account_with_less_than_one_in_ten_thousand():
    """Reckoned from the code's own numbers: what all who are counted apart may try together."""
    ways = ("a password", "mail or organisation", "a stolen browser", "a session left open")
    app_guess = (
        1e-6 + 10 / 10**8
    )  # six digits of this half minute, or one of ten codes of eight digits
    assert len(ways) * second_step.APP_CODES.most * app_guess < 1e-4
    of_mail = (1 + 1) * codes.CODES.most * account.LOGIN_BY_CODE_MAX_ATTEMPTS * 1e-6
    syllables = len(randomness.CONSONANTS) * len(randomness.VOWELS)
    pointed = (
        60 * 10_000 / (10**6 * syllables**3 * 0.98)
    )  # ten thousand tries a minute, of both at once
    assert of_mail + pointed < 1e-4
