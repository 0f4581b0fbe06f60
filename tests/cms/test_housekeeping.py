"""Does the worker do by itself what waits for a day or an hour, and is nothing kept that ended?"""

import tomllib
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.conf import settings
from django.core.management import call_command, get_commands
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_tasks_db.management.commands import db_worker
from wagtail.models import DraftStateMixin, Page, Revision

from cms import background
from deliberation.people import queries
from deliberation.people.models import AuditEntry
from deliberation.people.operations import record_audit
from deliberation.projects.models import RoleInvitation
from tests.builders import a_project, the_officer
from tests.live.builders import an_evening
from tests.questions.builders import a_desk

from .site import a_news_page, a_project_page

pytestmark = pytest.mark.django_db
A_WHILE = timedelta(seconds=1)
OURS = ("cms", "compass", "deliberation")
# What each command of a library would do here. One that nobody runs does nothing: a new one is red until it is said.
BY_THE_WORKER = {"clearsessions"}
NOT_NEEDED = {
    "api_tokens": "Wagtail's own API isn't served",
    "convert_mariadb_uuids": "of another database",
    "create_log_entries_from_revisions": "of a site older than its log",
    "deduplicate_tags": "no tags are used",
    "db_worker": "ours is `worker`",
    "import_redirects": "by hand, on a screen",
    "prune_db_task_results": "the worker keeps nothing of what succeeded",
    "publish_scheduled": "stops at the first page that can't be; the worker does each by itself",
    "publish_scheduled_pages": "the old name of publish_scheduled",
    "purge_embeds": "nothing is embedded",
    "purge_revisions": "editors go back to them",
    "remove_orphaned_tags": "no tags are used",
    "runworker": "nothing is sent by Channels to a worker",
    "sync_locale_trees": "wagtail-localize does it when a page is made",
}
# What somebody does by hand: to repair, to look, or while a new version is made or installed.
TOOLS = set(
    "account_unsetmultipleprimaryemails changepassword check collectstatic compilemessages createcachetable dbshell "
    "diffsettings dumpdata enable_fuzzystrmatch enable_trigram enable_unaccent findstatic fixtree flush inspectdb "
    "loaddata makemigrations move_pages optimizemigration rebuild_references_index remove_stale_contenttypes runserver "
    "set_url_paths shell show_references_index showmigrations sqlflush sqlmigrate sqlsequencereset squashmigrations "
    "startapp startproject test testserver update_index wagtail_update_image_renditions wagtail_update_index".split()
)


@pytest.fixture
def worker(settings, monkeypatch):
    """Let the worker look once."""
    monkeypatch.setattr(db_worker, "close_old_connections", lambda: None)
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    return lambda: call_command("worker", "--once")


def test_every_command_of_a_library_is_run_or_not_needed():
    theirs = {name for name, app in get_commands().items() if str(app).split(".")[0] not in OURS}
    assert theirs == BY_THE_WORKER | set(NOT_NEEDED) | TOOLS


def is_read(page) -> bool:
    return Client().get(page.url).status_code == 200


def test_a_page_comes_and_goes_at_the_hour_that_an_editor_gave(worker):
    page = a_news_page(a_project_page(), "Straks")
    page.unpublish()
    page.go_live_at = timezone.now() + timedelta(hours=1)
    page.expire_at = timezone.now() + timedelta(hours=2)
    page.save_revision().publish()
    worker()
    assert not is_read(page), "not before its hour"
    (waits,) = Revision.objects.exclude(approved_go_live_at=None)
    come(waits)
    worker()
    assert is_read(page)
    Page.objects.filter(pk=page.pk).update(expire_at=timezone.now() - A_WHILE)
    worker()
    assert not is_read(page)


def test_a_page_that_can_not_be_published_holds_up_nothing(worker, caplog):
    page = a_news_page(a_project_page(), "Straks")
    first, second = planned(page), planned(a_news_page(page.get_parent(), "Daarna"))
    Revision.objects.filter(pk=first.pk).update(object_id="987654")
    worker()
    assert "not done, and tried again later: Revision.publish" in caplog.text
    assert is_read(second.as_object())


