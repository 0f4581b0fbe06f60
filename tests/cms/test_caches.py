"""Does everything go on when Redis is away, or comes back empty, and is what must be shared shared?"""

import sys
import time

import pytest
from django.core import cache as django_cache
from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache
from django.test import Client

from cms.caches import COMMANDS, MINUTE, ShortMemory, SoftRedis, caches_for
from deliberation.live.models import Attendance
from deliberation.people.counters import count, counters
from tests.cms.site import a_site
from tests.live.builders import an_evening

NOBODY_LISTENS = "redis://127.0.0.1:1/0"
# What may differ between processes for a minute: Wagtail works it out again from the database.
MAY_DIFFER = {
    "ninja.throttling",  # not used: open_compass/budget.py counts
    "wagtail.coreutils",  # names of languages
    "wagtail.models.sites",  # addresses of sites
    "wagtail.signal_handlers",  # forgets the names
    "wagtail.contrib.redirects.tmp_storages",  # not chosen: an import waits in a temporary folder
}


@pytest.fixture
def without_redis(settings, monkeypatch):
    """Live as a process whose Redis is away."""
    settings.CACHES = caches_for(NOBODY_LISTENS)
    monkeypatch.setattr(SoftRedis, "away_until", 0.0)


def test_every_command_of_the_cache_is_soft():
    own = {name for name, made in vars(RedisCache).items() if callable(made) and name[0] != "_"}
    assert own - {"get_backend_timeout"} == set(COMMANDS)


def test_counting_goes_on_alone_while_redis_is_away(without_redis, caplog):
    assert [count("tries", 60) for _ in range(3)] == [1, 2, 3]
    assert counters.get_many(["tries"]) == {"tries": 3}
    assert counters.add("tries", 0) is False
    assert caplog.text.count("no Redis") == 1, "asked once, then left alone for a while"


def test_a_counter_that_vanishes_between_two_questions_begins_again(monkeypatch):
    monkeypatch.setattr(caches["counters"], "add", lambda *_arguments: True)
    assert [count("tries", 60), count("tries", 60)] == [1, 2]


@pytest.mark.django_db
def test_without_redis_pages_joining_and_signing_in_go_on(without_redis, mailoutbox):
    a_site()
    evening, browser = an_evening(), Client()
    for address in ("/", "/meedoen", "/volg/", "/account/login/code/"):
        assert browser.get(address, follow=True).status_code == 200, address
    assert browser.get("/s/000000").status_code == 404
    assert browser.post(f"/s/{evening.run.hall_code}").status_code == 302
    assert Attendance.objects.count() == 1


@pytest.mark.parametrize("asked_for", [None, 3600, 1])
def test_memory_of_one_process_is_short(asked_for):
    ends = ShortMemory("short", {}).get_backend_timeout(asked_for)
    assert ends <= time.time() + MINUTE


def test_whoever_uses_the_default_cache_may_differ_between_processes():
    users = {
        name
        for name, module in list(sys.modules.items())
        if any(value is django_cache.cache for value in list(vars(module).values()))
    }
    first = {name for name in users if not name.startswith(("django.", "tests."))}
    assert first <= MAY_DIFFER, f"shared by all processes? Then use counters: {first - MAY_DIFFER}"


@pytest.mark.django_db
def test_readiness_names_the_layer_apart(settings, without_redis):
    assert Client().get("/readyz").json()["layer"] is True
    settings.REDIS_URL = NOBODY_LISTENS
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["layer"]) == (200, False), "all goes on without it"
