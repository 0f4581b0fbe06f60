"""Every limit there is, flooded by one stranger: who is honest gets through (ADR 46).

Walks the register of our own limits and allauth's. A new limit without a scenario here is red, and so is a
module that counts in the shared cache beside the register.
"""

import ast
import importlib
from pathlib import Path

import pytest
from allauth.account import app_settings as account
from allauth.core.internal.ratelimit import parse_rates
from allauth.mfa import app_settings as mfa
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.test import Client

from cms.doors import adapters, codes, second_step
from deliberation.live.door import guesses
from deliberation.people.mail_limit import MailboxFull, room_for
from deliberation.people.throttling import LIMITS, Limit
from deliberation.projects.deciding import notices
from deliberation.projects.invitations import operations as invitations
from deliberation.projects.open_compass import budget
from deliberation.questions.operations import asking, mailing
from tests.builders import PASSWORD, a_framework, a_project, a_user
from tests.cms.site import a_site
from tests.doors import test_floods as doors
from tests.live.builders import an_evening
from tests.live.test_way_in import joined_by, typed, word_of
from tests.questions.builders import a_desk
from tests.questions.test_apart import fill, send

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent
FLOOD = 500  # requests of one stranger in ten seconds
HALL = 300  # people behind one network address


# --- One scenario for each limit -----------------------------------------------------------------
# A stranger asks once as anybody does; that it was counted shows which count it is. Then the other 499.


def flood(limit: Limit, *key: str, number=FLOOD) -> None:
    assert limit.used(*key) > 0, f"a request of a stranger counts for {limit.name}"
    limit.add(number, *key)
    assert limit.is_full(*key)


def ask_beside_a_flood():
    desk = a_desk()
    fill(desk, FLOOD)
    resident = Client()
    answer = send(resident, desk)
    assert answer.status_code == 302 and resident.get(answer["Location"]).status_code == 200


def sign_in_with_a_code():
    email = "bewoner@voorbeeld.example"
    for _ in range(codes.CODES.most):
        doors.post(doors.ASK, email=email)
    flood(codes.CODES, email)
    owner, newest = Client(), mail.outbox[-1]
    doors.post(doors.ASK, owner, email=email)
    typed_in = {"code": doors.digits_in(newest), "word": doors.word_in(newest)}
    doors.post(doors.CONFIRM, owner, **typed_in)
    assert SESSION_KEY in owner.session


def choose_a_new_password():
    officer = a_user("officer", project=a_project())
    doors.post(doors.RESET, email=officer.email)
    flood(codes.LINKS, officer.email)
    assert doors.post(doors.RESET, email=officer.email).status_code == 302
    path = next(word for word in mail.outbox[-1].body.split() if "/key/" in word)
    page = Client().get("/" + path.split("/", 3)[3], follow=True)
    assert page.status_code == 200 and 'name="password1"' in page.content.decode()


def get_past_wrong_passwords():
    officer = a_user("officer", project=a_project(), second_factor=False)
    doors.post(doors.LOGIN, login=officer.email, password="mis")
    flood(adapters.PASSWORDS, officer.email)
    page = doors.post(doors.LOGIN, login=officer.email, password=PASSWORD)
    assert "code per e-mail" in page.content.decode()
    assert SESSION_KEY in doors.with_mail(officer).session


def get_past_wrong_app_codes():
    officer = a_user("officer", project=a_project())
    doors.post(doors.SECOND, doors.with_password(officer), code="abcdef")
    flood(second_step.APP_CODES, officer.email, "a password")
    owner = doors.with_mail(officer)
    doors.post(doors.SECOND, owner, code=doors.app_code(officer))
    assert SESSION_KEY in owner.session


def join_an_evening(limit):
    def scenario():
        run = an_evening().run
        assert typed("000000").status_code == 404
        flood(
            limit,
            *([] if limit is guesses.OF_ALL else [run.municipality.slug]),
            number=max(FLOOD, limit.most),
        )
        proof = guesses.proof_of(run.hall_code)
        assert joined_by(f"/s/{run.hall_code}?q={proof}") == 302
        if limit is not guesses.OF_ALL:
            assert typed(run.hall_code, word_of(run)).status_code == 302

    return scenario


def mistype_in_one_browser():
    run, stranger = an_evening().run, Client()
    for _ in range(guesses.PER_BROWSER.most):
        typed("000000", browser=stranger)
    assert typed(run.hall_code, browser=stranger).status_code == 403
    assert typed(run.hall_code).status_code == 302, "in another browser"
    assert typed(run.hall_code, word_of(run), stranger).status_code == 302, "and in this one"


def think_at(place, path, send_one):
    def scenario():
        a_framework(), a_site()
        stranger, resident = Client(REMOTE_ADDR="192.0.2.66"), Client(REMOTE_ADDR="192.0.2.7")
        assert send_one(stranger, path, 0).status_code == 200
        for limits, key in ((budget.OF_AN_ADDRESS, ["192.0.2.66"]), (budget.OF_ALL, [])):
            assert limits[place].used(*key) > 0
        # All that one address gets to spend before it is told to wait.
        rest = budget.OF_AN_ADDRESS[place].most - budget.OF_AN_ADDRESS[place].used("192.0.2.66")
        for limits, key in ((budget.OF_AN_ADDRESS, ["192.0.2.66"]), (budget.OF_ALL, [])):
            limits[place].add(rest, *key)
        assert send_one(stranger, path, 1).status_code == 429
        assert send_one(resident, path, 2).status_code == 200

    return scenario


