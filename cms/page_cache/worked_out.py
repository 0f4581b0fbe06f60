"""What stands around every page of a municipality, worked out once and kept until something of it changes."""

from collections.abc import Callable

from django.conf import settings

from cms.caches import memory
from deliberation.people.read_once import read_once

from .generations import generation_of

number_now = read_once(generation_of)


def worked_out(what: str, municipality_id: int, make: Callable):
    """Give what was made under this name, or make it: by nothing but the rows of this municipality, and its name.

    One query for all of them on a page that is only read. What is given may be changed: it is a copy.
    """
    number = number_now(municipality_id) if settings.PAGES_ARE_KEPT else None
    if number is None:
        return make()
    key = f"worked-out-{municipality_id}-{number}-{what}"
    kept = memory().get(key)
    if kept is None:
        kept = (make(),)
        memory().set(key, kept)
    return kept[0]
