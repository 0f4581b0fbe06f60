"""Every limit there is, flooded by one stranger: who is honest gets through (ADR 46).

Walks the register of our own limits and allauth's. A new limit without a case here is red, and so is a
module that counts in the shared cache beside the register.
"""

import ast
import importlib
import re
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from allauth.account import app_settings as account
from allauth.core.internal.ratelimit import parse_rates
from allauth.mfa import app_settings as mfa
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.test import Client
from django.utils import timezone

from cms.sign_in import adapters, codes, second_step
from cms.sign_in.known_browser import COOKIE
from deliberation.live.joining import guesses
from deliberation.open_compass import advising, budget
from deliberation.participation.operations import flood as set_apart
from deliberation.participation.operations import give_contribution, mailing, supporting
from deliberation.people.mail_limit import MailboxFull, room_for
from deliberation.people.models import User
from deliberation.people.operations import create_participant
from deliberation.people.throttling import LIMITS, SLOTS, Limit
from deliberation.projects.deciding import notices
from deliberation.projects.invitations import operations as invitations
from deliberation.questions.models import Question
from deliberation.registry import plugin
from tests.builders import PASSWORD, a_framework, a_project, a_user
from tests.calls import read_source
from tests.cms.site import a_site
from tests.live.builders import an_evening
from tests.live.test_way_in import joined_by, typed, word_of
from tests.participation.toys import Toys, registered
from tests.questions.builders import a_desk
from tests.questions.test_apart import fill, send
from tests.row_counts import functions_that_limit
from tests.sign_in import test_floods as floods

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent
FLOOD = 500  # requests of one stranger in ten seconds
HALL = 300  # people behind one network address


# --- One case for each limit ---------------------------------------------------------------------


@dataclass
class Case:
    """A stranger who tries, somebody honest who tells by which way they came in, and whose count it is."""

    stranger: Callable[[], object]
    honest: Callable[[], str]
    key: tuple = ()
    usual: str = "as always"
    fill: Callable[[], object] | None = None  # what fills a limit that no counter keeps


def ask_beside_a_flood(limit):
    desk = a_desk(now=timezone.now())  # by the clock that stands still

    def ask():
        client = Client()
        answer = send(client, desk)
        assert answer.status_code == 302 and client.get(answer["Location"]).status_code == 200
        return Question.objects.latest("pk").state

    def stranger():
        assert send(Client(), desk).status_code == 302

    def ask_up_to():
        """Of this hour nearly as many as may be, of this minute all."""
        desk.pass_time(minutes=-10)
        fill(desk, set_apart.AN_HOUR.most - limit.most - 20)
        desk.pass_time(minutes=10)
        fill(desk, limit.most)

    return Case(stranger, ask, usual="pending", fill=ask_up_to)


def support_beside_a_flood(_limit):
    desk = a_desk(now=timezone.now())
    wish = give_contribution(
        actor=create_participant(), instrument=plugin("toys"), about=desk.point, kind="inside",
        text="Een bal", op_id=uuid.uuid4(), now=desk.now,
    )  # fmt: skip
    desk.do("publish_contribution", wish)

    def press(client) -> bool:
        before = wish.supports.count()
        client.post(wish.way.support_path(wish.project_id, wish.pk))
        return wish.supports.count() > before

    def support():
        if press(Client()):
            return "as always"
        resident = Client()
        resident.force_login(User.objects.create_user(f"{uuid.uuid4()}@voorbeeld.example"))
        assert press(resident)
        return "signed in"

    return Case(lambda: press(Client()), support, (str(desk.project.pk),))


def sign_in_with_a_code(_limit):
    email = "bewoner@voorbeeld.example"

    def sign_in():
        owner = Client()
        page = owner.post(floods.ASK, {"email": email}, follow=True).content.decode()
        newest, way = mail.outbox[-1], "word" if 'name="word"' in page else "digits"
        fields = {"code": floods.digits_in(newest), "word": floods.word_in(newest)}
        floods.post(floods.CONFIRM, owner, **fields)
        assert SESSION_KEY in owner.session
        return way

    ask = partial(floods.post, floods.ASK, email=email)
    return Case(ask, sign_in, (email,), "digits")


def choose_a_new_password(_limit):
    officer = a_user("officer", project=a_project())

    def choose():
        assert floods.post(floods.RESET, email=officer.email).status_code == 302
        path = next(word for word in mail.outbox[-1].body.split() if "/key/" in word)
        page = Client().get("/" + path.split("/", 3)[3], follow=True)
        assert page.status_code == 200 and 'name="password1"' in page.content.decode()
        return "as always"

    return Case(partial(floods.post, floods.RESET, email=officer.email), choose, (officer.email,))


