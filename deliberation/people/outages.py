"""An outage is a failure of database or disk: nobody knows what was stored, so the same is sent again."""

import errno

from django.db import InterfaceError, OperationalError
from django.db.transaction import TransactionManagementError
from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string

from .secret_fields import is_secret

DISK = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS, errno.EACCES}
RETRY_AFTER = 2  # seconds until whoever sends something may send it again


def is_outage(failure: BaseException | None) -> bool:
    """Tell whether trying again is what helps: a lock, a lost connection, a disk that is full or away."""
    # The last: a step back inside a transaction failed, which Django keeps to itself until the next question.
    if isinstance(failure, (OperationalError, InterfaceError, TransactionManagementError)):
        return True
    return isinstance(failure, OSError) and failure.errno in DISK


def try_again(response):
    """Mark an answer as one after which the same may be sent again."""
    response.status_code, response["Retry-After"] = 503, RETRY_AFTER
    return response


def outage_page(request):
    """Answer 503: to a form with what was filled in and a button to send it again, its op_id too.

    Asks neither database nor session. To a program it says the same in JSON.
    """
    if wants_json(request):
        return try_again(JsonResponse({"status": "refused", "reason": ""}))
    kept = {"action": request.get_full_path(), "fields": _kept(request)}
    return try_again(HttpResponse(render_to_string("503.html", kept)))


def wants_json(request) -> bool:
    """Tell whether a program or a script asks, which can't read a page."""
    asked = request.content_type == "application/json" or not request.accepts("text/html")
    return asked or request.path.startswith("/api/")


def _kept(request) -> list[tuple[str, str]]:
    """Give the fields of a form, to be sent again as they were; none when a secret or a file is among them."""
    try:
        fields = [(name, value) for name, values in request.POST.lists() for value in values]
        secret = request.FILES or any(is_secret(name) for name, _value in fields)
    except Exception:  # a body that can't be read has nothing to keep
        return []
    return [] if secret else fields
