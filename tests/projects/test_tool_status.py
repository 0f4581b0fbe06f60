"""Is each way to take part open exactly where the promise says so: role x level x phase?"""

import itertools

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from deliberation import tools
from deliberation.projects.models import LevelDecision, Phase
from deliberation.projects.operations import decide_level
from deliberation.projects.queries import tool_status
from tests.builders import (
    a_decided_point,
    a_decision_point,
    a_phase,
    a_project,
    an_assessed_point,
    the_officer,
)

pytestmark = pytest.mark.django_db
# The written promise, once more by hand: at which levels and in which phases is this open?
CO = {"consult", "co_create", "collaborate"}
OPEN = {
    "information": ({None, "none", "inform"} | CO, set(tools.PHASES), "always"),
    "questions_and_concerns": ({"inform"} | CO, set(tools.PHASES), "in its phase"),
    "live_poll": (CO, {"prepare", "design", "execute"}, "in its phase"),
}


def test_the_table_names_every_tool():
    assert set(OPEN) == set(tools.TOOLS)


@pytest.mark.parametrize("level", [None, "none", "inform", "consult", "co_create", "collaborate"])
def test_each_tool_is_open_where_the_table_says(level):
    point = a_decided_point(level) if level else a_decision_point()
    for kind, runs in itertools.product(tools.PHASES, (True, False)):
        shift = 0 if runs else 100
        phase = a_phase(kind, a_project(), -10 + shift, 30 + shift)
        point.phase = phase  # the same decision, seen in another phase
        for name, (levels, phases, when) in OPEN.items():
            expected = level in levels and kind in phases and (runs or when == "always")
            status = tool_status(name, point, timezone.now())
            assert status.open is expected, (name, level, kind, runs)
            assert bool(status.reason) is not expected, "closed says why, open says nothing"


def test_an_unknown_tool_is_a_mistake_and_never_open():
    with pytest.raises(KeyError):
        tool_status("cast_balot", a_decided_point(), timezone.now())


def test_the_reason_says_what_would_open_it():
    later = a_phase(starts_in=5, ends_in=9)
    nobody_chose = tool_status("live_poll", a_decision_point(later), timezone.now())
    too_low = tool_status("live_poll", a_decided_point("inform"), timezone.now())
    not_yet = a_decided_point("consult", a_decision_point(later))
    not_now = tool_status("live_poll", not_yet, timezone.now())
    assert len({nobody_chose.reason, too_low.reason, not_now.reason}) == 3
    assert later.title in not_now.reason
    assert date_format(later.starts_on, "j F Y") in not_now.reason


def test_a_newer_decision_opens_and_closes_at_once():
    point = a_decided_point("consult")
    assert tool_status("live_poll", point, timezone.now()).open
    an_assessed_point("inform", point)
    officer = the_officer(point.project.municipality)
    decide_level(
        actor=officer,
        decision_point=point,
        level="inform",
        now=timezone.now(),
        change_reason="Er is haast.",
    )
    assert not tool_status("live_poll", point, timezone.now()).open
    assert LevelDecision.objects.count() == 2
    assert Phase.objects.count() == 1
