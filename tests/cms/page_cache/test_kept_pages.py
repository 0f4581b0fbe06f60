"""Is a page that is kept never given to whom it isn't for, and never a moment longer than it is true?"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client
from wagtail.models import Site

from cms.page_cache import generations, middleware
from cms.page_cache.memory import OVERHEAD, KeptAnswer, Memory
from cms.page_cache.middleware import PUBLIC, answers, valid_until
from tests.builders import the_officer

from .readers import NOON, is_kept, is_kept_at_once, public_paths, read

pytestmark = pytest.mark.django_db(transaction=True)


def test_everybody_reads_the_same_page_for_one_query(project_page, fresh):
    answer = read(project_page.url)
    assert is_kept(answer)
    assert answer.headers["Vary"] == "Accept-Encoding" and not answer.cookies
    assert project_page.title in answer.text
    made = fresh(project_page.url)
    assert answer.content == made.content
    for name in (
        "Content-Security-Policy",
        "Permissions-Policy",
        "X-Frame-Options",
        "Content-Type",
    ):
        assert answer.headers[name] == made.headers[name], name


def test_a_browser_that_has_it_hears_so(project_page):
    tag = read(project_page.url).headers["ETag"]
    again = Client().get(project_page.url, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    head = Client().head(project_page.url)
    assert (head.status_code, head.content, head.headers["ETag"]) == (200, b"", tag)


def test_it_is_packed_for_whoever_can_unpack_it(project_page):
    packed = read(project_page.url, headers={"Accept-Encoding": "gzip, br"})
    assert is_kept(packed) and packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in read(project_page.url).headers


def test_every_public_view_is_kept_and_has_no_form_that_changes_anything(project_page, fresh):
    paths = public_paths(project_page)
    found = {path: read(path) for path in paths}
    assert {path for path, answer in found.items() if not is_kept(answer)} == set()
    assert [path for path, answer in found.items() if 'method="post"' in answer.text] == []
    assert {
        answer.resolver_match.view_name for answer in map(Client().get, [p + "?x" for p in paths])
    } == PUBLIC


def test_who_is_somebody_is_never_given_what_is_kept(project_page):
    read(project_page.url)
    staff = Client()
    staff.force_login(the_officer(project_page.project.municipality))
    assert not is_kept(read(project_page.url, staff))
    told = Client()
    told.cookies["messages"] = "something waits for this browser"
    assert read(project_page.url, told).asked > 1
    for about in ({"query_params": {"page": "1"}}, {"headers": {"Authorization": "Bearer x"}}):
        assert read(project_page.url, **about).asked > 1


def test_what_is_private_or_refused_is_not_kept(project_page):
    from wagtail.models import PageViewRestriction

    PageViewRestriction.objects.create(page=project_page, restriction_type="login")
    for path in (project_page.url, "/bestaat-niet/", "/account/login/", "/meedoen"):
        assert "public" not in read(path).headers.get("Cache-Control", ""), path


def test_another_process_may_have_moved_the_site(project_page):
    read(project_page.url)
    Site.objects.update(hostname="nieuw.example")  # tells Wagtail's memory nothing
    answer = Client().get(project_page.url)
    assert 'href="http://nieuw.example' in answer.text or answer.status_code != 200


def test_a_kept_page_ends_at_midnight_and_when_the_clock_is_put_back(project_page, clock):
    late = NOON.replace(hour=23, minute=58)
    clock(late)
    assert is_kept(read(project_page.url))
    clock(late + timedelta(seconds=119))
    assert is_kept_at_once(project_page.url)
    clock(late + timedelta(seconds=120))
    assert not is_kept_at_once(project_page.url)
    clock(NOON)
    assert not is_kept_at_once(project_page.url)


@pytest.mark.parametrize(
    ("day", "hours"), [((2026, 3, 28), 24), ((2026, 3, 29), 23), ((2026, 10, 25), 25)]
)
def test_midnight_is_that_of_the_municipality(settings, day, hours):
    settings.PAGES_ARE_KEPT = 10**6
    began = datetime(*day, tzinfo=ZoneInfo("Europe/Amsterdam")).astimezone(ZoneInfo("UTC"))
    assert valid_until(began) - began == timedelta(hours=hours)


def test_within_a_day_time_changes_no_page(project_page, clock, fresh):
    """What is kept until midnight may hold nothing that counts in hours."""
    days = [NOON.replace(hour=0, minute=0) + timedelta(days=day) for day in (-40, 0, 1, 40)]
    told = 0
    for day in days:
        pages = []
        for moment in (day, day.replace(hour=12), day.replace(hour=23, minute=59, second=59)):
            clock(moment)
            found = {
                path: Client().get(path + "?fresh").content for path in public_paths(project_page)
            }
            pages.append(found)
        differ = {
            path for path, content in pages[0].items() if {one[path] for one in pages} != {content}
        }
        assert differ == set(), day
        told += len({*pages[0].values()})
    assert told > 40


@pytest.mark.parametrize(
    "host", ["TESTSERVER", "testserver.", "testserver:81", "testserver:0000080", "127.0.0.1"]
)
def test_another_spelling_of_the_host_fills_no_memory(project_page, settings, host):
    settings.ALLOWED_HOSTS = ["*"]
    assert read(project_page.url, headers={"host": host}).asked > 1
    assert len(answers._answers) == 0


def test_a_host_that_is_refused_is_refused_as_always(project_page):
    answer = Client().get(project_page.url, headers={"host": "evil.example"})
    assert answer.status_code == 400 and "Content-Security-Policy" in answer.headers


def test_who_only_seems_to_unpack_gets_no_packed_page_nor_gives_a_bare_one(project_page):
    read(project_page.url, headers={"Accept-Encoding": "gzipx"})
    packed = read(project_page.url, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert (
        "Content-Encoding"
        not in read(project_page.url, headers={"Accept-Encoding": "gzipx"}).headers
    )


def test_a_page_that_says_the_same_has_the_same_tag(project_page):
    first = read(project_page.url, headers={"Accept-Encoding": "gzip"})
    generations.raise_generation(None)
    again = read(project_page.url, headers={"Accept-Encoding": "gzip"})
    assert first.headers["ETag"] == again.headers["ETag"] == read(project_page.url).headers["ETag"]
    assert first.content != again.content


@pytest.mark.parametrize("failure", [OperationalError, InterfaceError])
def test_while_the_database_is_away_people_read_on(project_page, monkeypatch, failure, clock):
    kept = read(project_page.url)

    def away(*_asked):
        raise failure("gone")

    monkeypatch.setattr(middleware, "generation_of", away)
    assert Client().get(project_page.url).content == kept.content
    clock(NOON + timedelta(seconds=300))
    assert Client().get(project_page.url).status_code == 200, (
        "whoever makes it says that the database is away"
    )


def test_what_is_not_kept_is_answered_as_always():
    assert Client().get("/account/login/", headers={"If-Match": "*"}).status_code == 200


def test_the_memory_holds_so_many_bytes():
    found, answer = Memory(3 * (OVERHEAD + 10)), KeptAnswer(1, 1, NOON, NOON, b"0123456789")
    for key in "abc":
        found.add(key, answer)
    found.get("a")
    found.add("d", answer)
    assert [key for key in "abcd" if found.get(key)] == ["a", "c", "d"]
    found.add("e", KeptAnswer(1, 1, NOON, NOON, b"x" * 10_000))
    assert [key for key in "abcde" if found.get(key)] == []
    found.clear()
    for _ in range(9):
        found.add("a", answer)
    assert found.get("a") == answer
