"""Is what may fail beside the database asked in one guarded place each: hooks, caches, the layer, mail, clocks?"""

import ast
import re
from collections import Counter

import pytest

from tests.calls import chain, said_in
from tests.test_architecture import ROOT, modules

# What is said only here, and why: everywhere else its failure would say "not stored" of what is stored,
# break a page, or count once per process.
ONLY_IN = {
    "on_commit run_on_commit run_and_clear_commit_hooks": {"deliberation/people/commit_hooks.py"},
    "group_send group_add new_channel get_channel_layer channel_layers": {
        "deliberation/live/sockets/hub.py",
    },
    # The memory of a process alone can't be away: caches.py gives it.
    "caches CacheHandler ConnectionProxy django.core.cache": {"deliberation/people/counters.py", "cms/caches.py"},
    # On a key that is gone they raise; get_or_set asks twice, and may hear nothing the second time.
    "incr decr incr_version decr_version get_or_set": {
        "deliberation/people/counters.py", "cms/caches.py"
    },
    "LocMemCache RedisCache BaseCache": {"cms/caches.py"},
    # A subject with a line break makes no mail: there it becomes one line.
    "EmailMessage EmailMultiAlternatives send_mass_mail mail_admins mail_managers email_user django.core.mail": {
        "deliberation/people/mailing.py"
    },
    # A connection beside the pool is one that nobody counts, and PostgreSQL takes a hundred.
    "psycopg psycopg2 psycopg_pool asyncpg AsyncConnection": {"cms/servers.py"},
    # Who skips what another holds refuses what is only late, and the outbox of a phone drops what is refused.
    "skip_locked nowait": set(),
    # A server that is away is a bell that doesn't ring or a count that is not kept: caught there.
    "Redis StrictRedis from_url ConnectionPool redis redis.asyncio redis.client": {
        "cms/caches.py", "cms/health.py"
    },
    # A thread keeps the connection that it asked the database with, unless it is closed as the hub does.
    "Thread Timer ThreadPoolExecutor ProcessPoolExecutor run_in_executor to_thread start_new_thread "
    "sync_to_async database_sync_to_async": {
        "cms/connections.py", "deliberation/live/sockets/hub.py", "deliberation/live/ballot_writer.py"
    },
    # A password or code that is wrong leaves a line and is counted: allauth's forms see to it, by our adapter.
    "check_password acheck_password authenticate aauthenticate validate_code verify_password": {
        "cms/sign_in/adapters.py", "cms/sign_in/options.py"
    },
    # A file of a key that is empty or half is a key that everybody can work out: read back and looked at there.
    "RUNTIME_DIR": {
        "cms/settings.py", "cms/checks.py", "cms/health.py", "deliberation/live/round_secrets.py"
    },
    # Whoever names the other side can let it hang, send without end, or stand inside our own network.
    "urlopen urlretrieve build_opener requests httpx aiohttp urllib3 HTTPConnection HTTPSConnection ftplib telnetlib "
    "open_connection create_connection": {"cms/connections.py"},
    # What is kept of a page is shown to somebody else, for a minute.
    "cache_page CacheMiddleware UpdateCacheMiddleware FetchFromCacheMiddleware make_template_fragment_key": set(),
}  # fmt: skip
# Inside that one place: who speaks with the layer, and catches whatever it does.
SPEAKS = {"_send", "_subscribe"}
STARS = ("django.db", "django.db.transaction", "django.core", "django.core.cache", "channels.layers",
         "django.core.mail", "django.views.decorators.cache")  # fmt: skip
CACHED = re.compile(r"{%-?\s*(?:load\b[^%]*\b\w*cache|\w*cache\b)")


def sources():
    for path in modules(ROOT):
        if "migrations" not in path.parts:
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def unguarded(file, tree):
    """Give what a file says that only another may say."""
    said = {word for _function, word in said_in(tree)}
    said |= {word.rpartition(".")[2] for word in said if word.startswith("django.")}
    for words, places in ONLY_IN.items():
        if file not in places:
            yield from said & set(words.split())
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names = {one.name for one in node.names}
            if "*" in names and node.module in STARS:
                yield f"all of {node.module}"
            if node.module == "django.core" and "cache" in names:
                yield "django.core.cache"
            if node.module == "django.core" and "mail" in names:
                yield "django.core.mail"
        elif isinstance(node, ast.alias) and node.name.startswith("django.core.cache"):
            yield from (
                () if file in {"cms/caches.py", "deliberation/people/counters.py"} else [node.name]
            )
        elif isinstance(node, ast.Attribute) and chain(node).endswith(("core.cache", "core.mail")):
            yield chain(node)


