"""Is the officer warned when less is open than was promised, and stopped when more is asked than the level allows?"""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cms.models import ProjectPage
from compass.refusal import Refused
from deliberation.live import operations as live
from deliberation.live.models import Activity, LiveSession, Run
from deliberation.projects.deciding.drift import drifts_of, too_much_of
from deliberation.projects.models import Phase
from deliberation.projects.operations import decide_level
from deliberation.projects.overview import project_on_desk
from deliberation.projects.reporting.outcomes import record_outcome
from tests.builders import (
    a_decided_point,
    a_decision_point,
    a_phase,
    a_user,
    an_assessed_point,
    the_officer,
)
from tests.cms.site import a_project_page
from tests.live.builders import an_evening
from tests.questions.builders import browser_of

pytestmark = pytest.mark.django_db
ALARM = re.compile("minder open dan beloofd|niets open of gepland", re.IGNORECASE)
NEXT = re.compile("De volgende stap: plan|beloofd, nog niet gepland")


def found(point, days=0):
    return drifts_of([point], timezone.now() + timedelta(days=days)).get(point.pk)


def drift(point, days=0):
    drifted = found(point, days)
    return drifted.text if drifted else ""


def lower(point):
    decide_level(
        actor=the_officer(point.project.municipality), decision_point=point, level="inform",
        motivation="Er is haast.", change_reason="Er is haast.", now=timezone.now(),
    )  # fmt: skip


@pytest.mark.parametrize("level", ["consult", "co_create", "collaborate"])
def test_promised_a_say_and_nothing_is_planned(level):
    point = a_decided_point(level)
    assert "Maar er is niets open of gepland" in drift(point, days=15)
    assert project_on_desk(point.project, timezone.now() + timedelta(days=15)).drifting == 1


def test_right_after_the_choice_planning_is_the_next_step_and_later_it_is_wrong():
    point = a_decided_point("consult")
    assert "De volgende stap" in drift(point)
    now = project_on_desk(point.project, timezone.now())
    assert (now.drifting, now.to_plan) == (0, 1)
    assert [found(point, days).late for days in (0, 14, 15)] == [False, False, True]


def test_a_promise_made_again_gives_no_second_fortnight():
    point = a_decided_point("consult")
    then = timezone.now() + timedelta(days=15)
    decide_level(
        actor=the_officer(point.project.municipality), decision_point=point, level="collaborate",
        motivation="De raad wil het zo.", change_reason="De raad wil het zo.", now=then,
    )  # fmt: skip
    assert found(point, days=15).late


@pytest.mark.parametrize("ends_in", [13, 5])
def test_it_is_wrong_at_once_where_the_phase_ends_within_a_fortnight(ends_in):
    assert found(a_decided_point("consult", a_decision_point(a_phase(ends_in=ends_in)))).late


def test_it_is_wrong_at_once_where_the_decision_falls_within_a_fortnight():
    soon = timezone.localdate() + timedelta(days=10)
    assert found(a_decided_point("consult", a_decision_point(decides_on=soon))).late


def screens_about(point):
    """Give what an officer reads about a point: on its own screen, its project's, the list, and beside its page."""
    project = point.project
    page = ProjectPage.objects.filter(project=project).first() or a_project_page(project)
    browser = browser_of(user=a_user("officer", municipality=project.municipality))
    paths = [
        reverse("projects:see_decision_point", args=[point.pk]),
        reverse("projects:see_project", args=[project.pk]),
        reverse("projects:see_desk"),
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
    ]
    return [browser.get(path).content.decode() for path in paths]


def test_no_screen_sounds_the_alarm_before_it_is_late_and_each_does_after():
    point = a_decided_point("consult")
    early = screens_about(point)
    assert [text for text in early if ALARM.search(text)] == []
    assert all(NEXT.search(text) for text in early)
    assert reverse("live:create_session", args=[point.project.pk]) in early[0]
    Phase.objects.update(ends_on=timezone.localdate() + timedelta(days=5))
    assert all(ALARM.search(text) and not NEXT.search(text) for text in screens_about(point))


