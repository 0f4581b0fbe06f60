"""Does /readyz see what keeps pages from being served, and say what soon will?"""

from collections import namedtuple

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage

from cms import health

pytestmark = pytest.mark.django_db(transaction=True)  # it asks whether the database answers
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def ready(client, monkeypatch):
    monkeypatch.setattr(health, "is_healthy", lambda: True)
    return lambda: client.get("/readyz")


def test_pages_without_their_static_files_are_not_ready(ready, monkeypatch):
    assert ready().status_code == 200
    monkeypatch.setattr(staticfiles_storage._wrapped, "hashed_files", {}, raising=False)
    answer = ready()
    assert (answer.status_code, answer.json()["static"]) == (503, False)
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
