"""Operations on evenings and their runs: announce one, and lead a run from draft to closed."""

from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused
from deliberation.people.operations import operation, record_audit
from deliberation.people.permissions import require
from deliberation.projects.english import beside, put_english

from .. import randomness, state_machine
from ..counting.rounds import last_round, uncounted
from ..events import append, lock_run
from ..models import Activity, Item, JoinCode, Lane, LiveSession, Run
from .silence import forget_silence

CODE_TRIES = 50  # a million codes: with 100,000 in use one in ten tries fails
State = Activity.State
# What is prepared of a part and of a poll; all else is what people did with it.
ITEM_FIELDS = (
    "position", "title", "minutes", "owner", "hall_instructions", "online_instructions", "plan_b",
    "what_we_do_with_input", "english",
)  # fmt: skip
POLL_FIELDS = (
    "kind", "decision_point", "question", "options", "hall_mode", "max_choices", "dont_know",
    "sensitive", "english",
)  # fmt: skip
BUSY = (State.OPEN, State.PAUSED, State.CLOSING)


@operation
def create_session(
    *, actor, project, title, starts_at, place="", intro="", english=None, now
) -> LiveSession:
    """Announce an evening of a project."""
    require("live.create_session", actor, project, now)
    evening = LiveSession(
        project=project, title=title, starts_at=starts_at, place=place, intro=intro
    )
    put_english(evening, english)
    evening.save()
    record_audit(actor=actor, action="create_session", obj=evening, now=now)
    return evening


@operation
def change_session(
    *, actor, session, title, starts_at, place="", intro="", english=None, now
) -> LiveSession:
    """Announce an evening otherwise: pages, calendar and codes to print follow. Refused once it was held."""
    session = LiveSession.objects.select_for_update().get(pk=session.pk)
    require("live.change_session", actor, session, now)
    if session.is_over:
        raise Refused(_("This session is over. What was announced stays as it was."), code="state")
    about = {"title": title, "starts_at": starts_at, "place": place, "intro": intro}
    about["english"] = beside(LiveSession, about, english, session.english)
    changed = [name for name, value in about.items() if getattr(session, name) != value]
    for name in changed:
        setattr(session, name, about[name])
    session.save(update_fields=changed)
    record_audit(
        actor=actor, action="change_session", obj=session, now=now, detail={"changed": changed}
    )
    return session


@operation
def create_run(*, actor, session, kind=Run.Kind.REAL, heard_online=None, now) -> Run:
    """Make a run with its two codes. An evening has one real run and any number of rehearsals.

    A rehearsal starts with the run sheet of the evening itself, as it is now; nothing that people did
    there comes along.
    `heard_online` says whether people at home hear the hall; None is asked before the run is ready.
    """
    session = LiveSession.objects.select_for_update().get(pk=session.pk)
    require("live.create_run", actor, session, now)
    one_is_enough = kind == Run.Kind.REAL
    real = session.runs.filter(kind=Run.Kind.REAL).exclude(state=Run.State.CANCELLED)
    if one_is_enough and real.exists():
        raise Refused(_("This session has its run already. Make a rehearsal."), code="state")
    hall, online = _free_code(), _free_code()
    run = Run.objects.create(
        session=session, kind=kind, hall_code=hall, online_code=online, heard_online=heard_online
    )
    JoinCode.objects.create(code=hall, run=run, lane=Lane.HALL)
    JoinCode.objects.create(code=online, run=run, lane=Lane.ONLINE)
    append(run, "run_created", {"run_state": run.state}, now, by=actor)
    if kind == Run.Kind.REHEARSAL and (itself := real.first()):
        _copy_run_sheet(itself, run, actor, now)
    record_audit(actor=actor, action="create_run", obj=run, now=now)
    return run


def _copy_run_sheet(source: Run, run: Run, actor, now) -> None:
    """Copy the parts and polls of one run to another, as drafts; void polls stay behind."""
    run.strictness, run.hall_blocks = source.strictness, source.hall_blocks
    run.save(update_fields=["strictness", "hall_blocks"])
    copies = {}
    for item in source.items.order_by("position"):
        copies[item.pk] = Item.objects.create(run=run, **_values(item, ITEM_FIELDS))
        append(run, "item_added", {"item": copies[item.pk].pk}, now, by=actor)
    for poll in source.activities.exclude(state=State.VOIDED).order_by("id"):
        about = {"run": run, "item": copies[poll.item_id], **_values(poll, POLL_FIELDS)}
        copy = Activity.objects.create(**about)
        append(run, "activity_added", {"activity": copy.pk, "state": copy.state}, now, by=actor)


