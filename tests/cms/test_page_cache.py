"""Is a page that is kept never given to whom it isn't for, and never a moment longer than it is true?"""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.db import InterfaceError, OperationalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, Site

from cms.models import NewsPage, ProjectPage
from cms.page_cache import generations, middleware
from cms.page_cache.memory import OVERHEAD, KeptAnswer, Memory
from cms.page_cache.middleware import PUBLIC, answers, valid_until
from deliberation.live.models import LiveSession
from deliberation.participation.models import Contribution
from deliberation.people.models import AuditEntry
from deliberation.people.operations import record_audit
from deliberation.people.privacy.erasure import erase_everywhere
from deliberation.projects.models import Municipality, Phase, Project
from deliberation.projects.tenancy import on_site_of
from tests.builders import a_municipality, the_officer
from tests.cms.site import a_news_page, a_project_page, a_result_page, a_site, a_standard_page
from tests.live.builders import an_evening
from tests.questions.builders import a_question_in

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 6, 17, 12, tzinfo=ZoneInfo("Europe/Amsterdam"))


@pytest.fixture
def clock(monkeypatch):
    def put(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    put(NOON)
    return put


@pytest.fixture
def project_page(settings):
    evening = an_evening(poll_open=True)
    page = a_project_page(evening.run.project)
    a_result_page(page)
    a_news_page(page)
    a_standard_page(page.get_parent())
    a_question_in(evening.run.project)
    generations.raise_generation(None)
    answers.clear()
    settings.PAGES_ARE_KEPT = 300  # from here on: what builders wrote is written again by hand
    return page


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


@pytest.fixture
def fresh(settings):
    """Read a page as it is made now."""

    def make(path, **about):
        settings.PAGES_ARE_KEPT = 0
        answer = Client().get(path, **about)
        settings.PAGES_ARE_KEPT = 300
        return answer

    return make


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


def is_kept_at_once(path) -> bool:
    with CaptureQueriesContext(connection) as asked:
        Client().get(path)
    return len(asked) == 1


def test_a_change_of_one_municipality_leaves_the_pages_of_another(project_page, settings):
    settings.ALLOWED_HOSTS = ["*"]
    a_site(a_municipality("Verderop"), hostname="verderop.example")
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
    other = a_municipality("Verderop")
    asker = Contribution.objects.get().participant
    read(project_page.url)
    with on_site_of(other):
        erase_everywhere(user=None, participants=[asker], now=timezone.now())
    assert not is_kept_at_once(project_page.url)


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
