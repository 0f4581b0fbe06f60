"""Do people get in and out in a real browser: with a code, with a passkey, and with nothing left behind?"""

import re

import pytest
from playwright.sync_api import expect

from cms.demo.content import ADDRESS, PASSWORD
from tests.eyes import PHONE, axe_violations

pytestmark = pytest.mark.browser
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def newest_code(page) -> str:
    """Read the newest code on the page that shows the demo's mail, in a window of its own."""
    window = page.context.new_page()
    window.goto("/demo/post")
    code = re.search(r"\b\d{6}\b", window.locator("article").first.inner_text())[0]
    window.close()
    return code


def sign_in_by_code(page, email):
    page.goto("/account/login/?next=/meedoen")
    page.fill("#code_email", email)
    page.press("#code_email", "Enter")
    page.wait_for_url("**/account/login/code/confirm/**")
    page.fill("[name=code]", newest_code(page))
    page.press("[name=code]", "Enter")
    page.wait_for_url(re.compile(r"//[^/]+/meedoen$"))


def a_device(page):
    """Put a passkey device in this browser; it always says yes."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    number = session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})["authenticatorId"]
    return session, number


def sign_out(page):
    page.goto("/account/logout/")
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/account/signed-out/**")


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
def test_a_resident_signs_in_with_a_code(person, javascript):
    page = person(PHONE, javascript=javascript)
    sign_in_by_code(page, f"bewoner-{javascript}@voorbeeld.example".lower())
    expect(page.locator("header a[href='/account/email/']")).to_be_visible()
    if javascript:
        for path in (
            "/account/email/",
            "/account/sessions/",
            "/account/2fa/webauthn/",
            "/account/logout/",
            "/demo/post",
        ):
            page.goto(path)
            assert axe_violations(page) == []


def test_a42_the_back_button_shows_nothing_after_signing_out(person):
    page = person()
    sign_in_by_code(page, "halcomputer@voorbeeld.example")
    page.goto("/account/email/")
    assert "halcomputer@" in page.locator("main").inner_text()
    sign_out(page)
    for _step in range(3):
        page.go_back()
        assert "halcomputer@" not in page.content()


def test_a_resident_saves_names_uses_and_removes_a_passkey(person):
    page = person()
    sign_in_by_code(page, "sleutel@voorbeeld.example")
    session, number = a_device(page)
    page.goto("/account/2fa/webauthn/add/")
    assert axe_violations(page) == []
    page.fill("[name=name]", "Mijn telefoon")
    page.locator("form[data-passkey] button[type=submit]").click()
    page.wait_for_url(re.compile(r"/account/2fa/webauthn/$"))
    assert page.locator("main h2").inner_text() == "Mijn telefoon"
    held = session.send("WebAuthn.getCredentials", {"authenticatorId": number})["credentials"]
    assert len(held) == 1 and held[0]["isResidentCredential"]

    sign_out(page)
    page.goto("/account/login/?next=/meedoen")
    assert axe_violations(page) == []
    page.locator("form[data-passkey=sign-in] button[type=submit]").click()
    page.wait_for_url(re.compile(r"//[^/]+/meedoen$"))
    expect(page.locator("header a[href='/account/email/']")).to_be_visible()

    page.goto("/account/2fa/webauthn/")
    page.locator("main a[href$='/edit/']").click()
    page.fill("[name=name]", "Oude telefoon")
    page.press("[name=name]", "Enter")
    page.wait_for_url(re.compile(r"/account/2fa/webauthn/$"))
    assert page.locator("main h2").inner_text() == "Oude telefoon"
    page.locator("main a[href$='/remove/']").click()
    page.locator("main button[type=submit]").click()
    page.wait_for_url(re.compile(r"/account/2fa/webauthn/$"))
    assert page.locator("main h2").count() == 0

    sign_out(page)
    page.goto("/account/login/")
    page.locator("form[data-passkey=sign-in] button[type=submit]").click()
    page.wait_for_load_state()
    page.wait_for_selector("main [role=alert], main .utrecht-alert--error, .sk-messages")
    assert page.locator("header a[href='/account/email/']").count() == 0


def test_staff_signs_in_with_a_passkey_alone_and_after_a_password(staff):
    page = staff("raad")  # who works in no other journey: this one locks the account
    a_device(page)
    page.goto("/account/2fa/")
    assert axe_violations(page) == []
    page.locator("main a[href$='/webauthn/add/']").click()
    if "reauthenticate" in page.url:
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url("**/webauthn/add/**")
    page.locator("form[data-passkey] button[type=submit]").click()
    page.wait_for_url("**/account/2fa/recovery-codes/")

    sign_out(page)
    page.goto("/account/login/")
    page.locator("form[data-passkey=sign-in] button[type=submit]").click()
    page.wait_for_url(re.compile(r"//[^/]+/admin/$"))

    sign_out(page)
    page.goto("/account/login/")
    page.fill("[name=login]", "raad" + ADDRESS)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/account/2fa/authenticate/")
    assert axe_violations(page) == []
    page.locator("form[data-passkey=use] button[type=submit]").click()
    page.wait_for_url(re.compile(r"//[^/]+/admin/$"))


def test_without_a_script_the_page_says_what_passkeys_need(person):
    page = person(PHONE, javascript=False)
    page.goto("/account/login/")
    expect(page.locator("[data-passkeys-missing]")).to_be_visible()
    expect(page.locator("form[data-passkey]")).not_to_be_visible()
    expect(page.locator("#code_email")).to_be_visible()
    expect(page.locator("[name=password]")).to_be_visible()
