"""Does the organisation's sign-in let in whom it should? Against a real OpenID Connect provider, over HTTP."""

import json
import time
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from cms.checks import know_whose_issuers, refuse_one_issuer_for_all
from cms.sign_in import linking
from cms.sign_in import organisation as organisation_door
from cms.sign_in.issuers import read_issuers
from cms.sign_in.kept_forms import DOORS
from cms.sign_in.models import KeptForm
from deliberation.people.models import AuditEntry, User
from deliberation.people.second_factor import lacks_second_factor, with_session
from deliberation.people.staff_session import IDLE, SEEN
from deliberation.projects.models import Role, RoleInvitation
from tests.builders import PASSWORD, a_municipality, a_project, a_resident, a_user, give_role
from tests.cms.site import a_site

from .app_codes import code_of
from .organisation import OTHER_HOST, OTHER_PLACE, PLACE
from .test_codes import enter, who

pytestmark = pytest.mark.django_db
HOSTS = {OTHER_PLACE: {"SERVER_NAME": OTHER_HOST}}
DIRTY = "<script>alert(1)</script>\u202egnihton"


def linked(organisation, user, person, **where):
    """Let staff prove once, by their password, that the account is theirs."""
    client = Client(**HOSTS.get(where.get("place"), {}))
    organisation.sign_in(client, person, **where)
    client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    assert SocialAccount.objects.filter(user=user).exists()


def in_with_a_code(client, email):
    """Sign in with a code by mail; gives the account."""
    enter(client, email, mail.outbox)
    return who(client)


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
    answer = client.post("/account/oidc/kompasdorp/login/")
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


def test_the_owner_of_an_account_proves_it_once_and_comes_in_by_the_organisation_from_then_on(
    client, organisation
):
    resident = a_resident()
    organisation.tells("bo", email=resident.email.upper(), email_verified=True)
    answer = organisation.sign_in(client, "bo", following="/meedoen")
    assert answer["Location"] == "/account/login/?next=%2Fmeedoen"
    assert who(client) is None and not SocialAccount.objects.exists()
    page = client.get(answer["Location"]).content.decode()
    assert "U hebt hier al een account" in page
    assert in_with_a_code(client, resident.email) == resident
    assert SocialAccount.objects.get().user == resident
    assert AuditEntry.objects.filter(action="link_issuer").count() == 1
    later = Client()
    organisation.sign_in(later, "bo")
    assert who(later) == resident


def test_staff_proves_it_with_its_second_factor_and_keeps_password_and_name(client, organisation):
    officer = a_user("officer", project=a_project())
    organisation.tells(
        "bo", email=officer.email, email_verified=True, name="Iemand Anders", amr=["mfa"]
    )
    organisation.sign_in(client, "bo")
    client.post("/account/login/", {"login": officer.email, "password": PASSWORD})
    assert who(client) is None and not SocialAccount.objects.exists(), "the password is half of it"
    client.post("/account/2fa/authenticate/", {"code": code_of(officer)})
    assert who(client) == officer
    assert SocialAccount.objects.get().user == officer
    officer.refresh_from_db()
    assert officer.check_password(PASSWORD)
    assert officer.get_full_name() == ""


def test_a_link_that_waits_is_for_its_own_account_and_for_a_quarter_of_an_hour(
    client, organisation, monkeypatch
):
    resident, other = a_resident(), a_resident()
    organisation.tells("bo", email=resident.email, email_verified=True)
    organisation.sign_in(client, "bo")
    assert in_with_a_code(client, other.email) == other
    slow = Client()
    organisation.sign_in(slow, "bo")
    monkeypatch.setattr(linking, "LASTS", -1)
    assert in_with_a_code(slow, resident.email) == resident
    assert not SocialAccount.objects.exists()


def test_who_is_signed_in_as_somebody_else_is_signed_out_first(client, organisation):
    other, resident = a_resident(), a_resident()
    client.force_login(other)
    organisation.tells("bo", email=resident.email, email_verified=True)
    organisation.sign_in(client, "bo")
    assert who(client) is None and not SocialAccount.objects.exists()