def planned(page) -> Revision:
    """Take a page down and plan it for an hour that has come."""
    page.unpublish()
    page.go_live_at = timezone.now() + timedelta(hours=1)
    revision = page.save_revision()
    revision.publish()
    come(revision)
    return revision


def come(revision) -> None:
    """Let the hour of a revision that waits have come."""
    revision.refresh_from_db()
    revision.approved_go_live_at = timezone.now() - A_WHILE
    revision.content["go_live_at"] = revision.approved_go_live_at.isoformat()
    revision.save()


def test_only_pages_are_drafts():
    """The worker publishes and takes down pages; what else can be planned one day, it has to learn."""
    drafts = [one for one in apps.get_models() if issubclass(one, DraftStateMixin)]
    assert [one for one in drafts if not issubclass(one, Page)] == []


def test_what_breaks_while_keeping_house_holds_up_nothing(caplog, settings):
    here = a_project_page().project.municipality
    long_ago = timezone.now() - timedelta(days=90)
    RoleInvitation.objects.create(
        email="x@x.example", role="officer", municipality=here, expires_at=long_ago
    )
    settings.SESSION_ENGINE = "nowhere"
    background.keep_house(timezone.now())
    assert "not done, and tried again later: _forget_sessions" in caplog.text
    assert not RoleInvitation.objects.exists()


def test_a_record_that_was_changed_by_hand_is_told_the_same_day(worker, caplog):
    evening = an_evening()
    background.check_records()
    assert "doesn't fit" not in caplog.text
    entry, event = AuditEntry.objects.earliest("pk"), evening.run.events.latest("seq")
    with connection.cursor() as by_hand:
        by_hand.execute("UPDATE people_auditentry SET action = 'nothing' WHERE id = %s", [entry.pk])
        by_hand.execute("UPDATE live_event SET kind = 'nothing' WHERE id = %s", [event.pk])
    worker()
    assert f"audit entry {entry.pk} doesn't fit" in caplog.text
    assert f"event {event.seq} of run {evening.run.pk} doesn't fit" in caplog.text
    with connection.cursor() as by_hand:
        by_hand.execute(
            "DELETE FROM people_auditentry WHERE id = %s", [AuditEntry.objects.latest("pk").pk]
        )
    assert queries.broken_audit_entries() == [entry.pk, 0]


def test_what_is_recorded_while_records_are_read_is_read_after_them(monkeypatch):
    project = a_project()
    ask, added = AuditEntry.chain_hash, []

    def slowly(entry):
        if not added:
            added.append(entry)
            record_audit(actor=None, action="looked", obj=project, now=timezone.now())
        return ask(entry)

    monkeypatch.setattr(AuditEntry, "chain_hash", slowly)
    assert queries.broken_audit_entries() == [] and added


def test_where_somebody_came_from_goes_with_their_session():
    client, user = Client(), the_officer(a_project_page().project.municipality)
    client.force_login(user)
    key = client.session.session_key
    UserSession.objects.create(user=user, ip="192.0.2.7", session_key=key, user_agent="a phone")
    background.keep_house(timezone.now())
    assert UserSession.objects.exists(), "of a session that is still open"
    client.session.flush()
    background.keep_house(timezone.now())
    assert not UserSession.objects.exists()


def test_the_first_privacy_page_says_what_is_so():
    """How long each thing is kept, as the code keeps it; an editor begins with these words."""
    starters = tomllib.loads((settings.BASE_DIR / "cms/pages/starters.toml").read_text())
    kept = {one["purpose"]: one["how_long"] for one in starters["privacy"]["purposes"]}
    assert settings.SESSION_COOKIE_AGE == 14 * 24 * 3600
    assert kept["Meedoen met een sessie"].startswith("Uw browser: twee weken")
    desk = a_desk()
    desk.answered(desk.published(name="Gerda de Vries"))
    address = f"/vragen/{desk.project.pk}/"
    background.keep_house(timezone.now() + timedelta(days=800))
    assert "Gerda de Vries" in Client().get(address).content.decode()
    assert "Uw naam staat erbij als u die gaf" in kept["Vragen en zorgen"]
    assert AuditEntry.objects.exists() and "zo lang het systeem er is" in kept["Veilig houden"]
