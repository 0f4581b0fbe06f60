"""Is this process alive, and can it serve?"""

from django.db import connection
from django.http import JsonResponse

from deliberation.live.sockets.hub import is_healthy


def healthz(request):
    """Answer while the process lives."""
    return JsonResponse({"status": "ok"})


def readyz(request):
    """Answer 200 when the database answers and the live hub runs, otherwise 503 naming what failed."""
    checks = {"database": _database_answers(), "hub": is_healthy()}
    status = 200 if all(checks.values()) else 503
    return JsonResponse({"status": "ok" if status == 200 else "failing", **checks}, status=status)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return True
    except Exception:  # any failure of the database is the same answer: not ready
        return False
