"""Cache backends: the memory of one process, or Redis for all, and what counts while that is away (ADR 40)."""

import logging
import time

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)

MINUTE = 60  # seconds; for so long may one process show what another changed meanwhile
AWAY = 5.0  # seconds that we don't ask again for a Redis that failed
# A question to Redis takes a second at most, and is asked once.
ONE_QUESTION = {"socket_timeout": 1, "socket_connect_timeout": 1, "retry": Retry(NoBackoff(), 0)}
# Room for many, or counters of wrong codes would be thrown out by whoever makes more of them.
ROOM = {"MAX_ENTRIES": 100_000}


def caches_for(redis_url: str) -> dict:
    """Give Django's CACHES: what is quick to work out again, and what all processes count together."""
    here = {"BACKEND": "cms.caches.ShortMemory", "LOCATION": "default", "OPTIONS": ROOM}
    alone = {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "counters",
        "OPTIONS": ROOM,
    }
    shared = {"BACKEND": "cms.caches.SoftRedis", "LOCATION": redis_url}
    return {"default": here, "counters": shared if redis_url else alone}


def memory():
    """Give the memory of this process: what it keeps may differ in another one, for a minute at most."""
    from django.core.cache import cache  # the settings read this module, before there are any

    return cache


class ShortMemory(LocMemCache):
    """The memory of this process, for a minute at most: no other process can tell it that something changed."""

    def get_backend_timeout(self, timeout=DEFAULT_TIMEOUT):
        seconds = self.default_timeout if timeout == DEFAULT_TIMEOUT else timeout
        return super().get_backend_timeout(MINUTE if seconds is None else min(seconds, MINUTE))


class SoftRedis(RedisCache):
    """Redis; while that is away, the memory of this process. It never fails, and never holds anybody up."""

    away_until = 0.0  # of the whole process: each thread has a cache object of its own

    def __init__(self, server, params):
        options = {**ONE_QUESTION, **params.get("OPTIONS", {})}
        super().__init__(server, {**params, "OPTIONS": options})
        self._alone = LocMemCache("counters", {"OPTIONS": ROOM})


def _soft(name: str):
    asked = getattr(RedisCache, name)

    def ask(self, *arguments, **named):
        if time.monotonic() >= SoftRedis.away_until:
            try:
                return asked(self, *arguments, **named)
            except (RedisError, OSError) as failure:
                SoftRedis.away_until = time.monotonic() + AWAY
                logger.warning("no Redis (%s): this process counts alone", type(failure).__name__)
        return getattr(self._alone, name)(*arguments, **named)

    return ask


COMMANDS = (
    "add", "get", "set", "touch", "delete", "get_many", "has_key", "incr", "set_many", "delete_many",
    "clear",
)  # fmt: skip
for command in COMMANDS:
    setattr(SoftRedis, command, _soft(command))
