"""Is this process alive, and can it serve?"""

from django.conf import settings
from django.db import connection
from django.http import JsonResponse
from django.utils import timezone
from redis import Redis
from redis.exceptions import RedisError

from deliberation.live.sockets.hub import is_healthy

from .background import late_messages
from .caches import ONE_QUESTION


def healthz(request):
    """Answer while the process lives."""
    return JsonResponse({"status": "ok"})


def readyz(request):
    """Answer 200 when the database answers and the live hub runs, otherwise 503 naming what failed.

    `layer` says whether other processes hear at once what happens here; without it all goes on, later.
    `messages` counts what the worker should have mailed by now, and what it gave up. That says nothing
    of this process: go on sending it visitors, and wake whoever looks after worker and mail server.
    """
    checks = {"database": _database_answers(), "hub": is_healthy()}
    if not all(checks.values()):
        return JsonResponse({"status": "failing", **checks}, status=503)
    checks["layer"] = _layer_answers()
    late = late_messages(timezone.now())
    messages = {"late": late["waiting"], "given_up": late["given_up"]}
    return JsonResponse({"status": "ok", **checks, "messages": messages})


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