def get_past_wrong_passwords(_limit):
    officer = a_user("officer", project=a_project(), second_factor=False)

    def sign_in():
        owner = Client()
        page = floods.post(floods.LOGIN, owner, login=officer.email, password=PASSWORD)
        if SESSION_KEY in owner.session:
            return "password"
        assert "code per e-mail" in page.content.decode()
        assert SESSION_KEY in floods.with_mail(officer).session
        return "mail"

    guess = partial(floods.post, floods.LOGIN, login=officer.email, password="mis")
    return Case(guess, sign_in, (officer.email,), "password")


def get_past_wrong_app_codes(_limit):
    officer, tries = a_user("officer", project=a_project()), count()
    thief = Client()

    def guess():
        if next(tries) % 10 == 0:
            floods.with_password(officer, thief)
        floods.post(floods.SECOND, thief, code="abcdef")

    def sign_in():
        for way in (floods.with_password, floods.with_mail):
            owner = way(officer)
            floods.post(floods.SECOND, owner, code=floods.app_code(officer))
            if SESSION_KEY in owner.session:
                return way.__name__
        raise AssertionError("the owner stands outside")

    return Case(guess, sign_in, (officer.email, "a password"), "with_password")


def join_an_evening(limit):
    run = an_evening().run
    lanes = iter(("hall", "online"))  # a code that was right just now is no guess
    place = () if limit is guesses.OF_ALL else (run.municipality.slug,)
    return Case(partial(typed, "000000"), lambda: come_in(run, next(lanes)), place, "digits")


def come_in(run, lane="hall", browser=None):
    """Try the code, the code with its word, and scanning; tell what worked."""
    code = run.codes.get(lane=lane).code
    if typed(code, browser=browser).status_code == 302:
        return "digits"
    if typed(code, word_of(run, lane), browser).status_code == 302:
        return "word"
    assert joined_by(f"/s/{code}?q={guesses.proof_of(code)}") == 302
    return "scan"


def mistype_in_one_browser(limit):
    run, mistyping = an_evening().run, Client()

    def mistype():
        return typed("000000", browser=mistyping)

    def come_in_beside():
        assert come_in(run) == "digits", "in another browser"
        return come_in(run, "online", mistyping)

    return Case(
        mistype, come_in_beside, (), "digits", lambda: [mistype() for _ in range(limit.most)]
    )


def think_at(place, path, send_one):
    def case(_limit):
        a_framework(), a_site()
        advising._advised.cache_clear()
        stranger, resident = Client(REMOTE_ADDR="192.0.2.66"), Client(REMOTE_ADDR="192.0.2.7")
        rooms = iter((2, 3))

        def spend():
            """All that one address gets to spend before it is told to wait."""
            assert send_one(stranger, path, 0).status_code == 200
            limit = budget.OF_AN_ADDRESS[place]
            rest = limit.most - limit.used("192.0.2.66")
            for one, key in ((limit, ["192.0.2.66"]), (budget.OF_ALL[place], [])):
                assert one.used(*key) > 0
                one.add(rest, *key)
            assert send_one(stranger, path, 1).status_code == 429

        def think():
            assert send_one(resident, path, next(rooms)).status_code == 200
            return "as always"

        return Case(lambda: send_one(stranger, path, 1), think, fill=spend)

    return case


def a_page(client, path, room):
    return client.get(path, {"room": room, "of-version": ""}, follow=True)


def a_program(client, path, room):
    return client.post(path, {"answers": {"room": room}}, content_type="application/json")


def mail_later(limit):
    """A mailbox that had enough: the next one is not lost (`tests/cms/test_background.py` sees it go)."""
    address = "bewoner@voorbeeld.example"

    def send_mail():
        with suppress(MailboxFull), room_for(limit, address):
            return "now"
        return "later"

    def honest():
        with room_for(limit, "buur@voorbeeld.example"):
            pass
        return send_mail()

    return Case(send_mail, honest, (address,), "now")


think_on_pages = think_at("page", "/kompas/afwegen/", a_page)
think_for_programs = think_at("api", "/api/v1/frameworks/nl/advice", a_program)
CASES = {
    set_apart.A_MINUTE: ask_beside_a_flood,
    set_apart.AN_HOUR: ask_beside_a_flood,
    supporting.A_MINUTE: support_beside_a_flood,
    codes.CODES: sign_in_with_a_code,
    codes.LINKS: choose_a_new_password,
    adapters.PASSWORDS: get_past_wrong_passwords,
    second_step.APP_CODES: get_past_wrong_app_codes,
    guesses.TRIED: join_an_evening,
    guesses.WRONG: join_an_evening,
    guesses.OF_ALL: join_an_evening,
    guesses.PER_BROWSER: mistype_in_one_browser,
    budget.OF_ALL["page"]: think_on_pages,
    budget.OF_AN_ADDRESS["page"]: think_on_pages,
    budget.OF_ALL["api"]: think_for_programs,
    budget.OF_AN_ADDRESS["api"]: think_for_programs,
    mailing.ANSWERS: mail_later,
    notices.CHANGES: mail_later,
    invitations.INVITATIONS: mail_later,
}


