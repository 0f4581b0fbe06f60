"""Does any public list, feed, search or table show, or only admit, that there is a project nobody may see yet?"""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from tests.builders import a_decided_point, a_decision_point, a_municipality, a_phase, a_project
from tests.cms.site import a_project_page
from tests.live.builders import an_evening
from tests.questions.builders import a_question_in
from tests.tenants.marks import mark
from tests.tenants.query_names import names_read, queries_on, told
from tests.tenants.test_hosts import more_to_tell, rows_of_all
from tests.test_urls import OWN, a_world

pytestmark = pytest.mark.django_db
MARK, OPEN = "Zwartgat", "Zonneveld"
NOBODY = ("bestaat-niet", "999999")
COUNTED = {"page", "pageSize"}  # they name no row
# What differs between two answers to the same question: tokens and the clock.
CHANGING = re.compile(
    r"""'Content-Length': '\d+'|csrf\w+"[^>]*>|csrf\w+['=:][^;,]*|nonce-[\w-]+"""
    r"""|DTSTAMP:\w+|[Ee]xpires\W+\w{3}, [\w :]+|<lastBuildDate>.*?<"""
)


@pytest.fixture
def ids():
    """A project that everybody may read, and one hidden in each way; what names the hidden ones."""
    municipality = a_municipality()
    *_more, page = a_world(municipality)
    more_to_tell(page)
    before = rows_of_all()
    assert mark({label: pks for label, pks in before.items() if label not in ROOM}, OPEN) > 40
    found = set()
    for hide in (never_published, unpublished, private, with_password, scheduled, home_unpublished):
        found |= a_hidden_project(municipality, hide)
    rows = {label: pks - before[label] for label, pks in rows_of_all().items()}
    assert mark(rows, MARK) > 30
    call_command("index_search")
    return found


ROOM = ("projects.municipality",)


def a_hidden_project(municipality, hide) -> set[str]:
    phase = a_phase(project=a_project(municipality))
    evening = an_evening(point=a_decided_point(point=a_decision_point(phase)))
    page = a_project_page(phase.project)
    named = a_question_in(phase.project)
    more_to_tell(page)
    hide(page)
    ids = (page.pk, evening.run.session_id, named["point_id"], named["vragen"])
    return {page.project.slug, str(page.project_id), *(map(str, ids) if hide is private else ())}


def never_published(page) -> None:
    Page.objects.get(pk=page.pk).delete()


def unpublished(page) -> None:
    page.unpublish()


def private(page) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type="login")


def with_password(page) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type="password", password="geheim")


def scheduled(page) -> None:
    page.unpublish()
    page.go_live_at = timezone.now() + timedelta(days=1)
    page.save_revision().publish()


def home_unpublished(page) -> None:
    """Unpublish the page with what stands below it."""
    for below in page.get_descendants().specific():
        below.unpublish()
    page.unpublish()


def public_lists() -> list[str]:
    """List what everybody may ask without naming a row in the address; the pages themselves too."""
    own = [f"/{one}" for one, kind in OWN.items() if kind == "public" and "<" not in one]
    return own + [page.get_url() for page in Page.objects.live().exclude(depth=1)]


def plain(answer, value, other) -> str:
    """Give an answer without what was asked in it, and without what differs every time."""
    echo = rf"""(?<=[="'> ]){value}(?=["'&<; ]|$)""" if value.isdecimal() else value
    said = re.sub(f"{echo}|{other}", "ASKED", told(answer))
    return CHANGING.sub("", said)


def test_no_public_list_tells_of_a_hidden_project(ids):
    client, seen, admitted, asked, open_ones = Client(), set(), set(), 0, 0
    for path in public_lists():
        first = client.get(path)
        open_ones += OPEN in told(first)
        names = names_read(lambda query, path=path: client.get(path, query), "1")
        for query in queries_on(first)[:4]:
            seen |= {(path, str(query))} if MARK in told(client.get(path, query)) else set()
            for name in set(names) - set(query) - COUNTED:
                none = {one: client.get(path, query | {name: one}) for one in NOBODY}
                for value in ids:
                    asked += 1
                    answer = client.get(path, query | {name: value})
                    if MARK in told(answer):
                        seen.add((path, str(query), name, value))
                    other = NOBODY[value.isdecimal()]
                    if plain(answer, value, other) != plain(none[other], value, other):
                        admitted.add((path, str(query), name, value))
    print(f"{asked} queries, {open_ones} lists tell of the open project")
    assert (seen, admitted) == (set(), set()) and asked > 200 and open_ones > 5
