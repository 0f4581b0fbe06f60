"""Does a list read more of the database when the town around it is twice as big?

Rows are counted where the driver gives them, so that one query for everything counts as what it is.
"""

from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet

from benchmarks.town_filling import ask_questions, copy_projects, give_roles
from cms.search.indexing import index_everything
from deliberation.live.models import Run
from deliberation.projects.models import DecisionPoint, Project
from tests.cms.site import a_news_page
from tests.test_hostile_texts import first_that_opens, own_files  # noqa: F401
from tests.test_many_rows import another_project, fill_project, the_town
from tests.test_urls import OWN, path_to, world  # noqa: F401 (a fixture)

pytestmark = [  # a town of a hundred projects, made three times, takes a minute
    pytest.mark.django_db, pytest.mark.usefixtures("own_files"), pytest.mark.exhaustive,
]  # fmt: skip
MORE = 25  # projects that come each time; more than any list shows at once
# Of each project that comes: its number and place in the tree, in both languages, and its name in a choice. It has
# seven decision points, a dozen pages and questions.
ROWS_FOR_EACH = 4
# Besides every address of ours that names no object.
LISTS = (
    "/", "/?page=2", "/zoeken/?q=straat", "/zoeken/?q=straat&kind=question", "/nieuws/?page=2", "/register/?page=2",
    "/stand-van-zaken/?sort=-next", "/stand-van-zaken/?sort=overall", "/admin/", "/admin/?show=late",
    "/admin/participatie/?page=2", "/admin/participatie/vragen/?state=all", "/api/v1/decision-points?page=2",
)  # fmt: skip
# What reads everything on purpose or, so far, for want of better; lower the number when you can.
WHOLE = {
    "/admin/participatie/keuzes/": "what stands out is worked out from every advice (oversight/records.py)",
    "/admin/": "the step that comes next is worked out for every decision point (projects/desk_tasks.py)",
    "/admin/?show=late": "the same",
    "/admin/participatie/beloften/": "the day by which we tell what came of it is worked out for each decision",
}


def test_no_list_reads_more_in_a_town_twice_as_big(world, monkeypatch):  # noqa: F811
    monkeypatch.setattr("cms.search.feeds.MOST_EVENTS", 20)
    monkeypatch.setattr("cms.search.full_text.MOST_FOUND", 20)
    visitors, about, page = world
    town = the_town(about, page)
    example = a_full_project(town)
    grow(town, example, 2 * MORE)  # a second page of everything is full too
    paths = [path for path in list_paths(about) if first_that_opens(visitors, path)[0]]
    before = {path: rows_of(visitors, path) for path in paths}
    grow(town, example)
    more = {path: rows_of(visitors, path) - number for path, number in before.items()}
    too_many = {path: number for path, number in more.items() if number > ROWS_FOR_EACH * MORE}
    print(f"{len(paths)} lists; the most: {sorted(more.values())[-5:]}")
    assert {path: number for path, number in too_many.items() if path not in WHOLE} == {}
    assert set(WHOLE) <= set(too_many), "a list that is cut now: take it out of WHOLE"
    assert len(paths) > 35


def test_a_list_that_reads_everything_is_seen(world):  # noqa: F811
    _visitors, about, page = world
    town = the_town(about, page)
    with counted() as few:
        list(DecisionPoint.objects.all())
    grow(town, a_full_project(town))
    with counted() as many:
        list(DecisionPoint.objects.all())
    assert many.rows - few.rows > ROWS_FOR_EACH * MORE


def a_full_project(town) -> Project:
    """Make a project with several of all that hangs on one."""
    town = another_project(town, 0)
    for number in range(2):
        fill_project(town, number)
        a_news_page(town.page, f"Nieuws {number} erbij")
    QuerySet(Run).filter(session__project=town.project).update(state=Run.State.CLOSED)
    return town.project


def grow(town, example, number=MORE) -> None:
    municipality = town.project.municipality
    with transaction.atomic():
        made = copy_projects(municipality, number, [example])
        ask_questions(municipality, 6 * number)
        give_roles(municipality, made, number)
    index_everything()


def list_paths(about) -> list[str]:
    alone = [path_to(route, about) for route in OWN if "<" not in route]
    about = {"project_id": about["project_id"]}
    of_project = [path_to(route, about) for route in ("vragen/<int:project_id>/",)]
    return [*alone, *of_project, *LISTS]


def rows_of(visitors, path) -> int:
    client, _answer = first_that_opens(visitors, path)
    with transaction.atomic(), counted() as read:
        client.get(path)
        transaction.set_rollback(True)
    return read.rows


@contextmanager
def counted():
    """Count the rows that the driver gives."""
    read = SimpleNamespace(rows=0)

    def count(_cursor, row):
        read.rows += 1
        return row

    connection.connection.row_factory = count
    try:
        yield read
    finally:
        connection.connection.row_factory = None