def test_what_is_planned_stands_where_it_was_missing():
    evening = an_evening(state="draft")
    point = evening.activity.decision_point
    screen = screens_about(point)[0]
    assert evening.run.session.title in screen and not ALARM.search(screen)
    LiveSession.objects.update(starts_at=timezone.now() - timedelta(days=2))
    assert ALARM.search(screens_about(point)[0]), "what was planned didn't happen"


@pytest.mark.parametrize("level", ["none", "inform"])
def test_told_only_and_nothing_is_planned(level):
    assert drift(a_decided_point(level)) == ""


def test_nothing_was_promised_yet():
    assert drift(an_assessed_point("co_create")) == ""


@pytest.mark.parametrize(("starts_in", "ends_in"), [(5, 20), (-20, -5)])
def test_outside_its_phase_nothing_is_wrong(starts_in, ends_in):
    phase = a_phase(starts_in=starts_in, ends_in=ends_in)
    assert drift(a_decided_point("consult", a_decision_point(phase))) == ""


def test_looking_back_no_tool_asks_for_input():
    point = a_decision_point(a_phase("evaluate"))
    assert drift(a_decided_point("consult", point)) == ""


@pytest.mark.parametrize("state", ["draft", "lobby", "open"])
def test_an_evening_with_a_poll_about_it_is_enough(state):
    evening = an_evening(state=state)
    assert drift(evening.activity.decision_point) == ""


def test_an_evening_about_another_decision_is_not():
    evening = an_evening()
    other = a_decided_point("consult", a_decision_point(evening.activity.decision_point.phase))
    assert drift(other) != ""


def test_an_evening_that_never_began_is_no_plan():
    evening = an_evening(state="ready")
    assert drift(evening.activity.decision_point, days=2) != ""


def test_a_rehearsal_and_a_cancelled_evening_are_none():
    evening = an_evening(state="draft")
    Run.objects.filter(pk=evening.run.pk).update(kind=Run.Kind.REHEARSAL)
    assert drift(evening.activity.decision_point) != ""
    Run.objects.filter(pk=evening.run.pk).update(kind=Run.Kind.REAL, state=Run.State.CANCELLED)
    assert drift(evening.activity.decision_point) != ""


def test_what_was_held_in_this_phase_counts():
    evening = an_evening(state="open")
    Run.objects.filter(pk=evening.run.pk).update(state=Run.State.CLOSED)
    assert drift(evening.activity.decision_point, days=2) == ""


def test_after_the_decision_there_is_nothing_left_to_ask():
    point = a_decided_point("consult")
    record_outcome(
        actor=the_officer(point.project.municipality), decision_point=point,
        decided_on=timezone.localdate(), result="taken", outcome="Het kan.",
        what_we_did="Wij namen het over.", now=timezone.now(),
    )  # fmt: skip
    assert drift(point) == ""


def test_a_lower_level_makes_a_planned_poll_too_much():
    evening = an_evening(state="ready")
    point = evening.activity.decision_point
    assert too_much_of([point], timezone.now()) == {}
    lower(point)
    [offer] = too_much_of([point], timezone.now())[point.pk]
    assert (offer.tool, offer.what) == ("live_poll", "Avond over de straat")
    row = next(one for one in project_on_desk(point.project, timezone.now()).points)
    assert [one.tool for one in row.too_much] == ["live_poll"]


def test_the_desk_costs_the_same_for_many_points(django_assert_max_num_queries):
    first = a_decided_point("consult")
    for _one in range(4):
        a_decided_point("consult", a_decision_point(first.phase))
    with django_assert_max_num_queries(17):
        assert project_on_desk(first.project, timezone.now()).to_plan == 5


def test_a_poll_is_not_even_written_above_the_level():
    evening = an_evening(state="draft")
    point = evening.activity.decision_point
    lower(point)
    about = {"actor": evening.facilitator, "item": evening.activity.item, "now": timezone.now()}
    with pytest.raises(Refused) as refusal:
        live.add_activity(
            decision_point=point, question="Wilt u bomen?", options=["Ja", "Nee"], **about
        )
    assert "level" in str(refusal.value) or "niveau" in str(refusal.value)
    assert Activity.objects.filter(decision_point=point).count() == 1
