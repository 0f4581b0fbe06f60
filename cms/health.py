"""Is this process alive, and can it serve?"""

from django.db import connection
from django.http import JsonResponse
from django.utils import timezone

from deliberation.live.sockets.hub import is_healthy

from .background import late_messages


def healthz(request):
    """Answer while the process lives."""
    return JsonResponse({"status": "ok"})


def readyz(request):
    """Answer 200 when the database answers and the live hub runs, otherwise 503 naming what failed.

    `messages` counts what the worker should have mailed by now, and what it gave up. That says nothing
    of this process: go on sending it visitors, and wake whoever looks after worker and mail server.
    """
    checks = {"database": _database_answers(), "hub": is_healthy()}
    if not all(checks.values()):
        return JsonResponse({"status": "failing", **checks}, status=503)
    late = late_messages(timezone.now())
    messages = {"late": late["waiting"], "given_up": late["given_up"]}
    return JsonResponse({"status": "ok", **checks, "messages": messages})


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return True
    except Exception:  # any failure of the database is the same answer: not ready
        return False
