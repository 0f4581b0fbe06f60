"""Does this address have room for another mail of this kind? A few an hour, or a mailbox fills up."""

import hashlib
import hmac
import logging
from contextlib import contextmanager, suppress

from django.conf import settings

from .counters import count, counters

HOUR = 3600
log = logging.getLogger(__name__)


@contextmanager
def room_for(kind: str, address: str, most_an_hour: int):
    """Take room for a mail to an address and yield whether there was any; one that fails gives it back.

    Kept as a digest, for an hour.
    """
    digest = hmac.new(settings.SECRET_KEY.encode(), address.encode(), hashlib.sha256).hexdigest()
    key = f"{kind}-mail-{digest}"
    has_room = count(key, HOUR) <= most_an_hour
    if not has_room:
        log.warning("an address has had %d %s mails this hour; not mailed", most_an_hour, kind)
    try:
        yield has_room
    except Exception:
        with suppress(ValueError):  # the hour ended meanwhile
            counters.decr(key)
        raise
