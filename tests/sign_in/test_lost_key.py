"""Does a changed or lost secret key leave second factors readable, or say what to do, and never let anybody in?"""

import re
import time
from html import unescape
from http.cookies import SimpleCookie

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.management import CommandError, call_command
from django.db import transaction
from django.urls import get_resolver, reverse

from cms.checks import read_second_factors
from cms.sign_in.encryption import UnreadableFactor, unreadable_factors
from deliberation.people.models import AuditEntry, User
from deliberation.people.second_factor import lacks_second_factor
from tests.builders import PASSWORD, a_user
from tests.cms.site import a_site
from tests.test_outages import everywhere
from tests.test_urls import world  # noqa: F401 (a fixture)

pytestmark = pytest.mark.django_db
FORMER, PRESENT = "the-key-there-was" * 4, "the-key-there-is" * 4
SAID = "kunnen uw tweede slot niet meer lezen"


@pytest.fixture
def owner(settings):
    """Make staff whose second factor and recovery codes were encrypted under the former key."""
    a_site()
    settings.SECRET_KEY = FORMER
    user = a_user("administrator", second_factor=False)
    user.secret = generate_totp_secret()
    TOTP.activate(user, user.secret)
    user.codes = RecoveryCodes.activate(user).get_unused_codes()
    settings.SECRET_KEY = PRESENT
    return user


def app_code(user) -> str:
    return format_hotp_value(hotp_value(user.secret, int(time.time()) // 30))


def sign_in(client, user, code):
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return client.post(
        reverse("mfa_authenticate"), {"code": code}, headers={"accept-language": "nl"}
    )


def test_a_former_key_still_reads(client, settings, owner):
    settings.SECRET_KEY_FALLBACKS = [FORMER]
    assert unreadable_factors() == []
    assert sign_in(client, owner, app_code(owner)).status_code == 302
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("kind", ["app", "recovery", "nothing"])
def test_an_unreadable_factor_is_told_beside_the_field_and_opens_nothing(client, owner, kind):
    code = {
        "app": app_code,
        "recovery": lambda user: user.codes[0],
        "nothing": lambda user: "000000",
    }[kind](owner)
    answer = sign_in(client, owner, code)
    assert answer.status_code == 200 and SAID in answer.content.decode()
    assert client.get("/admin/").status_code == 302  # to sign in: a password alone opens nothing


def test_no_screen_about_the_second_step_breaks(client, owner):
    """Every address of allauth's own, as it stands in the URL map, by GET and POST."""
    client.force_login(owner)
    tried = [
        reverse(name)
        for name in sorted(
            name for name in get_resolver().reverse_dict if str(name).startswith("mfa_")
        )
        if not get_resolver().reverse_dict.getlist(name)[0][0][0][1]
    ]
    assert len(tried) > 8
    for path in (*tried, reverse("account_reauthenticate")):
        for answer in (client.get(path), client.post(path, {"code": "123456"})):
            assert answer.status_code < 500, path


@pytest.fixture
def at_every_door(world, settings):  # noqa: F811
    """Give who leads the desk a factor of the former key, and every address by which they might meet it."""
    visitors, about, _page = world
    leader = User.objects.get(pk=visitors["manager"].session["_auth_user_id"])
    Authenticator.objects.filter(user=leader).delete()
    settings.SECRET_KEY = FORMER
    TOTP.activate(leader, generate_totp_secret())
    RecoveryCodes.activate(leader)
    settings.SECRET_KEY = PRESENT
    return leader, everywhere(about)


@pytest.mark.parametrize("within", ["/account/", pytest.param("", marks=pytest.mark.exhaustive)])
@pytest.mark.parametrize("state", ["signed in", "at the second step"])
def test_every_address_and_account_screen_goes_on(at_every_door, state, within, client):
    """A factor that can't be read is met with words and a way on, wherever somebody stands."""
    leader, paths = at_every_door
    client.raise_request_exception = False
    assert {"/admin/", "/admin/account/", "/account/2fa/", "/account/reauthenticate/"} <= set(paths)
    if state == "signed in":
        client.force_login(leader)
        # And confirmed just now, or the screens behind that are never reached.
        confirmed = client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        assert confirmed.status_code == 302
    else:
        client.post(reverse("account_login"), {"login": leader.email, "password": PASSWORD})
    stands, wrong, worded = client.cookies.output(header=""), [], 0
    for path in [one for one in paths if within in one]:
        for data in (None, {"code": "123456"}):
            client.cookies = SimpleCookie(stands)
            with transaction.atomic():
                answer = client.get(path) if data is None else client.post(path, data)
                transaction.set_rollback(True)
            if answer.status_code >= 500:
                wrong.append((path, data, answer.status_code))
            elif "html" in answer.get("Content-Type", "") and not answer.streaming:
                told = unescape(answer.content.decode())
                worded += SAID in told
                if SAID in told and not re.search(r'<a\s[^>]*href="/', told):
                    wrong.append((path, data, "leads nowhere"))
    print(f"{worded} times said, in {len(paths)} addresses")
    assert wrong == [] and worded


def test_the_check_that_migrate_runs_counts_them(owner, settings):
    [warning] = read_second_factors(None, databases=["default"])
    assert "of so many accounts: 1." in warning.msg
    settings.SECRET_KEY_FALLBACKS = [FORMER]
    assert read_second_factors(None, databases=["default"]) == []
    assert read_second_factors(None) == []


def test_who_is_at_the_server_lets_people_set_theirs_again(client, owner, settings, capsys):
    other = a_user("officer")
    client.force_login(owner)
    call_command("second_factor")
    said = "Accounts with an app or recovery codes: 2. Of those, with some that can't be read: "
    assert capsys.readouterr().out == f"{said}1.\n"
    settings.SECRET_KEY_FALLBACKS = [FORMER]
    call_command("second_factor")
    assert capsys.readouterr().out == f"{said}0.\n", "what can be read counts too"
    settings.SECRET_KEY_FALLBACKS = []
    call_command("second_factor", forget_unreadable=True)
    assert not Authenticator.objects.filter(user=owner).exists()
    assert Authenticator.objects.filter(user=other).exists()
    assert lacks_second_factor(owner)
    assert client.get("/admin/").status_code == 302, "the session of before has ended"
    client.post(reverse("account_login"), {"login": owner.email, "password": PASSWORD})
    assert client.get("/admin/").headers["Location"] == reverse("mfa_index")
    assert AuditEntry.objects.filter(action="forget_second_factor").count() == 1


def test_one_account_is_named_by_its_address():
    user = a_user("officer")
    call_command("second_factor", forget=user.email.upper())
    assert not Authenticator.objects.filter(user=user).exists()
    with pytest.raises(CommandError, match=r"no account with nobody@example\.org"):
        call_command("second_factor", forget="nobody@example.org")


def test_nothing_takes_an_unreadable_secret_for_an_empty_one(owner):
    """An empty secret would make codes that anybody can work out."""
    [factor] = Authenticator.objects.filter(user=owner, type=Authenticator.Type.TOTP)
    with pytest.raises(UnreadableFactor):
        TOTP(factor).validate_code(format_hotp_value(hotp_value("", int(time.time()) // 30)))