def test_who_is_signed_in_connects_with_another_address_of_their_own(client, organisation):
    resident = a_resident()
    in_with_a_code(client, resident.email)
    organisation.tells("bo", email="bo@voorbeeld.example", email_verified=True)
    organisation.connect(client, "bo")
    assert SocialAccount.objects.get().user == resident
    assert client.get("/account/3rdparty/").status_code == 200


@pytest.mark.parametrize(
    "email",
    [
        "an@elders.example",
        "an@voorbeeld.example.evil.example",
        "an@sub.voorbeeld.example",
        "an@evilvoorbeeld.example",
        "an@voorbeeld.example@elders.example",
        "an@elders.example\x00@voorbeeld.example",
        "an@elders.example,b@voorbeeld.example",
        "an@elders.example\n@voorbeeld.example",
        "an@voorbeeld.example.",
        "an@voorbeeld\u3002example",  # a full stop of another script
        "an@voorbeeld\uff0eexample",
        "an@voorb\u0435eld.example",  # a Cyrillic e
        "an@voorbeeld.example\u200b",
        "an@\uff56oorbeeld.example",
        "voorbeeld.example",
        ["an@voorbeeld.example"],
        {"address": "an@voorbeeld.example"},
    ],
)
@pytest.mark.parametrize("known", [True, False], ids=["known", "new"])
def test_an_issuer_speaks_for_its_own_domains_only(client, organisation, email, known):
    if known:
        organisation.tells("an", email="an@voorbeeld.example", email_verified=True)
        organisation.sign_in(Client(), "an")
    before = User.objects.count()
    organisation.tells("an", email=email, email_verified=True)
    assert organisation.sign_in(client, "an").status_code == 403
    assert who(client) is None and User.objects.count() == before


def test_an_address_that_becomes_somebody_elses_opens_nothing_of_theirs(client, organisation):
    resident = a_resident()
    organisation.tells("an", email="an@voorbeeld.example", email_verified=True)
    organisation.sign_in(client, "an")
    mine = who(client)
    organisation.tells("an", email=resident.email, email_verified=True)
    again = Client()
    organisation.sign_in(again, "an")
    assert who(again) == mine != resident


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


# What organisations tell beside it and may look like an address: only `email`, told as confirmed, is believed.
BESIDE = (
    "preferred_username",
    "upn",
    "unique_name",
    "nickname",
    "login",
    "mail",
    "emails",
    "verified_primary_email",
)


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"email": None, "email_verified": True},
        {"email": "", "email_verified": True},
        {"email_verified": True},
        {"email": "cas@voorbeeld.example"},
        {"email": "cas@voorbeeld.example", "xms_edov": True},
    ],
    ids=["nothing", "none", "empty", "confirmed", "not confirmed", "by another name"],
)
def test_nothing_but_a_confirmed_address_names_somebody(client, organisation, told):
    beside = dict.fromkeys(BESIDE, "cas@voorbeeld.example")
    organisation.tells("cas", name="Cas", **beside, **told)
    assert organisation.sign_in(client, "cas").status_code == 403
    assert who(client) is None and not User.objects.filter(is_staff=False).exists()


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
        ({"amr": "pwd mfa"}, False),
        ({"amr": [["mfa"]]}, False),
        ({"amr": {"mfa": False}}, False),
        ({"acr": ["mfa"]}, False),
        # What nobody signed proves nothing, whatever the signed token says or leaves out.
        ({"in_profile": {"amr": ["mfa"]}}, False),
        ({"in_profile": {"acr": "mfa"}}, False),
        ({"amr": ["pwd"], "acr": "0", "in_profile": {"amr": ["mfa"], "acr": "mfa"}}, False),
        ({"amr": ["mfa"], "in_profile": {"amr": ["pwd"], "acr": "0"}}, True),
        ({}, False),
    ],
)
def test_a30_the_desk_opens_only_when_the_organisation_asked_a_second_factor(
    client, organisation, settings, claims, counts
):
    settings.ISSUERS = {PLACE: organisation.issuer(second_factor=("mfa",))}
    officer = a_user("officer", project=a_project(), second_factor=False)
    organisation.tells("bo", email=officer.email, email_verified=True, **claims)
    linked(organisation, officer, "bo")
    organisation.sign_in(client, "bo")
    assert who(client) == officer
    assert (client.get("/admin/participatie/").status_code == 200) is counts
    assert lacks_second_factor(with_session(who(client), client.session)) is not counts
    later = Client()
    later.post("/account/login/", {"login": officer.email, "password": PASSWORD})
    assert later.get("/admin/participatie/").status_code == 302, "it counts for that one session"


