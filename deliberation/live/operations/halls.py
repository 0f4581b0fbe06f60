"""Operations on the hall: how many people sit in it, and what they chose with their hands or on paper."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused
from deliberation.people.names import clean_line
from deliberation.people.operations import operation, record_audit
from deliberation.people.permissions import require

from ..counting import hall_checks, totals
from ..counting.rounds import (
    STANDING_COUNTS,
    WITH_PAPER,
    agreed_by_two,
    count_states,
    current_counts,
    hall_counts,
    hall_voters,
    headcount_for,
    part_key,
    parts_of,
    standing_hands,
    stands_before_all,
)
from ..events import append, lock_run
from ..models import Activity, HallCount, Headcount, Run
from ..state_machine import HALL_COUNT_STEPS, check_count_in_time, step
from .ballots import current_round
from .doubted_phones import check_hands
from .poll_closing import settle

ActivityState, CountState, Medium = Activity.State, HallCount.State, HallCount.Medium
COUNTING = (ActivityState.OPEN, ActivityState.PAUSED, ActivityState.CLOSING, ActivityState.TALLYING)
RUNNING = (Run.State.OPEN, Run.State.PAUSED, Run.State.CLOSED)
OVER = (Run.State.CLOSED, Run.State.ARCHIVED, Run.State.CANCELLED)
MOST_BLOCKS = 12
LONGEST_BLOCK = 40


@operation
def record_headcount(*, actor, run, count, reason="", now) -> Headcount:
    """Record how many people sit in the hall now, and why that changed. Settles a poll that waited for it."""
    run = lock_run(run.pk)
    require("live.record_headcount", actor, run, now)
    if run.state not in (*RUNNING, Run.State.LOBBY):
        raise Refused(_("The doors are not open."), code="state")
    headcount = Headcount.objects.create(
        run=run, count=count, reason=clean_line(reason, 300), taken_at=now, by=actor
    )
    append(run, "headcount_recorded", {"headcount": count}, now, by=actor, text=headcount.reason)
    for activity in run.activities.filter(state=ActivityState.TALLYING):
        activity.run = run
        settle(run, activity, now)
    record_audit(actor=actor, action="record_headcount", obj=headcount, now=now)
    return headcount


@operation
def divide_hall(*, actor, run, blocks, now) -> Run:
    """Name the rows of the hall that are counted apart, one per line or comma; none: count it as a whole.

    Holds for every poll that opens after this; one that is open keeps its own. At most 12.
    """
    run = lock_run(run.pk)
    require("live.divide_hall", actor, run, now)
    if run.state in OVER:
        raise Refused(_("This session is over."), code="state")
    names = [clean_line(name, LONGEST_BLOCK) for name in blocks.replace(",", "\n").splitlines()]
    names = [name for name in names if name]
    if len(names) > MOST_BLOCKS or len({name.casefold() for name in names}) < len(names):
        raise Refused(_("Give at most 12 blocks of rows, each with its own name."), field="blocks")
    run.hall_blocks = names if len(names) > 1 else []
    run.save(update_fields=["hall_blocks"])
    append(run, "hall_divided", {"blocks": len(run.hall_blocks)}, now, by=actor)
    record_audit(actor=actor, action="divide_hall", obj=run, now=now)
    return run


@operation
def expect_paper(*, actor, activity, due, now) -> Activity:
    """Say that papers are counted too, and on which day at the latest the outcome is there.

    People read that day as a promise, so once it has passed it can't be moved.
    """
    run, activity = _lock("expect_paper", actor, activity)
    _check_counting(activity, COUNTING)
    today = timezone.localdate(now)
    if activity.hall_mode not in WITH_PAPER:
        raise Refused(_("With this way of voting there are no papers to count."), code="state")
    if activity.paper_due is not None and activity.paper_due < today:
        raise Refused(
            _("The day you promised has passed. Count the papers and show the outcome."),
            code="state",
        )
    if due < today:
        raise Refused(_("Choose today or a day after it."), field="due")
    activity.paper_due = due
    activity.save(update_fields=["paper_due"])
    data = {"activity": activity.pk, "paper": due.isoformat()}
    append(run, "paper_expected", data, now, by=actor)
    record_audit(actor=actor, action="expect_paper", obj=activity, now=now)
    return activity


@operation
def enter_hall_count(
    *, actor, activity, hands, part=0, voters=None, alone=False, anyway=False, now
) -> HallCount:
    """Enter what was counted in a part of the hall: one number per answer, and of how many people.

    `part` is its number in `rounds.parts_of`; `voters` is asked with several answers each. `alone`:
    nobody else is there to count too. Somebody else confirms it, unless counted alone; until then who
    entered it may mend it, and both stay. Refused before the hall was counted, and when the people in
    the hall who did not vote on a phone can't explain it. `anyway`: all was counted again, and it is so;
    the log keeps the numbers of phones and people, and the result names a winner only beyond any doubt.
    """
    run, activity = _lock("enter_hall_count", actor, activity)
    part, before = _part(activity, part, COUNTING)
    if before and before.state == CountState.ENTERED and before.counted_by_id != actor.pk:
        raise Refused(_("A colleague entered a count. Confirm it with your own."), code="state")
    state = step(HALL_COUNT_STEPS, "count_alone" if alone else "enter", _state(before))
    return _record(
        "enter_hall_count", run, activity, part, actor, hands, voters, anyway, now,
        state=state, confirms=before, alone=alone,
    )  # fmt: skip


@operation
def confirm_hall_count(
    *, actor, activity, hands, part=0, voters=None, anyway=False, now
) -> HallCount:
    """Enter the count of a second person. A small difference that can't change the order is accepted.

    The first count stands then and both are kept; otherwise the count is disputed, and a third decides.
    """
    run, activity = _lock("confirm_hall_count", actor, activity)
    part, before = _part(activity, part, COUNTING)
    if before and before.counted_by_id == actor.pk:
        raise Refused(_("Somebody else must count too. Is nobody there? Press “I count alone”."))
    voters = _voters(activity, hands, voters)
    agree = before is not None and _agree(before, hands, voters)
    state = step(HALL_COUNT_STEPS, "confirm" if agree else "dispute", _state(before))
    return _record(
        "confirm_hall_count", run, activity, part, actor, hands, voters, anyway, now,
        state=state, confirms=before,
    )  # fmt: skip


@operation
def correct_hall_count(
    *, actor, activity, hands, reason, part=0, voters=None, anyway=False, now
) -> HallCount:
    """Count once more, with a reason: after a dispute, or when a mistake shows later. Earlier counts stay.

    What two people agreed on stands until two agree on something else. A result that everybody saw is
    called in question by who decides, and by nobody once the session can't go on either.
    """
    run, activity = _lock("correct_hall_count", actor, activity)
    part, before = _part(activity, part, (*COUNTING, ActivityState.CLOSED))
    earlier = [one for one in hall_counts(activity) if part_key(one) == part.key]
    if activity.state == ActivityState.CLOSED:
        _check_late(actor, run, activity, earlier, now)
    two_agree = _two_agree(actor, earlier, hands, _voters(activity, hands, voters))
    state = step(HALL_COUNT_STEPS, "correct" if two_agree else "contest", _state(before))
    return _record(
        "correct_hall_count", run, activity, part, actor, hands, voters, anyway, now,
        state=state, confirms=before, reason=reason, alone=before.alone,
    )  # fmt: skip


def _lock(name, actor, activity):
    run = lock_run(activity.run_id)
    activity = Activity.objects.get(pk=activity.pk)
    activity.run = run
    require(f"live.{name}", actor, activity)
    if run.state not in RUNNING:
        raise Refused(_("The session is not under way."), code="state")
    return run, activity


def _check_counting(activity, states) -> None:
    if activity.state not in states:
        raise Refused(_("No hands are counted for this poll now."), code="state")


def _part(activity, number, states):
    """Find a part of the hall and the count of it that nothing follows."""
    _check_counting(activity, states)
    round_ = current_round(activity)
    parts = parts_of(activity, round_)
    if not parts:
        raise Refused(_("With this way of voting nothing is counted in the hall."), code="state")
    if not 0 <= number < len(parts):
        raise Refused(_("This part of the hall is not counted apart."), code="malformed")
    return parts[number], current_counts(round_).get(parts[number].key)


def _check_late(actor, run, activity, earlier, now) -> None:
    """Refuse to touch a result that has to stay, and one that all saw to who may not open the poll again."""
    stood = [one.counted_at for one in earlier if one.state in STANDING_COUNTS]
    if run.state == Run.State.CLOSED:
        check_count_in_time(max(run.closed_at, *stood[:1]), now)
    if stands_before_all(run, activity, earlier):
        require("live.contest_seen_count", actor, activity)


def _two_agree(actor, earlier, hands, voters) -> bool:
    """Tell whether this count may stand: nobody agreed with another before, or somebody else counted the same."""
    if not agreed_by_two(earlier):
        return True
    if earlier[-1].state in STANDING_COUNTS:
        return False
    if earlier[-1].counted_by_id == actor.pk:
        raise Refused(_("You counted last. Ask a colleague to count too."), code="state")
    return any(_agree(one, hands, voters) for one in earlier if one.counted_by_id != actor.pk)


def _state(count) -> str:
    return count.state if count else ""


def _agree(before, hands, voters) -> bool:
    same_people = hall_checks.near((before.voters,), (voters,))
    return same_people and hall_checks.accept_difference(tuple(before.hands), tuple(hands))


def _voters(activity, hands, voters) -> int:
    """Say how many people these marks are of; with one answer each that needs no asking."""
    if len(hands) != len(activity.answers):
        raise Refused(
            _("Fill in a number for every answer. Nobody? Fill in 0."),
            code="malformed",
            field="hands",
        )
    if activity.max_choices == 1:
        return sum(hands)
    if voters is None:
        raise Refused(_("Fill in how many people answered."), code="malformed", field="voters")
    hall_checks.check_marks(tuple(hands), voters, activity.max_choices, activity.dont_know)
    return voters


def _check_people(run, activity, round_, part, voters, anyway) -> dict:
    """Refuse more hands and papers, in all parts together, than there are people to explain them."""
    counted = {Medium.HANDS.value: 0, Medium.PAPER.value: 0, part.medium: voters}
    for key, count in current_counts(round_).items():
        if key != part.key:
            counted[count.medium] += count.voters
    headcount = headcount_for(run, round_)
    phones, cards = hall_voters(round_)
    if activity.hall_mode == totals.APART:
        phones = cards = 0
    hands, papers = counted[Medium.HANDS], counted[Medium.PAPER]
    return check_hands(round_, hands, headcount, phones, cards, papers, anyway)


def _record(name, run, activity, part, actor, hands, voters, anyway, now, **fields) -> HallCount:
    voters = _voters(activity, hands, voters)
    round_ = current_round(activity)
    seen = _check_people(run, activity, round_, part, voters, anyway)
    count = HallCount.objects.create(
        round=round_, medium=part.medium, block=part.block, hands=list(hands), voters=voters,
        counted_by=actor, counted_at=now, **fields,
    )  # fmt: skip
    data = {
        "activity": activity.pk,
        "hall_count": count_states(round_),
        "hands": standing_hands(round_),
        "part": part.key,
        "counted": list(hands),
        "voters": voters,
        "count": count.pk,
        **seen,
    }
    append(run, f"hall_count_{count.state}", data, now, by=actor, text=count.reason)
    settle(run, activity, now)
    record_audit(
        actor=actor, action=name, obj=count, now=now,
        detail={"hands": list(hands), "voters": voters, "reason": count.reason},
    )  # fmt: skip
    return count
