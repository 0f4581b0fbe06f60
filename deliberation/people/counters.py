"""Counters that all processes share, in the cache: guesses, limits, devices. What may be lost, not held apart."""

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
