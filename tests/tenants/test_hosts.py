"""Does every address of a project answer on the host of its municipality only, and close with its page?"""

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import PageViewRestriction

from deliberation.people.models import User
from deliberation.projects.models import Municipality, Project, Role
from tests.builders import (
    a_decided_point,
    a_decision_point,
    a_municipality,
    a_phase,
    a_project,
    give_role,
)
from tests.cms.site import a_project_page, a_site
from tests.live.builders import an_evening
from tests.questions.builders import a_question_in
from tests.test_urls import OWN, _was_done, path_to, world  # noqa: F401 (a fixture)

pytestmark = pytest.mark.django_db
THERE, MARK = "verderop.example.org", "geheimland"
# A code or receipt opens them for whoever holds it, in every state of the page.
BY_SECRET = {"s/<code:code>", "s/card/<code:card>", "volg/<code:receipt>"}
# They name no row of a municipality; removing a redirect looks on its own site only, where it is gone already.
OF_NOBODY = {
    "mijn/bestand/<str:signed>/",
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


def test_nothing_of_a_project_answers_on_another_host(world):  # noqa: F811
    """Asked by people who work in both municipalities, so that only the host can say no."""
    visitors, about, _page = world
    Project.objects.update(title=f"Plan {MARK}")
    Municipality.objects.update(name=MARK)
    there = a_municipality("verderop")
    a_site(there, THERE)
    manager = User.objects.get(pk=visitors["manager"].session["_auth_user_id"])
    give_role(manager, Role.ADMINISTRATOR, municipality=there)
    assert (
        visitors["manager"].get("/admin/participatie/", headers={"host": THERE}).status_code == 200
    )
    routes = rows_named()
    assert len(routes) > 80
    answered = set()
    for route in routes:
        path = path_to(route, about)
        for name in ("resident", "manager"):
            for ask in (visitors[name].get, visitors[name].post):
                answer = ask(path, headers={"host": THERE})
                if answer.status_code == 200 or _was_done(answer):
                    answered.add((route, name))
    assert answered == set()
    screens = {route for route in OWN if route.startswith("admin/") and "<" not in route}
    pages = {one: visitors["manager"].get(f"/{one}", headers={"host": THERE}) for one in screens}
    told = {one for one, page in pages.items() if MARK in page.content.decode(errors="replace")}
    assert len(screens) > 10 and told == set(), "lists and filters of the desk"


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
