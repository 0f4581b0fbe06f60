"""Does /readyz see what keeps pages from being served, and say what soon will?"""

import errno
import os
from collections import namedtuple
from datetime import timedelta

import pytest
from django.conf import settings as configured
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import OperationalError
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from cms import health
from deliberation.participation.operations.mailing import mail_author

pytestmark = pytest.mark.django_db(transaction=True)  # it asks whether the database answers
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def ready(client, monkeypatch):
    monkeypatch.setattr(health, "is_healthy", lambda: True)
    return lambda: client.get("/readyz")


def test_pages_without_their_static_files_are_not_ready(ready, monkeypatch, caplog):
    assert ready().status_code == 200
    monkeypatch.setattr(staticfiles_storage._wrapped, "hashed_files", {}, raising=False)
    answer = ready()
    assert (answer.status_code, answer.json()["static"]) == (503, False)
    assert "/readyz: these fail: static" in caplog.messages, "the log tells why, as the guide says"
    monkeypatch.setattr(
        staticfiles_storage._wrapped, "hashed_files", {"a.css": "a.1.css"}, raising=False
    )
    assert ready().json()["static"] is True


@pytest.mark.parametrize("folder", ["DATA_DIR", "RUNTIME_DIR"])
def test_little_space_is_said_while_people_still_read(ready, monkeypatch, settings, folder):
    getattr(settings, folder).mkdir(parents=True, exist_ok=True)
    assert ready().json()["space"]["low"] is False
    small = Usage(10**12, 10**12, 2**19)
    usage = health.disk_usage
    monkeypatch.setattr(
        health,
        "disk_usage",
        lambda where: small if where == getattr(settings, folder) else usage(where),
    )
    answer = ready()
    assert answer.status_code == 200 and answer.json()["space"]["low"] is True


def test_an_unreadable_list_of_who_was_erased_is_told_while_people_go_on(ready, settings):
    assert ready().json()["erased_list"] is True
    settings.ERASED_LIST.write_text("")
    answer = ready()
    assert (answer.status_code, answer.json()["erased_list"]) == (200, False)


def test_without_a_place_for_keys_it_is_not_ready_but_a_full_disk_lets_people_read(
    ready, monkeypatch, settings, tmp_path
):
    """No poll can be opened then: said before the evening, not at "open the poll"."""
    settings.RUNTIME_DIR = tmp_path / "file" / "run"
    (tmp_path / "file").touch()
    answer = ready()
    assert (answer.status_code, answer.json()["keys"]) == (503, False)
    settings.RUNTIME_DIR = tmp_path / "run"

    def full(*_file):
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(os, "fsync", full)
    answer = ready()
    assert (answer.status_code, answer.json()["keys"]) == (200, False)


def no_database(patch, _settings):
    def away(*_question):
        raise OperationalError("away")

    patch.setattr(CursorWrapper, "execute", away)


def half_a_list(patch, settings):
    half = settings.ERASED_LIST.with_name("half.txt")
    half.write_text("2026-01-")
    patch.setitem(vars(configured), "ERASED_LIST", half)


def no_place_for_keys(patch, settings):
    file = settings.ERASED_LIST.with_name("file")
    file.touch()
    patch.setitem(vars(configured), "RUNTIME_DIR", file / "run")


def a_day_later(patch, _settings):
    late = timezone.now() + timedelta(days=1)
    patch.setattr(timezone, "now", lambda: late)


# What goes wrong in the world outside, for each thing /readyz says.
FAULTS = {
    "database": no_database,
    "hub": lambda patch, _settings: patch.setattr(health, "is_healthy", lambda: False),
    "static": lambda patch, _settings: patch.setattr(
        staticfiles_storage._wrapped, "hashed_files", {}, raising=False
    ),
    "layer": lambda patch, _settings: patch.setitem(
        vars(configured), "REDIS_URL", "redis://127.0.0.1:1/0"
    ),
    "erased_list": half_a_list,
    "keys": no_place_for_keys,
    "space": lambda patch, _settings: patch.setattr(
        health, "disk_usage", lambda _where: Usage(10**12, 10**12, 2**19)
    ),
    "messages": a_day_later,
}


def test_every_check_is_asked_again_each_time(ready, settings):
    """What was right a moment ago is no answer, and neither is what was wrong: each check, back and forth."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    mail_author.enqueue(0)  # waits for a worker

    def said() -> dict:
        answer = ready().json()
        return {**answer, "space": answer.get("space", {}).get("low")}

    whole = said()
    assert whole["messages"]["late"] == 0 and whole["status"] == "ok"
    assert FAULTS.keys() == whole.keys() - {"status"}, "every check has a fault here"
    for name, fault in [*FAULTS.items(), *reversed(FAULTS.items())]:
        with pytest.MonkeyPatch.context() as patch:
            fault(patch, settings)
            assert said().get(name) != whole[name], f"{name} is remembered as right"
        assert said() == whole, f"{name} is remembered as wrong"


def test_the_guide_tells_to_watch_what_fails_while_the_status_is_ok(ready, settings):
    """A monitor that reads the status alone sees no Redis that is down, and no list that is lost."""
    guide = (settings.BASE_DIR / "docs/guides/install.md").read_text()
    told = guide.split("Not only the status:", 1)[1].split("Watch both", 1)[0]
    unseen = set()
    for name, fault in FAULTS.items():
        with pytest.MonkeyPatch.context() as patch:
            fault(patch, settings)
            if ready().status_code == 200:
                unseen.add("low" if name == "space" else name)
    assert {"layer", "erased_list", "low"} <= unseen
    assert [name for name in unseen - {"messages"} if f"`{name}`" not in told] == []
