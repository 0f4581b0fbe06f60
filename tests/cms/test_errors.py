"""Does a mistake show words and a way on, and never what is inside?"""

import re

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import path
from django.utils import translation
from django.views.defaults import server_error

from cms.errors import PlainNotFound
from cms.urls import urlpatterns as ours
from tests.builders import a_user

from .site import a_project_page

INSIDES = re.compile(
    r"Traceback|settings\.py|DEBUG = True|URLconf|Exception|SECRET|/site-packages/|sqlite|psycopg"
)
HIDDEN = (
    "/.git/config",
    "/.git/HEAD",
    "/.env",
    "/metrics",
    "/settings.py",
    "/static/../cms/settings.py",
    "/static/%2e%2e/cms/settings.py",
    "/static/js/live.js.map",
    "/static/css/site.css.map",
    "/media/../samenkompas.sqlite3",
    "/server-status",
    "/debug/",
    "/__debug__/",
    "/api/v2/pages/",
    "/wp-login.php",
    "/requirements.txt",
    "/manage.py",
    "/admin/../.git/config",
)


def shows_insides(answer, asked) -> bool:
    """Look for what is inside, apart from the address that was asked and comes back in links."""
    html = answer.content.decode()
    for part in (asked, answer.wsgi_request.path):
        html = html.replace(part, "").replace(part.removeprefix("/"), "")
    return bool(INSIDES.search(html))


def fails(request):
    raise RuntimeError("wachtwoord=geheim")


urlpatterns = [path("kapot/", fails), *ours]


@pytest.fixture
def demo(settings):
    settings.DEBUG = settings.DEMO = True
    settings.DEFAULT_EXCEPTION_REPORTER = "cms.errors.PlainReporter"


@pytest.mark.django_db
@pytest.mark.parametrize("hidden", HIDDEN)
def test_a40_nothing_of_the_inside_is_served(client, hidden):
    answer = client.get(hidden)
    assert answer.status_code in (301, 302, 400, 404), hidden
    assert not shows_insides(answer, hidden)


@pytest.mark.django_db
@pytest.mark.parametrize("hidden", [*HIDDEN[:6], "/bestaat-niet/", "/en/bestaat-niet/"])
def test_a40_the_demo_shows_our_own_page_too(client, demo, hidden):
    a_project_page()
    answer = client.get(hidden, follow=True)
    assert answer.status_code == 404
    assert not shows_insides(answer, hidden)
    assert 'role="search"' in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.urls("tests.cms.test_errors")
@pytest.mark.parametrize("in_demo", [True, False])
def test_a40_something_that_breaks_tells_nothing(settings, in_demo):
    settings.DEBUG = settings.DEMO = in_demo
    client = Client(raise_request_exception=False)
    answer = client.get("/kapot/")
    html = answer.content.decode()
    assert answer.status_code == 500
    assert not INSIDES.search(html) and "geheim" not in html
    assert 'href="/"' in html


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_for_what_breaks_needs_nothing_that_can_break(rf, language):
    """This test may not ask the database: it has no mark for it, so a question would fail it."""
    with translation.override(language):
        html = server_error(rf.get("/")).content.decode()
    assert html.count("<h1") == 1 and f'lang="{language}"' in html and "style=" not in html
    assert "/theme/" not in html


def test_the_page_for_what_breaks_looks_like_the_site():
    html = render_to_string("500.html")
    files = re.findall(r'<link [^>]*href="/static/([^"]+)"', html)
    assert {"css/tokens.css", "css/base.css", "css/site.css"} <= set(files)
    assert [file for file in files if finders.find(file) is None] == []
    assert html.count('class="sk-header"') == html.count('class="sk-footer"') == 1


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["", "/en"])
def test_not_found_leads_on(client, language):
    a_project_page()
    html = client.get(f"{language}/bestaat-niet/").content.decode()
    assert f'action="{language}/zoeken/"' in html
    assert 'name="q"' in html and "/meedoen" in html


@pytest.mark.django_db
def test_what_is_closed_leads_on(client):
    page = a_project_page()
    client.force_login(a_user("council", municipality=page.project.municipality))
    html = client.get(f"/admin/pages/{page.pk}/edit/", follow=True).content.decode()
    assert not INSIDES.search(html)


def test_a40_a_page_for_developers_stays_outside_the_demo_only(settings, rf: RequestFactory):
    from django.http import HttpResponseNotFound

    given = HttpResponseNotFound(b"<html><title>Page not found at /x</title>")
    settings.DEBUG, settings.DEMO = True, False
    assert PlainNotFound(lambda request: given)(rf.get("/x")) is given


@pytest.mark.parametrize(
    ("host", "origin"), [("testserver", "testserver:8443"), ("testserver:8443", "testserver")]
)
def test_a_port_that_was_lost_on_the_way_is_said_and_logged(db, caplog, settings, host, origin):
    """Behind another port than 443 every form was refused, with words about cookies."""
    sent = {"HTTP_HOST": host, "HTTP_ORIGIN": f"http://{origin}"}
    answer = Client(enforce_csrf_checks=True).post("/account/login/", {}, **sent)
    said = answer.content.decode()
    assert answer.status_code == 403
    assert "ander adres" in said and "cookies" not in said.lower()
    assert f"a form of {origin} came in as one of {host}" in caplog.text


def test_a_form_on_another_port_is_taken_when_the_host_keeps_it(db):
    client = Client(enforce_csrf_checks=True)
    here = {"HTTP_HOST": "testserver:8443"}
    page = client.get("/account/login/", **here).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    fields = {"login": "x@y.example", "password": "x", "csrfmiddlewaretoken": token}
    answer = client.post("/account/login/", fields, HTTP_ORIGIN="http://testserver:8443", **here)
    assert answer.status_code == 200


def test_a_form_of_elsewhere_is_an_old_page_as_before(db, caplog):
    answer = Client(enforce_csrf_checks=True).post(
        "/account/login/", HTTP_ORIGIN="http://elsewhere.example"
    )
    assert answer.status_code == 403 and "cookies" in answer.content.decode()
    assert "came in as" not in caplog.text
