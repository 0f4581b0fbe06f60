"""Does every address of a project answer on the host of its municipality only, and close with its page?"""

from datetime import timedelta

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone
from wagtail.models import PageViewRestriction

from deliberation.people.models import User
from deliberation.projects.models import DecisionPoint, Project, Role
from tests.builders import (
    a_decided_point,
    a_decision_point,
    a_municipality,
    a_phase,
    a_project,
    a_user,
    give_role,
)
from tests.cms.site import a_news_page, a_project_page, a_result_page, a_site
from tests.live.builders import an_evening
from tests.projects.test_outcomes import record
from tests.projects.test_status import report
from tests.questions.builders import a_question_in
from tests.tenants.marks import OF_WAGTAIL, OURS, mark
from tests.tenants.query_names import names_read, told, undone
from tests.test_exports import counted
from tests.test_urls import OWN, _was_done, a_world, path_to, world  # noqa: F401 (a fixture)

pytestmark = pytest.mark.django_db
THERE, MARK = "verderop.example.org", "Zwartgat"
FILES = {"digest": "x", "path": "x", "rest": "x"}
# A code or receipt opens them for whoever holds it, in every state of the page.
BY_SECRET = {"s/<code:code>", "s/card/<code:card>", "volg/<code:receipt>"}
# They name no row of a municipality; removing a redirect looks on its own site only, where it is gone already.
OF_NOBODY = {
    "mijn/bestand/<str:signed>/",
    "mijn/stoppen/<str:sealed>/",  # works on one host, and names no row: tests/people/test_unsubscribing.py
    "api/v1/frameworks/<slug:key>",
    "admin/participatie/afwegingskaders/versies/<int:pk>/bestand/",
    "admin/participatie/doorverwijzingen/<int:pk>/weg/",
}
# Sign-in, what owners of an invitation answer, programs that post, and files: asked in tests of their own.
ELSEWHERE = {"door", "owner", "program", "picture", "theme"}
STATES = ("published", "never published", "unpublished", "private", "scheduled")


@pytest.fixture(autouse=True)
def hosts(settings):
    settings.ALLOWED_HOSTS = ["testserver", THERE]


def rows_named() -> dict[str, str]:
    """List our addresses that name a row, with for whom they are."""
    return {
        route: kind
        for route, kind in OWN.items()
        if "<" in route and kind not in ELSEWHERE and route not in BY_SECRET | OF_NOBODY
    }


@pytest.fixture
def two_worlds(world):  # noqa: F811
    """Theirs, with the mark in every text; ours on a host of its own; who works where; ids by name."""
    theirs_about, theirs_page = world[1:]
    counted(theirs_about)
    more_to_tell(theirs_page)
    rows = rows_of_all()
    # Who walks around may read their own name.
    rows["people.user"] -= {user_of(world[0]["manager"]).pk}
    here = a_municipality("verderop")
    a_site(here, THERE)
    ours, about, _page = a_world(here)
    assert mark(rows, MARK) > 60
    both = Client()
    both.force_login(a_user(Role.ADMINISTRATOR, municipality=here))
    give_role(user_of(both), Role.ADMINISTRATOR, municipality=theirs_page.project.municipality)
    projects = Client()  # of somebody who works for one project in each
    projects.force_login(a_user(Role.OFFICER, project=Project.objects.get(pk=about["projecten"])))
    give_role(user_of(projects), Role.OFFICER, project=theirs_page.project)
    theirs = {f"their {name}": client for name, client in world[0].items()}
    ours |= theirs | {"both": both, "both projects": projects}
    return ours, about, theirs_about, theirs_page.project, rows


def more_to_tell(page) -> None:
    """Give a project with a decided point what other builders leave out: how it goes, what was decided, news."""
    report(page.project)
    record(DecisionPoint.objects.filter(phase__project=page.project).first())
    a_news_page(page)
    a_result_page(page)


def rows_of_all() -> dict[str, set]:
    """List the keys of every row that there is."""
    shared = {"compass.framework", "wagtailcore.locale"}
    return {
        label: set(model._base_manager.values_list("pk", flat=True))
        for model in apps.get_models()
        if (label := model._meta.label_lower) not in shared
    }