def _values(row, names) -> dict:
    return {name: getattr(row, name) for name in names}


@operation
def ready_run(*, actor, run, sound=None, at_home=True, now) -> Run:
    """Declare the run sheet ready, and every activity on it. Doors can open now.

    Refused until somebody said whether people at home hear the hall; False is "no, and we go on without".
    `at_home` says whether anybody is expected there. It shuts nobody out: who comes all the same is told of.
    """
    run = _step("ready_run", actor, run)
    if sound is None and run.heard_online is None:
        raise Refused(_("Say first whether people at home can hear the hall."), code="state")
    if sound is not None:
        run.heard_online = sound
        run.save(update_fields=["heard_online"])
    drafts = run.activities.filter(state=State.DRAFT)
    readied = list(drafts.values_list("pk", flat=True))
    drafts.update(
        state=state_machine.step(state_machine.ACTIVITY_STEPS, "ready_activity", State.DRAFT)
    )
    told = {"readied": readied, "heard": run.heard_online, "at_home": at_home}
    return _log("run_readied", actor, run, now, action="ready_run", **told)


@operation
def open_lobby(*, actor, run, now) -> Run:
    """Open the doors: from now on the codes let people in."""
    run = _step("open_lobby", actor, run)
    return _log("lobby_opened", actor, run, now, action="open_lobby")


@operation
def start_run(*, actor, run, now) -> Run:
    """Start the evening: activities can be opened."""
    run = _step("start_run", actor, run)
    return _log("run_started", actor, run, now, action="start_run")


@operation
def pause_run(*, actor, run, now) -> Run:
    """Pause everything; ballots are not taken until it resumes."""
    run = _step("pause_run", actor, run)
    return _log("run_paused", actor, run, now, action="pause_run")


@operation
def resume_run(*, actor, run, now) -> Run:
    """Go on after a pause."""
    run = _step("resume_run", actor, run)
    return _log("run_resumed", actor, run, now, action="resume_run")


@operation
def close_run(*, actor, run, now) -> Run:
    """End the evening. Refused while an activity takes votes; hands may still be counted. Twice is once."""
    run = lock_run(run.pk)
    if run.state == Run.State.CLOSED:
        require("live.close_run", actor, run, now)
        return run
    if run.activities.filter(state__in=BUSY).exists():
        raise Refused(_("Close the poll first."), code="state")
    for activity in run.activities.filter(state=State.TALLYING, paper_due=None):
        activity.run = run
        if any(part.medium == "paper" for part in uncounted(activity, last_round(activity))):
            raise Refused(_("Say first by which day the papers are counted."), code="state")
    run = _step("close_run", actor, run)
    forget_silence(run)
    run.closed_at = now
    run.save(update_fields=["closed_at"])
    return _log("run_closed", actor, run, now, action="close_run")


@operation
def reopen_run(*, actor, run, reason, now) -> Run:
    """Go on after closing by mistake, within 30 minutes."""
    run = _step("reopen_run", actor, run)
    state_machine.check_reopening_in_time(run.closed_at, now)
    run.closed_at = None
    run.save(update_fields=["closed_at"])
    return _log("run_reopened", actor, run, now, action="reopen_run", text=reason)


@operation
def cancel_run(*, actor, run, now) -> Run:
    """Call a run off before its doors opened."""
    run = _step("cancel_run", actor, run)
    return _log("run_cancelled", actor, run, now, action="cancel_run")


def _step(name: str, actor, run: Run) -> Run:
    run = lock_run(run.pk)
    require(f"live.{name}", actor, run)
    run.state = state_machine.step(state_machine.RUN_STEPS, name, run.state)
    run.save(update_fields=["state"])
    return run


def _log(kind: str, actor, run: Run, now, *, action: str, text: str = "", **data) -> Run:
    append(run, kind, {"run_state": run.state, **data}, now, by=actor, text=text)
    record_audit(actor=actor, action=action, obj=run, now=now, detail={"reason": text})
    return run


def _free_code() -> str:
    """Draw a code that no run has. The primary key guards it: the tries only make a clash rare."""
    for _attempt in range(CODE_TRIES):
        code = randomness.join_code()
        if not JoinCode.objects.filter(code=code).exists():
            return code
    raise Refused(_("No join code is free. Try again."))
