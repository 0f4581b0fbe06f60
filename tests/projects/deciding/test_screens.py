"""Does an officer decide, change and plan by plain forms, and do residents read what came of it?"""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from deliberation.people.models import Participant
from deliberation.people.participant_session import KEY
from deliberation.projects.deciding import notices
from deliberation.projects.deciding.moments import plan_moment
from deliberation.projects.models import DecisionPoint, FrameChange, Moment, Phase
from deliberation.projects.queries import level_in_force
from tests.builders import (
    CHANGES,
    a_decided_point,
    a_decision_point,
    a_resident,
    a_user,
    an_assessed_point,
    answers_for,
    the_officer,
)
from tests.cms.site import a_project_page
from tests.live.builders import an_evening
from tests.projects.test_wizard import Officer

from .answers import C2, COUNCIL_FIRST, EXCLUDED, GAP, LISTEN

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return Officer()


def project_page(point) -> str:
    page = a_project_page(point.project)
    return Client().get(page.get_url()).content.decode()


def a_moment(point, days=10) -> Moment:
    return plan_moment(
        actor=the_officer(point.project.municipality), decision_point=point, body="college",
        on=timezone.localdate() + timedelta(days=days), what="Kiest een schets.", now=timezone.now(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        (None, {"motivation"}),
        (GAP, {"motivation", "decider"}),
        (C2, {"motivation", "decider", "conflict_decider", "conflict_reason"}),
        (EXCLUDED, {"motivation", "confirmed_by"}),
    ],
)
def test_only_what_the_advice_asks_is_on_the_form(officer, answers, asked):
    point = an_assessed_point("consult", answers=answers)
    page = officer.open("decide_level", point)
    gap = page.context["form"].advice["gap"]
    shown = {name for name in page.context["form"].fields if not name.endswith("_en")}
    assert shown == {"level", *asked} - ({"decider"} if not gap else set())
    assert ("Kies dan wat nu haalbaar is" in page.content.decode()) is bool(gap)


def as_it_stands(page) -> dict:
    """Read the form as a browser sends it when nobody touched it."""
    form = BeautifulSoup(page.content, "html.parser").select_one("form.sk-compass__questions")
    sent = {one["name"]: one.get("value", "") for one in form.select("input:not([type=radio])")}
    sent |= {one["name"]: one.get_text().removeprefix("\n") for one in form.select("textarea")}
    return sent | {one["name"]: one["value"] for one in form.select("input[type=radio][checked]")}


@pytest.mark.parametrize("answers", [*map(answers_for, CHANGES), GAP, COUNCIL_FIRST, LISTEN])
def test_the_form_as_it_opens_takes_the_advice_over(officer, answers):
    point = an_assessed_point(answers=answers)
    page = officer.open("decide_level", point)
    answer = officer.browser.post(page.request["PATH_INFO"], as_it_stands(page))
    assert answer.status_code == 302
    decision = level_in_force(point)
    assert decision.level == page.context["form"].advice["outcome"]
    assert (decision.decider, decision.conflict_decider) == ("", ""), "nobody decided such a thing"


def test_who_decides_stands_there_already_and_can_be_changed(officer):
    point = an_assessed_point(answers=GAP)
    page = officer.open("decide_level", point)
    less = as_it_stands(page) | {
        "level": page.context["form"].advice["now"],
        "motivation": "Haast.",
    }
    assert less["decider"] == point.get_decided_by_display()
    where = page.request["PATH_INFO"]
    assert officer.browser.post(where, less | {"decider": ""}).status_code == 400
    assert officer.browser.post(where, less | {"decider": "de wethouder"}).status_code == 302
    assert level_in_force(point).decider == "de wethouder"


def test_a_conflict_is_settled_by_name_and_residents_read_it(officer):
    point = an_assessed_point(answers=C2)
    page = officer.open("decide_level", point)
    assert "Let hierop voor u kiest" in page.content.decode()
    level = page.context["form"].advice["outcome"]
    refused = officer.send("decide_level", point, level=level, conflict_decider="")
    assert refused.status_code == 400
    assert set(refused.context["form"].errors) == {"conflict_decider", "conflict_reason"}
    told = {"conflict_decider": "de wethouder", "conflict_reason": "Er komt geld bij."}
    assert officer.send("decide_level", point, level=level, **told).status_code == 302
    text = project_page(point)
    assert "De wethouder besloot hierover:" in text
    assert "Er komt geld bij." in text


def test_who_chose_less_and_why_is_on_the_project_page(officer):
    point = an_assessed_point(answers=GAP)
    told = {"motivation": "Er is te weinig tijd.", "decider": "De wethouder"}
    assert officer.send("decide_level", point, level="consult", **told).status_code == 302
    text = project_page(point)
    for part in ("“We maken het samen” past hier beter", "De wethouder", "Er is te weinig tijd."):
        assert part in text


