"""Does an editor see what to look at, where the message leads?"""

import pytest
from django.urls import reverse

from tests.builders import a_project
from tests.cms.site import a_news_page, a_project_page
from tests.eyes import DESK

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
HARD = "Middels deze brief vragen wij u conform het vigerende beleid iets."


def test_what_to_look_at_stands_above_the_bar_of_buttons(enter):
    found = a_news_page(a_project_page(a_project()), body=[("text", f"<p>{HARD}</p>" * 3)])
    page = enter(DESK, role="administrator")
    page.goto(reverse("wagtailadmin_pages:edit", args=[found.pk]) + "#look-at")
    page.wait_for_load_state("networkidle")
    page.wait_for_function(
        """() => {
          const last = document.querySelector('.sk-findings').getBoundingClientRect();
          const bar = document.querySelector('footer.footer').getBoundingClientRect();
          return last.bottom <= bar.top && last.top > 0;
        }""",
        timeout=30_000,
    )
