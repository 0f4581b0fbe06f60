"""Evenings of the demo: people join and vote, hands are counted by two, and it closes."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from deliberation.live import operations as live
from deliberation.people.operations import create_participant

from . import content
from .english import beside

THURSDAY = 4


def hold_evening(story, told):
    """Announce an evening; play it when it is past, open its doors when it is now. Gives the session."""
    start = story.now if told["when"] == "now" else _thursday(story.at(told["when"]))
    planned = min(start - timedelta(days=7), story.now)
    host, counter = story.staff["gesprek"], story.staff["zaal"]
    session = live.create_session(
        actor=host, project=story.project, title=told["title"], starts_at=start,
        place=content.PLACE, intro=content.EVENING_INTRO, now=planned,
        english=beside(title=told["title"]),
    )  # fmt: skip
    run = live.create_run(actor=host, session=session, heard_online=True, now=planned)
    if poll := told.get("poll"):
        activity = _add_poll(host, run, story.points[poll["point"]], poll, planned)
        _open(host, run, activity, poll, start)
        if told["when"] != "now":
            _close(host, counter, run, activity, poll, start)
    return session


def _thursday(moment):
    day = timezone.localdate(moment)
    day += timedelta(days=THURSDAY - day.isoweekday())
    return timezone.make_aware(datetime.combine(day, time(20)))


def _add_poll(host, run, point, poll, now):
    item = live.add_item(
        actor=host, run=run, title=poll["title"], minutes=15, now=now, owner="Gespreksleider",
        hall_instructions=content.HALL_INSTRUCTIONS, plan_b=content.PLAN_B,
        online_instructions=content.ONLINE_INSTRUCTIONS,
        what_we_do_with_input=content.FEEDBACK, english=beside(title=poll["title"]),
    )  # fmt: skip
    return live.add_activity(
        actor=host, item=item, decision_point=point, question=poll["question"],
        options=poll["options"], hall_mode=poll["mode"], dont_know=poll.get("dont_know", False),
        now=now, english=beside(question=poll["question"], options=poll["options"]),
    )  # fmt: skip


def _open(host, run, activity, poll, now):
    live.ready_run(actor=host, run=run, sound=True, now=now)
    live.open_lobby(actor=host, run=run, now=now)
    live.start_run(actor=host, run=run, now=now)
    live.record_headcount(actor=host, run=run, count=poll["headcount"], now=now)
    live.open_activity(actor=host, activity=activity, now=now)
    for lane, numbers in poll["phones"].items():
        code = run.hall_code if lane == "hall" else run.online_code
        _vote(code, activity, numbers, now)


def _vote(code, activity, numbers, now):
    for choice, number in enumerate(numbers):
        for _person in range(number):
            someone = create_participant()
            live.join_run(actor=someone, code=code, now=now)
            live.cast_ballot(actor=someone, activity=activity, choices=[choice], now=now)


def _close(host, counter, run, activity, poll, start):
    live.close_activity(actor=host, activity=activity, now=start)
    later = start + timedelta(seconds=run.grace_seconds + 1)
    live.finish_closing(run=run, now=later)
    counted = {"activity": activity, "hands": poll["hands"], "now": later}
    live.enter_hall_count(actor=host, **counted)
    live.confirm_hall_count(actor=counter, **counted)
    for audience in ("staff", "public"):
        live.reveal_result(actor=host, activity=activity, to=audience, now=later)
    live.close_run(actor=host, run=run, now=later + timedelta(hours=1))
