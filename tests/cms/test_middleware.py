"""What every request passes: it works under the server's event loop, and nothing reads what isn't cleaned yet."""

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.test import AsyncClient, Client
from django.urls import reverse
from django.utils.module_loading import import_string

from tests.builders import a_decided_point, a_user
from tests.cms.site import a_project_page, a_site, a_standard_page

CLEANING = "cms.text_cleaning.CleanRequest"


@pytest.mark.django_db(transaction=True)
def test_the_servers_own_way_in_answers():
    """The test client has no event loop; what a middleware leaves in a context is looked at by one."""
    page = a_project_page()
    for path in ("/healthz", "/", page.url, "/meedoen", "/account/login/", "/admin/", "/nergens/"):
        assert async_to_sync(AsyncClient().get)(path).status_code < 500, path


def test_nothing_of_ours_reads_a_form_before_it_is_cleaned():
    """A check that reads other signs than the view after it is no check: an unseen sign passed the wall."""
    before = settings.MIDDLEWARE[: settings.MIDDLEWARE.index(CLEANING)]
    looking = [name for name in before if hasattr(import_string(name), "process_view")]
    # Django compares a token with a cookie, both as they came.
    assert looking == ["django.middleware.csrf.CsrfViewMiddleware"]


@pytest.mark.parametrize("sign", ["\u200b", "\x00", "\ufeff", "\u2800", "\u00ad", "\ufffe"])
@pytest.mark.django_db
def test_an_unseen_sign_passes_no_check(sign):
    page = a_project_page()
    client = Client()
    client.force_login(a_user("observer"))
    asked = client.get("/admin/choose-page/chosen-multiple/", {f"id{sign}": f"{page.pk}{sign}"})
    assert asked.status_code in (403, 404)


@pytest.mark.django_db
def test_a_page_with_a_refused_form_says_so_in_its_title_and_opens_at_what_is_wrong():
    """One form of residents, the door, one way in and one of the desk: all have the same summary."""
    project = a_decided_point("consult").project
    a_project_page(project)
    staff = Client()
    staff.force_login(a_user("officer", project=project))
    places = [(Client(), reverse("ask_question", args=[project.pk])), (Client(), "/meedoen")]
    places += [(Client(), "/account/login/"), (Client(), "/account/password/reset/")]
    places += [(staff, reverse("projects:add_phase", args=[project.pk]))]
    for browser, path in places:
        assert "<title>Fout: " not in browser.get(path).content.decode(), path
        html = browser.post(
            path, {"next": ""}
        ).content.decode()  # as a browser: never nothing at all
        assert html.count("<title>Fout: ") == 1, path
        assert path == "/meedoen" or html.count("autofocus") == 1, path


@pytest.mark.django_db
def test_a_page_whose_address_begins_like_one_of_ours_has_a_language():
    page = a_standard_page(a_site().root_page, slug="meedoen-in-de-wijk")
    reader = Client()
    reader.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert '<html lang="nl"' in reader.get(page.url).text
    assert '<html lang="en"' in reader.get("/meedoen").text
