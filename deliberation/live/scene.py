"""What is there to see now, in plain values for the templates? One reading per audience and language."""

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deliberation.projects.queries import decision_points, promise_for, tool_statuses

from . import queries, rounds
from .models import Activity, HallCount, Op, Run, Spent
from .next_step import next_step, other_steps, press
from .presence import presence
from .results import result

State, CountState = Activity.State, HallCount.State
VOTING = (State.OPEN, State.PAUSED, State.CLOSING)
COUNTING = (*VOTING, State.TALLYING)
KNOWS = {"pub": "pub", "screen": "pub", "mod": "mod"}  # what is revealed to each audience
STATE_KINDS = {"open": "active", "closing": "active", "tallying": "warning", "paused": "warning"}


def scene(run, audience: str, language: str, now, kept: dict | None = None) -> dict:
    """Gather what the regions of an audience show. Nothing hidden from it is in here.

    `kept` is what somebody filled in on a page and was not accepted; what is sent to many has none.
    """
    activity = queries.current_activity(run)
    shown = {
        "run": run,
        "activity": activity,
        "item": activity.item if activity else None,
        "round": rounds.last_round(activity) if activity else None,
        "voting": activity is not None and activity.state in VOTING,
        "options": activity.options if activity else [],
        "ends": activity.closes_at.isoformat() if activity and activity.closes_at else "",
        "promises": _promises(run, activity, language, now),
        "counts": _counts(run, activity, audience),
        "outcome": outcome_of(activity, KNOWS[audience]),
        "kept": kept or {},
    }
    return {**shown, **_staff_scene(run, activity, now, kept)} if audience == "mod" else shown


def counts_for(run, audience: str, now) -> dict:
    """Give what moves without an event, by the names that screens know it by."""
    counts = _counts(run, queries.current_activity(run), audience)
    flat = {
        f"{group}.{lane}": n for group in ("turnout", "joined") for lane, n in counts[group].items()
    }
    flat["few"] = int(counts["few"])
    if audience != "mod":
        return flat
    return {**flat, "away": counts["away"], "ask_heads": queries.headcount_question(run, now)}


def closes_in(run, now) -> float | None:
    """Say in how many seconds a grace ends; None when nothing is closing."""
    closing = run.activities.filter(state=State.CLOSING).values_list("closes_at", flat=True).first()
    return None if closing is None else max(0.0, (closing - now).total_seconds())


def my_scene(run, attendance) -> dict:
    """Gather what one person may see of themselves: that their vote arrived, never what it was."""
    activity = queries.current_activity(run)
    received = activity is not None and queries.has_voted(activity, attendance)
    return {
        "attendance": attendance,
        "received": received,
        "round": rounds.last_round(activity) if received else None,
        "receipt": _last_receipt(run, attendance) if received else "",
        "may_change_lane": not Spent.objects.filter(attendance=attendance).exists(),
    }


def outcome_of(activity, audience: str) -> dict | None:
    """Put a revealed result in the words of its component; None while hidden from this audience."""
    found = result(activity, audience) if activity else None
    return outcome_words(found) if found else None


def outcome_words(found) -> dict:
    """Say a result in one sentence, with the numbers for the bars and what must be said beside it."""
    if found.winner:
        row = next(row for row in found.rows if row.label == found.winner)
        sentence = _("Most chosen: %(option)s, %(votes)d of %(base)d votes.") % {
            "option": found.winner,
            "votes": row.total,
            "base": found.base,
        }
    else:
        sentence = " ".join([_votes_in_all(found.base), found.why_no_winner]).strip()
    largest = max((row.total for row in found.rows), default=0)
    notes = (found.double_note, found.method, found.counted_by, found.small_group_note)
    return {
        "bars": {
            "caption": found.activity.question,
            "sentence": sentence,
            "base": found.base,
            "show_lanes": found.lanes_shown,
            "show_total": True,
            "largest": largest,
            "options": found.rows,
        },
        "notes": [note for note in (*notes, *found.corrections, found.strictness) if note],
        "round": found.round_number,
        "activity": found.activity,
        "item": found.activity.item,
        "closed_at": found.closed_at,
    }


def _votes_in_all(base: int) -> str:
    """Name the base of a result that has no winner to name it with; blank when nobody voted."""
    if not base:
        return ""
    return ngettext("%(base)d vote in all.", "%(base)d votes in all.", base) % {"base": base}


def run_promises(run, language: str, now) -> list:
    """List the promises of the decision points that a run is about, before any poll is open."""
    points = [activity.decision_point for activity in _sheet_activities(run)]
    if not points:
        day = timezone.localdate(now)
        points = [one for one in decision_points(run.project) if one.phase.is_current(day)]
    promises = [
        promise_for(point, language) for point in {point.pk: point for point in points}.values()
    ]
    return [promise for promise in promises if promise]


def _promises(run, activity, language, now) -> list:
    if activity is None:
        return run_promises(run, language, now)
    promise = promise_for(activity.decision_point, language)
    return [promise] if promise else []


def _counts(run, activity, audience) -> dict:
    joined = queries.presence(run)
    counts = {
        "turnout": queries.turnout(run, activity) if activity else {"hall": 0, "online": 0},
        "joined": joined,
        "few": queries.is_small_session(run),
    }
    if audience == "mod":
        counts["away"] = max(0, sum(joined.values()) - presence.connected(run.pk))
    return counts


