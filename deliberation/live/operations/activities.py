"""Operations on polls: add, open, pause, begin to close, reopen, reveal and declare void."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from compass.refusal import Refused
from deliberation.people.names import clean_line
from deliberation.people.operations import operation, record_audit
from deliberation.people.permissions import require
from deliberation.projects.english import TYPED, put_english
from deliberation.projects.queries import closed_for_good, draws_much_attention

from .. import state_machine
from ..counting.results import tally_in_words
from ..counting.rounds import (
    last_round,
    lost_its_secret,
    takes_hands,
)
from ..events import append, lock_run
from ..models import Activity, Round, Run
from ..models.activities import MOST_OPTIONS
from ..round_secrets import make_secret
from .ballots import check_level, count_round, current_round
from .doubted_phones import check_heads
from .runs import BUSY

State, RunState, Reveal = Activity.State, Run.State, Activity.Reveal
MOST_OPTIONS_BY_HAND = 3  # live.md section 3: nobody counts more raised hands than that
IN_SECRET = (
    Activity.HallMode.CARD,
    Activity.HallMode.DEVICE_OR_HAND,
)  # the last with paper for hands
UNDER_WAY = (RunState.OPEN, RunState.PAUSED)
AFTERWARDS = (*UNDER_WAY, RunState.CLOSED)
BEFORE = (RunState.DRAFT, RunState.READY, RunState.LOBBY)


@operation
def add_activity(
    *,
    actor,
    item,
    decision_point,
    question,
    options,
    hall_mode="H1",
    max_choices=1,
    dont_know=False,
    sensitive=None,
    english=None,
    now,
) -> Activity:
    """Put a poll on the run sheet. Without a level one may be prepared; it opens when a level allows it.

    `sensitive` None: it is when the assessment found much attention for the subject. Refused at a level
    that asks residents nothing, about what was decided, and without 2 to 8 different answers, 3 where hands are
    counted; something sensitive takes no hands, and no run in which nobody checks who votes.
    """
    run = lock_run(item.run_id)
    require("live.add_activity", actor, item, now)
    if sensitive is None:
        sensitive = draws_much_attention(decision_point)
    activity = Activity(
        run=run, item=item, decision_point=decision_point, question=question.strip(),
        options=[option.strip() for option in options], hall_mode=hall_mode,
        max_choices=max_choices, dont_know=dont_know, sensitive=sensitive,
    )  # fmt: skip
    put_english(activity, english)
    return _add(actor, activity, now, action="add_activity")


@operation
def replace_activity(*, actor, activity, reason, english=None, now, **changes) -> Activity:
    """Put a copy of a poll on the run sheet, as its next version, and declare the old one void.

    `changes` are the fields of `add_activity` that become different. So the text of a poll that was
    opened never changes, and everybody can see which one counts.
    """
    old = void_activity(actor=actor, activity=activity, reason=reason, now=now)
    require("live.replace_activity", actor, old, now)
    kept = ("decision_point", "question", "options", "hall_mode", "max_choices", "dont_know")
    values = {name: getattr(old, name) for name in (*kept, "sensitive", "english")} | changes
    values["question"] = values["question"].strip()
    values["options"] = [option.strip() for option in values["options"]]
    new = Activity(run=old.run, item=old.item, replaces=old, version=old.version + 1, **values)
    put_english(new, english)
    return _add(actor, new, now, action="replace_activity")


@operation
def open_activity(*, actor, activity, now) -> Activity:
    """Open a poll for votes. Its text is fixed from now on. One at a time; the level must allow it."""
    activity = _step("open_activity", actor, activity, now, UNDER_WAY[:1])
    _check_secrecy(activity)
    if activity.hall_mode == Activity.HallMode.CARD and not activity.run.cards.exists():
        raise Refused(_("Print the cards first: the hall votes with them."), code="state")
    return _open_round("activity_opened", actor, activity, now, action="open_activity")


@operation
def reopen_activity(*, actor, activity, reason, now) -> Activity:
    """Vote once more, as a new round with its result hidden; the earlier round stays in the report.

    A void poll too, when it is void because the secret of its round was lost.
    """
    lost = lost_its_secret(activity, last_round(activity))
    step = "vote_again" if lost else "reopen_activity"
    activity = _step("reopen_activity", actor, activity, now, UNDER_WAY[:1], step=step)
    return _open_round(
        "activity_reopened", actor, activity, now, action="reopen_activity", text=reason
    )


@operation
def pause_activity(*, actor, activity, now) -> Activity:
    """Pause a poll: no votes until it resumes."""
    activity = _step("pause_activity", actor, activity, now, UNDER_WAY)
    return _log("activity_paused", actor, activity, now, action="pause_activity")


@operation
def resume_activity(*, actor, activity, now) -> Activity:
    """Go on with a paused poll, if the level still allows it."""
    activity = _step("resume_activity", actor, activity, now, UNDER_WAY[:1])
    return _log("activity_resumed", actor, activity, now, action="resume_activity")


@operation
def close_activity(*, actor, activity, anyway=False, now) -> Activity:
    """Close a poll after the grace, in which votes that are under way still count. Twice is once.

    Refused while fewer people were counted in the hall than phones there voted: count them again. `anyway`: they
    were, and it is so; the log keeps both numbers, and the result says it.
    """
    before = activity = _lock(activity, now)
    require("live.close_activity", actor, activity, now)
    if activity.state in state_machine.DONE_ALREADY["close_activity"]:
        return before
    activity = _step("close_activity", actor, activity, now, UNDER_WAY)
    seen = check_heads(activity.run, current_round(activity), anyway)
    activity.closes_at = now + timedelta(seconds=activity.run.grace_seconds)
    activity.save(update_fields=["closes_at"])
    return _log("activity_closing", actor, activity, now, action="close_activity", **seen)


@operation
def void_activity(*, actor, activity, reason, now) -> Activity:
    """Declare that a poll does not count. Votes that were cast become secret all the same."""
    activity = _step("void_activity", actor, activity, now, (*AFTERWARDS, *BEFORE))
    round_ = activity.rounds.order_by("number").last()
    if round_ and round_.closed_at is None:
        count_round(current_round(activity), now)
    return _log("activity_voided", actor, activity, now, action="void_activity", text=reason)


@operation
def reveal_result(*, actor, activity, to, now) -> Activity:
    """Show the result of a closed poll to staff or to all. Only forward."""
    activity = _closed("reveal_result", actor, activity, now)
    activity.reveal = state_machine.reveal(activity.reveal, to)
    activity.save(update_fields=["reveal"])
    return _log("result_revealed", actor, activity, now, action="reveal_result")


@operation
def peek_result(*, actor, activity, now) -> str:
    """Tell one member of staff a hidden result, in words; the log keeps that they looked.

    Only after closing: between two looks at an open poll lies one person's vote.
    """
    activity = _closed("peek_result", actor, activity, now)
    _log("result_peeked", actor, activity, now, action="peek_result")
    return tally_in_words(activity)


def _lock(activity, now) -> Activity:
    run = lock_run(activity.run_id)
    activity = Activity.objects.select_related("decision_point__phase__project").get(pk=activity.pk)
    activity.run = run
    return activity


def _step(name, actor, activity, now, run_states, *, step="") -> Activity:
    activity = _lock(activity, now)
    if name in ("open_activity", "resume_activity", "reopen_activity"):
        check_level(activity, now)
    require(f"live.{name}", actor, activity, now)
    if activity.run.state not in run_states:
        raise Refused(_("The session is not under way."), code="state")
    activity.state = state_machine.step(state_machine.ACTIVITY_STEPS, step or name, activity.state)
    others = activity.run.activities.filter(state__in=BUSY).exclude(pk=activity.pk)
    if activity.state == State.OPEN and others.exists():
        raise Refused(_("Another poll is open. Close that one first."), code="state")
    activity.save(update_fields=["state"])
    return activity


def _closed(name, actor, activity, now) -> Activity:
    activity = _lock(activity, now)
    require(f"live.{name}", actor, activity, now)
    if activity.state != State.CLOSED:
        raise Refused(_("There is no result yet: the poll is not closed."), code="state")
    return activity


def _open_round(kind, actor, activity, now, *, action, text="") -> Activity:
    number = activity.rounds.count() + 1
    round_ = Round.objects.create(
        activity=activity, number=number, opened_at=now, blocks=activity.run.hall_blocks
    )
    make_secret(round_)
    activity.reveal, activity.closes_at, activity.paper_due = Reveal.HIDDEN, None, None
    activity.save(update_fields=["reveal", "closes_at", "paper_due"])
    return _log(
        kind, actor, activity, now, action=action, text=text,
        round=number, hall_count={}, hands={}, paper="",
    )  # fmt: skip


def _log(kind, actor, activity, now, *, action, text="", **data) -> Activity:
    data |= {"activity": activity.pk, "state": activity.state, "reveal": activity.reveal}
    append(activity.run, kind, data, now, by=actor, text=text)
    record_audit(actor=actor, action=action, obj=activity, now=now, detail={"reason": text})
    return activity


def _add(actor, activity, now, *, action) -> Activity:
    run = activity.run
    if run.state not in (RunState.DRAFT, RunState.READY, RunState.LOBBY, *UNDER_WAY):
        raise Refused(_("This session is over."), code="state")
    _check_text(activity, now)
    _check_choices(activity)
    _check_secrecy(activity)
    activity.state = State.DRAFT if run.state == RunState.DRAFT else State.READY
    activity.save()
    data = {"activity": activity.pk, "state": activity.state}
    if activity.replaces_id:
        data["replaces"] = activity.replaces_id
    append(run, "activity_added", data, now, by=actor)
    record_audit(actor=actor, action=action, obj=activity, now=now)
    return activity


def _check_text(activity, now) -> None:
    options = activity.options
    if activity.decision_point.phase.project_id != activity.run.session.project_id:
        raise Refused(_("Choose a decision point of this project."), field="decision_point")
    points, rehearsal = [activity.decision_point], activity.run.is_rehearsal
    if closed := closed_for_good("live_poll", points, now, rehearsal=rehearsal):
        raise Refused(closed[activity.decision_point_id], field="decision_point")
    if not activity.question:
        raise Refused(_("Write the question."), field="question")
    by_hand = takes_hands(activity)
    if by_hand and not 2 <= len(options) <= MOST_OPTIONS_BY_HAND:
        raise Refused(
            _("Give 2 or 3 answers. Nobody can count raised hands for more."), field="options"
        )
    if not 2 <= len(options) <= MOST_OPTIONS:
        raise Refused(_("Give 2 to 8 answers."), field="options")
    if not all(options):
        raise Refused(_("Give every answer its own text."), field="options")
    _refuse_alike(activity, "nl", {}, "options")
    _refuse_alike(activity, "en", activity.english.get("options", {}), TYPED.format("options"))


def _refuse_alike(activity, language, english, field) -> None:
    """Refuse answers that can't be told apart on a screen; who reads English sees Dutch where there is none."""
    with override(language):
        shown = [english.get(answer, answer) for answer in activity.answers]
    read = [clean_line(answer, Activity.LONGEST_LINE, field).casefold() for answer in shown]
    if activity.dont_know and read[-1] in read[:-1]:
        there = _("“%s” stands there already. Leave it out here.") % shown[-1]
        raise Refused(there, field=field)
    if len({*read}) < len(read):
        raise Refused(_("Give every answer its own text."), field=field)


def _check_choices(activity) -> None:
    if not 1 <= activity.max_choices <= len(activity.options):
        raise Refused(_("People cannot choose more answers than there are."), field="max_choices")


def _check_secrecy(activity) -> None:
    """Refuse a sensitive poll where all can see who chooses what, or nobody checks who votes."""
    if not activity.sensitive:
        return
    if activity.hall_mode not in IN_SECRET:
        raise Refused(
            _(
                "This is sensitive: in the hall nobody may see what somebody else chooses. Choose "
                "cards, or phone and paper."
            ),
            field="hall_mode",
        )
    if activity.run.strictness == Run.Strictness.OPEN:
        raise Refused(
            _(
                "This is sensitive: then one person may not vote twice. Let this session ask for a "
                "card or an account first."
            ),
            field="sensitive",
        )
