"""Is the log gapless, chained and enough to know the state, whatever happened?"""

from datetime import timedelta

import pytest

from compass.refusal import Refused
from deliberation.live import events, operations, queries, state_machine
from deliberation.live.models import Event, EventNote, HallCount, Headcount
from tests.builder_cache import cached
from tests.builders import a_user
from tests.live.builders import an_evening

pytestmark = pytest.mark.django_db


@cached
def a_full_evening():
    """Let everything happen that can be logged; return the evening with its states on the way."""
    evening = an_evening(state="draft", hall_mode="H3")
    law = [holds(evening)]

    def then(do, actor=None, **arguments):
        answer = evening.submit(actor or evening.facilitator, do, **arguments)
        assert answer.status == "applied", (do, answer)
        law.append(holds(evening))

    def shut():
        evening.pass_time(seconds=10)
        operations.finish_closing(run=evening.run, now=evening.now)
        law.append(holds(evening))

    for name, about in CHANGES_OF_PARTS:
        last = evening.run.items.order_by("-position").first()
        on = {"run": evening.run} if name == "add_item" else {"item": last}
        getattr(operations, name)(actor=evening.facilitator, now=evening.now, **on, **about)
        law.append(holds(evening))
    for do in ("ready_run", "open_lobby", "start_run", "pause_run", "resume_run"):
        then(do)
    then("record_headcount", count=30)
    for do in ("open_activity", "pause_activity", "resume_activity"):
        then(do)
    evening.votes("hall", 5, 1)
    then("report_silence", actor=evening.join())
    then("tell_sound", sound=True)
    then("turn_page", page=1)
    then("enter_hall_count", hands=[5, 2])
    then("close_activity")
    shut()
    then("confirm_hall_count", actor=evening.counter, hands=[5, 4])
    then("correct_hall_count", hands=[5, 3], reason="Derde telling")
    then("peek_result")
    then("reveal_result", to="staff")
    then("correct_hall_count", hands=[5, 4], reason="Toch vier")
    then("correct_hall_count", actor=evening.counter, hands=[5, 4], reason="Toch vier")
    then("reveal_result", to="public")
    then("reopen_activity", reason="Opnieuw")
    then("enter_hall_count", hands=[5, 2])
    then("confirm_hall_count", actor=a_user("officer", project=evening.run.project), hands=[5, 2])
    then("close_activity")
    shut()
    then("void_activity", reason="Telt niet")
    then("close_run")
    then("reopen_run", reason="Nog een vraag")
    then("close_run")
    other = an_evening(state="draft")
    other.lead("cancel_run")
    law.append(holds(other))
    return evening, law


def holds(evening):
    """The law: the log added up == the rows read fresh."""
    return events.replay(evening.run) == queries.fresh_state(evening.run)


def test_state_before_and_events_is_the_fresh_state_for_every_kind_of_event():
    _evening, law = a_full_evening()
    assert all(law), law
    kinds = set(Event.objects.values_list("kind", flat=True))
    assert kinds == KINDS


CHANGES_OF_PARTS = (
    ("add_item", {"title": "Napraten"}),
    ("change_item", {"title": "Napraten en koffie"}),
    ("move_item", {"up": True}),
    ("move_item", {"up": True}),
    ("remove_item", {}),
)
KINDS = {
    "run_created",
    "item_added",
    "item_changed",
    "items_ordered",
    "item_removed",
    "activity_added",
    "run_readied",
    "lobby_opened",
    "run_started",
    "run_paused",
    "run_resumed",
    "run_closed",
    "run_reopened",
    "run_cancelled",
    "headcount_recorded",
    "activity_opened",
    "activity_paused",
    "activity_resumed",
    "activity_closing",
    "activity_shut",
    "activity_closed",
    "activity_reopened",
    "activity_voided",
    "hall_count_entered",
    "hall_count_confirmed",
    "hall_count_disputed",
    "hall_count_corrected",
    "result_peeked",
    "result_revealed",
    "result_corrected",
    "silence_alarmed",
    "sound_told",
    "page_turned",
}


def test_the_law_notices_an_event_that_says_too_little():
    evening, _law = a_full_evening()
    state = state_machine.EMPTY
    for event in Event.objects.filter(run=evening.run).exclude(kind="activity_voided"):
        state = state_machine.fold(state, event.kind, event.data)
    assert state != queries.fresh_state(evening.run)


def test_the_log_is_gapless_and_verifies():
    evening, _law = a_full_evening()
    numbers = list(Event.objects.filter(run=evening.run).values_list("seq", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert events.verify(evening.run) == []


def test_every_event_that_a_command_makes_has_somebody_behind_it():
    evening, _law = a_full_evening()
    by_the_clock = {"activity_shut", "activity_closed", "result_corrected"}
    by_the_clock |= {"silence_alarmed"}  # of residents, of whom no event says who
    nobody = EventNote.objects.filter(event__run=evening.run, by=None)
    assert {note.event.kind for note in nobody} <= by_the_clock


def test_a_reason_can_be_erased_and_the_chain_still_verifies():
    evening, _law = a_full_evening()
    note = EventNote.objects.get(event__kind="activity_voided")
    note.text, note.by, note.salt = "", None, ""
    note.save()
    assert events.verify(evening.run) == []


@pytest.mark.parametrize("change", ["data", "kind", "at", "note", "missing", "last"])
def test_a45_what_is_changed_afterwards_shows(change):
    evening, _law = a_full_evening()
    event = Event.objects.get(run=evening.run, kind="activity_voided")
    rows = Event._base_manager.filter(pk=event.pk)
    if change == "note":
        EventNote.objects.filter(event=event).update(text="Iets anders")
    elif change in ("missing", "last"):
        last = Event.objects.filter(run=evening.run).order_by("seq").last()
        gone = last if change == "last" else event
        EventNote.objects.filter(event=gone).delete()
        Event._base_manager.filter(pk=gone.pk).delete()
    else:
        value = {"data": {"x": 1}, "kind": "run_paused", "at": event.at + timedelta(seconds=1)}[
            change
        ]
        rows.update(**{change: value})
    assert events.verify(evening.run)


def test_counts_are_written_once():
    evening = an_evening(headcount=20, poll_open=True)
    evening.count(3, 4)
    for kind in (Headcount, HallCount):
        for row in kind.objects.all():
            for change in (row.save, row.delete, kind.objects.all().delete):
                with pytest.raises(Refused):
                    change()


def test_events_are_append_only():
    an_evening(state="draft")
    event = Event.objects.first()
    for change in (event.save, event.delete, Event.objects.all().delete):
        with pytest.raises(Refused):
            change()


def test_staff_screens_alone_notice_counting_peeking_and_who_hears_nothing():
    evening, _law = a_full_evening()
    everybody, staff = (queries.region_heads(evening.run, who) for who in ("pub", "mod"))
    assert set(staff) - set(everybody) == {
        "result_peeked",
        "silence_alarmed",
        "hall_count_entered",
        "hall_count_confirmed",
        "hall_count_disputed",
        "hall_count_corrected",
    }
