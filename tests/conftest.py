"""What does every test stand on? Dutch, as residents read it; the database file is in the settings."""

import gc
import os
import sys

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.utils import translation

from deliberation import registry
from tests import builder_cache, eyes, migrated


def pytest_configure(config):
    """Give each process that runs tests its own part of Redis: else one hears another's bells."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker and "DJANGO_SETTINGS_MODULE" in os.environ and settings.REDIS_URL:
        settings.CHANNEL_LAYERS["default"]["CONFIG"]["prefix"] = worker
        number = int(worker.removeprefix("gw")) + 1
        settings.CACHES["counters"]["LOCATION"] = (
            f"{settings.REDIS_URL.removesuffix('/0')}/{number}"
        )


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings):
    """Begin with a copy of a migrated database, when there is one."""
    migrated.forget_those_of_nobody(settings.DATA_DIR)
    return migrated.copy_for(connection.settings_dict["TEST"]["NAME"])


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_keepdb, django_db_blocker):
    """Keep what was migrated for the next run; remove the copy of this one."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as monkeypatch:
        if not django_db_keepdb:
            migrated.keep()
        migrated.empty_by_copying(monkeypatch)
        yield
        if django_db_keepdb:
            migrated.forget(connection.settings_dict["NAME"])


def pytest_collection_finish():
    """Leave what was loaded by now out of every later search for garbage, and search less often: as cms/asgi.py."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.hookimpl(tryfirst=True)  # before any fixture opens one
def pytest_runtest_setup(item):
    """Let only tests that are marked so open a browser; begin with what builders did not write yet."""
    eyes.may_open_a_browser = item.get_closest_marker("browser") is not None
    if settings.configured:  # the engine's tests know no Django
        builder_cache.begin(item)


@pytest.fixture(autouse=True)
def in_dutch():
    """Start every test in Dutch, and leave no other language behind for the next one."""
    with translation.override("nl"):
        yield


@pytest.fixture
def plugged(monkeypatch):
    """Add a plugin for this test only: `plugged(gave=lambda …)`."""

    def plug(**answers):
        plain = {key: staticmethod(it) if callable(it) else it for key, it in answers.items()}
        plain["name"] = f"planted {len(registry.plugins())}"
        monkeypatch.setitem(
            registry._plugins, plain["name"], type("Planted", (registry.Plugin,), plain)()
        )

    return plug


@pytest.fixture
def mails(plugged):
    """Let people agree to being written to, as an instrument would."""
    from deliberation.people.privacy.consents import Purpose  # the engine's tests know no Django

    plugged(purposes=(Purpose("test_mail", "1", "U mag mij schrijven."),))


@pytest.fixture(autouse=True)
def nothing_fails_after_a_commit(request, caplog):
    """Say so when something that waited for a commit failed: nobody else hears of it."""
    yield
    told = [one.getMessage() for when in ("setup", "call") for one in caplog.get_records(when)]
    failed = [one for one in told if one.startswith("after a commit")]
    assert not failed or request.node.path.name == "test_commit_hooks.py", failed


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Hash passwords the cheap way: tests make many accounts and guard none of them."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def nothing_remembered():
    """Forget what earlier tests left in the cache: tries, guesses, phones, numbers that return."""
    for cache in caches.all():
        cache.clear()


@pytest.fixture(autouse=True)
def no_writer_left():
    """End the thread that stores votes: its connection would keep the database of the tests."""
    yield
    if writer := sys.modules.get(
        "deliberation.live.ballot_writer"
    ):  # the engine's tests know no Django
        writer.stop()


@pytest.fixture(autouse=True)
def own_papers(settings, tmp_path):
    """Keep whom a test erases off the developer's list, and its mail away from tests that run beside it."""
    settings.ERASED_LIST = tmp_path / "erased.txt"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"


@pytest.hookimpl(tryfirst=True)  # before the workers read their groups
def pytest_collection_modifyitems(items):
    """Run what borrows pytest-playwright's browser last: it leaves a loop in this thread, and Django
    refuses its database beside one. Of those the long journeys go first, or one worker ends alone.
    A file stays with one worker, for what it shares; of the short ones with a browser each test goes where
    there is room."""

    def turn(item):
        browser = "playwright" in getattr(item, "fixturenames", ())
        return browser, browser and "journeys" not in item.path.parts

    items.sort(key=turn)
    for item in items:
        group = item.nodeid if turn(item) == (True, True) else item.nodeid.split("::")[0]
        item.add_marker(pytest.mark.xdist_group(group))
