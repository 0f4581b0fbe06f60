"""Does this address have room for another mail of this kind? A few an hour, or a mailbox fills up."""

import hashlib
import hmac
import logging

from django.conf import settings
from django.core.cache import cache

HOUR = 3600
log = logging.getLogger(__name__)


def has_room(kind: str, address: str, most_an_hour: int) -> bool:
    """Count a mail to an address, and tell whether it may go. Kept as a digest, for an hour."""
    digest = hmac.new(settings.SECRET_KEY.encode(), address.encode(), hashlib.sha256).hexdigest()
    key = f"{kind}-mail-{digest}"
    cache.add(key, 0, HOUR)
    if cache.incr(key) <= most_an_hour:
        return True
    log.warning("an address has had %d %s mails this hour; not mailed", most_an_hour, kind)
    return False
