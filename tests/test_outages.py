"""Does every address say "try again", with what was filled in, when the database is away?"""

import ast
from copy import deepcopy

import lxml.html
import pytest
from django.core.cache import caches
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction

from deliberation.people.secret_fields import is_secret
from tests.catching import caught_in, passes_on, places_that_catch
from tests.test_hostile_texts import own_files  # noqa: F401 (a fixture)
from tests.test_sent_twice import everything, forms_to_send
from tests.test_urls import OWN, addresses, path_to, world  # noqa: F401 (a fixture)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files")]
TYPED = {"text": "Wat ik schreef.", "op_id": "0b2c", "ticked": ["one", "two"]}


class Away:
    """A database that goes away when a view begins, or before anything was asked."""

    now = False
    asked = 0

    def __call__(self, execute, *question):
        if Away.now:
            Away.asked += 1
            raise OperationalError("database is locked")
        return execute(*question)


class AwayInViews:
    """The last middleware: from here on the database is away."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        Away.now = True
        return self.get_response(request)


@pytest.fixture(params=["demo", pytest.param("live", marks=pytest.mark.exhaustive)])
def away(request, settings, world):  # noqa: F811
    settings.DEBUG = settings.DEMO = request.param == "demo"
    settings.DEFAULT_EXCEPTION_REPORTER = "cms.errors.PlainReporter"
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.test_outages.AwayInViews"]
    visitors, about, _page = world
    for client in visitors.values():
        client.raise_request_exception = False
    return visitors["manager"], about


def asked(client, path, data=None):
    """Ask while the database goes away; gives the answer, None when it needed no database."""
    Away.now, Away.asked = False, 0
    with transaction.atomic(), connection.execute_wrapper(Away()):
        answer = client.get(path) if data is None else client.post(path, data)
        Away.now = False
        transaction.set_rollback(True)
    return answer if Away.asked else None


def everywhere(about) -> list[str]:
    """List our own addresses, and those of others that need no number."""
    others = [
        one.route for one in addresses() if not one.ours and not set(one.route) & set("<(\\?^")
    ]
    about = {**about, "digest": "x", "path": "x", "rest": "x"}
    return [path_to(route, about) for route in OWN] + [f"/{route}" for route in others]


def is_kept(data, answer) -> bool:
    html = answer.content.decode()
    sent = [
        (name, one)
        for name, held in data.items()
        for one in ([held] if isinstance(held, str) else held)
    ]
    return all(f'name="{name}" value="{value}"' in html for name, value in sent)


def test_every_address_answers_503_and_keeps_what_was_filled_in(away):
    client, about = away
    wrong, tried = [], 0
    for path in everywhere(about):
        for data in (None, TYPED):
            answer = asked(client, path, data)
            if answer is None:
                continue
            tried += 1
            if answer.status_code != 503 or not answer.get("Retry-After"):
                wrong.append((path, data, answer.status_code))
            elif data and "text/html" in answer["Content-Type"] and not is_kept(data, answer):
                wrong.append((path, "is not kept"))
    print(f"{tried} times away")
    assert wrong == [] and tried > 300


class Hiccup:
    """A database that fails once, at its n-th question, whatever that is: a read, a write, a release."""

    def __init__(self, at):
        self.at, self.asked = at, []

    def __call__(self, execute, sql, *more):
        self.asked.append(sql)
        if len(self.asked) - 1 == self.at:
            raise (OperationalError, InterfaceError)[self.at % 2]("database is locked")
        return execute(sql, *more)


def hiccuped(client, path, data, at=None):
    """Send a form while the database fails once; gives the answer, what there is then, and what was asked."""
    for cache in caches.all():
        cache.clear()
    cookies, hiccup = deepcopy(client.cookies), Hiccup(at)
    with transaction.atomic():
        with connection.execute_wrapper(hiccup):
            answer = client.post(path, data)
        # Of a 503 only what it says is looked at: it may be sent again.
        told_so = connection.needs_rollback or answer.status_code == 503
        rows = None if told_so else everything()
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer, rows, hiccup.asked


def places_in(asked) -> list[int]:
    """Choose where it fails: at the first question, at the first write of each table, and at the last of all."""
    writes = {}
    for at, sql in enumerate(asked):
        if sql.startswith(("INSERT", "UPDATE", "DELETE", "ROLLBACK")):
            writes.setdefault(" ".join(sql.split()[:3]), at)
    return sorted({0, len(asked) // 2, len(asked) - 1, *writes.values()})


@pytest.mark.parametrize(
    "choose",
    [
        pytest.param(lambda asked: places_in(asked)[:5], id="some"),
        pytest.param(
            lambda asked: range(len(asked)), marks=pytest.mark.exhaustive, id="everywhere"
        ),
    ],
)
def test_a_form_is_done_or_kept_wherever_the_database_fails(world, choose):  # noqa: F811
    for client in world[0].values():
        client.raise_request_exception = False
    wrong, tried, forms = [], 0, 0
    for client, path, ways in forms_to_send(*world[:2]):
        for data in ways:
            usual, rows, asked = hiccuped(client, path, data)
            if usual.status_code < 400:
                break
        forms += 1  # what this world refuses too: its last way
        for at in choose(asked):
            answer, left, _asked = hiccuped(client, path, data, at)
            tried += 1
            if not is_done_or_kept(answer, left, usual, rows, data):
                wrong.append((path, at, asked[at][:90], usual.status_code, answer.status_code))
    print(f"{forms} forms, {tried} failures")
    assert wrong == [] and tried > 200


def is_done_or_kept(answer, left, usual, rows, data) -> bool:
    """Tell whether it was all done as usual, or somebody may send again what they filled in."""
    if answer.status_code != 503:
        return (answer.status_code, left) == (usual.status_code, rows)
    secret = any(is_secret(name) for name in data)
    is_page = answer["Content-Type"].startswith("text/html")
    return bool(answer.get("Retry-After")) and (secret or not is_page or is_on(answer, data))


def is_on(answer, data) -> bool:
    fields = lxml.html.fromstring(answer.content).xpath("//form//input")
    held = {(one.get("name"), " ".join(one.get("value").split())) for one in fields}
    sent = {
        (name, " ".join(one.split()))
        for name, value in data.items()
        for one in (value if isinstance(value, list) else [value])
    }
    return sent <= held


# Who catches what a database does when it is away, and why that is no answer "refused" or "done".
CATCHES = {
    "cms/checks.py": {"_demo_accounts", "know_whose_issuers"},  # before the first migration
    "cms/sign_in/encryption.py": {"process_exception"},  # one kind of failure only, asked inside
    "cms/sign_in/staff_session_middleware.py": {"process_exception"},
    "cms/errors.py": {"process_exception"},
    # Pillow says no in many ways; no database is asked there.
    "cms/files/uploads.py": {"name_by_content", "only_pixels", "to_python"},
    "cms/theming/logo.py": {"drawn_anew"},
    "cms/background.py": {"_by_itself"},  # the worker asks again at once, and ends then
    "cms/health.py": {"_database_answers"},  # says so
    "cms/servers.py": {"why_closed"},  # the check of a start: its answer is the reason
    "cms/search/indexing.py": {
        "index_older"
    },  # an outage goes on; a page that breaks holds up no other
    # A page shows without its picture when none can be made: people go on reading.
    "cms/templatetags/pictures.py": {"copy_of"},
    # What Wagtail writes where somebody only looks: an outage alone is gone on without, and what was asked is shown.
    "cms/editing/lazy_writes.py": {"write"},
    # Gives what is kept and still true, else asks whoever says that it is away.
    "cms/page_cache/middleware.py": {"__call__"},
    # They answer 503, or close the socket and try again.
    "deliberation/live/ballot_writer.py": {"_write"},
    "deliberation/live/commands.py": {"submit"},
    "deliberation/live/operations/ballot_batches.py": {"_write"},
    "deliberation/live/sockets/channel.py": {"_work"},
    "deliberation/live/sockets/consumer.py": {"_hear"},
    "deliberation/live/sockets/hub.py": {"_every", "_send", "_subscribe"},
    "deliberation/live/sockets/listeners.py": {"_write"},
    "deliberation/people/commit_hooks.py": {"run"},  # what holds can't be taken back
    "deliberation/people/outages.py": {"_kept"},  # reads a body, no database
}


def test_nothing_else_catches_a_database_that_is_away():
    failures = (DatabaseError, OperationalError, InterfaceError)
    found = {place for one in failures for place in places_that_catch(one)}
    assert found == {(file, name) for file, names in CATCHES.items() for name in names}


def test_what_catches_everything_is_found_however_it_is_written():
    source = """
class A:
    def one(self):
        try: go()
        except (KeyError, Exception) as e: return 1
def two():
    with contextlib.suppress(DatabaseError): go()
async def three():
    try: go()
    except: return 3
def four():
    try: go()
    except Exception:
        tidy()
        raise
"""
    found = caught_in(ast.parse(source))
    assert {name for name, _caught, body in found if not passes_on(body)} == {"one", "two", "three"}
