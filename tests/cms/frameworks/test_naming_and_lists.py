"""Do other names for levels leave the rules alone, and does a longer list ask the database no more often?"""

import tomllib
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.frameworks import operations
from deliberation.projects.models import Role
from tests.builders import a_municipality, a_user

from .drafts import a_copied_draft, an_officer
from .officer import Officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client):
    client.force_login(an_officer())
    return Officer(client)


def test_another_name_for_a_level_touches_no_rule(officer):
    draft = a_copied_draft(a_municipality())
    before = tomllib.loads(draft.source)
    officer.open(reverse("frameworks:edit_in_part", args=[draft.pk, "niveaus", 4]))
    officer.fill(name_nl="coproductie", plain_nl="We bedenken het samen")
    officer.press()
    draft.refresh_from_db()
    after = tomllib.loads(draft.source)
    assert after["levels"][3]["name"]["nl"] == "coproductie"
    assert after["levels"][3]["key"] == before["levels"][3]["key"]
    assert after["rules"] == before["rules"]
    assert after["questions"] == before["questions"]


def test_a_switched_off_rule_keeps_its_words_and_reads_as_off(officer):
    draft = a_copied_draft(a_municipality())
    rules = tomllib.loads(draft.source)["rules"]
    place = [rule["id"] for rule in rules].index("settle_tax") + 1
    move = reverse("frameworks:move_in_part", args=[draft.pk, "regels", place])
    officer.client.post(move, {"do": "off", "seen": draft.revision})
    draft.refresh_from_db()
    assert tomllib.loads(draft.source)["rules"][place - 1] == {**rules[place - 1], "off": True}
    officer.client.post(move, {"do": "on", "seen": draft.revision})
    draft.refresh_from_db()
    assert tomllib.loads(draft.source)["rules"] == rules


def a_version(municipality, number: int):
    writer, other = (a_user(Role.ADMINISTRATOR, municipality=municipality) for _ in "12")
    draft = a_copied_draft(municipality)
    operations.propose_framework(actor=writer, draft=draft, now=timezone.now())
    operations.approve_framework(actor=other, draft=draft, now=timezone.now())
    day = timezone.localdate() + timedelta(days=number)
    operations.publish_draft(actor=other, draft=draft, valid_from=day, now=timezone.now())


def queries_of(officer, name: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        officer.client.get(reverse(f"frameworks:{name}"))
    return len(asked)


def test_more_versions_ask_the_database_no_more_often(officer):
    municipality = a_municipality()
    a_version(municipality, 0)
    names = ("see_frameworks", "start_framework")
    [queries_of(officer, name) for name in names]  # the first visit fills what is remembered
    few = [queries_of(officer, name) for name in names]
    for number in (1, 2, 3):
        a_version(municipality, number)
    a_copied_draft(municipality)
    assert [queries_of(officer, name) for name in names] == few
