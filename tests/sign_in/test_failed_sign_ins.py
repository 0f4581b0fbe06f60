"""Does every wrong password or code leave a security line that names nobody, and several of them a sign on the desk?"""

import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.forms.forms import BaseForm
from django.test import Client
from django.urls import URLResolver, get_resolver
from django.utils import timezone

from cms.models import FailedSignIn
from cms.sign_in.codes import CODES
from cms.sign_in.failed_sign_ins import SEVERAL, WRONG, digest_of, forget_old, tried_often
from cms.sign_in.form_labels import all_forms
from deliberation.people.secret_fields import is_secret
from deliberation.projects.models import Role
from tests.builders import PASSWORD, a_municipality, a_user

from .test_codes import ASK, CONFIRM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


def a_wrong_password(client, user):
    client.post("/account/login/", {"login": user.email, "password": "fout"})


def a_wrong_code_by_mail(client, user):
    client.post(ASK, {"email": user.email})
    client.post(CONFIRM, {"code": "xxxxxx"})


def a_wrong_app_code(client, user):
    client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    client.post("/account/2fa/authenticate/", {"code": "000000"})


def a_wrong_password_once_more(client, user):
    client.force_login(user)
    client.post("/account/reauthenticate/", {"password": "fout"})


def a_wrong_app_code_once_more(client, user):
    client.force_login(user)
    client.post("/account/2fa/reauthenticate/", {"code": "000000"})


def a_wrong_password_while_changing_it(client, user):
    client.force_login(user)
    new = {"password1": "nieuw en lang genoeg", "password2": "nieuw en lang genoeg"}
    client.post("/account/password/change/", {"oldpassword": "fout", **new})


@pytest.mark.parametrize(
    "wrong",
    [
        a_wrong_password,
        a_wrong_code_by_mail,
        a_wrong_app_code,
        a_wrong_password_once_more,
        a_wrong_app_code_once_more,
        a_wrong_password_while_changing_it,
    ],
)
def test_each_leaves_one_line_without_the_address(client, caplog, wrong):
    user = a_user(Role.OFFICER)
    wrong(client, user)
    lines = [one.getMessage() for one in caplog.records if one.name == "samenkompas.security"]
    assert len(lines) == 1, lines
    assert digest_of(user.email) in lines[0]
    assert user.email not in caplog.text and "000000" not in lines[0] and "fout" not in lines[0]
    assert FailedSignIn.objects.get().times == 1
    assert user.email not in str(FailedSignIn.objects.values())


def test_an_address_that_nobody_has_is_written_down_alike(client, caplog):
    client.post("/account/login/", {"login": "niemand@example.org", "password": "fout"})
    assert digest_of("niemand@example.org") in caplog.text
    assert "niemand@" not in caplog.text


def test_a_good_sign_in_leaves_none(client, caplog):
    user = a_user(Role.OFFICER)
    client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    assert not FailedSignIn.objects.exists()


def test_the_words_that_mean_wrong_are_all_of_allauths():
    """A new version that says it otherwise is noticed here: each of its texts is sorted as wrong or as another."""
    from allauth.account.adapter import DefaultAccountAdapter
    from allauth.mfa.adapter import DefaultMFAAdapter

    said = set(DefaultAccountAdapter.error_messages) | set(DefaultMFAAdapter.error_messages)
    about_secrets = {one for one in said if re.search("incorrect|mismatch|current_password", one)}
    assert about_secrets - {"username_password_mismatch", "phone_password_mismatch"} <= WRONG


def test_after_several_an_administrator_sees_whose_account_it_is_about(client):
    officer = a_user(Role.OFFICER)
    administrator = a_user(Role.ADMINISTRATOR, municipality=a_municipality())
    other = a_user(Role.ADMINISTRATOR, municipality=a_municipality("elders"))
    for _ in range(SEVERAL - 1):
        a_wrong_password(Client(), officer)
    assert tried_often(administrator, timezone.now()) == []
    a_wrong_password(Client(), officer)
    assert tried_often(administrator, timezone.now()) == [(officer, SEVERAL)]
    client.force_login(administrator)
    page = client.get("/admin/").content.decode()
    assert officer.email in page and f"{SEVERAL} keer" in page
    assert tried_often(other, timezone.now()) == [], "not to the administrator of somewhere else"
    assert tried_often(officer, timezone.now()) == []
    assert tried_often(administrator, timezone.now() + timedelta(days=2)) == []


