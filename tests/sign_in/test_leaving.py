"""Does nothing stay behind when somebody leaves, here or anywhere else?"""

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.test import Client

from deliberation.live.joining import access
from tests.builders import PASSWORD, a_project, a_user
from tests.live.builders import an_evening
from tests.live.screens.browsers import Browser

from .app_codes import code_for, code_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]
PERSONAL = [
    "/account/email/",
    "/account/sessions/",
    "/account/2fa/webauthn/",
    "/",
    "/meedoen",
    "/admin/",
    "/en/",
]
LOGOUTS = ["/account/logout/", "/admin/logout/"]


def sign_in(user=None):
    user = user or a_user("officer", project=a_project(), second_factor=False)
    client = Client(
        HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
    )
    client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    assert SESSION_KEY in client.session
    return client


@pytest.mark.parametrize("path", PERSONAL)
def test_a42_nothing_for_somebody_with_a_session_is_kept(path):
    assert sign_in().get(path)["Cache-Control"] == "no-store, private", path


def test_a42_a_resident_who_joined_leaves_no_page_behind():
    browser = Browser(an_evening(poll_open=True)).join()
    for answer in (browser.page(), browser.regions(**{"as": "pub"}), browser.vote(0)):
        assert answer["Cache-Control"] == "no-store, private"


def test_a42_what_is_public_may_be_kept_by_everybody():
    assert "no-store" not in Client().get("/").get("Cache-Control", "")


@pytest.mark.parametrize("path", LOGOUTS)
def test_a42_signing_out_wipes_the_browser(path):
    client = sign_in_with_factor(a_user("officer", project=a_project()))
    answer = client.post(path)
    assert answer.status_code == 302
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert SESSION_KEY not in client.session


@pytest.mark.parametrize(
    "path",
    [
        "/account/email/x.css", "/account/email/x.css/", "/account/sessions/a.js", "/account/sessions/;x.css",
        "/account/email.css", "/account/2fa/webauthn/x.png", "/mijn/x.css", "/mijn/x.css/", "/mijn/deelname.js",
        "/admin/participatie/x.css",
    ],
)  # fmt: skip
def test_a42_a_page_that_plays_a_file_is_not_there(path):
    answer = sign_in().get(path)
    assert answer.status_code in (302, 404), path
    assert answer.status_code == 404 or "/account/2fa/" in answer["Location"]
    assert "no-store" in answer["Cache-Control"]


def test_signing_out_everywhere_else_leaves_this_browser(settings):
    user = a_user("officer", project=a_project(), second_factor=False)
    here, there = sign_in(user), sign_in(user)
    page = here.get("/account/sessions/").content.decode()
    assert page.count("Firefox") == 2
    here.post("/account/sessions/")
    assert here.get("/account/email/").status_code == 200
    assert there.get("/account/email/").status_code == 302


def test_signing_out_everywhere_means_here_too():
    user = a_user("officer", project=a_project(), second_factor=False)
    here, there = sign_in(user), sign_in(user)
    answer = here.post("/account/sessions/", {"here": "too"})
    assert answer["Location"] == "/account/signed-out/"
    assert "Clear-Site-Data" in answer
    for client in (here, there):
        assert client.get("/account/email/").status_code == 302
    assert not UserSession.objects.exists()


def test_nobody_sees_or_ends_the_sessions_of_somebody_else():
    mine, theirs = sign_in(), sign_in()
    assert mine.get("/account/sessions/").content.decode().count("Firefox") == 1
    mine.post("/account/sessions/")
    assert theirs.get("/account/email/").status_code == 200


def test_a22_open_screens_close_when_their_session_ends_elsewhere():
    """The sweep that closes sockets asks the same question every few seconds."""
    evening = an_evening(poll_open=True)
    user = evening.facilitator
    here, there = sign_in_with_factor(user), sign_in_with_factor(user)
    screen = access.Visitor(there.session.session_key, evening.run.pk, "mod")
    assert access.no_longer_allowed([screen]) == set()
    here.post("/account/sessions/")
    assert access.no_longer_allowed([screen]) == {screen}


def sign_in_with_factor(user):
    """Sign in with a password and a code of the app."""
    client = Client(HTTP_USER_AGENT="Firefox")
    client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    client.post("/account/2fa/authenticate/", {"code": code_of(user)})
    assert SESSION_KEY in client.session
    return client


def test_a30_a_new_second_factor_ends_sessions_without_it(
    settings, django_capture_on_commit_callbacks
):
    user = a_user("officer", project=a_project(), second_factor=False)
    here, old = sign_in(user), sign_in(user)
    here.post("/account/reauthenticate/", {"password": PASSWORD})
    here.get("/account/2fa/totp/activate/")
    code = code_for(here.session["mfa.totp.secret"])
    with django_capture_on_commit_callbacks(execute=True):
        here.post("/account/2fa/totp/activate/", {"code": code})
    assert here.get("/admin/participatie/").status_code == 200
    assert old.get("/account/email/").status_code == 302
