"""The console's part on counting the hall, for its template: fields, how far each part is, which buttons."""

from django.utils.translation import gettext as _

from ..counting import rounds
from ..models import Activity, HallCount
from .next_step import press_poll

State, CountState, Medium = Activity.State, HallCount.State, HallCount.Medium
COUNTING = (State.OPEN, State.PAUSED, State.CLOSING, State.TALLYING)
DECIDED = (CountState.CONFIRMED, CountState.DISPUTED, CountState.CORRECTED)


def counting_scene(run, activity, kept, now) -> dict:
    """Gather the parts of the hall that are counted, and the paper that is counted later."""
    parts = _parts(run, activity)
    counting = activity is not None and activity.state in COUNTING
    kept = kept or {}
    heads = rounds.last_headcount(run) if parts else None
    return {
        "counting": counting and bool(parts),
        # Fields without a button say nothing: first the people are counted.
        "heads": heads is not None,
        "hall": [_part_shown(activity, part, counts, heads) for part, counts in parts],
        "fields": [
            {**_fields(activity, part, kept), "corrects": _who_corrects(run, activity, counts)}
            for part, counts in parts
        ],
        "many_parts": len(parts) > 1,
        "recount": bool(parts) and activity.state == State.CLOSED,
        "paper": _paper(activity, now) if counting else None,
    }


def _parts(run, activity) -> list:
    """List the parts with their counts; of a closed poll only those that were counted."""
    if activity is None or activity.state not in (*COUNTING, State.CLOSED):
        return []
    activity.run = run
    counts = rounds.hall_counts(activity)
    parts = [
        (part, [count for count in counts if rounds.part_key(count) == part.key])
        for part in rounds.parts_of(activity, rounds.last_round(activity))
    ]
    return [one for one in parts if one[1]] if activity.state == State.CLOSED else parts


def _fields(activity, part, kept) -> dict:
    """Name the fields of one part; what was filled in and not accepted stays in them."""
    mine = kept if kept.get("part", 0) == part.number else {}
    mark = f".{part.number}" if part.number else ""
    filled = [*mine.get("hands", []), *[""] * len(activity.answers)]
    wrong = mine.get("wrong") == "hands"
    return {
        "name": part_name(part),
        "number": part.number,
        "hands_name": f"hands{mark}",
        "voters_name": f"voters{mark}" if activity.max_choices > 1 else "",
        "voters": mine.get("voters", ""),
        "anyway_name": f"anyway{mark}"
        if activity.hall_mode == Activity.HallMode.DEVICE_OR_HAND
        else "",
        "anyway": mine.get("anyway", False),
        "answers": [
            {"label": label, "kept": filled[at], "wrong": wrong and type(filled[at]) is not int}
            for at, label in enumerate(activity.answers)
        ],
        "correct": _press("correct_hall_count", activity, part),
        "open": mine.get("do") == "correct_hall_count",
    }


def _who_corrects(run, activity, counts) -> str:
    """Name what who corrects a count must be allowed: of a result that all saw, to call it in question."""
    seen = rounds.stands_before_all(run, activity, counts)
    return "contest_seen_count" if seen else "correct_hall_count"


def part_name(part) -> str:
    """Name a part of the hall for people: its rows, the papers, or blank for all hands."""
    return _("Paper") if part.medium == Medium.PAPER else part.block


def _part_shown(activity, part, counts, heads) -> dict:
    last = counts[-1] if counts else None
    state = last.state if last else ""
    title, why = _words(part, state, last, heads)
    if state == CountState.DISPUTED and rounds.agreed_by_two(counts):
        why = _("%s counted again. A colleague counts too: two decide. Until then nothing changes.")
        why %= last.counted_by
    return {
        "number": part.number,
        "name": part_name(part),
        "title": title,
        "why": why,
        "state": state,
        # Who counted first mends that or counts alone; anybody else confirms it.
        "by": last.counted_by_id if state == CountState.ENTERED else "",
        # The second counter counts for themselves: the first number is shown after it.
        "rows": [_row(activity, count) for count in counts] if state in DECIDED else [],
        **(_buttons(activity, part, state) if state or heads is not None else {}),
    }


def _row(activity, count) -> dict:
    who = str(count.counted_by)
    return {
        "by": _("%s, alone") % who if count.alone else who,
        "hands": list(zip(activity.answers, count.hands, strict=True)),
        "voters": count.voters if activity.max_choices > 1 else None,
        "reason": count.why_again,
    }


def _buttons(activity, part, state) -> dict:
    if activity.state == State.CLOSED:
        return {}
    fits = {
        "enter": "enter_hall_count" if state == "" else "",
        "confirm": "confirm_hall_count" if state == CountState.ENTERED else "",
        "correct": "correct_hall_count" if state in DECIDED else "",
    }
    buttons = {name: _press(do, activity, part) for name, do in fits.items() if do}
    if state == CountState.ENTERED:
        buttons["mend"] = _press("enter_hall_count", activity, part, alone=0)
    if state in ("", CountState.ENTERED):
        buttons["alone"] = _press("enter_hall_count", activity, part, alone=1)
    return buttons


def _press(do, activity, part, **more) -> str:
    where = {"part": part.number} if part.number else {}
    return press_poll(do, activity, **where, **more)


def _words(part, state, last, heads) -> tuple[str, str]:
    what = part_name(part) or _("Hands")
    if not state and heads is None:
        return what, _("First save how many people sit in the hall.")
    counter = last.counted_by if last else ""
    title, why = {
        "": (_("%s: not counted yet"), _("Fill in the numbers. A colleague counts too.")),
        CountState.ENTERED: (
            _("%s: counted once"),
            _("%s filled in a count. A second person counts too, without looking.") % counter,
        ),
        CountState.CONFIRMED: (_("%s: counted"), _why_confirmed(last)),
        CountState.DISPUTED: (
            _("%s: the counts differ"),
            _("Count a third time, whoever does it. That count decides; all are kept."),
        ),
        CountState.CORRECTED: (_("%s: counted again"), _("The last count is what counts.")),
    }[state]
    return title % what, why


def _why_confirmed(last) -> str:
    if last and last.alone:
        return _("One person counted, without a second one.")
    return _("The two counts are the same, or nearly. The first count is what counts.")


def _paper(activity, now) -> dict | None:
    """Offer to count papers, or to say until when; None where there are none."""
    if activity.hall_mode not in rounds.WITH_PAPER:
        return None
    return {
        "due": activity.paper_due,
        "needed": activity.sensitive,
        "value": press_poll("expect_paper", activity),
    }
