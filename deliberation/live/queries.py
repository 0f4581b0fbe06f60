"""Queries on a run: who is there, what is open now, who voted, and the run or card of a code."""

from django.db.models import Count, Exists, Max, OuterRef
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from deliberation.people.codes import digits_of, typed_code

from .counting import hall_checks, totals
from .counting.results import Result as Result
from .counting.results import result as result
from .counting.results import revealed_results as revealed_results
from .counting.rounds import count_states, last_headcount, last_round, standing_hands, takes_hands
from .counting.rounds import hall_counts as hall_counts
from .counting.rounds import hall_devices as hall_devices
from .models import (
    Activity,
    Attendance,
    Card,
    Event,
    Headcount,
    JoinCode,
    Lane,
    Run,
    Silence,
    Spent,
)
from .state_machine import NEW_ACTIVITY

State, Reveal = Activity.State, Activity.Reveal
# What these events say is on staff screens only.
STAFF_EVENTS = (
    "result_peeked",
    "silence_alarmed",
    "hall_count_entered",
    "hall_count_confirmed",
    "hall_count_disputed",
    "hall_count_corrected",
)


# --- The run ------------------------------------------------------------------------------------


def run_by_code(code: str, word: str | None = None) -> tuple[Run, str] | None:
    """Find the run and the lane of a join code, of this word when one is given; spaces and dashes don't matter."""
    found = JoinCode.objects.filter(
        code=digits_of(code), **({} if word is None else {"word": word})
    )
    found = found.select_related("run__session__project__municipality")
    return next(((one.run, one.lane) for one in found), None)


def run_by_digits(code: str, municipality=None) -> tuple[Run, str] | None:
    """Find the run of six digits that nobody vouches for: of this municipality, and begun.

    Evenings that are still to begin, and those of others, take the word or a link: they would make a
    guess hit more often, and this municipality's residents would be asked the word sooner.
    """
    run, lane = run_by_code(code) or (None, "")
    here = run and (not municipality or run.municipality == municipality)
    return (run, lane) if here and run.state in (*Run.JOINABLE, *Run.OVER) else None


def card_by_code(code: str) -> Card | None:
    """Find a card by its code; capitals, spaces and dashes in it don't matter."""
    cards = Card.objects.select_related("run__session__project__municipality")
    return cards.filter(code=typed_code(str(code))).first()


def attendance_of(run, participant, card: str = "") -> Attendance | None:
    """Find how this participant attends the run; None when they did not join.

    With `card`, the number of another's card that is used on their phone too: that person's attendance.
    """
    if participant is None:
        return None
    found = Attendance.objects.select_related("card", "beside__card", "silence").filter(run=run)
    if not card:
        return found.filter(participant=participant).first()
    number = int(card) if card.isascii() and card.isdigit() and len(card) < 7 else 0
    return found.filter(beside__participant=participant, card__number=number).first()


def companions(attendance, activity) -> list[Attendance]:
    """List who votes on the same phone with a card of their own; `received` tells whether they did now."""
    spent = Spent.objects.filter(round=last_round(activity) if activity else None)
    voted = Exists(spent.filter(attendance=OuterRef("pk")))
    beside = attendance.companions.select_related("card").annotate(received=voted)
    return list(beside.order_by("card__number"))


def presence(run) -> dict[str, int]:
    """Count who joined with a phone or computer, theirs or another's, per lane."""
    with_device = run.attendances.exclude(participant=None, beside=None)
    lanes = with_device.values_list("lane").annotate(n=Count("id"))
    return {Lane.HALL.value: 0, Lane.ONLINE.value: 0, **dict(lanes)}


def phones(run) -> int:
    """Count the phones and computers that joined; a card on another's phone has none."""
    return run.attendances.exclude(participant=None).count()


def is_small_session(run, joined: dict | None = None) -> bool:
    """Tell whether fewer than 10 people take part, which screens say before voting."""
    joined = joined or presence(run)
    if sum(joined.values()) >= totals.SMALL_SESSION:
        return False
    in_hall = max(joined[Lane.HALL], last_headcount(run) or 0)
    return in_hall + joined[Lane.ONLINE] < totals.SMALL_SESSION


def may_come_out_known(run, activity, joined: dict, voted: dict) -> bool:
    """Tell whether who counted hands may work out the other votes: the total less the hands is a small group.

    Until as many voted in secret as may be shown; how many will, nobody knows, so only a crowd is taken for enough.
    """
    if activity is None or not takes_hands(activity) or activity.hall_mode == totals.APART:
        return False
    lanes = [Lane.ONLINE] if activity.hall_mode == totals.HANDS else [Lane.HALL, Lane.ONLINE]
    there, in_secret = (sum(people[lane] for lane in lanes) for people in (joined, voted))
    small = getattr(run.municipality, "small_group", totals.SMALL_GROUP)
    return in_secret < small and there < totals.SMALL_SESSION


def counts_people(run) -> bool:
    """Tell whether people in the hall are counted: from the doors on; after the end where it was forgotten.

    Hands that are still out wait for it then.
    """
    if run.state == Run.State.CLOSED:
        waits = run.activities.filter(state=State.TALLYING).exists()
        return waits and last_headcount(run) is None
    return run.state in Run.JOINABLE


