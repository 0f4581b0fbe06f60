"""The budget of thinking that strangers may ask of us in a minute: a part for each address, and one for all.

What costs us is time of the engine, so that is what we count, in milliseconds of one core. Complete answers
cost a fraction of one, open ones a few, the worst about a hundred. A hall that answers together behind one
address stays far below its part; a machine that sends the worst sets over and over uses up its own, and
nobody else's.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from deliberation.people.network import network_address
from deliberation.people.throttling import Limit

BEYOND = "waits a minute, or sees what somebody asked just now; who comes from another address does not wait"
# Pages and programs have their own: a program can't close the page.
OF_ALL = {
    "page": Limit("milliseconds of thinking for pages", 30_000, 60, BEYOND),
    "api": Limit("milliseconds of thinking for programs", 20_000, 60, BEYOND),
}
OF_AN_ADDRESS = {
    "page": Limit("milliseconds of thinking for pages at an address", 10_000, 60, BEYOND),
    "api": Limit("milliseconds of thinking for programs at an address", 6_000, 60, BEYOND),
}


class TooBusy(Exception):
    """So much was asked in this minute that we stop for a while; `wait` is in seconds."""

    wait = 60

    def __init__(self):
        super().__init__("too much was asked in this minute")


@contextmanager
def thinking(kind: str) -> Iterator[None]:
    """Think within the budget of pages or programs; TooBusy when it is spent, by all or at this address."""
    address = network_address()
    if OF_ALL[kind].is_full() or OF_AN_ADDRESS[kind].is_full(address):
        raise TooBusy
    begun = time.thread_time()
    try:
        yield
    finally:
        spent = round((time.thread_time() - begun) * 1000)
        OF_ALL[kind].add(spent)
        OF_AN_ADDRESS[kind].add(spent, address)