def test_what_is_old_is_forgotten():
    FailedSignIn.objects.create(who="x", hour=timezone.now() - timedelta(days=8), times=3)
    FailedSignIn.objects.create(who="y", hour=timezone.now(), times=3)
    forget_old(timezone.now())
    assert FailedSignIn.objects.get().who == "y"


# --- Every door there is -------------------------------------------------------------------------

ADDRESS = "203.0.113.77"  # of their network
SAID = "geheimpje123"
NEW = ("password1", "password2")  # chosen, not shown
DOORS = re.compile(r"^(?!admin/|static/|media/)|^admin/(login|logout|password|account)")


def doors() -> list[str]:
    """List the addresses outside the desk, and Wagtail's own doors; whatever stands in the map."""
    found = {re.sub(r"<[^>]+>", "1", route) for route in all_routes() if DOORS.search(route)}
    return sorted(one for one in found if not re.search(r"[\\^$(]", one))


def all_routes(resolver=None, before=""):
    for one in (resolver or get_resolver()).url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from all_routes(one, route)
        else:
            yield route


def stand(user, where) -> Client:
    """Bring a browser to a place before or behind the doors."""
    client = Client(REMOTE_ADDR=ADDRESS, raise_request_exception=False)
    if where == "half-way by mail":
        client.post(ASK, {"email": user.email})
    elif where == "half-way by mail with a word":
        for _ in range(CODES.most):
            Client().post(ASK, {"email": user.email})
        client.post(ASK, {"email": user.email})
        assert 'name="word"' in client.get(CONFIRM).content.decode()
    elif where == "half-way by password":
        client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    elif where == "inside":
        client.force_login(user)
    return client


STANDS = [
    "outside",
    "half-way by mail",
    "half-way by mail with a word",
    "half-way by password",
    "inside",
]


@pytest.mark.parametrize("where", STANDS)
def test_no_door_writes_down_an_address_or_what_was_typed(where, caplog):
    """At each address, with an e-mail address and a secret in every field that any form on the site has."""
    user = a_user(Role.OFFICER)
    names = {name for form in all_forms(BaseForm) for name in form.base_fields} | {"login"}
    typed = {name: SAID if is_secret(name) else user.email for name in names}
    assert {"email", "password", "code", "card", "word"} <= set(typed)
    caplog.set_level("DEBUG")
    client, tried = stand(user, where), doors()
    assert len(tried) > 80
    for path in tried:
        client.post(f"/{path}", {**typed, "code": "000000"})
        if "logout" in path or "verwijderen" in path:
            client = stand(user, where)
    told = "\n".join(one.getMessage() + str(one.exc_text or "") for one in ours(caplog))
    for secret in (user.email, SAID, ADDRESS):
        assert secret not in told, [line for line in told.splitlines() if secret in line][:5]
    assert user.email not in str(FailedSignIn.objects.values())


def ours(caplog) -> list:
    """Leave out what servers and databases say only to who looks for a fault."""
    return [one for one in caplog.records if one.levelname != "DEBUG"]


@pytest.mark.parametrize("where", STANDS)
def test_every_form_that_takes_a_secret_leaves_one_line_when_it_is_wrong(where, caplog):
    """Each page of the map is opened, and whatever field for a secret stands there is filled in wrong."""
    user = a_user(Role.OFFICER)
    tried, silent = set(), []
    for path in (f"/{one}" for one in doors() if one.startswith(("account/", "admin/"))):
        if "logout" in path:
            continue
        page = stand(user, where).get(path, follow=True)
        at = page.redirect_chain[-1][0] if getattr(page, "redirect_chain", None) else path
        for form in BeautifulSoup(page.content, "html.parser").select("form[method=post]"):
            secrets = [one["name"] for one in form.select("input[name]:not([type=hidden])")]
            secrets = [one for one in secrets if is_secret(one) and one not in NEW]
            if not secrets or (at, *secrets) in tried:
                continue
            tried.add((at, *secrets))
            known = {
                one["name"]: one.get("value") or user.email[: int(one.get("maxlength", 320))]
                for one in form.select("input[name]")
            }
            browser = stand(user, where)
            browser.get(path, follow=True)
            caplog.clear()
            browser.post(
                at, known | dict.fromkeys(secrets, "000000") | dict.fromkeys(NEW, PASSWORD * 2)
            )
            lines = [
                one.getMessage() for one in caplog.records if one.name == "samenkompas.security"
            ]
            if len(lines) != 1 or digest_of(user.email) not in lines[0]:
                silent.append((at, secrets, lines))
    assert tried, "there is such a form wherever somebody stands"
    assert silent == []
