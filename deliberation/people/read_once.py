"""Read once: what one screen asks of the database again and again is looked up once while it is made."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps

_kept: ContextVar[dict | None] = ContextVar("what was looked up for one screen", default=None)


@contextmanager
def reading_once() -> Iterator[None]:
    """Look up once what functions marked `read_once` are asked, until the end of the outermost block.

    For whoever only reads: who changes something in it hears what was.
    """
    if _kept.get() is not None:
        yield
        return
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def read_once(look):
    """Mark a function whose answer holds while somebody only reads; nobody may change what it gives.

    Outside `reading_once` it is asked anew each time.
    """

    @wraps(look)
    def once(*asked):
        kept = _kept.get()
        if kept is None:
            return look(*asked)
        key = look, asked
        if key not in kept:
            kept[key] = look(*asked)
        return kept[key]

    return once
