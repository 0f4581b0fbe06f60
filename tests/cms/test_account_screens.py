"""Are the sign-in screens in our look, in both languages, without a script of somebody else?"""

import re

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse

from tests.builders import PASSWORD, a_user

from .site import a_site

pytestmark = pytest.mark.django_db
FOR_ANYBODY = [
    "account_login",
    "account_request_login_code",
    "signed_out",
    "socialaccount_login_cancelled",
    "account_signup",
    "account_reset_password",
    "account_inactive",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
]
SIGNED_IN = [
    "account_logout",
    "account_change_password",
    "account_email",
    "mfa_index",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_activate_totp",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "usersessions_list",
    "socialaccount_connections",
    "account_reauthenticate",
]


def assert_ours(html: str, language: str):
    assert f'<html lang="{language}"' in html
    assert html.count("<h1") == 1
    assert "sk-header" in html and "utrecht.css" in html
    # Only files of ours run; what lies in the page between script marks is data.
    for mark in re.findall(r"<script[^>]*>", html):
        assert 'src="/static/js/passkeys.js"' in mark or 'type="application/json"' in mark, mark


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", FOR_ANYBODY)
def test_screens_before_signing_in(client, name, language):
    a_site()
    html = client.get(reverse(name), {"lang": language}).content.decode()
    assert_ours(html, language)


def sign_in(client, user):
    """Sign in and show once more that it is you, as changing the second factor asks."""
    client.force_login(user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", SIGNED_IN)
def test_screens_after_signing_in(client, name, language):
    a_site()
    user = a_user("officer", second_factor="recovery" in name)
    if "recovery" in name:
        RecoveryCodes.activate(user)
    sign_in(client, user)
    response = client.get(reverse(name), {"lang": language})
    assert response.status_code == 200
    assert_ours(response.content.decode(), language)


def test_a_wrong_password_is_said_and_what_was_typed_stays(client):
    a_site()
    html = client.post(
        reverse("account_login"), {"login": "iemand@example.org", "password": "mis"}
    ).content.decode()
    assert 'role="alert"' in html
    assert 'value="iemand@example.org"' in html
    assert "mis" not in re.findall(r'value="([^"]*)"', html)


def test_the_picture_to_scan_is_drawn_in_the_page(client):
    a_site()
    user = a_user("officer", second_factor=False)
    sign_in(client, user)
    html = client.get(reverse("mfa_activate_totp")).content.decode()
    picture = html[html.index("sk-qr") :]
    assert "<svg" in picture and "data:image" not in html and "style=" not in html


@pytest.mark.parametrize("template", ["400.html", "403.html", "404.html", "500.html"])
def test_an_error_page_has_a_way_on_even_without_a_request(template):
    html = render_to_string(template)
    assert html.count("<h1") == 1
    assert 'class="utrecht-button' in html


def test_a_missing_page_is_ours_in_both_languages(client):
    a_site()
    for path, language in (("/bestaat-niet/", "nl"), ("/en/nowhere/", "en")):
        response = client.get(path)
        assert response.status_code == 404
        assert f'<html lang="{language}"' in response.content.decode()


def test_a_form_without_its_token_gets_a_page_in_words():
    html = render_to_string("403.html", {"stale_form": True}, RequestFactory().post("/"))
    assert "/account/login/" not in html.split("<main", 1)[1].split("</main", 1)[0]


@pytest.mark.parametrize("name", FOR_ANYBODY + SIGNED_IN)
def test_a_browser_says_nothing_about_a_field_before_we_do(client, name):
    """Its own message goes away by itself and follows the browser's language; ours stays beside the field."""
    a_site()
    if name in SIGNED_IN:
        sign_in(client, a_user("officer", second_factor=False))
    html = client.get(reverse(name)).content.decode()
    main = html.partition("<main")[2].partition("</main>")[0]
    assert [
        one for one in re.findall(r"<form\s[^>]*post[^>]*>", main) if "novalidate" not in one
    ] == []


@pytest.mark.parametrize("name", FOR_ANYBODY + SIGNED_IN)
def test_no_field_looks_filled_in(client, name):
    a_site()
    if name in SIGNED_IN:
        sign_in(client, a_user("officer", second_factor=False))
    assert "placeholder=" not in client.get(reverse(name)).content.decode()


def test_the_second_lock_speaks_plainly_from_first_code_to_wrong_one(client):
    """What a neighbour calls authenticator app and invalid code."""
    a_site()
    user = a_user("officer", second_factor=False)
    sign_in(client, user)
    path = reverse("mfa_activate_totp")
    client.get(path)
    wrong = client.post(path, {"code": "000000"}).content.decode()
    assert "typ de code die er nu staat" in wrong and 'role="alert"' in wrong
    for name in ("totp_activated", "totp_deactivated", "recovery_codes_generated"):
        said = render_to_string(f"mfa/messages/{name}.txt")
        assert said.startswith(("Uw ", "Dit zijn uw ")) and "geactiveerd" not in said
