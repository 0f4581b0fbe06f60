"""Is a poll or a rehearsal that nobody closes closed by itself, and can who voted there be erased then?"""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from cms.background import keep_house
from compass.refusal import Refused
from deliberation.live import queries
from deliberation.live.events import replay, verify
from deliberation.live.models import Activity, EventNote, LiveSession, Round, Run
from deliberation.live.round_secrets import destroy_secret
from deliberation.people.models import AuditEntry, Participant, User
from deliberation.people.operations import create_participant, erase_person
from deliberation.people.privacy.erased_list import digest_of
from deliberation.projects.erasure import erase_by_letter
from tests.builders import a_user, committed

from .builders import an_evening

pytestmark = pytest.mark.django_db
OVER = LiveSession.LENGTH + timedelta(days=1, minutes=1)
KINDS = ("real", "rehearsal")


def kept(evening, **later):
    """Keep house so much later."""
    with committed():
        keep_house(evening.now + timedelta(**later))
    return evening.refresh()


def erase(participant, now):
    with committed():
        erase_person(actor=participant, user=None, participants=[participant], now=now)


def states(evening):
    evening.refresh()
    return evening.run.state, evening.activity.state


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("left", ["open", "paused", "closing"])
def test_who_voted_in_a_poll_that_nobody_closed_can_be_erased_a_day_later(kind, left):
    evening = an_evening(poll_open=True, kind=kind, headcount=0)
    voter = evening.join()
    evening.vote(voter, 0)
    if left != "open":
        evening.lead({"paused": "pause_activity", "closing": "close_activity"}[left])
    with pytest.raises(Refused, match=r"still open|nog open"):
        erase(voter, evening.now + OVER)
    kept(evening, seconds=OVER.total_seconds())
    assert states(evening) == ("closed" if kind == "rehearsal" else "open", "closed")
    assert evening.activity.reveal == Activity.Reveal.HIDDEN
    assert evening.activity.rounds.get().result["total"] == [1, 0]
    erase(voter, evening.now + OVER)
    assert not Participant.objects.filter(pk=voter.pk).exists()
    assert verify(evening.run) == [] and replay(evening.run) == queries.fresh_state(evening.run)


def test_the_log_says_that_nobody_closed_it():
    evening = an_evening(poll_open=True, kind="rehearsal", headcount=0)
    before = evening.run.seq
    kept(evening, seconds=OVER.total_seconds())
    new = EventNote.objects.filter(event__run=evening.run, event__seq__gt=before)
    said = {note.event.kind: note.event.data.get("why") for note in new}
    assert said["activity_closing"] == said["run_closed"] == "nobody_closed_it"
    assert {note.by for note in new} == {None}
    row = AuditEntry.objects.get(action="end_left_open")
    assert (row.object_label, row.object_id, row.actor_id) == ("live.Run", str(evening.run.pk), "")
    kept(evening, days=9)
    assert AuditEntry.objects.filter(action="end_left_open").count() == 1, "once"


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_under_way_is_left_alone(kind):
    evening = an_evening(poll_open=True, kind=kind)
    kept(evening, hours=23)
    assert states(evening) == ("open", "open")
    evening.pass_time(days=2)
    evening.lead("pause_activity")
    kept(evening, hours=23)
    assert states(evening) == ("open", "paused"), "somebody was here today"


@pytest.mark.parametrize(("kind", "then"), [("real", "open"), ("rehearsal", "closed")])
def test_an_evening_that_is_still_to_come_is_left_alone_but_not_its_rehearsal(kind, then):
    evening = an_evening(poll_open=True, kind=kind, headcount=0)
    LiveSession.objects.update(starts_at=evening.now + timedelta(days=7))
    kept(evening, days=2)
    assert states(evening) == (then, then)


@pytest.mark.parametrize("state", ["lobby", "open"])
def test_a_rehearsal_without_a_poll_is_ended_once_it_began(state):
    evening = an_evening(kind="rehearsal", state=state)
    kept(evening, days=2)
    assert evening.run.state == {"lobby": "lobby", "open": "closed"}[state]


def test_a_hall_that_was_never_counted_keeps_nobody_from_being_erased():
    evening = an_evening(hall_mode="H3", headcount=1, poll_open=True)
    first, _second = evening.votes("hall", 2)
    kept(evening, seconds=OVER.total_seconds())
    assert not Round.objects.filter(closed_at=None).exists()
    erase(first, evening.now + OVER)


def test_one_whose_secret_is_lost_is_void():
    evening = an_evening(poll_open=True)
    voter = evening.join()
    evening.vote(voter, 0)
    destroy_secret(evening.activity.rounds.get())
    kept(evening, seconds=OVER.total_seconds())
    assert states(evening) == ("open", "voided")
    erase(voter, evening.now + OVER)


def test_a_secret_that_can_not_be_read_now_stops_no_housekeeping(monkeypatch, caplog):
    first, second = an_evening(poll_open=True, headcount=0), an_evening(poll_open=True, headcount=0)

    def unreadable(round_):
        raise PermissionError

    with monkeypatch.context() as patch:
        patch.setattr("deliberation.live.operations.ballots.keys_of", unreadable)
        kept(first, seconds=OVER.total_seconds())
    assert states(first) == ("open", "open") and "can't be ended" in caplog.text
    kept(first, seconds=OVER.total_seconds())
    assert states(first) == states(second) == ("open", "closed")


def test_a_letter_and_a_restore_no_longer_wait_for_it(settings):
    evening = an_evening(poll_open=True, headcount=0, now=timezone.now() - OVER)
    voter, writer = (
        evening.join(),
        create_participant(user=User.objects.create_user("g@example.org")),
    )
    evening.vote(voter, 0)
    evening.vote(evening.join(participant=writer), 0)
    about = {"email": "g@example.org", "municipality": evening.run.municipality}
    about["actor"] = a_user("administrator", municipality=evening.run.municipality)
    with pytest.raises(Refused):
        erase_by_letter(now=timezone.now(), **about)
    settings.ERASED_LIST.write_text(f"2026-01-01 {digest_of(voter)}\n")
    with committed():
        call_command("erase_again", stdout=StringIO())
    assert not Participant.objects.filter(pk=voter.pk).exists()
    erase_by_letter(now=timezone.now(), **about)
    assert not User.objects.filter(email="g@example.org").exists()
    assert Run.objects.get().state == "open"
