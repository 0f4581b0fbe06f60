"""Does every address that ever led somewhere still lead there? In mails, bookmarks and links, in addresses.json.

Whoever moves an address leaves one that leads on, with the same route.
"""

import json
import re
from pathlib import Path

from django.urls import Resolver404, resolve

from tests.test_urls import OWN

FROZEN = Path(__file__).with_name("addresses.json")
FILLED = {"int": "1", "code": "ABCDEFGH", "uuid": "3f0c6a52-7e0f-4f5e-9a52-0d7c5f1b8a11"}


def filled(route: str) -> str:
    return "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda part: FILLED.get(part[1], "a"), route)


def view_of(route: str) -> str:
    """Name the view that answers; blank: it is left to the pages that editors make."""
    try:
        found = resolve(filled(route))
    except Resolver404:
        return ""
    return "" if found.url_name == "wagtail_serve" else found.view_name or found._func_path


def test_no_address_that_was_given_out_is_gone():
    frozen = json.loads(FROZEN.read_text(encoding="utf-8"))
    assert [route for route in frozen if not view_of(route)] == [], "let it lead on"
    assert len(frozen) > 100


def test_every_address_is_remembered():
    frozen = json.loads(FROZEN.read_text(encoding="utf-8"))
    assert sorted(set(OWN) - set(frozen)) == [], f"write these in {FROZEN.name}"
