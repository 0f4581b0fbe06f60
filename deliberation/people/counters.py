"""Which counters do all processes share? Guesses, limits, devices: what may be lost, but not be held apart."""

from django.core.cache import caches
from django.utils.connection import ConnectionProxy

counters = ConnectionProxy(caches, "counters")


def count(key: str, lasts: int, by: int = 1) -> int:
    """Add to a counter that ends `lasts` seconds after it began; gives what it is now. Never raises."""
    counters.add(key, 0, lasts)
    try:
        return counters.incr(key, by)
    except ValueError:  # it ended just now, or Redis came back empty between the two
        counters.set(key, by, lasts)
        return by
