"""Do observers, late joiners and people at home see what they should, at once and no more?"""

import pytest
from django.test import Client
from django.utils import timezone

from compass.refusal import Refused
from deliberation.live import operations, privacy, queries
from deliberation.live.models import Attendance, Event, Op, Run, Spent
from deliberation.live.screens import scene
from deliberation.live.screens.recap import recap_of
from deliberation.live.screens.snapshot import Snapshot
from deliberation.live.sockets import presence
from deliberation.people.operations import create_participant
from deliberation.projects.operations import decide_level
from tests.builders import a_user, committed, the_officer
from tests.live.builders import an_evening
from tests.live.screens.browsers import Browser

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    for name in ("presence", "observers", "consoles"):
        found = getattr(presence, name)
        monkeypatch.setattr(found, "_here", {})
        monkeypatch.setattr(found, "_latest", {})
        monkeypatch.setattr(found, "_elsewhere", {})


def test_an_observer_reads_and_does_nothing_and_everybody_sees_that():
    evening = an_evening(hall_mode="H3", headcount=5, poll_open=True)
    watcher = a_user("observer", project=evening.run.project)
    page = Browser(evening, watcher).client.get(f"/s/run/{evening.run.pk}/")
    assert page.status_code == 200
    assert "lv-observer" in page.content.decode()
    assert 'id="do"' not in page.content.decode()
    assert evening.submit(watcher, "cast_ballot", choice=0).code == 403
    assert evening.submit(watcher, "close_activity").code == 403
    resident = Browser(evening).join()
    assert '<span data-live="observers">1</span>' in resident.page().content.decode()
    assert scene.counts_for(Snapshot(evening.run, timezone.now()), "pub")["observers"] == 1
    assert Client().get(f"/s/run/{evening.run.pk}/").status_code == 403


def test_an_observer_of_another_project_sees_nothing():
    evening = an_evening()
    stranger = a_user("observer")
    stranger.roleassignment_set.all().delete()
    assert Browser(evening, stranger).client.get(f"/s/run/{evening.run.pk}/").status_code == 403


def test_a_late_joiner_hears_what_came_out_and_what_is_asked_now():
    evening = an_evening(hall_mode="H3", headcount=0, poll_open=True)
    assert recap_of(Snapshot(evening.run, evening.now)) is None
    evening.votes("online", 3, 1)
    evening.close()
    assert recap_of(Snapshot(evening.refresh().run, evening.now)) is None, "not shown to all yet"
    evening.lead("reveal_result", to="public")
    recap = recap_of(Snapshot(evening.refresh().run, evening.now))
    assert len(recap["before"]) == 1
    assert "Ja" in recap["before"][0]
    late = Browser(evening)
    went = late.client.post(f"/s/{evening.run.online_code}")
    page = late.client.get(went["Location"]).content.decode()
    assert 'id="recap"' in page
    assert 'id="recap"' not in late.client.get(f"/s/run/{evening.run.pk}/").content.decode()


def test_who_comes_on_time_gets_no_recap():
    evening = an_evening(state="lobby")
    assert recap_of(Snapshot(evening.run, evening.now)) is None


def test_a_new_promise_stands_on_the_screens_at_once():
    evening = an_evening(state="lobby")
    before, point = queries.region_heads(evening.run, "pub"), evening.activity.decision_point
    assert "promise_changed" not in before
    with committed():
        decide_level(
            actor=the_officer(point.project.municipality), decision_point=point, level="inform",
            motivation="De raad heeft inmiddels besloten.", change_reason="Er is haast.", now=evening.now,
        )  # fmt: skip
    event = Event.objects.filter(run=evening.run).latest("seq")
    assert event.kind == "promise_changed"
    assert Run.objects.get(pk=evening.run.pk).seq == event.seq


def test_at_home_people_hear_that_the_hall_lost_its_connection_after_30_seconds(monkeypatch):
    evening, clock = an_evening(), [1000.0]
    for one in presence.KINDS.values():
        monkeypatch.setattr(one, "_clock", lambda: clock[0])
    assert not scene.is_hall_lost(evening.run), "no console was ever there"
    Browser(evening, evening.facilitator).page("console")
    resident = Browser(evening).join()
    for seconds, lost in ((0, False), (29, False), (31, True)):
        clock[0] = 1000.0 + seconds
        assert scene.is_hall_lost(evening.run) is lost
    page = resident.page().content.decode()
    shown = page[page.index('data-live-shown="hall_lost"') :][:40]
    assert "hidden" not in shown
    Browser(evening, evening.facilitator).page("console")
    assert not scene.is_hall_lost(evening.run)


def test_the_broadcast_shows_no_code_of_the_hall():
    evening = an_evening()
    page = Browser(evening, evening.facilitator).client.get(
        f"/s/run/{evening.run.pk}/projector/?view=broadcast"
    )
    said = page.content.decode()
    hall, online = evening.run.hall_code, evening.run.online_code
    words = dict(evening.run.codes.values_list("lane", "word"))
    assert f"{online[:3]} {online[3:]}" in said
    assert words["online"] in said
    assert hall not in said
    assert f"{hall[:3]} {hall[3:]}" not in said
    assert words["hall"] not in said


def test_ready_is_refused_until_somebody_said_whether_people_at_home_hear_the_hall():
    evening = an_evening(state="draft")
    Run.objects.update(heard_online=None)
    assert evening.submit(evening.facilitator, "ready_run").code == 409
    assert Run.objects.get().state == "draft"
    assert evening.submit(evening.facilitator, "ready_run", sound=False).status == "applied"
    assert Run.objects.get().heard_online is False


# --- Mine -----------------------------------------------------------------------------------------


def test_what_i_joined_is_told_and_never_what_i_voted():
    evening = an_evening(hall_mode="H3", headcount=0, poll_open=True)
    voter = evening.votes("online", 1)[0]
    (given,) = privacy.gave([voter], None)
    assert given.title == evening.run.session.title
    assert given.joined
    kept = str(privacy.export(None, [voter], None))
    for option in evening.activity.options:
        assert option not in kept
        assert option not in str(given)
    assert privacy.gave([create_participant()], None) == []


def test_a38_erasing_waits_for_an_open_poll_and_then_leaves_the_count():
    evening = an_evening(hall_mode="H3", headcount=0, poll_open=True)
    voter = evening.votes("online", 1)[0]
    with pytest.raises(Refused):
        privacy.erase(participants=[voter], user=None, now=evening.now)
    evening.close()
    privacy.erase(participants=[voter], user=None, now=evening.now)
    assert not Op.objects.filter(actor=f"p:{voter.pk}").exists()
    assert Spent.objects.count() == Attendance.objects.count() == 1
    assert evening.activity.rounds.get().tally["total"] == [1, 0]


def test_a28_a_rotation_makes_the_projector_load_again():
    evening = an_evening()
    screen = Browser(evening, evening.facilitator)
    assert 'data-shell="0"' in screen.page("projector").content.decode()
    operations.rotate_codes(actor=evening.facilitator, run=evening.run, now=evening.now)
    page = screen.page("projector").content.decode()
    assert 'data-shell="1"' in page
    assert 'data-shell-shown="1"' in page