def test_who_only_their_organisation_knows_keeps_what_they_wrote_when_they_were_away(
    client, organisation, settings
):
    """They are led through a door of ours, and from there to the organisation: straight there, the text is gone."""
    settings.ISSUERS = {PLACE: organisation.issuer(second_factor=("mfa",))}
    chief = a_user(Role.ADMINISTRATOR, municipality=a_municipality(), second_factor=False)
    organisation.tells("bo", email=chief.email, email_verified=True, amr=["mfa"])
    linked(organisation, chief, "bo")
    chief.set_unusable_password()
    chief.save()
    organisation.sign_in(client, "bo")
    session = client.session
    session[SEEN] = time.time() - IDLE - 1
    session.save()
    written = {"email": "collega@example.org", "role": Role.OFFICER}
    answer = client.post(reverse("projects:invite_colleague"), written)
    assert urlsplit(answer["Location"]).path in [reverse(name) for name in DOORS]
    assert KeptForm.objects.count() == 1
    assert not RoleInvitation.objects.exists()


def test_a30_staff_with_a_second_factor_is_asked_for_it_after_a_password_alone_elsewhere(
    client, organisation
):
    officer = a_user("officer", project=a_project(), second_factor=False)
    organisation.tells("bo", email=officer.email, email_verified=True, amr=["pwd"])
    linked(organisation, officer, "bo")
    TOTP.activate(officer, generate_totp_secret())
    answer = organisation.sign_in(client, "bo")
    assert answer["Location"].endswith("/account/2fa/authenticate/")
    assert who(client) is None


def test_a30_its_second_factor_counts_only_where_the_municipality_says_so(client, organisation):
    officer = a_user("officer", project=a_project(), second_factor=False)
    organisation.tells("bo", email=officer.email, email_verified=True, amr=["mfa"], acr="mfa")
    linked(organisation, officer, "bo")
    organisation.sign_in(client, "bo")
    assert who(client) == officer
    assert "/account/2fa/" in client.get("/admin/participatie/")["Location"]


def test_a_token_signed_with_another_key_opens_nothing(
    client, organisation, tmp_path_factory, monkeypatch
):
    """The organisation's key list is another's: the signature does not fit."""
    from .organisation import start

    folder = tmp_path_factory.mktemp("other")
    other, process = start(folder, ("an",))
    try:
        organisation.tells("an", email="an@voorbeeld.example", email_verified=True)
        keys = {
            "openid_configuration_overrides": {"jwks_uri": f"{other.url}/.well-known/jwks.json"}
        }
        app_of = organisation_door.app_of

        def with_other_keys(issuer):
            app = app_of(issuer)
            app.settings |= keys
            return app

        monkeypatch.setattr(organisation_door, "app_of", with_other_keys)
        answer = organisation.sign_in(client, "an")
    finally:
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
    assert client.get("/account/oidc/kompasdorp/login/").status_code == 404
    assert "oidc" not in client.get("/account/login/").content.decode()


def test_with_one_the_page_names_it(client, organisation):
    page = client.get("/account/login/", {"next": "/meedoen"}).content.decode()
    assert "Gemeentehuis" in page
    assert "/account/oidc/kompasdorp/login/" in page


