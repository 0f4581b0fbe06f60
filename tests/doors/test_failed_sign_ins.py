"""Does every wrong password or code leave a security line that names nobody, and several of them a sign on the desk?"""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from cms.doors.failed_sign_ins import SEVERAL, WRONG, digest_of, forget_old, tried_often
from cms.models import FailedSignIn
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
