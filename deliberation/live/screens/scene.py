"""The scene: what there is to see now, as plain values for templates, for one audience and language."""

from django.utils import timezone

from deliberation.projects.queries import decision_points, promise_for, promises_for

from .. import queries
from ..counting import rounds
from ..counting.wording import outcome_of
from ..joining.pseudonyms import sign_of
from ..models import Activity, Op, Run
from ..polls import poll_statuses
from ..sockets.presence import consoles, observers, presence
from .next_step import close_anyway, next_step, other_steps, press_poll
from .paging import paging
from .snapshot import VOTING, Snapshot
from .tally import counting_scene

State = Activity.State
UNDER_WAY = (Run.State.LOBBY, Run.State.OPEN, Run.State.PAUSED)
KNOWS = {"pub": "pub", "screen": "pub", "mod": "mod"}  # what is revealed to each audience
HALL_LOST = 30.0  # seconds without a console (live.md section 5)
STATE_KINDS = {"open": "active", "closing": "active", "tallying": "warning", "paused": "warning"}


def scene(snapshot: Snapshot, audience: str, language: str, kept: dict | None = None) -> dict:
    """Gather what the regions of an audience show. Nothing hidden from it is in here.

    `kept` is what somebody filled in on a page and was not accepted; what is sent to many has none.
    """
    run, activity, round_ = snapshot.run, snapshot.activity, snapshot.round
    shown = {
        "run": run,
        "activity": activity,
        "item": activity.item if activity else None,
        "round": round_,
        "secret_lost": activity is not None and rounds.lost_its_secret(activity, round_),
        "voting": snapshot.voting,
        "why_shut": snapshot.why_shut,
        "options": activity.answers if activity else [],
        "hands": activity is not None and rounds.takes_hands(activity),
        "ends": activity.closes_at.isoformat() if activity and activity.closes_at else "",
        "promises": _promises(snapshot, language),
        "counts": _counts(snapshot, audience),
        "outcome": outcome_of(activity, KNOWS[audience]),
        "paging": paging(run, activity) if audience in ("screen", "mod") else None,
        "kept": kept or {},
        "may_not": (),  # of nobody in particular: who reads it knows what is not for them
        "shell": shell_of(run, audience),
        "under_way": run.state in UNDER_WAY,
        "ways_on": snapshot.ways_on,
        "sound_told_at": snapshot.sound_told_at if audience == "pub" else None,
    }
    return {**shown, **_staff_scene(snapshot, shown)} if audience == "mod" else shown


def counts_for(snapshot: Snapshot, audience: str) -> dict:
    """Give what moves without an event, by the names that screens know it by."""
    run, counts = snapshot.run, _counts(snapshot, audience)
    flat = {
        f"{group}.{lane}": n for group in ("turnout", "joined") for lane, n in counts[group].items()
    }
    flat |= {"few": int(counts["few"]), "many": int(not counts["few"])}
    flat |= {"observers": observers.connected(run.pk)}
    flat["hall_lost"] = int(is_hall_lost(run))
    if audience != "mod":
        return flat
    asked = {
        "ask_heads": queries.headcount_question(run, snapshot.now),
        "heads": queries.headcount_saved(run),
    }
    fits = {"over": counts["over"], "fits": int(not counts["over"])}
    return {**flat, **fits, "away": counts["away"], "silent": queries.silent(run), **asked}


def shell_of(run, audience: str) -> str:
    """Name the page that stands around the regions: one with other codes or fields is loaded anew."""
    over = "over" if run.state in Run.OVER else ""
    if audience == "screen":
        return f"{queries.rotations(run)}{over}"
    return over + ("" if audience == "pub" or queries.counts_people(run) else "-uncounted")


def is_hall_lost(run) -> bool:
    """Tell whether who follows from home must hear that the hall has no connection: 30 s without a console.

    Only once a console was there: one on paper, or without script, says nothing by being silent.
    """
    under_way = run.state in (Run.State.OPEN, Run.State.PAUSED)
    return under_way and consoles.quiet_for(run.pk) > HALL_LOST


def closes_in(snapshot: Snapshot) -> float | None:
    """Say in how many seconds a grace ends; None when nothing is closing."""
    activity = snapshot.activity
    if activity is None or activity.state != State.CLOSING:
        return None
    return max(0.0, (activity.closes_at - snapshot.now).total_seconds())


