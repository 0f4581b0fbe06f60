"""Health checks: whether this process is alive (healthz), and can serve (readyz)."""

import errno
import logging
from shutil import disk_usage

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import connection
from django.http import JsonResponse
from django.utils import timezone
from redis import Redis
from redis.exceptions import RedisError

from deliberation.live.round_secrets import try_a_secret
from deliberation.live.sockets.hub import is_healthy
from deliberation.people.outages import try_again
from deliberation.people.privacy.erased_list import can_erase

from .background import late_messages
from .caches import ONE_QUESTION

logger = logging.getLogger(__name__)
ROOM = {  # bytes that have to be free: for a day of pictures and the database's own work; for the keys of an evening
    settings.DATA_DIR: 500 * 2**20,
    settings.RUNTIME_DIR: 2**20,
}
FULL = {errno.ENOSPC, errno.EDQUOT}


def healthz(request):
    """Answer while the process lives."""
    return JsonResponse({"status": "ok"})


def readyz(request):
    """Answer 200 when the database answers, the live hub runs and a poll can be opened; else 503 naming what failed.

    `layer` says whether other processes hear at once what happens here; without it all goes on, later.
    `messages` counts what the worker should have mailed by now, and what it gave up. That says nothing
    of this process: go on sending it visitors, and wake whoever looks after worker and mail server.
    `erased_list` says whether it is known who was erased, and more can be written down: if not, nobody can be.
    `space` says so of the disk: when it is `low` people can read, but soon nothing can be kept. On a full
    one `keys` is false: no poll can be opened, and what can be read still is.
    """
    checks = {
        "database": _database_answers(),
        "hub": is_healthy(),
        "static": _static_files_are_there(),
    }
    keys, full = _keys_can_be_kept()
    serves = all(checks.values()) and (keys or full)
    checks["keys"] = keys
    if not serves:
        failed = ", ".join(name for name, holds in checks.items() if not holds)
        logger.error("/readyz: these fail: %s", failed)
        return try_again(JsonResponse({"status": "failing", **checks}))
    checks |= {"layer": _layer_answers(), "erased_list": can_erase()}
    late = late_messages(timezone.now())
    messages = {"late": late["waiting"], "given_up": late["given_up"]}
    return JsonResponse({"status": "ok", **checks, "messages": messages, "space": _space()})


def _layer_answers() -> bool:
    if not settings.REDIS_URL:
        return True  # one process has nobody to tell
    try:
        with Redis.from_url(settings.REDIS_URL, **ONE_QUESTION) as server:
            return server.ping()
    except (RedisError, OSError):
        return False


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return True
    except Exception:  # any failure of the database is the same answer: not ready
        return False


def _keys_can_be_kept() -> tuple[bool, bool]:
    """Tell whether the key of a poll can be kept, and whether that is only because the disk is full."""
    try:
        try_a_secret()
    except OSError as failure:
        return False, failure.errno in FULL
    return True, False


def _static_files_are_there() -> bool:
    """Tell whether the files were collected that every page names; at home they come from the source."""
    names = getattr(staticfiles_storage, "hashed_files", None)
    return names is None or bool(names)


def _space() -> dict:
    """Say what is free where pictures are kept, and whether it is little there or where the keys are."""
    free = {folder: disk_usage(folder).free for folder in ROOM if folder.exists()}
    low = any(free[folder] < ROOM[folder] for folder in free)
    return {"free_mb": free[settings.DATA_DIR] // 2**20, "low": low}
