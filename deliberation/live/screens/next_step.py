"""Next steps on the console: the one big button, and what else can be done."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from deliberation.projects.models import Role
from deliberation.projects.rules import roles_that_may

from ..counting import rounds
from ..models import Activity, HallCount, Run

State, RunState, HallMode = Activity.State, Run.State, Activity.HallMode
VOTING = (State.OPEN, State.PAUSED, State.CLOSING)


@dataclass(frozen=True)
class NextStep:
    """A big button with the reason beside it; without `value` there is only something to wait for.

    `way` leads to the fields on this screen, or to the desk: (label, address). `others` answer otherwise what
    `why` asks: (label, value). `waits` is the id of who did their part: they read that a colleague is next.
    """

    label: str
    value: str
    why: str
    warns_of_away: bool = False
    way: tuple[str, str] | None = None
    others: tuple[tuple[str, str], ...] = ()
    waits: int | None = None
    about_run: bool = False  # and not about the poll on stage
    way_is_for: str = ""  # what who follows the way must be allowed

    @property
    def command(self) -> str:
        """The name of what the button does."""
        return self.value.partition("?")[0]

    @property
    def who(self) -> str:
        """Who does it, for who may not."""
        return who_does(self.command)


@dataclass(frozen=True)
class OtherStep:
    """A button behind one tap; `reason` names the field that must be filled in first."""

    command: str
    label: str
    value: str
    danger: bool = False
    reason: str = ""

    @property
    def who(self) -> str:
        """Who does it, for who may not."""
        return who_does(self.command)


def who_does(command: str) -> str:
    """Say who gives a command, to a colleague whose role may not."""
    if not command or Role.CO_FACILITATOR in roles_that_may(f"live.{command}"):
        return _("Who leads the session does this.")
    return _(
        "Who leads the session does this: the facilitator, a policy officer or an administrator."
    )


def press(command: str, **arguments) -> str:
    """Write a command with its arguments as the value of a button of the form `do`."""
    return f"{command}?{urlencode(arguments)}" if arguments else command


def press_poll(command: str, activity, **more) -> str:
    """Write a command about a poll, with the state and the round in which its screen shows it."""
    seen = {"activity": activity.pk, "seen": activity.state}
    if activity.round_shown:
        seen["round"] = activity.round_shown
    return press(command, **seen, **more)


def next_step(run, activity, upcoming, has_page: bool, shut: str = "") -> NextStep:
    """Choose the next step.

    `activity` is on stage now (or None), `upcoming` the next one that may open, `has_page` tells of an evening
    that is over whether residents read about its project, `shut` why the promise takes no votes for `activity`.
    """
    if run.state != RunState.OPEN:
        return _about_run(run, activity, has_page)
    if activity and activity.state in (*VOTING, State.TALLYING):
        if shut and activity.state in VOTING:
            return _about_shut(activity, shut)
        return _about_voting(activity)
    if activity and activity.state == State.CLOSED and activity.reveal != Activity.Reveal.PUBLIC:
        return _about_reveal(activity)
    if activity and not shut and rounds.lost_its_secret(activity, rounds.last_round(activity)):
        return _after_lost_secret(activity)
    if upcoming:
        return NextStep(
            _("Open the poll"),
            press_poll("open_activity", upcoming),
            _("The next poll: %s") % upcoming.question,
        )
    return NextStep(
        _("End the session"),
        press("close_run", seen=run.state),
        _("Nothing is left on the run sheet. After ending nobody can vote any more."),
    )


def other_steps(
    run, activity, ends_next: bool = False, shut: str = "", over: bool = False
) -> list[OtherStep]:
    """List what else fits now: pausing, opening again, declaring void, ending early unless that is next anyway.

    `over`: more phones voted in the hall than its people explain.
    """
    steps = []
    if activity and run.state == RunState.OPEN:
        steps += _other_with(activity, shut, over)
    if run.state == RunState.OPEN:
        steps.append(_run_step("pause_run", _("Pause the session"), run))
        if not ends_next and not (activity and activity.state in VOTING):
            steps.append(_run_step("close_run", _("End the session now"), run, danger=True))
    elif run.state == RunState.PAUSED and not (activity and activity.state in VOTING):
        steps.append(_run_step("close_run", _("End the session now"), run, danger=True))
    elif run.state in (RunState.DRAFT, RunState.READY):
        steps.append(_run_step("cancel_run", _("Cancel this session"), run, danger=True))
    elif run.state == RunState.CLOSED:
        steps.append(_run_step("reopen_run", _("Go on after all"), run, reason=True))
        steps += _void_step(activity) if activity else []
    return steps


def close_anyway(activity) -> OtherStep:
    """Offer to close a poll with more phones in the hall than people, to who reads that beside it."""
    value = press_poll("close_activity", activity, anyway=1)
    return OtherStep("close_activity", _("Close the poll anyway"), value)


def _about_run(run, activity, has_page) -> NextStep:
    texts = {
        RunState.READY: (
            "open_lobby",
            _("Open the doors"),
            _("As soon as you open the doors, people can join with the codes."),
        ),
        RunState.LOBBY: (
            "start_run",
            _("Start the session"),
            _("The doors are open. Wait until most people are in."),
        ),
        RunState.PAUSED: (
            "resume_run",
            _("Go on"),
            _("The session is paused. Nobody can vote now."),
        ),
    }
    if run.state == RunState.DRAFT:
        return _about_sound(run)
    if run.state in texts:
        command, label, why = texts[run.state]
        return NextStep(label, press(command, seen=run.state), why)
    if run.state == RunState.CANCELLED:
        return NextStep("", "", _("This session is cancelled."))
    if activity and activity.state == State.TALLYING:
        return replace(_about_counting(activity), why=_waits_for(activity))
    if activity and activity.state == State.CLOSED and activity.reveal != Activity.Reveal.PUBLIC:
        return _about_reveal(activity)
    return _after(run, has_page)


def _after(run, has_page) -> NextStep:
    if run.kind == Run.Kind.REHEARSAL:
        return NextStep("", "", _("The rehearsal is over. Nothing of it counts."), about_run=True)
    desk = reverse("projects:see_project", args=[run.project.pk])
    way = (_("Go on in the project"), desk)
    if not run.activities.exclude(state__in=(State.DRAFT, State.READY)).exists():
        why = _("The session is over. No poll was opened.")
    elif has_page:
        why = _("The session is over. The results stand on the page of the project.")
    else:
        way = (_("Make the page"), f"{desk}#pages")
        why = _(
            "The session is over. The project has no page yet, so residents can't read the results."
        )
    return NextStep("", "", why, way=way, about_run=True)


def _about_sound(run) -> NextStep:
    """Ask what who comes in from home reads; where nobody is expected, who comes all the same reads the truth."""
    heard, unheard = (press("ready_run", seen=run.state, sound=sound) for sound in (1, 0))
    nobody = press("ready_run", seen=run.state, sound=0, at_home=0)
    return NextStep(
        _("Yes, at home they hear the hall"),
        heard,
        _(
            "Look at the run sheet. Can people at home hear the hall? The sound comes from a broadcast of your own: "
            "a video call or a stream. Put its address under “What is it about”. Listen on a phone outside. After "
            "your answer you can open the doors. “Nobody takes part from home” shuts nobody out: people can come in "
            "from home all the same. If somebody does, you are asked about the sound here."
        ),
        way=(
            _("Change the text of this session"),
            reverse("live:change_session", args=[run.session_id]),
        ),
        way_is_for="change_session",
        others=(
            (_("No, at home they don't hear the hall"), unheard),
            (_("Nobody takes part from home"), nobody),
        ),
    )


def _about_voting(activity) -> NextStep:
    if activity.state == State.OPEN:
        return NextStep(
            _("Close the poll"),
            press_poll("close_activity", activity),
            _while_open(activity),
            warns_of_away=True,
        )
    if activity.state == State.PAUSED:
        return NextStep(
            _("Go on with voting"),
            press_poll("resume_activity", activity),
            _("Voting stands still."),
        )
    if activity.state == State.CLOSING:
        why = _("Wait until the seconds are over. Votes that are on their way still count.")
        return NextStep("", "", why)
    return _about_counting(activity)


def _about_shut(activity, shut: str) -> NextStep:
    """Lead to closing, where a decision or the level takes no more votes while people vote."""
    if activity.state == State.CLOSING:
        return NextStep("", "", shut)
    why = _("Nobody can vote any more. Close the poll: votes that came in still count.")
    return NextStep(_("Close the poll"), press_poll("close_activity", activity), f"{shut} {why}")


def _while_open(activity) -> str:
    if activity.hall_mode == HallMode.CARD:
        return _("Voting is open. Type in the cards of who has no phone before you close.")
    if activity.hall_mode == HallMode.APART:
        return _("Voting is open. Estimate the hands in the hall: that number stands apart.")
    if not rounds.takes_hands(activity):
        return _("Voting is open. Collect the papers before you close; you may count them later.")
    return _("Voting is open. Ask the hall for hands, answer by answer. Who counts, counts now.")


def _after_lost_secret(activity) -> NextStep:
    lost = _("The key to the votes of this round was lost.")
    return NextStep(
        _("Vote again on this question"),
        press_poll("reopen_activity", activity, reason=lost),
        _(
            "The key to the votes of this round was lost. Nobody can read them, so it does not count."
        ),
    )


def _about_counting(activity) -> NextStep:
    """Lead to what is counted first: the people, then their hands or papers."""
    if rounds.last_headcount(activity.run) is None:
        why = _("Phones are closed. First count how many people sit in the hall.")
        return NextStep("", "", why, way=(_("Count the people in the hall"), "#headcount"))
    round_ = rounds.last_round(activity)
    counts = rounds.current_counts(round_)
    found = [counts.get(part.key) for part in rounds.parts_needed(activity, round_)]
    states = {count.state if count else "" for count in found}
    waits = None
    if HallCount.State.DISPUTED in states:
        why, do = (
            _("Phones are closed. The two counts differ. Somebody counts a third time."),
            _("Fill in the third count"),
        )
    elif states == {HallCount.State.ENTERED}:
        why, do = (
            _("Phones are closed. One person counted. A second person counts too."),
            _("Fill in the second count"),
        )
        counters = {count.counted_by_id for count in found}
        waits = counters.pop() if len(counters) == 1 else None
    elif rounds.takes_hands(activity):
        why, do = (
            _("Phones are closed. Count the hands in the hall and fill them in."),
            _("Fill in the hands"),
        )
    else:
        why, do = (
            _("Phones are closed. Count the papers, or say below by which day you do."),
            _("Fill in the papers"),
        )
    return NextStep("", "", why, way=(do, "#hands"), waits=waits)


def _waits_for(activity) -> str:
    if activity.paper_due:
        return _(
            "The session is over. People wait for the papers: outcome on %s at the latest."
        ) % (date_format(activity.paper_due, "j F"))
    return _("The session is over, but the hands of one poll are still out.")


def _about_reveal(activity) -> NextStep:
    to, label, why = (
        (
            "staff",
            _("Show the result to the team"),
            _("Voting is closed. Nobody saw the result yet."),
        )
        if activity.reveal == Activity.Reveal.HIDDEN
        else ("public", _("Show the result to everybody"), _("Only the team sees the result."))
    )
    value = press_poll("reveal_result", activity, to=to)
    return NextStep(label, value, why)


def _other_with(activity, shut: str, over: bool) -> list[OtherStep]:
    steps = []
    if activity.state == State.OPEN and not shut:
        steps.append(_activity_step("pause_activity", _("Pause voting"), activity))
    if activity.state == State.PAUSED and not shut:
        close = _activity_step("close_activity", _("Close the poll"), activity)
        steps.append(close_anyway(activity) if over else close)
    if activity.state == State.CLOSED and activity.reveal == Activity.Reveal.HIDDEN:
        peek = _("Look at the result yourself (this is recorded)")
        steps.append(_activity_step("peek_result", peek, activity))
    if activity.state == State.CLOSED and not shut:
        again = _("Vote again on this question")
        steps.append(_activity_step("reopen_activity", again, activity, reason=True))
    return steps + _void_step(activity)


def _void_step(activity) -> list[OtherStep]:
    if activity.state not in (*VOTING, State.TALLYING, State.CLOSED):
        return []
    void = _("Declare this poll void")
    return [_activity_step("void_activity", void, activity, reason=True, danger=True)]


def _run_step(command, label, run, *, danger=False, reason=False) -> OtherStep:
    field = f"{command}.reason" if reason else ""
    return OtherStep(command, label, press(command, seen=run.state), danger, field)


def _activity_step(command, label, activity, *, danger=False, reason=False) -> OtherStep:
    field = f"{command}.reason" if reason else ""
    return OtherStep(command, label, press_poll(command, activity), danger, field)
