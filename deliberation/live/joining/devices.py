"""Device fingerprints: a hint, for one run, that a phone is one that was sent out. Only a ban keeps one."""

import hashlib
import hmac

from django.conf import settings


def device_of(request, run) -> str:
    """Tell phones apart by what every browser sends, with a key of this run: it says nothing in another.

    Two phones of one make behind one address look the same. So it never proves anything, and who is
    refused for it gets in with a card.
    """
    sent = request.META
    seen = [
        sent.get(name, "") for name in ("REMOTE_ADDR", "HTTP_USER_AGENT", "HTTP_ACCEPT_LANGUAGE")
    ]
    key = f"device {run.epoch} {settings.SECRET_KEY}".encode()
    return hmac.new(key, "\n".join(seen).encode(), hashlib.sha256).hexdigest()