def _last_receipt(run, attendance) -> str:
    ops = Op.objects.filter(run=run, actor=f"p:{attendance.participant_id}").exclude(receipt="")
    return ops.order_by("id").values_list("receipt", flat=True).last() or ""


# --- Staff --------------------------------------------------------------------------------------


def _staff_scene(run, activity, now, kept) -> dict:
    activities = _sheet_activities(run)
    statuses = tool_statuses("live_poll", [one.decision_point for one in activities], now)
    upcoming = next((one for one in activities if _may_open(one, statuses)), None)
    return {
        "next": next_step(run, activity, upcoming),
        "more": other_steps(run, activity),
        "sheet": _sheet(run, activities, activity, statuses),
        "headcount": run.headcounts.order_by("id").last(),
        "counting": activity is not None and activity.state in COUNTING,
        "hall": _hall(run, activity),
        "hand_fields": _hand_fields(activity, kept),
        "recount": _recount(activity),
    }


def _recount(activity) -> str:
    """Give the command to correct the hands of a closed poll; blank when there is nothing to correct."""
    if activity is None or activity.state != State.CLOSED or not rounds.hall_counts(activity):
        return ""
    return press("correct_hall_count", activity=activity.pk, seen=activity.state)


def _hand_fields(activity, kept) -> list[dict]:
    options = activity.options if activity else []
    filled = (kept or {}).get("hands", [])
    filled = [*filled, *[""] * len(options)]
    return [{"label": label, "kept": filled[at]} for at, label in enumerate(options)]


def _sheet_activities(run) -> list[Activity]:
    found = run.activities.filter(~Q(state=State.ARCHIVED))
    return list(found.select_related("item", "decision_point__phase__project__municipality"))


def _may_open(activity, statuses) -> bool:
    ready = activity.state in (State.DRAFT, State.READY)
    return ready and statuses[activity.decision_point_id].open


def _sheet(run, activities, current, statuses) -> list[dict]:
    rows = {item.pk: {"item": item, "now": False, "activities": []} for item in run.items.all()}
    for activity in activities:
        row = rows[activity.item_id]
        row["now"] = row["now"] or (current is not None and current.pk == activity.pk)
        row["activities"].append(_sheet_entry(run, activity, current, statuses))
    return list(rows.values())


def _sheet_entry(run, activity, current, statuses) -> dict:
    status = statuses[activity.decision_point_id]
    free = current is None or current.state not in VOTING
    may_open = (
        status.open and free and run.state == Run.State.OPEN and activity.state == State.READY
    )
    waits = activity.state in (State.DRAFT, State.READY)
    return {
        "activity": activity,
        "state": activity.get_state_display(),
        "state_kind": STATE_KINDS.get(activity.state, "neutral"),
        "open_value": press("open_activity", activity=activity.pk, seen=activity.state)
        if may_open
        else "",
        "why_closed": status.reason if waits and not status.open else "",
    }


def _hall(run, activity) -> dict | None:
    if activity is None or activity.state not in (*COUNTING, State.CLOSED):
        return None
    counts = rounds.hall_counts(activity)
    if activity.state == State.CLOSED and not counts:
        return None
    last = counts[-1] if counts else None
    state = last.state if last else ""
    title, why = _hall_words(run, state, last)
    return {
        "title": title,
        "why": why,
        # The second counter counts for themselves: the first number is shown after it.
        "rows": [_hall_row(activity, count) for count in counts]
        if state not in ("", CountState.ENTERED)
        else [],
        **_hall_buttons(activity, state),
    }


def _hall_row(activity, count) -> dict:
    who = str(count.counted_by)
    return {
        "by": _("%s, alone") % who if count.alone else who,
        "hands": list(zip(activity.options, count.hands, strict=True)),
        "reason": count.reason,
    }


def _hall_buttons(activity, state) -> dict:
    if activity.state == State.CLOSED:
        return {}
    fits = {
        "enter": "enter_hall_count" if state == "" else "",
        "confirm": "confirm_hall_count" if state == CountState.ENTERED else "",
        "correct": "correct_hall_count"
        if state in (CountState.CONFIRMED, CountState.DISPUTED, CountState.CORRECTED)
        else "",
    }
    buttons = {
        name: press(do, activity=activity.pk, seen=activity.state)
        for name, do in fits.items()
        if do
    }
    if state in ("", CountState.ENTERED):
        buttons["alone"] = press(
            "enter_hall_count", activity=activity.pk, seen=activity.state, alone=1
        )
    return buttons


def _hall_words(run, state, last) -> tuple[str, str]:
    if not state and rounds.last_headcount(run) is None:
        return _("Hands"), _("First save how many people sit in the hall.")
    return {
        "": (_("Hands: not counted yet"), _("Fill in the hands above. A colleague counts too.")),
        CountState.ENTERED: (
            _("Hands: counted once"),
            _("%s filled in a count. A second person counts too, without looking.")
            % (last.counted_by if last else ""),
        ),
        CountState.CONFIRMED: (_("Hands: counted"), _("The counts agree. This is what counts.")),
        CountState.DISPUTED: (
            _("Hands: the counts differ"),
            _("Count a third time. That count decides; all three are kept."),
        ),
        CountState.CORRECTED: (_("Hands: counted again"), _("The last count is what counts.")),
    }[state]
