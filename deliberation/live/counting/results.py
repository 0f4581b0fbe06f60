"""Results of polls as each audience may see them: numbers, percentages and notes of a counted round."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..models import Activity, HallCount, Round, Run
from .rounds import STANDING_COUNTS, last_round, part_key
from .totals import APART, CARD, DEVICE_OR_HAND, SMALL_GROUP, NoWinner, is_small

State, Reveal, CountState = Activity.State, Activity.Reveal, HallCount.State
MAY_SEE = {"pub": (Reveal.PUBLIC,), "mod": (Reveal.STAFF, Reveal.PUBLIC)}


@dataclass(frozen=True)
class ResultRow:
    """One answer. `hall` and `online` are None where lanes are not shown apart, `total` where they may not be summed.

    `percent` is of everybody who voted; `percent_known` of who did not answer "I don't know".
    """

    label: str
    hall: int | None
    online: int | None
    total: int | None
    percent: int | None
    percent_known: int | None = None


@dataclass(frozen=True)
class Result:
    """A counted round with everything that must be said beside it. Empty texts need not be shown.

    Bases are people, also where each gave several answers. `apart`: the hall was estimated and stands
    beside the devices, so there is no total and no base. `known_base` leaves out "I don't know".
    """

    activity: Activity
    round_number: int
    closed_at: datetime
    rows: tuple[ResultRow, ...]
    base: int | None
    hall_base: int | None
    online_base: int | None
    known_base: int | None
    lanes_shown: bool
    apart: bool
    max_double: int
    winner: str
    why_no_winner: str
    double_note: str
    base_note: str
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
    round_ = last_round(activity)
    return _in_words(activity, round_, _counts_of([round_])[round_.pk], audience)


def revealed_results(project) -> list[Result]:
    """List what was shown to all in the real runs of a project, oldest first; never a rehearsal."""
    return _revealed(run__session__project=project)


def results_of_session(session) -> list[Result]:
    """List what was shown to all in the real run of an evening, oldest first; never a rehearsal."""
    return _revealed(run__session=session)


def tally_in_words(activity) -> str:
    """Say the totals of a closed poll in one line, for somebody who peeks."""
    counted = last_round(activity).result
    if counted["total"] is None:
        hall, online = counted["hall"], counted["online"] or ["–"] * len(activity.answers)
        columns = zip(activity.answers, hall, online, strict=True)
        return " · ".join(
            _("%(answer)s: hall about %(hall)s, devices %(devices)s")
            % {"answer": label, "hall": in_hall, "devices": devices}
            for label, in_hall, devices in columns
        )
    totals = zip(activity.answers, counted["total"], strict=True)
    return " · ".join(f"{label}: {total}" for label, total in totals)


def _revealed(**where) -> list[Result]:
    polls = Activity.objects.filter(
        run__kind=Run.Kind.REAL,
        state__in=(State.CLOSED, State.ARCHIVED),
        reveal=Reveal.PUBLIC,
        **where,
    ).select_related("run__session__project__municipality", "item")
    polls = {poll.pk: poll for poll in polls}
    rounds = Round.objects.filter(activity__in=polls).order_by("number")
    last = {round_.activity_id: round_ for round_ in rounds}
    counts = _counts_of(last.values())
    results = [_in_words(polls[key], one, counts[one.pk], "pub") for key, one in last.items()]
    return sorted(results, key=lambda one: one.closed_at)


def _counts_of(rounds) -> dict[int, list[HallCount]]:
    counts = defaultdict(list)
    for count in HallCount.objects.filter(round__in=rounds).order_by("id"):
        counts[count.round_id].append(count)
    return counts


def _in_words(activity, round_: Round, counts: list[HallCount], audience: str) -> Result:
    counted = round_.result
    shown = counted["hall"] is not None
    apart = activity.hall_mode == APART
    winner = counted["winner"]
    rows, known = _rows(activity, counted)
    return Result(
        activity=activity,
        round_number=round_.number,
        closed_at=round_.closed_at,
        rows=rows,
        base=counted["base"],
        hall_base=_base_of(counted, "hall"),
        online_base=_base_of(counted, "online"),
        known_base=known,
        lanes_shown=shown,
        apart=apart,
        max_double=counted["max_double"],
        winner=activity.options[winner] if winner is not None else "",
        why_no_winner=_why_no_winner(counted, activity),
        double_note=" ".join(filter(None, (_crowded_note(round_), _double_note(counted)))),
        base_note=_base_note(activity, counted, rows, known),
        method=method_of(activity, counts, few_online=not shown),
        counted_by=_counted_by(activity, counts, shown),
        corrections=_corrections(counts, audience),
        small_group_note=_small_group_note(apart) if _hides(counted, apart) else "",
        strictness=activity.run.get_strictness_display(),
    )


def _base_of(counted, lane: str) -> int | None:
    """Give how many people voted in a lane; rounds of before several answers say it by their marks."""
    if f"{lane}_base" in counted:
        return counted[f"{lane}_base"]
    return None if counted[lane] is None else sum(counted[lane])


def _hides(counted, apart: bool) -> bool:
    return counted["online"] is None if apart else counted["hall"] is None


def _rows(activity, counted) -> tuple[tuple[ResultRow, ...], int | None]:
    nothing = [None] * len(activity.answers)
    columns = [counted[name] or nothing for name in ("hall", "online", "total")]
    base = counted["base"]
    unsure = counted["total"][-1] if activity.dont_know and counted["total"] else None
    known = None if unsure is None else base - unsure
    rows = []
    for number, (label, *row) in enumerate(zip(activity.answers, *columns, strict=True)):
        percent = _percent(row[2], base)
        is_option = number < len(activity.options)
        sure = _percent(row[2], known) if known is not None and is_option else None
        rows.append(ResultRow(label, *row, percent=percent, percent_known=sure))
    return tuple(rows), known


def _percent(votes: int | None, base: int | None) -> int | None:
    if votes is None:
        return None
    return round(100 * votes / base) if base else 0


def _why_no_winner(counted, activity) -> str:
    two = len(activity.options) == 2
    reasons = {
        NoWinner.NOBODY: _("Nobody voted."),
        NoWinner.UNKNOWN: _("Nobody chose an answer."),
        NoWinner.TIE: _("Both answers have the same number of votes.")
        if two
        else _("The answers chosen most have the same number of votes."),
        NoWinner.DOUBLE: ngettext(
            "We name no winner: %(number)d person may have been counted twice, and the lead is not larger than that.",
            "We name no winner: up to %(number)d people may have been counted twice, and the lead is not larger than "
            "that.",
            counted["max_double"],
        )
        % {"number": counted["max_double"]},
        NoWinner.COUNT: _(
            "We name no winner: the two counts of hands differ, and the lead is too small for that."
        ),
        NoWinner.APART: _("The hall was estimated, so we add nothing up and name no winner."),
    }
    return reasons[counted["no_winner"]] if counted["no_winner"] else ""


def _crowded_note(round_) -> str:
    """Say that the hall's phones can't all have been there; blank when they can. No number: few may have voted."""
    heads = round_.result["headcount"]
    if heads is None or not round_.phones_doubted or round_.tally["hall_voters"] <= heads:
        return ""
    return _("In the hall more phones voted than people were counted.")


def _double_note(counted) -> str:
    if not counted["max_double"] or counted["no_winner"] == NoWinner.DOUBLE:
        return ""  # why there is no winner says it already
    return ngettext(
        "At most %(number)d person in the hall may have been counted twice.",
        "At most %(number)d people in the hall may have been counted twice.",
        counted["max_double"],
    ) % {"number": counted["max_double"]}


def _base_note(activity, counted, rows, known: int | None) -> str:
    """Name what percentages are of: with several answers each, and with and without "I don't know"."""
    notes = []
    base = counted["base"]
    if activity.max_choices > 1 and base is not None:
        notes.append(
            _(
                "Percentages are of who voted: %(base)d in all. Everybody could choose more than one "
                "answer, at most %(most)d, so together they can be more than 100%%."
            )
            % {"base": base, "most": activity.max_choices}
        )
    if known is not None and known < base:
        notes.append(
            ngettext(
                "%(number)d of %(base)d answered “I don't know”.",
                "%(number)d of %(base)d answered “I don't know”.",
                base - known,
            )
            % {"number": base - known, "base": base}
        )
        parts = ", ".join(f"{row.label} {row.percent_known}%" for row in rows[:-1])
        notes.append(_("Of the %(known)d who chose: %(parts)s.") % {"known": known, "parts": parts})
    return " ".join(notes)


def method_of(activity, counts, few_online=False) -> str:
    """Say how people voted. Where few did so online, others may work out from the total what they chose."""
    papers = any(count.medium == HallCount.Medium.PAPER for count in counts)
    if activity.hall_mode == APART:
        return _("The hall is an estimate of raised hands. It is not added to the other votes.")
    if activity.hall_mode == CARD:
        return _(
            "In the hall everybody voted with a numbered card, on a phone or typed in for them."
        )
    if activity.sensitive:
        return _("In the hall people voted on a phone or on paper. Nobody saw what others chose.")
    if activity.hall_mode == DEVICE_OR_HAND:
        method = _("In the hall people voted on a phone, or with their hand.")
    else:
        method = _("In the hall people raised their hands: everybody there could see that.")
        unseen = _("What somebody chose online, we showed to nobody.")
        method = method if few_online else f"{method} {unseen}"
    also = _("Papers of the hall are counted too.")
    return f"{method} {also}" if papers else method


def _counted_by(activity, counts, shown: bool) -> str:
    parts = defaultdict(list)
    for count in counts:
        parts[part_key(count)].append(count)
    parts = {key: found for key, part in parts.items() if (found := _up_to_standing(part))}
    return " ".join(
        _part_counted_by(activity, part, len(parts) > 1, shown) for part in parts.values()
    )


def _up_to_standing(counts) -> list[HallCount]:
    """Leave out what was counted after the count that stands: it changes nothing before two agree on it."""
    while counts and counts[-1].state not in STANDING_COUNTS:
        counts = counts[:-1]
    return counts


def _part_counted_by(activity, counts, named: bool, shown: bool) -> str:
    last, differ = counts[-1], len({tuple(count.hands) for count in counts}) > 1
    if last.state == CountState.CORRECTED:
        note = _("Counted again. The last count is what counts.")
    elif last.alone:
        note = _("Counted by one person")
    elif counts[-2].hands == last.hands:
        note = _("Counted by two people")
    else:
        note = _("Counted by two people; the first count stands.")
    # Hands beside the total would tell the votes of a group that is too small to show.
    numbers = "; ".join("/".join(map(str, count.hands)) for count in counts)
    if shown and differ and not _is_small_paper(activity, last):
        note = f"{note} ({numbers})"
    if not named:
        return note
    name = _("Paper") if last.medium == HallCount.Medium.PAPER else last.block or _("Hands")
    return f"{name}: {note}."


def _is_small_paper(activity, count) -> bool:
    small = getattr(activity.run.municipality, "small_group", SMALL_GROUP)
    return count.medium == HallCount.Medium.PAPER and is_small(count.voters, small)


def _corrections(counts, audience: str) -> tuple[str, ...]:
    if audience != "mod":
        return ()  # residents read already that it was counted again
    again = [count for count in counts if count.reason]
    said = [f"{one.block}: {one.why_again}" if one.block else one.why_again for one in again]
    return tuple(said)


def _small_group_note(apart: bool) -> str:
    if apart:
        return _("Few people voted on a phone or computer, so you only see the hall.")
    return _("One group is too small to show apart, so you only see the total.")