@pytest.mark.parametrize("tries", [30, pytest.param(FLOOD, marks=pytest.mark.exhaustive)])
@pytest.mark.parametrize("limit", CASES, ids=lambda one: one.name)
def test_a12_a_flood_shuts_out_nobody_and_what_waited_does_not_count(
    limit, tries, pass_time, monkeypatch, settings
):
    """Fill a limit, then go on trying: the honest one gets in, and as always when its period is over.

    What is made to wait was not looked at. If it counted, here or for a longer limit beside this one, a flood
    would hold up who comes long after it.
    """
    a_site()
    with registered(monkeypatch, settings, Toys()):
        flood(CASES[limit](limit), limit, tries, pass_time)


def flood(case, limit, tries, pass_time):
    if case.fill:
        case.fill()
    else:
        case.stranger()
        assert limit.used(*case.key) > 0, f"a request of a stranger counts for {limit.name}"
        limit.add(limit.most, *case.key)
        assert limit.is_full(*case.key)
    for _ in range(tries):
        case.stranger()
    case.honest()
    pass_time(limit.seconds * (1 + 1 / SLOTS) + 1)
    assert case.honest() == case.usual


@pytest.fixture
def pass_time(monkeypatch):
    """Stop every clock until it is moved on; nobody waits for codes that others type now, as nobody does."""
    monkeypatch.setattr(guesses, "WAIT", 0)

    def move(seconds):
        at, now = time.time() + seconds, timezone.now() + timedelta(seconds=seconds)
        monkeypatch.setattr(time, "time", lambda: at)
        monkeypatch.setattr(timezone, "now", lambda: now)

    move(0)  # on a slow machine a flood lasts longer than the period that it should fill
    return move


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


POINTED = {codes.CODES: floods.ASK, codes.LINKS: floods.RESET}


@pytest.mark.parametrize("limit", POINTED, ids=lambda one: one.name)
def test_a_browser_that_was_inside_before_has_mail_whatever_strangers_ask_for(limit):
    a_site()
    officer = a_user("officer", project=a_project(), second_factor=False)
    owner, door = Client(), POINTED[limit]
    owner.cookies[COOKIE] = floods.with_mail(officer).cookies[COOKIE].value
    for _stranger in range(limit.most + 1):
        floods.post(door, email=officer.email)
    before = len(mail.outbox)
    floods.post(door, owner, email=officer.email)
    assert [one.to for one in mail.outbox[before:]] == [[officer.email]]
    assert {one for one in LIMITS.values() if one.beyond == codes.POINTED} == set(POINTED)


def test_every_limit_in_the_code_stands_in_the_register_and_has_a_case():
    for path in modules():
        if "throttling" in path.read_text():
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    assert {limit.name for limit in CASES} == set(LIMITS)
    assert all(limit.beyond for limit in LIMITS.values())


