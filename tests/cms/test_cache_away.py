"""Does everything go on when the caches are away, or forget at once, wherever somebody asks them something?"""

import inspect
import socketserver
import threading

import pytest
from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.db import transaction
from django.test import Client
from wagtail.models import Page

from cms.caches import ONE_QUESTION, ShortMemory, SoftRedis, caches_for
from tests.builders import a_user
from tests.test_hostile_texts import own_files  # noqa: F401 (a fixture)
from tests.test_outages import everywhere
from tests.test_sent_twice import forms_to_send
from tests.test_urls import OWN, path_to, world  # noqa: F401 (a fixture)

NOBODY_LISTENS = "redis://127.0.0.1:1/0"
FORGETS = "django.core.cache.backends.dummy.DummyCache"
ARGUMENTS = {
    "key": "k", "keys": ["k"], "value": 1, "data": {"k": 1}, "default": 1, "version": None, "delta": 1,
    "timeout": 60,
}  # fmt: skip


@pytest.fixture(params=["away", "forget"])
def caches_that(request, settings, monkeypatch):
    """Live with caches that nobody answers for, asked anew each time; or that never hold what they were given."""
    monkeypatch.setattr("cms.caches.AWAY", 0)
    monkeypatch.setattr(SoftRedis, "away_until", 0.0)
    settings.CACHES = caches_for(NOBODY_LISTENS)
    if request.param == "forget":
        settings.CACHES = {name: {"BACKEND": FORGETS} for name in settings.CACHES}


def test_every_cache_is_one_that_never_fails(settings):
    for redis_url in ("", NOBODY_LISTENS):
        settings.CACHES = caches_for(redis_url)
        assert {type(caches[name]) for name in settings.CACHES} <= {
            ShortMemory, SoftRedis, LocMemCache
        }  # fmt: skip


class Answers(socketserver.StreamRequestHandler):
    """A Redis that is there, and gives to every question one and the same answer."""

    def handle(self):
        while self.rfile.readline():
            if self.server.answer is None:
                self.rfile.read()  # until the caller leaves
            self.wfile.write(self.server.answer or b"")


@pytest.fixture(params=["away", "full", "loading", "refuses", "silent"])
def no_redis(request):
    """Give the address of a Redis that doesn't do what it is for."""
    if request.param == "away":
        yield NOBODY_LISTENS
        return
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Answers) as server:
        server.daemon_threads = True
        server.answer = {
            "full": b"-OOM command not allowed when used memory > 'maxmemory'.\r\n",
            "loading": b"-LOADING Redis is loading the dataset in memory\r\n",
            "refuses": b"-NOAUTH Authentication required.\r\n",
            "silent": None,
        }[request.param]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"redis://127.0.0.1:{server.server_address[1]}/0"
        server.shutdown()


def test_no_question_to_a_cache_that_is_away_fails(settings, monkeypatch, no_redis):
    monkeypatch.setattr("cms.caches.AWAY", 0)
    monkeypatch.setitem(ONE_QUESTION, "socket_timeout", 0.05)
    settings.CACHES = caches_for(no_redis)
    asked = 0
    for name, method in inspect.getmembers(SoftRedis, inspect.isfunction):
        if (
            name.startswith("_")
            or not hasattr(BaseCache, name)
            or inspect.iscoroutinefunction(method)
        ):
            continue  # those that wait call the others in a thread
        wanted = inspect.signature(getattr(BaseCache, name)).parameters
        caches["counters"].set("k", 1)
        getattr(caches["counters"], name)(
            *[ARGUMENTS[one] for one in wanted if one in ARGUMENTS and one != "version"]
        )
        asked += 1
    assert asked > 15


@pytest.mark.django_db
def test_every_public_page_goes_on(caches_that, world):  # noqa: F811
    client, about = Client(raise_request_exception=False), world[1]
    public = [path_to(route, about) for route, kind in OWN.items() if kind in ("public", "door")]
    pages = [url for page in Page.objects.live() if (url := page.get_url())]
    failed = {path for path in [*public, *pages] if client.get(path).status_code > 499}
    assert failed == set() and len(public) > 40


@pytest.mark.exhaustive
@pytest.mark.django_db
@pytest.mark.usefixtures("own_files")
def test_every_page_form_and_door_goes_on(caches_that, world, mailoutbox):  # noqa: F811
    visitors, about, _page = world
    for client in visitors.values():
        client.raise_request_exception = False
    pages = [url for page in Page.objects.live() if (url := page.get_url())]
    wrong, tried = [], 0
    for path in [*everywhere(about), *pages]:
        for name in ("manager",) if path.startswith("/admin/") else ("manager", "nobody"):
            with transaction.atomic():
                answer = visitors[name].get(path)
                transaction.set_rollback(True)
            tried += 1
            wrong += [(name, path, answer.status_code)] if answer.status_code > 499 else []
    for client, path, ways in forms_to_send(visitors, about):
        with transaction.atomic():
            answer = client.post(path, ways[0])
            transaction.set_rollback(True)
        tried += 1
        wrong += [("post", path, answer.status_code)] if answer.status_code > 499 else []
    print(f"{tried} asked")
    assert wrong == [] and tried > 300


@pytest.mark.django_db
def test_every_way_of_signing_in_goes_on(caches_that, world, mailoutbox):  # noqa: F811
    person = a_user()
    person.set_password("een lang geheim van mij")
    person.save()
    browser = Client(raise_request_exception=False)
    for path, data in (
        ("/account/login/code/", {"email": person.email}),
        ("/account/login/code/confirm/", {"code": "AAAAAA"}),
        ("/account/login/", {"login": person.email, "password": "verkeerd"}),
        ("/account/login/", {"login": person.email, "password": "een lang geheim van mij"}),
        ("/account/2fa/authenticate/", {"code": "000000"}),
        ("/account/password/reset/", {"email": person.email}),
        ("/account/signup/", {"email": "nieuw@example.org"}),
    ):
        assert browser.post(path, data, follow=True).status_code < 500, path