def my_scene(snapshot: Snapshot, attendance) -> dict:
    """Gather what one person may see of themselves: that their vote arrived, never what it was."""
    run, activity = snapshot.run, snapshot.activity
    counts = activity is not None and activity.state != State.VOIDED
    voted_in = set(attendance.spent.values_list("round_id", flat=True))
    received = counts and snapshot.round.pk in voted_in
    beside = queries.companions(attendance, activity) if attendance.card_id else []
    # A receipt says nothing of whose vote it was: on a shared phone it would only confuse.
    shared = bool(beside or attendance.beside_id)
    return {
        "attendance": attendance,
        "received": received,
        "silent": hasattr(attendance, "silence"),
        "over": run.state in Run.OVER,
        "sign": sign_of(attendance),
        "round": snapshot.round if received else None,
        "receipt": _last_receipt(run, attendance) if received and not shared else "",
        "companions": beside,
        "shared": shared,
        "may_change_lane": run.state not in Run.OVER and not voted_in,
    }


def sheet_promises(snapshot: Snapshot, language: str) -> list:
    """List the promises of the decision points that a run is about, before any poll is open."""
    points = [activity.decision_point for activity in snapshot.sheet]
    if not points:
        day, project = timezone.localdate(snapshot.now), snapshot.run.project
        points = [one for one in decision_points(project) if one.phase.is_current(day)]
    return promises_for([*{point.pk: point for point in points}.values()], language)


def _promises(snapshot: Snapshot, language: str) -> list:
    if snapshot.activity is None:
        return sheet_promises(snapshot, language)
    promise = promise_for(snapshot.activity.decision_point, language)
    return [promise] if promise else []


def _counts(snapshot: Snapshot, audience: str) -> dict:
    counts = {"turnout": snapshot.voted, "joined": snapshot.joined, "few": snapshot.few}
    if audience == "mod":
        away = snapshot.phones - presence.connected(snapshot.run.pk)
        counts["away"] = max(0, away)
        counts["over"] = queries.phones_over(snapshot.run, snapshot.round, snapshot.voted)
    return counts


def _last_receipt(run, attendance) -> str:
    ops = Op.objects.filter(run=run, actor=f"p:{attendance.participant_id}").exclude(receipt="")
    return ops.order_by("id").values_list("receipt", flat=True).last() or ""


# --- Staff --------------------------------------------------------------------------------------


def _staff_scene(snapshot: Snapshot, shown: dict) -> dict:
    run, activity, now = snapshot.run, snapshot.activity, snapshot.now
    activities = snapshot.sheet
    statuses = poll_statuses(run, [one.decision_point for one in activities], now)
    upcoming = next((one for one in activities if _may_open(one, statuses)), None)
    has_page = bool(shown["ways_on"] and shown["ways_on"].page)
    shut = statuses[activity.decision_point_id].reason if activity else ""
    over = bool(shown["counts"]["over"])
    step = next_step(run, activity, upcoming, has_page, shut)
    return {
        "next": step,
        "anyway": close_anyway(activity) if step.command == "close_activity" else None,
        "more": other_steps(run, activity, step.value.startswith("close_run"), shut, over),
        "sheet": _sheet(run, activities, activity, statuses),
        "headcount": run.headcounts.order_by("id").last(),
        "alarm": queries.silence_alarm(run),
        "silent": queries.silent(run),
        "unexpected": run.heard_online is False and queries.expects_nobody_at_home(run),
        "types_cards": _types_cards(run, activity),
        **counting_scene(run, activity, shown["kept"], now),
    }


def _types_cards(run, activity) -> bool:
    """Tell whether votes of cards are typed in now: cards are there, and the hall votes by more than hands."""
    if activity is None or activity.state not in VOTING:
        return False
    return activity.hall_mode != Activity.HallMode.HANDS and run.cards.exists()


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
        "state": activity.state_words,
        "state_kind": STATE_KINDS.get(activity.state, "neutral"),
        "open_value": press_poll("open_activity", activity) if may_open else "",
        "why_closed": status.reason if waits and not status.open else "",
    }
