"""How do tests of the page cache read: as different people, and knowing what it cost?"""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

NOON = datetime(2026, 6, 17, 12, tzinfo=ZoneInfo("Europe/Amsterdam"))


def read(path, visitor=None, **about):
    """Ask for an address three times, as different people, and give the last answer with its queries."""
    for _ in range(2):
        (visitor or Client()).get(path, **about)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = (visitor or Client()).get(path, **about)
    answer.asked = len(asked)
    return answer


def is_kept(answer) -> bool:
    return answer.asked == 1 and answer.headers.get("Cache-Control", "").startswith("public")


def public_paths(page) -> list[str]:
    """List an address of every public view, and every page."""
    pages = [
        one.get_url()
        for one in Page.objects.live().descendant_of(page.get_parent(), inclusive=True)
    ]
    ours = [
        "/nieuws/",
        "/nieuws/rss/",
        "/besluiten/rss/",
        "/stand-van-zaken/",
        "/agenda.ics",
        "/register/",
    ]
    return [*pages, *ours, "/en/nieuws/"]


def is_kept_at_once(path) -> bool:
    with CaptureQueriesContext(connection) as asked:
        Client().get(path)
    return len(asked) == 1