def test_what_may_fail_is_asked_in_its_one_guarded_place():
    found = {(file, word) for file, tree in sources() for word in unguarded(file, tree)}
    assert found == set(), "use after_commit, counters or the hub, which catch what fails there"


def test_no_database_decides_which_texts_are_alike():
    """PostgreSQL takes "ı" for "i" where case doesn't count, SQLite doesn't; the mailbox of who asks may be another."""
    lookups = {"iexact", "istartswith", "iendswith", "iregex", "Upper", "Collate"}
    found = [
        (file, word)
        for file, tree in sources()
        for node in ast.walk(tree)
        for text in (getattr(node, "arg", None), getattr(node, "id", None), getattr(node, "value", None))
        if isinstance(text, str)
        for word in lookups & set(re.split(r"\W|__", text))
    ]  # fmt: skip
    assert found == []


def test_only_the_guards_of_the_hub_speak_with_the_layer():
    (layer,) = (words for words in ONLY_IN if "group_send" in words)
    (hub,) = ONLY_IN[layer]
    said = said_in(ast.parse((ROOT / hub).read_text()))
    words = set(layer.split())
    assert {name for name, word in said if word in words} - {"module"} == SPEAKS


@pytest.mark.parametrize(
    "planted",
    [
        "from django.db.transaction import on_commit as afterwards",
        "from django.db.transaction import *",
        "from django.db import connections\nconnections['default'].on_commit(ring)",
        "getattr(transaction, 'on_commit')(ring)",
        "connection.run_on_commit.append((set(), ring, False))",
        "hook = transaction.on_commit",
        "from channels.layers import get_channel_layer as the_layer",
        "from channels import layers\nasync_to_sync(layers.channel_layers['default'].send)()",
        "async_to_sync(self.channel_layer.group_send)(name, message)",
        "from django.core.cache import caches",
        "from django.core.cache import cache as kept",
        "from django.core import cache as c",
        "import django.core.cache as c",
        "import django\ndjango.core.cache.cache.get('x')",
        "from django import core\ncore.cache.cache.get('x')",
        "import_module('django.core.cache').cache.get('x')",
        "counters.incr(key)",
        "counters.get_or_set(key, work)",
        "from django.views.decorators.cache import cache_page as keep",
        "MIDDLEWARE = ['django.middleware.cache.UpdateCacheMiddleware']",
        "Run.objects.select_for_update(skip_locked=True)",
        "rows.select_for_update(**{'nowait': True})",
        "from redis import Redis as Server",
        "import redis as r\nr.StrictRedis()",
        "import_module('redis').from_url('redis://')",
        "from redis.asyncio import Redis",
        "from django.core.mail import EmailMessage as Letter",
        "from django.core import mail as post\npost.send_mail('x', 'y', None, [])",
        "import django\ndjango.core.mail.send_mail()",
        "user.email_user('x', 'y')",
    ],
)
def test_every_spelling_is_seen(planted):
    assert list(unguarded("cms/planted.py", ast.parse(planted)))


# Bytes are counted of what travels or lies on a disk; what somebody types is counted in signs, as their browser does.
IN_BYTES = {"deliberation/live/sockets/consumer.py": "a message of a socket"}


def test_what_somebody_types_is_counted_in_signs():
    found = {
        file
        for file, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "len"
        and ".encode(" in ast.unparse(node)
    }
    assert found == set(IN_BYTES)


# What a page does by itself, again and again or later: three hundred of them ask at once. Each of these waits longer
# after a failure, or asks nobody; live.js and what it uses is tried in a browser (tests/journeys/test_scripts.py).
BY_ITSELF = re.compile(
    r"\b(setInterval|setTimeout|requestIdleCallback|fetch|XMLHttpRequest|EventSource|WebSocket|sendBeacon|http-equiv)\b"
)
SCRIPTS = {
    "compass.js": {"fetch", "setTimeout"},  # after somebody typed
    "face.js": {"fetch", "setTimeout"},  # after somebody chose a colour
    "framework_editor.js": {"fetch"},  # pressed
    "framework_try.js": {"fetch"},  # pressed
    "live.js": {"setInterval", "setTimeout"},  # clocks, that ask nobody
    "live/outbox.js": {"fetch", "setTimeout"},
    "live/regions.js": {"setInterval", "setTimeout"},  # clocks, that ask nobody
    "live/transport.js": {"WebSocket", "fetch", "setInterval", "setTimeout"},
    "passkeys.js": {"fetch"},  # pressed
    "what_if.js": {"fetch"},  # pressed
}


