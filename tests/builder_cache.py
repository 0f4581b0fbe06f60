"""A cache of what builders write: built once in a process, the same rows are written again in the next test.

An evening costs three hundred queries, and hundreds of tests begin with one. The first time a cached
builder works as it stands, and what it writes is kept; the next time the same is written at once, and what
it gave is given again. That is right only where everything before it is the same: for builders that
stand one after the other at the beginning of a test, with the same arguments. After anything else (a
write of the test's own, a rollback, another connection, a patch) a builder works as it stands.
PostgreSQL numbers its rows on from test to test: there every builder always works.
"""

import functools
import inspect
import itertools
import pickle
import threading
import time
from dataclasses import dataclass, field

from django.conf import UserSettingsHolder, settings
from django.db import connection, models, transaction
from django.db.backends.signals import connection_created
from django.dispatch import receiver
from django.utils import translation

FRESH = 120  # seconds: tests take what they find for made just now
MOST = 300  # scenes that a process holds on to
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
# What fixtures set for every test, each to a folder of its own.
FOLDERS = {"PASSWORD_HASHERS", "ERASED_LIST", "EMAIL_FILE_PATH", "RUNTIME_DIR", "MEDIA_ROOT"}
_numbers = itertools.count(1)


@dataclass
class Scene:
    """What a builder wrote, what it gave (with its arguments), and how that left the database."""

    writes: list
    gave: bytes
    stands: tuple
    number: int = field(default_factory=lambda: next(_numbers))
    made: float = field(default_factory=time.monotonic)


class Stage:
    """The database of the running test, and the scene that was put on it last."""

    scenes: dict[tuple, Scene] = {}
    opened = 0  # connections to the database, by anybody in this process

    def __init__(self, item):
        self.item, self.scene = item, None
        own = connection.connection
        self.rows = getattr(
            own, "total_changes", 0
        )  # SQLite counts them; elsewhere nothing is kept
        self.connections = Stage.opened + (own is None)

    def look(self) -> tuple:
        """Count the rows that were written since the test began, and read which numbers were given out."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, seq FROM sqlite_sequence ORDER BY name")
            return connection.connection.total_changes - self.rows, tuple(cursor.fetchall())

    def is_known(self) -> bool:
        """Tell whether nothing but scenes was written since the test began."""
        if connection.vendor != "sqlite" or threading.current_thread() != threading.main_thread():
            return False
        if _is_patched(self.item) or (connection.in_atomic_block and not _in_test_case()):
            return False
        stands = self.look()
        if self.connections != Stage.opened:
            return False
        return stands == self.scene.stands if self.scene else stands[0] == 0

    def key(self, builder, arguments) -> tuple:
        """Name everything on which depends what a builder does."""
        before = self.scene.number if self.scene else self.look()
        around = (_in_test_case(), translation.get_language(), _own_settings())
        return builder, repr(_told(arguments)), before, around

    def build(self, key, builder, bound):
        """Let a builder work, and keep what it writes."""
        writes = []

        def keep(execute, sql, params, many, context):
            if sql.startswith(WRITES):
                writes.append((sql, params, many))
            elif sql.startswith("ROLLBACK"):
                writes.append(None)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(keep):
            gave = builder(*bound.args, **bound.kwargs)
        if writes and None not in writes:
            kept = pickle.dumps((bound.arguments, gave))
            self.scene = Stage.scenes[key] = Scene(writes, kept, self.look())
            if len(Stage.scenes) > MOST:
                del Stage.scenes[next(iter(Stage.scenes))]
        return gave

    def put_up(self, scene, arguments):
        """Write what a builder wrote; give what it gave, and leave its arguments as it left them."""
        with transaction.atomic(), connection.cursor() as cursor:
            for sql, params, many in scene.writes:
                (cursor.executemany if many else cursor.execute)(sql, params)
        self.scene = scene
        assert self.look() == scene.stands, "the same writes, and other rows"
        kept, gave = pickle.loads(scene.gave)  # noqa: S301 (written above)
        for name, given in arguments.items():
            if isinstance(given, models.Model):
                given.__dict__ = kept[name].__dict__
                gave = given if gave is kept[name] else gave
        return gave


_stage: Stage | None = None


def begin(item) -> None:
    """Begin a test on an empty stage."""
    global _stage
    _stage = Stage(item)


@receiver(connection_created)
def _count(**_about):
    Stage.opened += 1


def cached(builder):
    """Let a builder work once for all tests of this process that begin in the same way."""
    signature = inspect.signature(builder)

    @functools.wraps(builder)
    def build(*args, **kwargs):
        if not (_stage and _stage.is_known()):
            return builder(*args, **kwargs)
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        key = _stage.key(builder.__qualname__, bound.arguments)
        scene = Stage.scenes.get(key)
        if scene and time.monotonic() - scene.made < FRESH:
            return _stage.put_up(scene, bound.arguments)
        return _stage.build(key, builder, bound)

    return build


def _in_test_case() -> bool:
    blocks = connection.atomic_blocks
    return bool(blocks) and blocks[0]._from_testcase


def _is_patched(item) -> bool:
    patch = getattr(item, "funcargs", {}).get("monkeypatch")
    return bool(patch and (patch._setattr or patch._setitem))


def _own_settings() -> str:
    own, holder = {}, settings._wrapped
    while isinstance(holder, UserSettingsHolder):
        own, holder = {**vars(holder), **own}, holder.default_settings
    return repr({name: own[name] for name in sorted(own) if name.isupper() and name not in FOLDERS})


def _told(value):
    """Spell a value out, a row by its columns."""
    if isinstance(value, models.Model):
        held = vars(value).items()
        return value._meta.label, [(name, it) for name, it in held if not name.startswith("_")]
    if isinstance(value, dict):
        return {name: _told(it) for name, it in value.items()}
    return [_told(it) for it in value] if isinstance(value, list | tuple) else value