def a_page(client, path, room):
    return client.get(path, {"room": room, "of-version": ""}, follow=True)


def a_program(client, path, room):
    return client.post(path, {"answers": {"room": room}}, content_type="application/json")


def mail_later(limit):
    """A mailbox that had enough: the next one is not lost (`tests/cms/test_background.py` sees it go)."""

    def scenario():
        for _ in range(limit.most):
            with room_for(limit, "bewoner@voorbeeld.example"):
                pass
        flood(limit, "bewoner@voorbeeld.example")
        with pytest.raises(MailboxFull), room_for(limit, "bewoner@voorbeeld.example"):
            raise AssertionError("no mail goes")
        with room_for(limit, "buur@voorbeeld.example"):
            pass

    return scenario


think_on_pages = think_at("page", "/kompas/afwegen/", a_page)
think_for_programs = think_at("api", "/api/v1/frameworks/nl/advice", a_program)
SCENARIOS = {
    asking.A_MINUTE: ask_beside_a_flood,
    asking.AN_HOUR: ask_beside_a_flood,
    codes.CODES: sign_in_with_a_code,
    codes.LINKS: choose_a_new_password,
    adapters.PASSWORDS: get_past_wrong_passwords,
    second_step.APP_CODES: get_past_wrong_app_codes,
    guesses.TRIED: join_an_evening(guesses.TRIED),
    guesses.WRONG: join_an_evening(guesses.WRONG),
    guesses.OF_ALL: join_an_evening(guesses.OF_ALL),
    guesses.PER_BROWSER: mistype_in_one_browser,
    budget.OF_ALL["page"]: think_on_pages,
    budget.OF_AN_ADDRESS["page"]: think_on_pages,
    budget.OF_ALL["api"]: think_for_programs,
    budget.OF_AN_ADDRESS["api"]: think_for_programs,
    mailing.ANSWERS: mail_later(mailing.ANSWERS),
    notices.CHANGES: mail_later(notices.CHANGES),
    invitations.INVITATIONS: mail_later(invitations.INVITATIONS),
}


@pytest.mark.parametrize(
    "scenario", dict.fromkeys(SCENARIOS.values()), ids=lambda one: one.__qualname__
)
def test_a12_the_honest_one_gets_through(scenario):
    a_site()
    scenario()


# --- None is forgotten ---------------------------------------------------------------------------


def modules():
    return [
        path for room in ("cms", "deliberation", "compass") for path in (ROOT / room).rglob("*.py")
    ]


def calls_in(source: str) -> set[str]:
    """List what a module calls: `count` by its name, `.incr` of something."""
    asked = [node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return {
        one.id if isinstance(one, ast.Name) else f".{getattr(one, 'attr', '')}" for one in asked
    }


def test_every_limit_in_the_code_stands_in_the_register_and_has_a_scenario():
    for path in modules():
        if "Limit" in calls_in(path.read_text()):
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    assert {limit.name for limit in SCENARIOS} == set(LIMITS)
    assert all(limit.beyond for limit in LIMITS.values())


def counts_by_itself(source: str) -> bool:
    """Tell whether a module counts in a cache without the register."""
    return bool(calls_in(source) & {"count", ".incr", ".decr"})


REGISTER = {"deliberation/people/counters.py", "deliberation/people/throttling.py", "cms/caches.py"}


def test_nothing_counts_beside_the_register():
    names = {
        str(path.relative_to(ROOT)) for path in modules() if counts_by_itself(path.read_text())
    }
    assert names - REGISTER == set()


def test_a_counter_of_ones_own_is_caught():
    assert counts_by_itself("def f(key):\n    counters.add(key, 0)\n    return counters.incr(key)")
    assert counts_by_itself("n = count('key', 60)")
    assert not counts_by_itself("n = Question.objects.count()")


def test_what_allauth_counts_shuts_out_no_hall_and_no_owner():
    """By network address with room for a hall twice beside a stranger; by account only who is inside it."""
    wanted = {**account.RATE_LIMITS, **mfa.RATE_LIMITS}
    assert wanted
    for action, rates in wanted.items():
        for rate in parse_rates(rates):
            assert rate.per in ("ip", "user"), f"{action}: count it with a Limit of ours"
            if rate.per == "ip":
                assert rate.amount >= FLOOD + 2 * HALL, action


def test_no_two_limits_share_a_name():
    taken = next(iter(LIMITS))
    with pytest.raises(ValueError, match="two limits"):
        Limit(taken, 1, 1, "x")


def test_a_limit_counts_the_past_period_and_never_too_few(monkeypatch):
    limit = Limit.__new__(Limit)  # not in the register
    for name, value in {"name": "a test", "most": 3, "seconds": 60, "beyond": "x"}.items():
        object.__setattr__(limit, name, value)
    now = [1_000_000.0]
    monkeypatch.setattr("deliberation.people.throttling.time.time", lambda: now[0])
    assert [limit.take("me") for _ in range(5)] == [True, True, True, False, False]
    assert limit.take("another")
    now[0] += 59
    assert not limit.take("me")
    now[0] += 12
    assert limit.take("me") and limit.used("me") == 1
    limit.give_back("me")
    assert limit.used("me") == 0