def test_no_page_asks_by_itself_but_where_it_is_tried_what_that_costs():
    found = {}
    for path in sorted((ROOT / "static" / "js").rglob("*.js")):
        words = set(BY_ITSELF.findall(path.read_text()))
        if words:
            found[str(path.relative_to(ROOT / "static" / "js"))] = words
    assert found == SCRIPTS, (
        "say here after what it asks, and how it slows down when nobody answers"
    )
    in_pages = [
        path.name
        for path in (ROOT / "templates").rglob("*.html")
        if BY_ITSELF.search(path.read_text())
    ]
    assert in_pages == ["leaving.html"], "that page leads on, once"


# A new row that names a decision point waits for whoever holds it, unless it is held without its key: two colleagues
# who hold a point and an evening in another order would wait for each other.
def test_a_decision_point_is_held_without_its_key():
    held = [
        (file, ast.unparse(node))
        for file, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).startswith("DecisionPoint.objects")
        and ast.unparse(node.func).endswith("select_for_update")
    ]
    assert len(held) > 1
    assert [one for one in held if "no_key=True" not in one[1]] == []


# Who tells time by the clock on the wall, which is put forward and back: what has to mean the same in another
# process, or after a start. What a process waits for itself is told by time.monotonic().
WALL = {
    "time",
    "time_ns",
    "now",
    "utcnow",
    "today",
    "localtime",
    "gmtime",
    "ctime",
    "clock_gettime",
}
ON_THE_WALL = {
    "cms/sign_in/linking.py": "when a session began to wait, read by any process",
    "deliberation/people/recent_sign_in.py": "allauth writes down when somebody signed in",
    "deliberation/people/staff_session.py": "how long a session lasts, read by any process",
    "deliberation/people/throttling.py": "all processes count in the same slots",
}
# They wait or measure too, and hand what time it is to an operation, at once: what they wait for is none of it.
HAND_ON = {
    "cms/management/commands/worker.py",
    "compass/management/commands/compass.py",
    "deliberation/live/sockets/channel.py",
    "deliberation/live/sockets/hub.py",
}
WAITS = {"monotonic", "perf_counter", "sleep", "wait_for", "timeout", "call_later", "call_at"}


def on_the_wall(tree):
    """Give where the clock on the wall is asked: beside Django's own where something waits as well."""
    named = {
        one.asname or one.name: f"{node.module}.{one.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for one in node.names
    }
    modules_named = {
        one.asname or one.name: one.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for one in node.names
    }
    waits = {word for _function, word in said_in(tree)} & WAITS
    for node in ast.walk(tree):
        said = chain(node)
        first, dot, rest = said.partition(".")
        said = (named | modules_named).get(first, first) + dot + rest
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "getattr":
            said = f"{chain(node.args[0])}.{getattr(node.args[1], 'value', '')}"
        of, _dot, what = said.rpartition(".")
        if what in WALL and of.split(".")[0] in ("time", "datetime") and said != "datetime.time":
            yield said
        if waits and what in ("now", "localtime", "localdate") and of.endswith("timezone"):
            yield said


def test_what_a_process_waits_for_is_not_told_by_the_clock_on_the_wall():
    found = {file for file, tree in sources() if any(on_the_wall(tree))}
    assert found == {*ON_THE_WALL, *HAND_ON}, "use time.monotonic(), or say why the wall is right"
    handing = {file: tree for file, tree in sources() if file in HAND_ON}
    assert {file for file, tree in handing.items() if keeps_the_time(tree)} == set()
    asked = {file: {*on_the_wall(tree)} for file, tree in handing.items()}
    assert set.union(*asked.values()) == {"django.utils.timezone.now"}, asked


