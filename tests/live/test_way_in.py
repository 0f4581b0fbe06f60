"""Does who scanned, or came from a page of ours, get in while others are guessing codes?"""

import re
from html import unescape

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from deliberation.live import access, evenings, guesses
from tests.live.builders import an_evening

pytestmark = pytest.mark.django_db


@pytest.fixture
def evening(monkeypatch):
    """An evening that people can join, while somebody used up every guess of this minute (which lasts)."""
    this_minute = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: this_minute)
    cache.clear()
    made = an_evening()
    for _ in range(guesses.PER_MINUTE):
        Client().get("/s/000000")
    assert Client().get(f"/s/{made.run.hall_code}").status_code == 429
    yield made
    cache.clear()


def joined_by(address) -> int:
    """Open an address and press its one button, as a browser does."""
    browser = Client()
    page = browser.get(address).content.decode()
    action = unescape(re.search(r'<form method="post" action="([^"]+)"', page).group(1))
    return browser.post(action).status_code


def test_a10_who_scanned_a_code_also_gets_in_by_the_button(evening):
    code = evening.run.hall_code
    assert joined_by(f"/s/{code}?q={guesses.proof_of(code)}") == 302


def test_a10_a_link_on_our_own_pages_is_no_guess(evening):
    now = timezone.now()
    ((_label, address),) = evenings.open_now([evening.run.project], now)[evening.run.project.pk]
    assert joined_by(address) == 302
    _template, part = evenings.project_section(evening.run.project, now)
    assert joined_by(part["coming"][0]["href"]) == 302


@pytest.mark.parametrize("proof", ["é", "%ED%A0%80", "0" * 12, "%00"])
def test_a3_a_wrong_proof_is_no_proof(evening, proof):
    assert Client().get(f"/s/{evening.run.hall_code}?q={proof}").status_code == 429


@pytest.mark.parametrize("do", [[], {}, ["start_run"], None, 3])
def test_a23_a_command_that_is_no_text_makes_nobody_act_as_staff(do):
    evening = an_evening()
    assert access.acting_as(do, evening.facilitator, None) is None
