"""Floods of forms: the stranger sends each from a new browser, with all that a form needs."""

import itertools
import random
import re
import uuid

from .kinds import flood
from .site import Browser, Site

ASK_CODE, CODE = "/account/login/code/", "/account/login/code/confirm/"
LOGIN, SECOND = "/account/login/", "/account/2fa/authenticate/"
OWNER = "eigenaar@lindewaard.example"


def joined(site: Site) -> tuple[str, str]:
    """Join the evening by scanning; gives the number of its run and the cookies of who joined."""
    from deliberation.live.joining.guesses import proof_of

    browser, code = Browser(site), site.code()
    _status, leads_to, _text = browser.ask(f"/s/{code}?q={proof_of(code)}", join="1")
    return re.search(r"/s/run/(\d+)/", leads_to)[1], browser.kept()


def ask_a_question(site) -> bool:
    """Ask a question and read it behind its receipt."""
    project, about = site.once("project", _a_project)
    browser, text = Browser(site), f"Komt er een bank op plek {random.random()}?"
    form = {"about": about, "kind": "question", "text": text, "op_id": uuid.uuid4()}
    status, receipt, _text = browser.ask(f"/vragen/{project}/stellen/", **form)
    return status == 302 and text in browser.ask(receipt)[2]


def _a_project(site) -> tuple[int, str]:
    """Find a project in which anybody may ask; gives its number and what a question can be about."""
    for project in range(1, 20):
        status, _headers, text = site.ask(f"/vragen/{project}/stellen/")
        about = re.search(r'name="about" value="(\w+)"', text)
        if status == 200 and about:
            return project, about[1]
    raise SystemExit("no project of the demo takes questions")


@flood(honest=ask_a_question)
def questions(site, number):
    """Ask a question, each of somebody else."""
    project, about = site.once("project", _a_project)
    form = {"about": about, "kind": "question", "text": f"Koop nu {number}", "op_id": uuid.uuid4()}
    return Browser(site).ask(f"/vragen/{project}/stellen/", **form)[0]


def _mails_to(site, email) -> list[str]:
    """Read a mailbox, the newest first."""
    files = sorted(site.folder.glob("mail/*.log"), key=lambda one: one.stat().st_mtime)
    return [text for text in (one.read_text() for one in reversed(files)) if f"To: {email}" in text]


def come_in_by_mail(site, email="bewoner@lindewaard.example", browser=None) -> bool:
    """Ask a code and type what the newest messages say, as somebody does who looks into their mailbox."""
    browser = browser or Browser(site)
    browser.ask(ASK_CODE, email=email)
    for mail in _mails_to(site, email)[:3]:
        digits, word = (
            re.search(r"^.*\b(\d{6})$", mail, re.M)[1],
            re.search(r"\b[A-Z]{6}\b", mail)[0],
        )
        status, leads_to, _text = browser.ask(CODE, code=digits, word=word)
        if status == 302:
            return email == OWNER or not leads_to.startswith("/account/")
    return False


@flood(honest=come_in_by_mail)
def codes(site, number):
    """Ask a code for somebody's address."""
    return Browser(site).ask(ASK_CODE, email="bewoner@lindewaard.example")[0]


def _an_owner(site):
    """Give an account of staff a second factor, and as many recovery codes as anybody could use here."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from allauth.mfa.utils import encrypt

    from deliberation.people.models import User

    user = User.objects.filter(is_staff=True, is_superuser=False).first()
    User.objects.filter(pk=user.pk).update(email=OWNER)
    user.emailaddress_set.update(email=OWNER)
    TOTP.activate(user, generate_totp_secret())
    kept = {"migrated_codes": [encrypt(f"{number:08d}") for number in range(200)]}
    Authenticator.objects.create(user=user, type=Authenticator.Type.RECOVERY_CODES, data=kept)
    return itertools.count()


def come_in_with_two_factors(site) -> bool:
    """Show a password and a code; where that is not taken, begin again with a code by mail, as the page says."""
    from cms.demo.content import PASSWORD

    number = next(site.once("owner", _an_owner))
    browser = Browser(site)
    browser.ask(LOGIN, login=OWNER, password=PASSWORD)
    if browser.comes_in(SECOND, code=f"{number:08d}"):
        return True
    browser = Browser(site)
    return come_in_by_mail(site, OWNER, browser) and browser.comes_in(SECOND, code=f"{number:08d}")


@flood(honest=come_in_with_two_factors)
def second_factor(site, number):
    """Know a password, and type a wrong code of the app: one request in two signs in, the next shows the code."""
    from cms.demo.content import PASSWORD

    site.once("owner", _an_owner)
    thieves = site.once("thieves", lambda _site: [])
    if number % 2 or not thieves:
        thieves.append(Browser(site))
        return thieves[-1].ask(LOGIN, login=OWNER, password=PASSWORD)[0]
    return thieves[-1].ask(SECOND, code="abcdef")[0]


@flood()
def passwords(site, number):
    """Try a password, each for somebody else."""
    return Browser(site).ask(LOGIN, login=f"wie{number}@lindewaard.example", password="mis")[0]


def come_into_the_hall(site) -> bool:
    """Join with the code on the screen, with the word where it is asked, or by scanning."""
    from deliberation.live.joining.guesses import proof_of
    from deliberation.live.models import JoinCode

    code, word = site.once("hall", lambda _site: JoinCode.objects.values_list("code", "word").get(
        lane="hall", run__state="open", run__session__project__municipality__slug="lindewaard"
    ))  # fmt: skip
    browser = Browser(site)
    for form in ({"code": code}, {"code": code, "word": word}):
        status, leads_to, _text = browser.ask("/meedoen", **form)
        if status == 302:
            break
    else:
        leads_to = f"/s/{code}?q={proof_of(code)}"
    status, leads_to, _text = browser.ask(leads_to, join="1")
    return status == 302 and leads_to.startswith("/s/run/")


@flood(honest=come_into_the_hall)
def join_codes(site, number):
    """Guess a code of an evening."""
    return Browser(site).ask("/meedoen", code=f"{random.randrange(10**6):06d}")[0]