def keeps_the_time(tree) -> bool:
    """Tell whether what time it is goes anywhere but straight into a call: a name, a sum, a comparison."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    given = {
        id(one) for call in calls for one in (*call.args, *(key.value for key in call.keywords))
    }
    return any(id(call) not in given for call in calls if chain(call.func) == "timezone.now")


@pytest.mark.parametrize(
    ("planted", "keeps"),
    [
        ("now = timezone.now()", True),
        ("if timezone.now().timestamp() >= house_at: ...", True),
        ("house_at = timezone.now() + HOUSE", True),
        ("keep_house(timezone.now())", False),
        ("publish(now=timezone.now())", False),
    ],
)
def test_a_time_that_is_kept_is_seen(planted, keeps):
    assert keeps_the_time(ast.parse(planted)) is keeps


# What each line of the log tells beside its own words: a number, a kind or a code. Never a name, address or text of
# somebody, and no row, which says its own: who is written down here can't be erased.
LOGGED = {
    "*lost", "STOPPING", "code", "entry", "error", "event", "exception", "failed", "failure",
    "function.__name__.strip('_')", "getattr(function, '__name__', function)", "limit.most", "limit.name",
    "match.url_name if match else ''", "method.__qualname__", "name or '?'", "number", "page.pk", "pause",
    "provider.name", "reason", "request.path", "row.pk", "row.task_path", "run.pk", "run_id", "self.run_id",
    "step.__qualname__", "tries", "type(failure).__name__", "who",
}  # fmt: skip
LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log"}


def logged_in(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            by = chain(node.func.value).rpartition(".")[2]
            if node.func.attr in LEVELS and by in ("log", "logger", "logging"):
                yield from map(ast.unparse, node.args[1:])
                yield from (ast.unparse(key.value) for key in node.keywords)
                if node.args and not isinstance(node.args[0], ast.Constant):
                    yield ast.unparse(node.args[0])


def test_a_line_of_the_log_tells_of_nobody_who_it_is():
    found = {told for _file, tree in sources() for told in logged_in(tree)}
    assert found == LOGGED, "say here what else it tells, when that names nobody"


@pytest.mark.parametrize(
    "planted",
    ["log.info('erased: %s', user.get_full_name())", "logger.warning(f'erased: {user}')", "logging.error('%s' % user)"],
)  # fmt: skip
def test_a_name_in_the_log_is_seen(planted):
    assert set(logged_in(ast.parse(planted))) - LOGGED


@pytest.mark.parametrize(
    "planted",
    [
        "import time\nuntil = time.time() + 5",
        "import time as t\nuntil = t.time() + 5",
        "from time import time\nuntil = time() + 5",
        "from time import time as clock\nuntil = clock() + 5",
        "import time\ndef wait(clock=time.time): ...",
        "import datetime\ndatetime.datetime.now()",
        "from datetime import datetime as dt\ndt.utcnow()",
        "from datetime import date\ndate.today()",
        "import time\ngetattr(time, 'time')()",
        "import time\ntime.clock_gettime(0)",
        "from django.utils import timezone\nimport asyncio\nasyncio.sleep(1)\nuntil = timezone.now()",
        "from django.utils.timezone import now\nfrom time import sleep\nsleep(1)\nuntil = now()",
    ],
)
def test_the_clock_on_the_wall_is_seen_however_it_is_written(planted):
    assert list(on_the_wall(ast.parse(planted)))


# A phone sends again what is busy, and drops what is refused. So a refusal comes of a decision: what was sent is
# wrong, or not allowed. Of pressure, silence or failure it is said nowhere, for that throws votes away.
DECIDED = {"Refused", "Malformed"}
SAYS_NO = {"refused", "_refuse", "_malformed", "_refusal"}
# Refusals beside those of a Refused or Malformed: (file, function), how many, and what was decided.
REFUSES = {
    ("deliberation/live/replies.py", "refused"): (1, "makes them"),
    ("deliberation/live/commands.py", "_refuse"): (1, "hands on, its callers are looked at"),
    ("deliberation/live/commands.py", "_answer"): (1, "the table of permissions says no"),
    ("deliberation/live/commands.py", "_first_answer"): (1, "a number that was of another evening"),
    ("deliberation/live/sockets/consumer.py", "_refusal"): (
        1,
        "makes them, its callers are looked at",
    ),
    ("deliberation/live/sockets/consumer.py", "_serve"): (
        1,
        "may not be here any more: the socket ends",
    ),
}
# Where everything waits: nothing is decided here, so the words for it are not known.
UNDER_PRESSURE = ("deliberation/live/ballot_writer.py", "deliberation/live/sockets/")
DECIDES = {"Refused", "Malformed", "CODES", "REFUSED", "refused"}


def refusals_in(node, function="module", decided=False):
    """Give (function, line) of each refusal that no Refused or Malformed led to, and that is no "busy"."""
    for one in ast.iter_child_nodes(node):
        inside, settled = function, decided
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
            given = [*one.args.args, *one.args.kwonlyargs]
            inside = one.name
            settled = any(arg.annotation and _last_words(arg.annotation) & DECIDED for arg in given)
        elif isinstance(one, ast.ExceptHandler) and one.type:
            names = _last_words(one.type)
            settled = decided or (bool(names) and names <= DECIDED)
        if not settled and says_no(one):
            yield inside, one.lineno
        yield from refusals_in(one, inside, settled)


def says_no(node) -> bool:
    if isinstance(node, ast.Dict):
        held = zip(node.keys, node.values, strict=True)
        return any(
            getattr(key, "value", "") == "status" and _is_refused(value) for key, value in held
        )
    if not isinstance(node, ast.Call) or _last_words(node.func) & {"Refused", "getattr"}:
        return False
    given = [*node.args, *(one.value for one in node.keywords)]
    if any(
        isinstance(one, ast.Name | ast.Attribute) and "BUSY" in _last_words(one) for one in given
    ):
        return False
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    coded = any(
        isinstance(part, ast.Subscript) and "CODES" in _last_words(part.value)
        for one in given
        for part in ast.walk(one)
    )
    return name in SAYS_NO or coded or any(_is_refused(one) for one in given)


def _is_refused(value) -> bool:
    return getattr(value, "value", "") == "refused" or (
        isinstance(value, ast.Name | ast.Attribute) and "REFUSED" in _last_words(value)
    )


def _last_words(node) -> set[str]:
    """Name all that stands in a piece of code, each by its last word."""
    said = {getattr(one, "attr", getattr(one, "id", "")) for one in ast.walk(node)}
    return said - {""}


def live_sources():
    return [(file, tree) for file, tree in sources() if file.startswith("deliberation/live/")]


def test_a_reply_refuses_only_what_was_decided_and_says_busy_of_all_else():
    found = Counter(
        (file, function) for file, tree in live_sources() for function, _line in refusals_in(tree)
    )
    assert found == {place: number for place, (number, _why) in REFUSES.items()}, "say busy()"


def test_what_waits_and_carries_knows_no_word_for_a_decision():
    said = {
        (file, function, word)
        for file, tree in live_sources()
        if file.startswith(UNDER_PRESSURE)
        for function, word in said_in(tree)
        if word in DECIDES
    }
    assert said == {("deliberation/live/sockets/consumer.py", "_refusal", "refused")}


@pytest.mark.parametrize(
    "planted",
    [
        'refused(vote.run_id, "cast_ballot", vote.op_id, CODES["state"], reason)',
        "replies.refused(1, 'x', '', 409, 'full')",
        "Reply(op_id, REFUSED, 409)",
        "replies.Reply(op_id, status=replies.REFUSED, code=409)",
        "Reply(op_id, 'refused', 409)",
        "replace(answer, status=REFUSED)",
        "promise.set_result(Reply(op_id, status, CODES['state']))",
        "frame({'op_id': '', 'status': 'refused', 'code': 409})",
        "_refuse(order, 409, reason)",
        "try: put()\nexcept queue.Full: _malformed(1, {}, mistake)",
        "try: put()\nexcept (Refused, Full): refused(1, 'x', '', 409, '')",
        "try: put()\nexcept: refused(1, 'x', '', 409, '')",
    ],
)
def test_a_refusal_is_seen_however_it_is_made(planted):
    assert list(refusals_in(ast.parse(planted)))


@pytest.mark.parametrize(
    "planted",
    [
        "try: go()\nexcept Refused as no: refused(1, 'x', '', CODES[no.code], str(no))",
        "def tell(body, mistake: Malformed): return refused(1, 'x', '', 400, str(mistake))",
        "busy(1, 'x', '')",
        "listener.push(_refusal(body, commands.BUSY))",
        "raise Refused('x', code='refused')",
    ],
)
def test_what_was_decided_and_what_is_busy_may_be_said(planted):
    assert not list(refusals_in(ast.parse(planted)))


def test_no_part_of_a_page_is_kept_for_somebody_else():
    templates = [path for path in (ROOT / "templates").rglob("*") if path.is_file()]
    templates += [
        path
        for room in ("cms", "compass", "deliberation")
        for path in (ROOT / room).rglob("*.html")
    ]
    assert len(templates) > 100
    assert [path for path in templates if CACHED.search(path.read_text())] == []
    for planted in ("{% load cache %}", "{% load i18n wagtail_cache %}", "{% cache 60 menu %}"):
        assert CACHED.search(planted), planted
