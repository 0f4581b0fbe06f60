"""Do different pages have different titles, so that tabs, history and screen readers tell them apart?"""

import re
from collections import defaultdict

import lxml.html
import pytest

from tests.test_hostile_texts import first_that_opens
from tests.test_urls import OWN, path_to, world  # noqa: F401 (a fixture)

pytestmark = pytest.mark.django_db
# One screen with a form for each thing that can be done; the address says which one was sent.
ONE_SCREEN = re.compile(r"^(/admin/participatie/vragen/\d+/).+")
FILLED = {"digest": "x", "path": "x", "rest": "x", "kind": "startnotitie"}


def title_of(answer) -> str:
    """Give the title of a page; blank for what is no page."""
    if answer.status_code != 200 or not answer.get("Content-Type", "").startswith("text/html"):
        return ""
    found = lxml.html.fromstring(answer.content).find(".//title")
    return "" if found is None else " ".join(found.text_content().split())


def titles(visitors, about) -> dict[str, set]:
    """Give the addresses that bear a title, as they end up after leading on."""
    found = defaultdict(set)
    for route in OWN:
        client, answer = first_that_opens(visitors, path_to(route, {**about, **FILLED}))
        if client is not None and (title := title_of(answer)):
            found[title].add(ONE_SCREEN.sub(r"\1", answer.request["PATH_INFO"]))
    return found


def test_different_pages_have_different_titles(world):  # noqa: F811
    visitors, about, _page = world
    found = titles(visitors, about)
    print(f"{len(found)} titles")
    twice = {title: where for title, where in found.items() if len(where) > 1}
    print(twice)
    assert twice == {}
    assert "" not in found and len(found) > 60
