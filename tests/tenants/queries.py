"""The names our own addresses read from a query, taken from the source, to ask with what is not to be shown."""

import re
from functools import cache
from pathlib import Path

from django.conf import settings

from cms.tenants.identifiers import ABOUT, NAMED

READ = re.compile(
    r"""\bget(?:list)?\(\s*["'](\w+)["']|GET\[["'](\w+)["']\]|["'](\w+)["'] in [\w.]*request\.GET"""
)
# Words that make a list shorter or turn its page: together with an id they would only empty it.
NARROWING = {"q", "page", "sort", "state", "kind", "year", "level", "format", "lane", "sign"}
UNKNOWN = {"about", "nr", "something_new"}


@cache
def names_read() -> frozenset[str]:
    """List every name that a module which reads queries looks up anywhere."""
    rooms = [Path(settings.BASE_DIR) / room for room in ("cms", "deliberation")]
    texts = [path.read_text() for room in rooms for path in room.rglob("*.py")]
    found = {
        name for text in texts if ".GET" in text for some in READ.findall(text) for name in some
    }
    assert {"project", "with", "soort"} <= found, "the source is no longer read"
    return frozenset(found | set(NAMED) | set(ABOUT) | UNKNOWN) - NARROWING - {""}


def asked_about(values) -> list[dict]:
    """Give for each value a query that names it by every name at once; a number of two rows is asked once."""
    names = sorted(names_read())
    return [dict.fromkeys(names, value) for value in dict.fromkeys(values)]