def counts_by_itself(source: str) -> bool:
    """Tell whether a module reaches the counters or a cache that processes share, by whichever spelling."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom | ast.Import):
            named = [f"{getattr(node, 'module', '')}.{one.name}" for one in node.names]
            if any(
                re.search(r"\bcounters\b|core\.cache\b|throttling\.count\b", one) for one in named
            ):
                return True
    return False


KEEP_NO_COUNT = {
    "cms/caches.py": "says which caches there are",
    "cms/apps.py": "looks whether processes share them",
    "cms/sign_in/mailed_codes.py": "what was mailed",
    "deliberation/live/joining/guesses.py": "which code was right just now",
    "deliberation/live/operations/joining.py": "who was sent out",
    "deliberation/live/privacy.py": "forgets who was sent out",
    "deliberation/people/privacy/erasure.py": "forgets somebody",
}
REGISTER = {"deliberation/people/counters.py", "deliberation/people/throttling.py"}


def test_nothing_counts_beside_the_register():
    reach = {
        str(path.relative_to(ROOT)) for path in modules() if counts_by_itself(path.read_text())
    }
    assert reach == REGISTER | set(KEEP_NO_COUNT)
    calls = {name: calls_in((ROOT / name).read_text()) for name in KEEP_NO_COUNT}
    assert not [name for name, made in calls.items() if made & {"count", ".incr", ".decr"}]


@pytest.mark.parametrize(
    "source",
    ["from .counters import count as more", "from ..people import counters", "import django.core.cache",
     "from django.core.cache import caches", "from django.core import cache",
     "from deliberation.people.throttling import count"],
)  # fmt: skip
def test_a_counter_of_ones_own_is_caught(source):
    assert counts_by_itself(source)
    assert not counts_by_itself("from django.core.cachet import x\nn = Question.objects.count()")


# What says no, or something else, when there are so many rows: whose rows, so that nobody closes a door for others.
BOUNDS = {
    "deliberation.live.queries.is_small_session": "says a sentence before voting, and closes nothing",
    "deliberation.people.throttling.Limit.is_full": "the register itself",
    "deliberation.live.joining.guesses._ask": "counts with limits of the register",
    "deliberation.live.operations.cards._on_this_phone": "the cards on somebody's own phone",
    "deliberation.live.operations.cards.print_cards": "what staff prints for one evening",
    "deliberation.live.operations.silence._raise_alarm": "shows staff a sign, and refuses nobody",
    "deliberation.live.operations.paging.turn_page": "the pages of one poll, which staff wrote",
    "deliberation.projects.deciding.moments.plan_moment": "what staff plans for one decision point",
    "deliberation.participation.operations.giving._require_room": "the questions of whoever asks",
    "deliberation.participation.operations.flood.first_state": "limits of the register; sets apart, refuses nobody",
}
TOO_MANY = {
    "straight": "def f(run):\n    if run.attendances.count() >= 500:\n        raise Refused('full')",
    "turned": "def f(run):\n    if 500 <= run.attendances.filter(lane=1).count():\n        raise Refused('full')",
    "named": "def f(run):\n    n = run.attendances.count()\n    if n > MOST:\n        return answer(status=429)",
    "walrus": "def f(run):\n    if (n := Attendance.objects.count()) > MOST:\n        raise Refused(n)",
    "len": "def f(run):\n    if len(run.attendances.all()) >= 500:\n        raise Refused('full')",
    "len_named": "def f(run):\n    rows = list(run.attendances.all())\n    if len(rows) >= 500:\n        return 1",
    "sum": "def f(run):\n    if sum(1 for _ in run.attendances.all()) >= 500:\n        raise Refused('full')",
    "aggregate": "def f(run):\n    if run.attendances.aggregate(n=Count('pk'))['n'] > 9:\n        raise Refused(1)",
    "annotate": "def f():\n    return Run.objects.annotate(n=Count('attendances')).filter(n__lt=500)",
    "slice": "def f(run):\n    if run.attendances.all()[500:].exists():\n        raise Refused('full')",
    "helper": "def g(run):\n    return run.attendances.count()\ndef f(run):\n    if g(run) >= 500:\n        return 1",
    "told": "def f(run):\n    return run.attendances.count() < 500",
    "left": "def f(run):\n    left = 500 - run.attendances.count()\n    if left < 3:\n        raise Refused(1)",
    "asynchronous": "async def f(run):\n    if await run.attendances.acount() >= 500:\n        raise Refused(1)",
    "qsize": "def f(writer):\n    if writer.waiting.qsize() >= 2000:\n        return refused('full')",
    "qsize_named": "def f(w):\n    n = w.waiting.qsize()\n    if n > MOST:\n        return 1",
    "full": "def f(writer):\n    if writer.waiting.full():\n        return refused('full')",
    "put_nowait": "def f(w):\n    try:\n        w.put_nowait(1)\n    except Exception:\n        return 1",
    "maxsize": "def f():\n    return queue.Queue(maxsize=2000)",
    "placed": "def f():\n    return asyncio.Queue(64)",
    "of_a_module": "WAITING = queue.Queue(2000)",
    "maxlen": "class A:\n    def __init__(self):\n        self.waiting = deque(maxlen=64)",
    "method": "class A:\n    def f(self):\n        if self.run.attendances.count() == MOST:\n            return None",
}  # fmt: skip


def test_nothing_is_closed_by_how_many_rows_there_are_but_what_stands_here():
    """A count of rows that meets a number is a limit too, which the register does not know."""
    planted = {f"deliberation/live/x_{name}.py": text for name, text in TOO_MANY.items()}
    found = functions_that_limit(read_source(planted))
    seen = {name for name in found if ".x_" in name}
    assert {name.split(".x_")[1].split(".")[0] for name in seen} == set(TOO_MANY)
    assert found - seen == set(BOUNDS), "say whose rows these are, or take the line away"


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
