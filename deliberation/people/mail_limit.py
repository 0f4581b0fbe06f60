"""How many mails of a kind an address gets in an hour: a few, or somebody's mailbox fills up; the others go later."""

import logging
from contextlib import contextmanager

from .addresses import normal_address
from .throttling import Limit

log = logging.getLogger(__name__)


class MailboxFull(Exception):
    """An address had its mails of this kind for now. A task that raises it is tried again until it has room."""


@contextmanager
def room_for(limit: Limit, address: str):
    """Take room for a mail to an address; MailboxFull when there is none. One that fails gives it back.

    Counted for the mailbox: with a plus and a word behind it, one has as many addresses as one likes.
    """
    mailbox = normal_address(address)
    if not limit.take(mailbox):
        log.warning("an address has had %d %s this hour; later", limit.most, limit.name)
        raise MailboxFull
    try:
        yield
    except Exception:
        limit.give_back(mailbox)
        raise
