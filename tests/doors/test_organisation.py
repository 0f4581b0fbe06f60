"""Does the organisation's sign-in let in whom it should? Against a real OpenID Connect provider, over HTTP."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import SESSION_KEY
from django.test import Client

from deliberation.people.models import AuditEntry, User
from deliberation.people.second_factor import lacks_second_factor, with_session
from tests.builders import PASSWORD, a_project, a_resident, a_user

pytestmark = pytest.mark.django_db
DIRTY = "<script>alert(1)</script>\u202egnihton"


def who(client):
    """Give the account a browser is signed in with."""
    number = client.session.get(SESSION_KEY)
    return User.objects.get(pk=number) if number else None


def test_somebody_new_becomes_a_resident_and_goes_on_where_they_were(client, organisation):
    organisation.tells("an", email="An@Voorbeeld.example", email_verified=True, name="An de Vries")
    answer = organisation.sign_in(client, "an", following="/meedoen")
    assert (answer.status_code, answer["Location"]) == (302, "/meedoen")
    user = who(client)
    assert (user.email, user.get_full_name()) == ("an@voorbeeld.example", "An de Vries")
    assert not user.is_staff and not user.is_superuser and not user.has_usable_password()
    assert AuditEntry.objects.filter(action="create_resident", object_id=str(user.pk)).count() == 1
    assert client.get("/admin/").status_code == 403


def test_the_same_person_comes_back_to_the_same_account(client, organisation):
    organisation.tells("an", email="an@voorbeeld.example", email_verified=True)
    organisation.sign_in(client, "an")
    again = Client()
    # Another address by now: who it is, is told by the organisation's own number.
    organisation.tells("an", email="anders@voorbeeld.example", email_verified=True)
    organisation.sign_in(again, "an")
    assert who(again) == who(client)
    assert User.objects.filter(is_staff=False).count() == 1


def test_the_way_there_carries_a_challenge_and_a_state(client, organisation):
    answer = client.post("/account/oidc/organisatie/login/")
    query = parse_qs(urlsplit(answer.context["href"]).query)
    assert query["code_challenge_method"] == ["S256"]
    assert len(query["code_challenge"][0]) >= 43 and len(query["state"][0]) >= 16
    assert set(query["scope"][0].split()) >= {"openid", "email"}


def test_a_way_back_belongs_to_the_browser_that_left(client, organisation):
    organisation.tells("an", email="an@voorbeeld.example", email_verified=True)
    back = organisation.way_back(client, "an")
    stranger = Client()
    assert stranger.get(back).status_code == 401
    assert who(stranger) is None
    assert client.get(back).status_code == 302
    again = Client()
    assert again.get(back).status_code == 401, "a code opens once"


def test_a_confirmed_address_finds_the_account_that_was_there(client, organisation):
    resident = a_resident()
    organisation.tells("bo", email=resident.email.upper(), email_verified=True)
    organisation.sign_in(client, "bo")
    assert who(client) == resident
    assert SocialAccount.objects.get().user == resident


def test_staff_keeps_its_password_and_its_name(client, organisation):
    officer = a_user("officer", project=a_project())
    organisation.tells(
        "bo", email=officer.email, email_verified=True, name="Iemand Anders", amr=["mfa"]
    )
    organisation.sign_in(client, "bo")
    officer.refresh_from_db()
    assert who(client) == officer
    assert officer.check_password(PASSWORD)
    assert officer.get_full_name() == ""


@pytest.mark.parametrize("confirmed", [False, None, "false", "true", 1, [True]])
def test_an_address_that_is_not_confirmed_links_nothing_and_makes_nobody(
    client, organisation, confirmed
):
    resident = a_resident()
    for email in (resident.email, "nieuw@voorbeeld.example"):
        organisation.tells("cas", email=email, email_verified=confirmed)
        answer = organisation.sign_in(client, "cas")
        assert answer.status_code == 403
        assert who(client) is None
    assert not SocialAccount.objects.exists()
    assert User.objects.filter(is_staff=False).count() == 1


def test_somebody_without_an_address_is_not_let_in(client, organisation):
    organisation.tells("cas", name="Cas")
    assert organisation.sign_in(client, "cas").status_code == 403
    assert who(client) is None


def test_a1_a_name_from_elsewhere_is_text_everywhere(client, organisation):
    organisation.tells(
        "dee",
        email="dee@voorbeeld.example",
        email_verified=True,
        given_name=DIRTY,
        family_name="Beheerder",
    )
    organisation.sign_in(client, "dee")
    user = who(client)
    assert "\u202e" not in user.first_name
    assert user.last_name == "", "who is no staff isn't called so"
    for path in ("/account/email/", "/account/sessions/", "/account/3rdparty/", "/"):
        page = client.get(path).content.decode()
        assert "<script>alert" not in page, path
        assert "\u202e" not in page, path


@pytest.mark.parametrize(
    ("claims", "counts"),
    [
        ({"amr": ["pwd", "mfa"]}, True),
        ({"amr": "mfa"}, True),
        ({"acr": "mfa"}, True),
        ({"amr": ["pwd"]}, False),
        ({"acr": "0"}, False),
        ({"amr": ["mfax", "MFA"]}, False),
        ({}, False),
    ],
)
def test_a30_the_desk_opens_only_when_the_organisation_asked_a_second_factor(
    client, organisation, claims, counts
):
    officer = a_user("officer", project=a_project(), second_factor=False)
    organisation.tells("bo", email=officer.email, email_verified=True, **claims)
    organisation.sign_in(client, "bo")
    assert who(client) == officer
    assert (client.get("/admin/participatie/").status_code == 200) is counts
    assert lacks_second_factor(with_session(who(client), client.session)) is not counts
    later = Client()
    later.post("/account/login/", {"login": officer.email, "password": PASSWORD})
    assert later.get("/admin/participatie/").status_code == 302, "it counts for that one session"


def test_a30_staff_with_a_second_factor_is_asked_for_it_after_a_password_alone_elsewhere(
    client, organisation
):
    officer = a_user("officer", project=a_project(), second_factor=False)
    TOTP.activate(officer, generate_totp_secret())
    organisation.tells("bo", email=officer.email, email_verified=True, amr=["pwd"])
    answer = organisation.sign_in(client, "bo")
    assert answer["Location"].endswith("/account/2fa/authenticate/")
    assert who(client) is None


def test_a_token_signed_with_another_key_opens_nothing(client, organisation, tmp_path_factory):
    """The organisation's key list is another's: the signature does not fit."""
    from .organisation import start

    folder = tmp_path_factory.mktemp("other")
    other, process = start(folder, ("an",))
    try:
        organisation.tells("an", email="an@voorbeeld.example", email_verified=True)
        from django.conf import settings

        app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
        app["settings"]["openid_configuration_overrides"] = {
            "jwks_uri": f"{other.url}/.well-known/jwks.json"
        }
        answer = organisation.sign_in(client, "an")
    finally:
        app["settings"].pop("openid_configuration_overrides")
        process.terminate()
        process.wait(10)
    assert answer.status_code == 401
    assert who(client) is None and not User.objects.filter(is_staff=False).exists()


def test_we_keep_no_profile(client, organisation):
    claims = {"email": "an@voorbeeld.example", "email_verified": True, "phone_number": "0612345678"}
    organisation.tells("an", **claims, birthdate="1980-01-01")
    organisation.sign_in(client, "an")
    kept = SocialAccount.objects.get()
    assert set(kept.extra_data) == {"subject", "confirmed", "second_factor"}
    assert "0612345678" not in json.dumps(kept.extra_data)


def test_without_an_organisation_in_the_environment_there_is_no_such_door(client, site):
    assert client.get("/account/oidc/organisatie/login/").status_code == 404
    assert "oidc" not in client.get("/account/login/").content.decode()


def test_with_one_the_page_names_it(client, organisation):
    page = client.get("/account/login/", {"next": "/meedoen"}).content.decode()
    assert "Gemeentehuis" in page
    assert "/account/oidc/organisatie/login/" in page


@pytest.mark.parametrize(
    "evil", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_a27_the_way_back_leads_nowhere_else(client, organisation, evil):
    organisation.tells("an", email="an@voorbeeld.example", email_verified=True)
    assert "evil" not in organisation.sign_in(client, "an", following=evil)["Location"]