def test_the_second_level_asks_why_it_changes(officer):
    point = a_decided_point("consult")
    given = {"level": "inform", "motivation": "De raad wil het zo."}
    refused = officer.send("decide_level", point, **given)
    assert refused.status_code == 400
    assert set(refused.context["form"].errors) == {"change_reason"}
    assert (
        officer.send("decide_level", point, change_reason="Er is haast.", **given).status_code
        == 302
    )
    assert level_in_force(point).level == "inform"
    assert "Er is haast." in project_page(point)


def test_frames_change_on_a_form_and_residents_read_what_it_was(officer):
    point = a_decided_point("consult")
    assert officer.send("change_frames", point, fixed="Er rijdt verkeer.").status_code == 400
    done = officer.send(
        "change_frames", point, fixed="Er rijdt verkeer.", reason="De brandweer wil dat."
    )
    assert done.status_code == 302
    assert DecisionPoint.objects.get(pk=point.pk).fixed == ["Er rijdt verkeer."]
    text = project_page(point)
    for part in ("Dit is veranderd op", "De brandweer wil dat.", "Het riool wordt vervangen."):
        assert part in text
    desk = officer.open("see_decision_point", point).content.decode()
    assert "De brandweer wil dat." in desk


def test_of_two_officers_the_second_sees_that_it_changed(officer):
    point = a_decided_point("consult")
    stale = officer.open("change_frames", point)
    officer.send("change_frames", point, fixed="Twee.", reason="Daarom.")
    late = officer.send("change_frames", point, page=stale, fixed="Drie.", reason="Daarom ook.")
    assert late.status_code == 400 and "Er staat nu: “Twee.”" in late.content.decode()
    assert FrameChange.objects.count() == 1


def test_without_a_level_the_decision_point_itself_is_changed(officer):
    point = a_decision_point()
    answer = officer.open("change_frames", point)
    assert answer["Location"] == reverse("projects:change_decision_point", args=[point.pk])


def test_a_moment_is_planned_moved_and_taken_off(officer):
    point = a_decided_point("consult")
    day = timezone.localdate() + timedelta(days=12)
    told = {"body": "raad", "on": day.isoformat(), "what": "Stelt het ontwerp vast."}
    assert officer.send("plan_moment", point, **told).status_code == 302
    assert "Stelt het ontwerp vast." in project_page(point)
    moment = Moment.objects.get()
    assert officer.send("move_moment", moment, what="Praat erover.").status_code == 302
    assert Moment.objects.get().what == "Praat erover."
    assert officer.open("cancel_moment", moment).status_code == 200
    assert (
        officer.browser.post(reverse("projects:cancel_moment", args=[moment.pk])).status_code == 302
    )
    assert not Moment.objects.exists()


@pytest.mark.parametrize("screen", ["change_frames", "plan_moment"])
@pytest.mark.parametrize("role", ["facilitator", "observer"])
def test_others_see_no_such_screen(screen, role):
    point = a_decided_point("consult")
    client = Client()
    client.force_login(a_user(role, project=point.project))
    assert client.get(reverse(f"projects:{screen}", args=[point.pk])).status_code == 403


def test_who_looks_along_sees_moments_and_no_buttons():
    point = a_decided_point("consult")
    a_moment(point)
    client = Client()
    client.force_login(a_user("council", municipality=point.project.municipality))
    page = client.get(reverse("projects:see_decision_point", args=[point.pk])).content.decode()
    assert "Kiest een schets." in page
    assert "Verander wat is beloofd" not in page


def test_the_desk_warns_and_says_what_to_do(officer):
    point = a_decided_point("co_create")
    Phase.objects.update(ends_on=timezone.localdate() + timedelta(days=5))
    page = officer.open("see_decision_point", point).content.decode()
    assert "Er is minder open dan beloofd" in page
    assert reverse("live:create_session", args=[point.project.pk]) in page
    assert (
        "minder open dan beloofd"
        in officer.browser.get(reverse("projects:see_desk")).content.decode()
    )


def test_my_page_shows_what_changed_and_takes_consent(officer):
    evening = an_evening()
    point = evening.activity.decision_point
    there = evening.join()
    officer.send("change_frames", point, fixed="Er rijdt verkeer.", reason="De brandweer wil dat.")
    visitor = Client()
    session = visitor.session
    session[KEY] = str(there.pk)
    session.save()
    text = visitor.get("/mijn/").content.decode()
    assert "Wat is veranderd sinds ik meedeed" in text
    assert "De brandweer wil dat." in text
    assert notices.PURPOSE not in text  # without an account there is no address to agree for
    member = Client()
    user = a_resident()
    member.force_login(user)
    assert notices.PURPOSE in member.get("/mijn/").content.decode()
    assert member.post("/mijn/", {"agree": notices.PURPOSE}).status_code == 302
    assert user.consents.get().purpose == notices.PURPOSE
    assert notices.PURPOSE not in member.get("/mijn/").content.decode()
    assert member.post("/mijn/", {"agree": "answer_by_mail"}).status_code == 302
    assert user.consents.count() == 1
    assert Participant.objects.filter(user=user).count() <= 1