def headcount_question(run, now) -> str:
    """Ask for a (new) headcount, in words; empty when nobody is counted, or the last one holds: for 20 minutes."""
    if not counts_people(run):
        return ""
    last = Headcount.objects.filter(run=run).order_by("id").last()
    if last is None:
        return _("How many people are in the hall? Count them.")
    if hall_checks.is_old(last.taken_at, now):
        return _("The hall was counted more than 20 minutes ago. Count again.")
    activity = current_activity(run)
    round_ = last_round(activity) if activity else None
    voted = turnout(run, activity, round_) if activity else {}
    if phones_over(run, round_, voted):
        return _(
            "Phones in the hall that voted: %(devices)d. People who were counted: %(heads)d. "
            "Count the people in the hall again."
        ) % {"devices": voted[Lane.HALL], "heads": last.count}
    return ""


def phones_over(run, round_, voted: dict) -> int:
    """Count the phones that voted in the hall beyond the people there; 0 once staff saw that and went on."""
    heads = last_headcount(run)
    if heads is None or round_ is None or round_.phones_doubted:
        return 0
    return max(0, voted[Lane.HALL] - heads)


def headcount_saved(run) -> str:
    """Say which headcount was saved last, on the screen of who did not save it too; empty when none was."""
    last = Headcount.objects.filter(run=run).order_by("id").last()
    if last is None:
        return ""
    at = date_format(timezone.localtime(last.taken_at), "H:i")
    return _("Saved at %(time)s: %(heads)d.") % {"time": at, "heads": last.count}


def region_heads(run, audience: str) -> dict[str, int]:
    """Give per kind of event the number of the last one that this audience (`pub` or `mod`) may notice."""
    events = Event.objects.filter(run=run)
    if audience != "mod":
        events = events.exclude(kind__in=STAFF_EVENTS)
    return dict(events.values_list("kind").annotate(Max("seq")).order_by())


def rotations(run) -> int:
    """Count how often the codes of a run were made anew: a screen that shows older ones loads again."""
    return Event.objects.filter(run=run, kind="codes_rotated").count()


def silence_alarm(run) -> dict | None:
    """Give the alarm that stands: how many online heard nothing, of how many. None: none, or settled."""
    told = Event.objects.filter(run=run, kind__in=("silence_alarmed", "sound_told"))
    last = told.order_by("seq").last()
    return last.data if last and last.kind == "silence_alarmed" else None


def expects_nobody_at_home(run) -> bool:
    """Tell whether staff said that nobody takes part from home, and nothing about the sound since."""
    told = Event.objects.filter(run=run, kind__in=("run_readied", "sound_told")).order_by("seq")
    return bool(told) and told.last().data.get("at_home") is False


def silent(run) -> int:
    """Count who online hears nothing now."""
    return Silence.objects.filter(attendance__run=run).count()


def sound_told_at(run):
    """Find when staff last said during the evening whether people at home hear the hall; None: they did not."""
    return Event.objects.filter(run=run, kind="sound_told").values_list("at", flat=True).last()


def fresh_state(run) -> dict:
    """Read the state of a run from its rows: what the log has to add up to."""
    run = Run.objects.get(pk=run.pk)
    return {
        "run": run.state,
        "headcount": last_headcount(run),
        "items": list(run.items.order_by("position").values_list("pk", flat=True)),
        "activities": {one.pk: _fresh_activity(one) for one in run.activities.all()},
    }


def _fresh_activity(activity) -> dict:
    fresh = {**NEW_ACTIVITY, "state": activity.state, "reveal": activity.reveal}
    if round_ := last_round(activity):
        fresh |= {"round": round_.number, "hands": standing_hands(round_)}
        fresh["hall_count"] = count_states(round_)
    if activity.paper_due:
        fresh["paper"] = activity.paper_due.isoformat()
    return fresh


# --- The activity -------------------------------------------------------------------------------


def current_activity(run) -> Activity | None:
    """Find what the stage shows: the poll that takes votes, else counts hands, else was opened last.

    One that was declared void after it opened stays, so that who voted hears that it does not count.
    """
    opened = run.activities.exclude(state=State.ARCHIVED).annotate(last_round=Max("rounds__id"))
    rank = {State.CLOSED: 0, State.VOIDED: 0, State.TALLYING: 1}
    return max(
        opened.exclude(last_round=None).select_related("item", "decision_point__phase__project"),
        key=lambda one: (rank.get(one.state, 2), one.last_round),
        default=None,
    )


def sheet_activities(run) -> list[Activity]:
    """List the polls on the run sheet, with what they are about."""
    found = run.activities.exclude(state=State.ARCHIVED)
    return list(found.select_related("item", "decision_point__phase__project__municipality"))


def turnout(run, activity, round_=None) -> dict[str, int]:
    """Count whose vote was received in the last round, per lane. Says nothing of what they chose."""
    lanes = (
        Spent.objects.filter(round=round_ or last_round(activity))
        .values_list("attendance__lane")
        .annotate(n=Count("id"))
    )
    return {Lane.HALL.value: 0, Lane.ONLINE.value: 0, **dict(lanes)}
