"""What came out of a poll, in numbers and words, and who may know it yet?"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from .counting import DEVICE_OR_HAND, NoWinner
from .models import Activity, HallCount, Round, Run
from .rounds import last_round

State, Reveal, CountState = Activity.State, Activity.Reveal, HallCount.State
MAY_SEE = {"pub": (Reveal.PUBLIC,), "mod": (Reveal.STAFF, Reveal.PUBLIC)}


@dataclass(frozen=True)
class Row:
    """One answer. `hall` and `online` are None where lanes are not shown apart."""

    label: str
    hall: int | None
    online: int | None
    total: int
    percent: int


@dataclass(frozen=True)
class Result:
    """A counted round with everything that must be said beside it. Empty texts need not be shown."""

    activity: Activity
    round_number: int
    closed_at: datetime
    rows: tuple[Row, ...]
    base: int
    hall_base: int | None
    online_base: int | None
    lanes_shown: bool
    max_double: int
    winner: str
    why_no_winner: str
    double_note: str
    method: str
    counted_by: str
    corrections: tuple[str, ...]
    small_group_note: str
    strictness: str


def result(activity, audience: str = "pub") -> Result | None:
    """Give the result of a closed poll as this audience may see it: `pub` or `mod`; None while hidden."""
    if activity.state not in (State.CLOSED, State.ARCHIVED):
        return None
    if activity.reveal not in MAY_SEE[audience]:
        return None
    return _in_words(activity, last_round(activity), audience)


def revealed_results(project) -> list[Result]:
    """List what was shown to all in the real runs of a project, oldest first; never a rehearsal."""
    polls = Activity.objects.filter(
        run__session__project=project,
        run__kind=Run.Kind.REAL,
        state__in=(State.CLOSED, State.ARCHIVED),
        reveal=Reveal.PUBLIC,
    ).select_related("run__session__project__municipality", "item")
    results = [_in_words(activity, last_round(activity), "pub") for activity in polls]
    return sorted(results, key=lambda one: one.closed_at)


def tally_in_words(activity) -> str:
    """Say the totals of a closed poll in one line, for somebody who peeks."""
    totals = zip(activity.options, last_round(activity).result["total"], strict=True)
    return " · ".join(f"{label}: {total}" for label, total in totals)


def _in_words(activity, round_: Round, audience: str) -> Result:
    counted = round_.result
    shown = counted["hall"] is not None
    winner = counted["winner"]
    counts = list(HallCount.objects.filter(round=round_).order_by("id"))
    return Result(
        activity=activity,
        round_number=round_.number,
        closed_at=round_.closed_at,
        rows=_rows(activity.options, counted),
        base=counted["base"],
        hall_base=sum(counted["hall"]) if shown else None,
        online_base=sum(counted["online"]) if shown else None,
        lanes_shown=shown,
        max_double=counted["max_double"],
        winner=activity.options[winner] if winner is not None else "",
        why_no_winner=_why_no_winner(counted),
        double_note=_double_note(counted),
        method=_method(activity.hall_mode),
        counted_by=_counted_by(counts, shown),
        corrections=_corrections(counts, audience),
        small_group_note="" if shown else _small_group_note(),
        strictness=_strictness(activity.run),
    )


def _rows(options, counted) -> tuple[Row, ...]:
    nothing = [None] * len(options)
    hall, online = counted["hall"] or nothing, counted["online"] or nothing
    return tuple(
        Row(*row, percent=round(100 * row[3] / counted["base"]) if counted["base"] else 0)
        for row in zip(options, hall, online, counted["total"], strict=True)
    )


def _why_no_winner(counted) -> str:
    reasons = {
        NoWinner.NOBODY: _("Nobody voted."),
        NoWinner.TIE: _("The first two answers have the same number of votes."),
        NoWinner.DOUBLE: _(
            "We name no winner: the lead is not larger than the number of people who may have "
            "been counted twice (%(number)d)."
        )
        % {"number": counted["max_double"]},
        NoWinner.COUNT: _(
            "We name no winner: the two counts of hands differ, and the lead is too small for that."
        ),
    }
    return reasons[counted["no_winner"]] if counted["no_winner"] else ""


def _double_note(counted) -> str:
    if not counted["max_double"]:
        return ""
    return _("At most %(number)d people in the hall may have been counted twice.") % {
        "number": counted["max_double"]
    }


def _method(hall_mode: str) -> str:
    if hall_mode == DEVICE_OR_HAND:
        return _("In the hall people voted on a phone, or with their hand.")
    return _("In the hall everybody could see what you chose. Online nobody could.")


def _counted_by(counts, shown: bool) -> str:
    if not counts:
        return ""
    if counts[-1].state == CountState.CORRECTED:
        note = _("The hands were counted more than twice; the last count stands.")
    elif counts[-1].alone:
        return _("Counted by one person")
    elif counts[0].hands == counts[-1].hands:
        return _("Counted by two people")
    else:
        note = _("Counted by two people; the first count stands.")
    # Hands beside the total would tell the votes of a group that is too small to show.
    numbers = "; ".join("/".join(map(str, count.hands)) for count in counts)
    return f"{note} ({numbers})" if shown else note


def _corrections(counts, audience: str) -> tuple[str, ...]:
    corrected = [count for count in counts if count.state == CountState.CORRECTED]
    if audience == "mod":
        return tuple(count.reason for count in corrected)
    return tuple(_("The hands were counted again.") for _count in corrected[:1])


def _small_group_note() -> str:
    return _("One group is too small to show apart, so you only see the total.")


def _strictness(run) -> str:
    return {
        Run.Strictness.OPEN: _("One vote per phone or computer. We did not check who voted."),
    }[run.strictness]
