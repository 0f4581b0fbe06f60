"""What do tests of the page cache stand on? One evening with its pages, and a clock."""

import pytest
from django.test import Client
from django.utils import timezone

from cms.page_cache import generations
from cms.page_cache.middleware import answers
from tests.cms.site import a_news_page, a_project_page, a_result_page, a_standard_page
from tests.live.builders import an_evening
from tests.questions.builders import a_question_in

from .readers import NOON


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


@pytest.fixture
def fresh(settings):
    """Read a page as it is made now."""

    def make(path, **about):
        settings.PAGES_ARE_KEPT = 0
        answer = Client().get(path, **about)
        settings.PAGES_ARE_KEPT = 300
        return answer

    return make
