"""Does any address break on a day, an hour or a number in its query that doesn't exist, by any name it reads?

Which names an address reads is not listed but seen: while it is asked, its query notes what is looked up in it.
"""

import pytest
from django.db import transaction
from django.http import QueryDict

from tests.test_hostile_texts import own_files  # noqa: F401 (a fixture)
from tests.test_outages import everywhere
from tests.test_urls import OWN, world  # noqa: F401 (a fixture)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files")]
DAYS = (
    "0001-01-01", "9999-12-31", "10000-01-01", "0000-00-00", "2026-02-30", "2026-13-01", "2026-01-00", "2026-W54",
    "2026-W54-1", "0001-W01-1", "2026-366", "2026-03-29T02:30", "2026-10-25T02:30:00", "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00", "2026-01-01T24:00", "20260101", "-0001-01-01", "٢٠٢٦-٠١-٠١",
)  # fmt: skip
NUMBERS = (
    "99999999999999999999", "9" * 400, "-1", "0", "NaN", "-Infinity", "1e400", "２０２６", "²", "½", "1_0",
    " 1", "0x10",
    "1\x00", "\x00", "true", "[]", b"\xed\xa0\x80",
)  # fmt: skip


class Noting(QueryDict):
    """A query that notes which names are looked up in it, its copies too."""

    asked: set[str] = set()

    def __getitem__(self, name):
        Noting.asked.add(name)
        return super().__getitem__(name)

    def __contains__(self, name):
        Noting.asked.add(name)
        return super().__contains__(name)

    def getlist(self, name, *default):
        Noting.asked.add(name)
        return super().getlist(name, *default)


class NotesQueries:
    """The last middleware: what comes after reads a query that notes."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, _view, _args, _kwargs):
        given, request.GET = request.GET, Noting(mutable=True)
        for name, values in given.lists():
            request.GET.setlist(name, values)
        request.GET._mutable = False


@pytest.fixture
def asking(settings, world):  # noqa: F811
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.test_queries.NotesQueries"]
    visitors, about, _page = world
    client = visitors["manager"]
    client.raise_request_exception = False
    cookies = client.cookies.output(header="")

    def ask(path, query) -> tuple[int, set[str]]:
        client.cookies.load(cookies)
        Noting.asked = set()
        with transaction.atomic():
            status = client.get(path, query).status_code
            transaction.set_rollback(True)
        return status, {name for name in Noting.asked if isinstance(name, str)}

    paths = everywhere(about)
    return ask, paths[: len(OWN)], paths  # ours come first


def broken(ask, paths, values_for) -> list:
    """Ask each address under each name it reads, and under what it then reads, what no page of ours sends."""
    wrong, read, turn = [], set(), 0
    for path in paths:
        status, names = ask(path, {})
        queue, seen = sorted(names), set()
        while queue:
            seen.add(name := queue.pop())
            for value in values_for(turn):
                status, more = ask(path, {name: value})
                if status >= 500:
                    wrong.append((path, name, str(value)[:30], status))
                queue += sorted(more - seen - set(queue))
            turn += 1
        read |= {(path, name) for name in seen}
    print(f"{len(read)} names at {len(paths)} addresses")
    assert len(read) > 80, "the walk reads too little to mean anything"
    return wrong


def some(turn) -> tuple:
    """Give the three that broke most, and two others for every name."""
    first, last, *_days = DAYS
    return first, last, "²", DAYS[turn % len(DAYS)], NUMBERS[turn % len(NUMBERS)]


def test_no_address_of_ours_breaks_on_a_day_or_a_number_that_does_not_exist(asking):
    ask, own, _everywhere = asking
    assert broken(ask, own, some) == []


@pytest.mark.exhaustive
def test_no_address_breaks_on_some_of_them(asking):
    ask, _own, everywhere_ = asking
    assert broken(ask, everywhere_, some) == []


@pytest.mark.exhaustive
def test_no_address_of_ours_breaks_on_any_of_them(asking):
    ask, own, _everywhere = asking
    assert broken(ask, own, lambda _turn: (*DAYS, *NUMBERS, ["1", "2026-02-30"])) == []
