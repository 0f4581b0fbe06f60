"""Do the screens of deciding fit on a phone, pass axe and work by keyboard, without JavaScript too?"""

import pytest
from django.urls import reverse
from django.utils import timezone

from deliberation.projects.deciding.frames import change_frames
from deliberation.projects.models import FrameChange
from tests.builders import a_decided_point, an_assessed_point, the_officer
from tests.cms.site import a_project_page
from tests.eyes import PHONE, amiss

from .answers import C2
from .test_screens import a_moment

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def test_every_screen_fits_and_passes_axe(enter):
    conflict, point = an_assessed_point(answers=C2), a_decided_point("co_create")
    change_frames(
        actor=the_officer(point.project.municipality), decision_point=point, fixed=["Er rijdt verkeer."],
        reason="De brandweer wil dat.", now=timezone.now(),
    )  # fmt: skip
    moment, public = a_moment(point), a_project_page(point.project)
    page = enter()
    for screen, thing in (
        ("decide_level", conflict),
        ("decide_level", point),
        ("see_decision_point", point),
        ("change_frames", point),
        ("plan_moment", point),
        ("move_moment", moment),
        ("cancel_moment", moment),
    ):
        assert amiss(page, reverse(f"projects:{screen}", args=[thing.pk])) == []
    assert amiss(page, public.get_url()) == []


def test_a_promise_changes_by_keyboard_without_javascript(enter):
    point = a_decided_point("consult")
    page = enter(PHONE, javascript=False)
    page.goto(reverse("projects:change_frames", args=[point.pk]))
    page.locator("#id_fixed").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("Er rijdt verkeer.")
    page.locator("#id_reason").focus()
    page.keyboard.type("De brandweer wil dat.")
    page.keyboard.press("Tab")  # past the English, which is folded
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{reverse('projects:see_decision_point', args=[point.pk])}")
    assert "De brandweer wil dat." in page.content()
    assert FrameChange.objects.count() == 1
