"""Do the screens of documents fit on a phone, pass axe and work by keyboard, without JavaScript too?"""

import pytest
from django.urls import reverse

from deliberation.documents.kinds import KINDS
from deliberation.documents.notes import notes_of
from tests.builders import a_decided_point, a_decision_point
from tests.documents.written import note
from tests.eyes import PHONE, amiss

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def test_every_screen_fits_and_passes_axe(enter):
    empty, full = a_decision_point(), a_decided_point("co_create")
    note(full)
    page = enter()
    for point in (empty, full):
        screens = [("see_documents", []), ("note_point", [])]
        screens += [("see_document", [kind]) for kind in KINDS]
        for screen, more in screens:
            assert amiss(page, reverse(f"documents:{screen}", args=[point.pk, *more])) == []


def test_details_are_filled_in_by_keyboard_without_javascript(enter):
    point = a_decided_point("consult")
    page = enter(PHONE, javascript=False)
    page.goto(reverse("documents:note_point", args=[point.pk]))
    page.locator("#id_owner").focus()
    page.keyboard.type("Team Ruimte")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{reverse('documents:see_documents', args=[point.pk])}")
    assert notes_of(point).told["owner"] == "Team Ruimte"
