"""Does the desk say that residents read something now only where there is a page on which they read it?"""

import re

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from deliberation.projects.models import StatusReport
from tests.test_urls import OWN, path_to, world

assert world  # the fixture
pytestmark = pytest.mark.django_db
NOW_READ = re.compile(
    r"(?:Inwoners|Iedereen) (?:lezen|leest|kunnen|kan|ziet|zien)\b[^.]*\b(?:meteen|nu|voortaan)\b",
    re.IGNORECASE,
)
REPORT = dict.fromkeys(("overall", "planning", "budget"), StatusReport.Course.values[0])
REPORT |= {"risk": StatusReport.Risk.values[0], "summary": "Het gaat goed."}
OUTCOME = {
    "result": "taken",
    "outcome": "Ja.",
    "what_we_did": "Overgenomen.",
}
LATER = "zodra de pagina is gepubliceerd"


def said_on(client, path) -> str:
    page = client.get(path, follow=True)
    return " ".join(BeautifulSoup(page.content, "html.parser").get_text(" ").split())


@pytest.mark.parametrize("published", [True, False])
def test_no_screen_says_that_residents_read_now_what_has_no_page(world, published):
    visitors, about, page = world
    if not published:
        page.unpublish()
    paths = [path_to(one, about) for one in OWN if one.startswith("admin/participatie/")]
    shown = {path: said_on(visitors["manager"], path) for path in paths}
    promised = {path for path, text in shown.items() if NOW_READ.search(text)}
    level = f"/admin/participatie/beslispunten/{about['beslispunten']}/niveau/"
    assert (level in promised) is published
    assert (LATER in shown[level]) is not published
    if not published:
        assert promised == set()


@pytest.mark.parametrize("published", [True, False])
def test_nor_does_a_message_after_saving(world, published):
    visitors, about, page = world
    if not published:
        page.unpublish()
    today = timezone.localdate().isoformat()
    said = {}
    for path, form in (
        (
            f"projecten/{about['projecten']}/stand-van-zaken/",
            {**REPORT, "reported_on": today},
        ),
        (
            f"beslispunten/{about['beslispunten']}/besluit/",
            {**OUTCOME, "decided_on": today},
        ),
        (
            f"sessies/{about['sessies']}/wijzigen/",
            {"title": "Een avond", "starts_at": "2030-01-01T19:30"},
        ),
    ):
        answer = visitors["manager"].post(f"/admin/participatie/{path}", form, follow=True)
        assert answer.redirect_chain, (path, answer.context["form"].errors)
        said[path] = " ".join(str(one) for one in answer.context["messages"])
    assert {bool(NOW_READ.search(one)) for one in said.values()} == {published}, said
    assert {LATER in one for one in said.values()} == {not published}, said
