"""Can an officer give a project other texts, and does everything that names it follow?"""

import pytest
from django.test import Client

from compass.refusal import Refused
from deliberation.people.models import AuditEntry
from deliberation.projects import operations
from deliberation.projects.models import Project, Role
from tests.builders import a_phase, a_project, a_user, committed, the_officer
from tests.cms.site import a_project_page

pytestmark = pytest.mark.django_db
TEXTS = {
    "title": "De Lindestraat wordt groen",
    "summary": "We planten twintig bomen.",
    "contact": "Team Groen, 14 0123",
}


def path_of(project) -> str:
    return f"/admin/participatie/projecten/{project.pk}/wijzigen/"


def desk_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def change(project, now, **texts):
    officer = the_officer(project.municipality)
    with committed():
        return operations.change_project(
            actor=officer, project=project, now=now, **{**TEXTS, **texts}
        )


@pytest.fixture
def now():
    from django.utils import timezone

    return timezone.now()


def test_an_officer_changes_the_texts_from_the_screen_of_the_project():
    project = a_project()
    desk = desk_of(the_officer(project.municipality))
    assert path_of(project) in desk.get(path_of(project).replace("wijzigen/", "")).content.decode()
    form = desk.get(path_of(project)).content.decode()
    assert project.title in form and project.contact in form and 'name="slug"' not in form
    answer = desk.post(path_of(project), {**TEXTS, "slug": "anders", "municipality": 9})
    assert answer.status_code == 302
    after = Project.objects.get(pk=project.pk)
    assert {name: getattr(after, name) for name in TEXTS} == TEXTS
    assert (after.slug, after.municipality) == (project.slug, project.municipality)
    assert AuditEntry.objects.filter(action="change_project").count() == 1
    desk.post(path_of(project), TEXTS)
    assert AuditEntry.objects.filter(action="change_project").count() == 1, "nothing changed"


def test_the_audit_keeps_what_it_said_before(now):
    project = a_project(title="Oude naam")
    change(project, now)
    detail = AuditEntry.objects.get(action="change_project").detail
    assert "Oude naam" in detail and TEXTS["title"] in detail


@pytest.mark.parametrize("field", ["title", "summary", "contact"])
def test_an_empty_text_is_refused_beside_its_field_and_the_rest_stays(field):
    project = a_project()
    desk = desk_of(the_officer(project.municipality))
    answer = desk.post(path_of(project), {**TEXTS, field: " \u200b "})
    assert answer.status_code == 400
    kept = [text for name, text in TEXTS.items() if name != field]
    assert all(text in answer.content.decode() for text in kept)
    assert Project.objects.get(pk=project.pk).title == project.title


def test_a1_a2_texts_are_cleaned_and_shown_as_text(now):
    project = a_project()
    change(project, now, title="Straat\u202e <script>alert(1)</script>")
    after = Project.objects.get(pk=project.pk)
    assert "\u202e" not in after.title
    page = desk_of(the_officer(project.municipality)).get(path_of(project)).content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page
    with pytest.raises(Refused):
        change(project, now, title="x" * 121)


@pytest.mark.parametrize(
    ("role", "where", "may"),
    [
        (Role.OFFICER, "project", True),
        (Role.ADMINISTRATOR, "municipality", True),
        (Role.FACILITATOR, "project", False),
        (Role.COUNCIL, "municipality", False),
        (Role.OFFICER, "elsewhere", False),
    ],
)
def test_a33_who_prepares_here_may_and_nobody_else(role, where, may):
    project = a_project()
    scope = {
        "project": {"project": project},
        "municipality": {"municipality": project.municipality},
        "elsewhere": {"project": a_project()},
    }[where]
    desk = desk_of(a_user(role, **scope))
    assert (desk.get(path_of(project)).status_code == 200) is may
    assert (desk.post(path_of(project), TEXTS).status_code == 302) is may
    assert (Project.objects.get(pk=project.pk).title == TEXTS["title"]) is may
    screen = desk.get(path_of(project).replace("wijzigen/", "")).content.decode()
    assert (path_of(project) in screen) is may


def test_the_page_keeps_its_texts_and_search_calendar_and_lists_follow(client, now):
    project = a_project(title="Oude zwaluwstraat")
    a_phase(project=project)
    page = a_project_page(project, title="Praat mee over de straat")
    change(project, now, title="Nieuwe kievitstraat", contact="Team Ooievaar, 14 0123")
    html = client.get(page.url).content.decode()
    assert "Praat mee over de straat" in html and page.intro in html
    assert "Team Ooievaar, 14 0123" in html
    for word in ("kievitstraat", "ooievaar"):
        (hit,) = [
            one
            for one in client.get("/zoeken/", {"q": word}).context["hits"]
            if one.href == page.url
        ]
        assert (hit.title, hit.project.title) == ("Praat mee over de straat", "Nieuwe kievitstraat")
    assert client.get("/zoeken/", {"q": "zwaluwstraat"}).context["hits"] == []
    for path in ("/agenda.ics", "/stand-van-zaken/", f"/nieuws/?project={project.slug}"):
        told = client.get(path).content.decode()
        assert "Nieuwe kievitstraat" in told and "zwaluw" not in told, path