@pytest.mark.parametrize(
    "evil", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_a27_the_way_back_leads_nowhere_else(client, organisation, evil):
    organisation.tells("an", email="an@voorbeeld.example", email_verified=True)
    assert "evil" not in organisation.sign_in(client, "an", following=evil)["Location"]


@pytest.fixture
def elsewhere(organisation, settings, site):
    """A second municipality on its own host, that trusts the very same issuer; its second factor too."""
    municipality = a_municipality(OTHER_PLACE)
    a_site(municipality, hostname=OTHER_HOST)
    settings.ALLOWED_HOSTS = ["testserver", OTHER_HOST]
    settings.ISSUERS = {
        PLACE: organisation.issuer(second_factor=("mfa",)),
        OTHER_PLACE: organisation.issuer(OTHER_PLACE, second_factor=("mfa",)),
    }
    return municipality


def test_each_host_has_the_button_of_its_own_municipality_only(client, elsewhere, settings):
    there = Client(**HOSTS[OTHER_PLACE])
    for browser, own, other in ((client, PLACE, OTHER_PLACE), (there, OTHER_PLACE, PLACE)):
        page = browser.get("/account/login/").content.decode()
        assert f"/oidc/{own}/" in page and f"/oidc/{other}/" not in page
        for path in (f"/account/oidc/{other}/login/", f"/account/oidc/{other}/login/callback/"):
            assert browser.get(path).status_code == browser.post(path).status_code == 404
    del settings.ISSUERS[OTHER_PLACE]
    assert "oidc" not in there.get("/account/login/").content.decode()


def test_a_way_back_of_one_municipality_opens_nothing_on_the_host_of_another(
    client, organisation, elsewhere
):
    organisation.tells("an", email="an@voorbeeld.example", email_verified=True)
    back = organisation.way_back(client, "an")
    there = Client(**HOSTS[OTHER_PLACE])
    organisation.way_back(there, "an", place=OTHER_PLACE)  # has a state of its own
    for path in (back, back.replace(PLACE, OTHER_PLACE)):
        assert there.get(path).status_code in (401, 404)
    assert who(there) is None


def test_a_link_with_one_municipality_is_none_with_another(client, organisation, elsewhere):
    organisation.tells("an", email="an@voorbeeld.example", email_verified=True)
    organisation.sign_in(client, "an")
    there = Client(**HOSTS[OTHER_PLACE])
    answer = organisation.sign_in(there, "an", place=OTHER_PLACE)
    assert "/account/login/" in answer["Location"] and who(there) is None
    client.force_login(who(client))
    assert "voorbeeld" in client.get("/account/email/").content.decode()
    there.force_login(who(client))
    assert there.get("/account/3rdparty/").status_code == 200, "it lists no link of elsewhere"


def test_a_changed_issuer_brings_no_link_along(client, organisation, settings):
    organisation.tells("an", email="an@voorbeeld.example", email_verified=True)
    settings.ISSUERS = {PLACE: replace(organisation.issuer(), issuer="https://before.example")}
    number = organisation_door.number_of(settings.ISSUERS[PLACE], "1")
    settings.ISSUERS = {PLACE: organisation.issuer()}
    assert number != organisation_door.number_of(settings.ISSUERS[PLACE], "1")


def test_discovery_that_names_another_issuer_is_refused(client, organisation, settings, site):
    folder = organisation.folder
    organisation.tells("an", email="an@voorbeeld.example", email_verified=True)
    other_name = organisation.url.replace("127.0.0.1", "localhost")
    settings.ISSUERS = {PLACE: replace(organisation.issuer(), issuer=other_name)}
    assert organisation.sign_in(client, "an").status_code == 401
    assert who(client) is None and folder.exists()


@pytest.mark.parametrize("standing", ["works there too", "works there", "installed the platform"])
def test_an_issuer_gives_no_standing_beyond_its_municipality(
    client, organisation, elsewhere, standing
):
    officer = a_user(
        None if standing == "works there" else Role.ADMINISTRATOR,
        municipality=a_municipality(),
        second_factor=False,
    )
    organisation.tells("bo", email=officer.email, email_verified=True, amr=["mfa"])
    linked(organisation, officer, "bo")
    open_before = Client()
    organisation.sign_in(open_before, "bo")
    assert who(open_before) == officer
    if standing == "installed the platform":
        User.objects.filter(pk=officer.pk).update(is_superuser=True)
    else:
        give_role(officer, Role.ADMINISTRATOR, municipality=elsewhere)
    assert organisation.sign_in(client, "bo").status_code == 403
    assert who(client) is None
    answer = open_before.get("/admin/participatie/rollen/")
    assert answer.status_code == 403, "a session that was open ends its work there"
    assert "meer plekken" in answer.content.decode()


def test_an_issuer_opens_the_desk_of_its_own_municipality(client, organisation, elsewhere):
    officer = a_user(Role.ADMINISTRATOR, municipality=elsewhere, second_factor=False)
    organisation.tells("bo", email=officer.email, email_verified=True, amr=["mfa"])
    linked(organisation, officer, "bo", place=OTHER_PLACE)
    there = Client(**HOSTS[OTHER_PLACE])
    organisation.sign_in(there, "bo", place=OTHER_PLACE)
    assert there.get("/admin/participatie/rollen/").status_code == 200
    organisation.sign_in(client, "bo")
    assert who(client) is None, "at the other municipality it proves nothing"


TOLD = """
[kompasdorp]
issuer = "https://login.kompasdorp.example/"
client_id = "samenkompas"
client_secret = "geheim"
name = "Gemeentehuis"
domains = ["kompasdorp.example"]
"""


def test_the_file_of_issuers_is_read_and_says_nothing_of_a_second_factor_unless_told(tmp_path):
    file = tmp_path / "issuers.toml"
    file.write_text(TOLD)
    issuer = read_issuers(str(file), on_https=True)[PLACE]
    assert (issuer.issuer, issuer.domains, issuer.second_factor) == (
        "https://login.kompasdorp.example",
        ("kompasdorp.example",),
        (),
    )
    assert read_issuers("", on_https=True) == {}


@pytest.mark.parametrize(
    ("line", "other"),
    [
        ('domains = ["kompasdorp.example"]', ""),
        ('domains = ["kompasdorp.example"]', "domains = []"),
        ('domains = ["kompasdorp.example"]', 'domains = ["*"]'),
        ('domains = ["kompasdorp.example"]', 'domains = ["@kompasdorp.example"]'),
        ('domains = ["kompasdorp.example"]', 'domains = "kompasdorp.example"'),
        ('"https://login', '"http://login'),
        ('client_id = "samenkompas"', "client_id = 3"),
        ('client_id = "samenkompas"', ""),
        ('name = "Gemeentehuis"', 'name = ""'),
        ("[kompasdorp]", "kind = 1\n[kompasdorp]"),
        ("client_id", "secondfactor = ['mfa']\nclient_id"),
        ("[kompasdorp]", "[kompasdorp"),
    ],
)
def test_a_file_with_a_mistake_stops_the_start_and_says_where(tmp_path, line, other):
    file = tmp_path / "issuers.toml"
    assert line in TOLD
    file.write_text(TOLD.replace(line, other))
    with pytest.raises(ImproperlyConfigured, match="SAMENKOMPAS_ISSUERS_FILE"):
        read_issuers(str(file), on_https=True)


def test_the_one_issuer_of_before_stops_an_upgrade_with_words(monkeypatch):
    assert refuse_one_issuer_for_all(None) == []
    monkeypatch.setenv("SAMENKOMPAS_OIDC_ISSUER", "https://login.kompasdorp.example")
    [error] = refuse_one_issuer_for_all(None)
    assert "SAMENKOMPAS_ISSUERS_FILE" in error.hint


def test_an_issuer_of_a_municipality_that_is_not_there_is_told(organisation, settings):
    assert know_whose_issuers(None) == []
    settings.ISSUERS = {"kompasdrop": organisation.issuer("kompasdrop")}
    assert [error.id for error in know_whose_issuers(None)] == ["cms.E005"]