def keys_of_every_kind(rows, chosen: set) -> set[str]:
    """Add to some keys as few more as name a row of every model of ours, and of pages and files."""
    named = [pks for label, pks in rows.items() if pks and label.split(".")[0] in OURS]
    named += [pks for label in OF_WAGTAIL if (pks := rows[label])]
    while without := [pks for pks in named if not pks & chosen]:
        chosen = chosen | {max(without[0], key=lambda key: sum(key in pks for pks in without))}
    assert len(named) >= 40
    return {str(key) for key in chosen}


def user_of(client):
    return User.objects.get(pk=client.session["_auth_user_id"])


def test_nothing_of_a_project_answers_on_another_host(two_worlds):
    """Asked by who works there, here, and in both, so that for the last only the host can say no."""
    visitors, _about, theirs, *_rest = two_worlds
    routes, answered, seen = rows_named(), set(), set()
    assert len(routes) > 80
    for route in OWN:
        path = path_to(route, {**theirs, **FILES})
        for name in (
            "manager",
            "both",
            "both projects",
            "their manager",
            "their resident",
            "nobody",
        ):
            for method in ("get", "post"):
                ask = getattr(visitors[name], method)
                answer = undone(ask, path, headers={"host": THERE})
                if route in routes and (answer.status_code == 200 or _was_done(answer)):
                    answered.add((route, name))
                if MARK in told(answer) and route not in BY_SECRET:
                    seen.add((route, name, method))
    assert (answered, seen) == (set(), set())


def test_the_mark_is_seen_at_home(two_worlds):
    """Else the walks prove nothing: most screens show a text of theirs to who works there."""
    visitors, _about, theirs, *_rest = two_worlds
    paths = [path_to(route, theirs) for route, kind in OWN.items() if kind not in ELSEWHERE]
    seen = {path for path in paths if MARK in told(undone(visitors["their manager"].get, path))}
    assert len(seen) > 70


@pytest.mark.parametrize("kinds", ["main", pytest.param("all", marks=pytest.mark.exhaustive)])
def test_no_screen_of_ours_tells_anything_of_theirs_whatever_its_query_asks(two_worlds, kinds):
    """Lists, filters and choosers of our own screens, asked for rows of theirs by every name they read."""
    visitors, about, theirs, project, rows = two_worlds
    ids = {theirs[one] for one in ("projecten", "beslispunten", "vragen", "attendance_id")}
    ids |= {theirs["session_id"], max(rows["cms.projectpage"])}
    ids = keys_of_every_kind(rows, ids) if kinds == "all" else {str(one) for one in ids}
    ids |= {project.slug, "Lindestraat"}
    asked, seen = 0, set()
    for route, kind in OWN.items():
        if kind in ELSEWHERE:
            continue
        path = path_to(route, about)
        client = visitors["resident" if kind in ("public", "resident", "joined") else "both"]

        def ask(query, path=path, client=client):
            return undone(client.get, path, query, headers={"host": THERE})

        if MARK in told(ask({}, client=visitors["both projects"])):
            seen.add((path, "both projects"))
        names = names_read(ask, "1")
        for query in [{}] + [{one: value} for one in names for value in ids]:
            asked += 1
            if MARK in told(ask(query)):
                seen.add((path, str(query)))
    print(f"{asked} queries")
    assert seen == set() and asked > 300


@pytest.mark.parametrize("state", STATES)
def test_what_residents_read_of_a_project_closes_with_its_page(state, client):
    point = a_decided_point(point=a_decision_point(a_phase(project=a_project())))
    project = point.project
    a_site(project.municipality)
    evening = an_evening(point=point, headcount=0, poll_open=True)
    evening.votes("online", 6, 5)
    evening.close()
    evening.lead("reveal_result", to="public")
    session = evening.run.session_id
    page = a_project_page(project)
    about = {
        "session_id": session,
        "project_id": project.pk,
        "decision-points": point.pk,
        **a_question_in(project),
    }
    _bring(page, state)
    paths = [
        path_to(route, about)
        for route, kind in rows_named().items()
        if kind in ("public", "result")
    ]
    assert len(paths) >= 7
    opened = {path for path in paths if client.get(path).status_code == 200}
    assert opened == (set(paths) if state == "published" else set())


def _bring(page, state) -> None:
    if state == "never published":
        page.delete()
    if state == "unpublished":
        page.unpublish()
    if state == "private":
        PageViewRestriction.objects.create(page=page, restriction_type="login")
    if state == "scheduled":
        page.unpublish()
        page.go_live_at = timezone.now() + timedelta(days=1)
        page.save_revision().publish()
