"""A plain hub on Channels: a queue for each socket, a batching writer, three rows for each vote, counts by a tick.

The textbook answer to "many vote at once" with nothing of ours in it: no permission, level, card, lane, language,
secret or page. What the product does is measured beside it, by the same clients in the same run.
"""

import asyncio
import json
import os

import dj_database_url
import django
from django.conf import settings

TICK, LINGER = float(os.environ.get("TICK", "5")), 0.02
PLACE = f"sqlite:///{os.environ['YARDSTICK_FOLDER']}/yardstick.sqlite3"
DATABASE = dj_database_url.parse(os.environ.get("DATABASE_URL") or PLACE)
DATABASE["CONN_MAX_AGE"] = 60
if "sqlite" in DATABASE["ENGINE"]:
    DATABASE["OPTIONS"] = {
        "timeout": 10, "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }  # fmt: skip
settings.configure(
    SECRET_KEY="k" * 50, ALLOWED_HOSTS=["*"], USE_TZ=True, DATABASES={"default": DATABASE},
    INSTALLED_APPS=["channels"], DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}},
)  # fmt: skip
django.setup()

from channels.db import database_sync_to_async  # noqa: E402
from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from django.urls import path  # noqa: E402


class Row(models.Model):
    class Meta:
        abstract = True
        app_label = "yardstick"

    def __str__(self):
        return str(self.pk)


class Ballot(Row):
    voter = models.CharField(max_length=64, unique=True)
    choices = models.JSONField()

    class Meta(Row.Meta):
        abstract = False


class Spent(Row):
    voter = models.CharField(max_length=64, unique=True)

    class Meta(Row.Meta):
        abstract = False


class Op(Row):
    actor = models.CharField(max_length=64)
    op_id = models.UUIDField()
    receipt = models.CharField(max_length=9)

    class Meta(Row.Meta):
        abstract = False
        unique_together = [("actor", "op_id")]


def make_tables() -> None:
    """Make empty tables."""
    with connection.schema_editor() as editor:
        for model in (Ballot, Spent, Op):
            if model._meta.db_table in connection.introspection.table_names():
                editor.delete_model(model)
            editor.create_model(model)


class Hub:
    """All sockets, the votes that wait, and the count."""

    sockets: set = set()
    waiting: list = []
    count, told = 0, 0
    woken: asyncio.Event | None = None
    tasks: list = []

    @classmethod
    def start(cls):
        if cls.woken is None:
            cls.woken = asyncio.Event()
            loop = asyncio.get_running_loop()
            cls.tasks = [loop.create_task(cls.write()), loop.create_task(cls.tick())]

    @classmethod
    async def write(cls):
        while True:
            await cls.woken.wait()
            cls.woken.clear()
            await asyncio.sleep(LINGER)
            batch, cls.waiting = cls.waiting, []
            await database_sync_to_async(store)([vote for vote, _promise in batch])
            cls.count += len(batch)
            for _vote, promise in batch:
                promise.set_result(True)

    @classmethod
    async def tick(cls):
        while True:
            await asyncio.sleep(1 / TICK)
            if cls.told != cls.count:
                cls.told = cls.count
                text = json.dumps({"n": cls.count})
                for one in cls.sockets:
                    one.push(text)


def store(votes) -> None:
    last = {vote["voter"]: vote for vote in votes}
    with transaction.atomic():
        Ballot.objects.bulk_create(
            [Ballot(voter=voter, choices=[vote["choice"]]) for voter, vote in last.items()],
            update_conflicts=True, unique_fields=["voter"], update_fields=["choices"],
        )  # fmt: skip
        Spent.objects.bulk_create([Spent(voter=voter) for voter in last], ignore_conflicts=True)
        Op.objects.bulk_create(
            [Op(actor=one["voter"], op_id=one["op_id"], receipt="ABCD-EFGH") for one in votes]
        )


class Consumer(AsyncWebsocketConsumer):
    channel_layer_alias = "none"  # no channel for each socket

    async def dispatch(self, message):
        await getattr(self, message["type"].replace(".", "_"))(message)

    async def connect(self):
        Hub.start()
        await self.accept()
        self.queue, self.wake = [], asyncio.Event()
        self.writer = asyncio.get_running_loop().create_task(self.write())
        Hub.sockets.add(self)

    async def disconnect(self, code):
        Hub.sockets.discard(self)
        self.writer.cancel()

    def push(self, text):
        self.queue.append(text)
        self.wake.set()

    async def write(self):
        while True:
            await self.wake.wait()
            self.wake.clear()
            queue, self.queue = self.queue, []
            for text in queue:
                await self.base_send({"type": "websocket.send", "text": text})

    async def receive(self, text_data=None, bytes_data=None):
        vote = json.loads(text_data)
        if "hello" in vote:
            self.push(json.dumps({"n": Hub.count}))
            return
        promise = asyncio.get_running_loop().create_future()
        Hub.waiting.append((vote, promise))
        Hub.woken.set()
        await promise
        self.push(json.dumps({"op_id": vote["op_id"], "status": "applied"}))


application = ProtocolTypeRouter({"websocket": URLRouter([path("vote/", Consumer.as_asgi())])})
