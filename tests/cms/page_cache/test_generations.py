"""Does whatever is written, by whichever way, make the pages old that may show it, and nothing else?"""

import re

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.models import NewsPage, ProjectPage
from cms.page_cache import generations
from deliberation.live.models import LiveSession
from deliberation.participation.models import Contribution
from deliberation.people.models import AuditEntry
from deliberation.people.operations import record_audit
from deliberation.people.privacy.erasure import erase_everywhere
from deliberation.projects.models import Municipality, Phase, Project
from deliberation.projects.tenancy import on_site_of
from tests.builders import a_municipality, the_officer
from tests.cms.site import a_site

from .readers import is_kept, is_kept_at_once, public_paths, read

pytestmark = pytest.mark.django_db(transaction=True)


def in_a_step_back():
    """Write in a step that is taken back, then in the transaction around it."""
    with transaction.atomic():
        sid = transaction.savepoint()
        Project.objects.update(title="Weer weg")
        transaction.savepoint_rollback(sid)
        Project.objects.update(title="Na een stap terug")


def by_hand():
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cms_projectpage SET intro = 'Met de hand geschreven.'")


WRITES = {
    "by the editor": (
        lambda: ProjectPage.objects.get().save_revision().publish(), None,
    ),
    "in bulk": (lambda: ProjectPage.objects.update(intro="Voor alle bladzijden."), "Voor alle bladzijden."),
    "by hand": (by_hand, "Met de hand geschreven."),
    "a child": (lambda: NewsPage.objects.all().delete(), None),
    "a row of its project": (lambda: Phase.objects.update(title="Een andere fase"), "Een andere fase"),
    "the municipality": (lambda: Municipality.objects.update(name="Nieuwnaam"), "Nieuwnaam"),
    "in a step back": (in_a_step_back, None),
}  # fmt: skip


@pytest.mark.parametrize(("write", "shown"), WRITES.values(), ids=WRITES)
def test_whatever_writes_the_next_one_reads_it(project_page, fresh, write, shown):
    assert is_kept(read(project_page.url))
    write()
    answer = Client().get(project_page.url)
    assert answer.content == fresh(project_page.url).content
    assert (shown or "") in answer.text
    assert is_kept(read(project_page.url))


def test_what_nobody_reads_makes_nothing_old(project_page):
    read(project_page.url)
    before = AuditEntry.objects.count()
    Client().post("/account/login/", {"login": "iemand@example.org", "password": "fout"})
    record_audit(
        actor=the_officer(project_page.project.municipality),
        action="see",
        obj=project_page.project,
        now=timezone.now(),
    )
    assert AuditEntry.objects.count() > before
    assert is_kept_at_once(project_page.url)


def test_a_change_of_one_municipality_leaves_the_pages_of_another(project_page, settings):
    settings.ALLOWED_HOSTS = ["*"]
    a_site(a_municipality("verderop"), hostname="verderop.example")
    generations.raise_generation(None)
    read("/", headers={"host": "verderop.example"})
    with on_site_of(project_page.project.municipality):
        LiveSession.objects.update(title="Anders")
    with CaptureQueriesContext(connection) as asked:
        Client(headers={"host": "verderop.example"}).get("/")
    assert len(asked) == 1


def test_what_changes_while_a_page_is_made_makes_it_old(project_page, monkeypatch):
    read(project_page.url)
    generations.raise_generation(None)
    serve = ProjectPage.get_context

    def late(self, request, *args, **kwargs):
        context = serve(self, request, *args, **kwargs)
        ProjectPage.objects.update(intro="Net te laat gelezen.")
        return context

    with monkeypatch.context() as patch:
        patch.setattr(ProjectPage, "get_context", late)
        Client().get(project_page.url)
    assert "Net te laat gelezen." in Client().get(project_page.url).text


def test_no_page_reads_what_is_said_never_to_be_shown(project_page, fresh):
    read_tables = set()
    for path in public_paths(project_page):
        with CaptureQueriesContext(connection) as asked:
            fresh(path)
        for query in asked:
            read_tables |= set(re.findall(r'(?:FROM|JOIN) "(\w+)"', query["sql"]))
    assert {table for table in read_tables if generations.NEVER_SHOWN.match(table)} == set()
    assert len(read_tables) > 20


def test_what_is_never_shown_exists():
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    for part in re.split(r"\|(?![^(]*\))", generations.NEVER_SHOWN.pattern):
        assert any(re.match(part, table) for table in tables), part


@pytest.mark.parametrize(
    "sql",
    [
        'INSERT INTO "projects_project" DEFAULT VALUES', 'INSERT OR IGNORE INTO projects_project', "update a set b = 1",
        'DELETE  FROM "projects_project"', "\nUPDATE a", "/* by hand */ UPDATE a", "-- by hand\nDELETE FROM a",
        "WITH b AS (SELECT 1) UPDATE a SET c = 1", 'REPLACE INTO a', "MERGE INTO a", "COPY a FROM STDIN",
        "ALTER TABLE a", 'TRUNCATE "django_session", "a"', "CALL anything()",
    ],
)  # fmt: skip
def test_whatever_is_not_surely_read_makes_all_old(sql, settings, monkeypatch):
    raised = []
    monkeypatch.setattr(generations, "_raise_once", raised.append)
    settings.PAGES_ARE_KEPT = 300
    generations._watch(lambda *_asked: None, sql, None, False, {})
    assert raised == [None]


@pytest.mark.parametrize(
    "sql",
    [
        'SELECT "a" FROM b FOR UPDATE',
        "SAVEPOINT x",
        "PRAGMA y",
        "BEGIN",
        "DELETE FROM django_session",
    ],
)
def test_what_is_read_or_never_shown_makes_nothing_old(sql, settings, monkeypatch):
    raised = []
    monkeypatch.setattr(generations, "_raise_once", raised.append)
    settings.PAGES_ARE_KEPT = 300
    generations._watch(lambda *_asked: None, sql, None, False, {})
    assert raised == []


def test_who_erases_an_account_makes_the_pages_of_every_municipality_old(project_page):
    other = a_municipality("verderop")
    asker = Contribution.objects.get().participant
    read(project_page.url)
    with on_site_of(other):
        erase_everywhere(user=None, participants=[asker], now=timezone.now())
    assert not is_kept_at_once(project_page.url)


def test_a_connection_that_is_opened_again_is_watched_once():
    for _ in range(3):
        connection.close()
        connection.ensure_connection()
    assert connection.execute_wrappers.count(generations._watch) == 1


def test_while_tables_are_made_no_write_is_looked_at_and_all_is_old_after(project_page):
    read(project_page.url)
    with generations.while_tables_change():
        Project.objects.update(title="Tijdens")
        assert is_kept_at_once(project_page.url)
    assert not is_kept_at_once(project_page.url)
