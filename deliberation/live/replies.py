"""Replies: what the sender of a command hears, over HTTP and sockets alike."""

import logging
from dataclasses import dataclass

from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)

APPLIED, DUPLICATE, REFUSED = "applied", "duplicate", "refused"
BUSY = 503  # neither done nor refused: a sender keeps it and sends it again
CODES = {"malformed": 400, "forbidden": 403, "state": 409, "refused": 409}


@dataclass(frozen=True)
class Reply:
    """What the sender hears, after commit: the HTTP status, a reason for people, and which field to change."""

    op_id: str
    status: str
    code: int
    reason: str = ""
    receipt: str = ""
    field: str = ""

    def body(self) -> dict:
        """Give the JSON body, the same over HTTP and socket."""
        names = ("op_id", "status", "reason", "receipt", "field")
        return {name: getattr(self, name) for name in names}


def refused(run_id, name: str, op_id: str, code: int, reason: str, field: str = "") -> Reply:
    """Refuse, and leave one line: no person, no choice and nothing the sender wrote, so it is safe to keep."""
    logger.warning("refused do=%s run=%s code=%s", name or "?", run_id, code)
    return Reply(op_id, REFUSED, code, reason=reason, field=field)


def busy(run_id, name: str, op_id: str, failure: Exception | None = None) -> Reply:
    """Say that nobody knows whether it was stored: the same op_id again, until it is known."""
    if failure:
        logger.error("could not do=%s run=%s", name or "?", run_id, exc_info=failure)
    reason = _("We could not store this just now. Your choice is kept. Try again.")
    return refused(run_id, name, op_id, BUSY, reason)


def repeated(op_id: str, op) -> Reply:
    """Give the first answer again; what was applied is a duplicate now."""
    status = DUPLICATE if op.status == APPLIED else op.status
    return Reply(op_id, status, op.code, reason=op.reason, receipt=op.receipt)
