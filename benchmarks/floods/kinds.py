"""What is a flood, and which are there?"""

from collections.abc import Callable
from dataclasses import dataclass

from .site import Site


def a_page(site: Site) -> bool:
    """Read the first page, as a resident."""
    return site.ask("/")[0] == 200


@dataclass(frozen=True)
class Flood:
    """What a stranger does 500 times, and what somebody honest tries meanwhile: True when they got through."""

    request: Callable[[Site, int], object]
    honest: Callable[[Site], bool] = a_page


FLOODS: dict[str, Flood] = {}


def flood(honest: Callable[[Site], bool] = a_page):
    """Add a flood, under the name of its function."""

    def add(request):
        FLOODS[request.__name__.replace("_", "-")] = Flood(request, honest)
        return request

    return add
