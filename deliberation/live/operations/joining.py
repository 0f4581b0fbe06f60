"""Operations on who takes part in a run, and its codes. No audit row or event of joining: who came when is theirs."""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused
from deliberation.people.counters import counters
from deliberation.people.names import clean_line
from deliberation.people.operations import operation, record_audit
from deliberation.people.permissions import require

from .. import randomness
from ..events import append, lock_code, lock_run, ring_live
from ..models import Attendance, Ban, JoinCode, Lane, Run, Spent

State, Strictness = Run.State, Run.Strictness
NOT_NOW = {
    State.DRAFT: _("This session has not started yet. Try again later."),
    State.READY: _("This session has not started yet. Try again later."),
    State.CLOSED: _("This session is over."),
    State.ARCHIVED: _("This session is over."),
    State.CANCELLED: _("This session was cancelled."),
}
BEFORE_DOORS = (State.DRAFT, State.READY)
CODE_TRIES = 50  # a million codes: with 100,000 in use one in ten tries fails
AN_EVENING = 12 * 3600  # seconds that a device is remembered, outside the database
BANNED = _("You cannot take part in this session any more. Ask the organisation.")


@transaction.atomic
def join_run(*, actor, code, device="", now) -> Attendance:
    """Let a participant in by a hall or online code, which sets the lane.

    Coming back gives the same attendance; the other code moves it while it has not voted. Refused
    with an unknown code, before the doors open or after closing, without the card or account that this
    run asks for, and to who was banned. `device` is a hint of which phone it is (see `devices`).
    """
    found = lock_code(code)
    if found is None:
        raise Refused(_("We do not know this code. Look at it again."), field="code")
    run, lane = found.run, found.lane
    require("live.join_run", actor, run, now)
    if run.state in NOT_NOW:
        raise Refused(NOT_NOW[run.state], code="state")
    check_not_banned(run, actor, device)
    attendance = run.attendances.filter(participant=actor).first()
    if attendance is None:
        _check_strictness(run, actor)
        attendance = Attendance.objects.create(run=run, participant=actor, lane=lane)
    elif attendance.lane != lane and not has_voted(attendance):
        _move(attendance, lane)
    remember_device(attendance, device)
    ring_live(run)
    return attendance


@transaction.atomic
def change_lane(*, actor, run, lane, now) -> Attendance:
    """Correct the lane, until the first vote: after that it is in a tally.

    Into the hall moves who shows what lets them into it: its code (`join_run`), or a card. Else who knows the link
    of home only would fill the hall's column.
    """
    run = lock_run(run.pk)
    require("live.change_lane", actor, run, now)
    check_not_banned(run, actor)
    attendance = Attendance.objects.get(run=run, participant=actor)
    if attendance.lane == lane:
        return attendance
    if has_voted(attendance):
        raise Refused(_("You voted already, so this cannot change any more."), code="state")
    if lane == Lane.HALL and attendance.card_id is None:
        raise Refused(
            _("Type the code that stands in the hall. With it you take part in the hall."),
            code="state",
        )
    _move(attendance, lane)
    ring_live(run)
    return attendance


@operation
def set_strictness(*, actor, run, strictness, now) -> Run:
    """Choose what everybody must show to take part: a phone, a card or an account. Before the doors open."""
    run = lock_run(run.pk)
    require("live.set_strictness", actor, run, now)
    if run.state not in BEFORE_DOORS:
        raise Refused(_("People came in already. This cannot change any more."), code="state")
    run.strictness = Strictness(strictness)
    run.save(update_fields=["strictness"])
    append(run, "strictness_set", {"strictness": run.strictness}, now, by=actor)
    record_audit(
        actor=actor, action="set_strictness", obj=run, now=now, detail={"strictness": strictness}
    )
    return run


@operation
def rotate_codes(*, actor, run, now) -> Run:
    """Give a run new codes and words: the old ones let nobody in any more. Who is in stays in."""
    run = lock_run(run.pk)
    require("live.rotate_codes", actor, run, now)
    if run.state in (State.CLOSED, State.ARCHIVED, State.CANCELLED):
        raise Refused(_("This session is over."), code="state")
    run.codes.all().delete()
    make_codes(run)
    run.save(update_fields=["hall_code", "online_code"])
    append(run, "codes_rotated", {}, now, by=actor)
    record_audit(actor=actor, action="rotate_codes", obj=run, now=now)
    return run


@operation
def ban_participant(*, actor, run, participant, reason, now) -> Ban:
    """Send somebody out of a run: they see, vote and come back no more, also not after clearing cookies.

    What they voted stays: nobody can tell which ballot it is. Their phone is known by a hint only, so who
    is refused for that alone is let in with a card of the organisation. Refused without a reason.
    """
    run = lock_run(run.pk)
    require("live.ban_participant", actor, run, now)
    reason = clean_line(reason, 300, "reason")
    if not reason:
        raise Refused(_("Write why."), field="reason")
    if run.state in Run.OVER:
        raise Refused(_("This session is over."), code="state")
    attendance = run.attendances.filter(participant=participant).first()
    device = counters.get(_device_key(attendance), "") if attendance else ""
    ban, _made = Ban.objects.get_or_create(
        run=run, participant=participant, defaults={"device": device, "by": actor}
    )
    append(run, "participant_banned", {}, now, by=actor, text=reason)
    record_audit(actor=actor, action="ban_participant", obj=run, now=now, detail={"reason": reason})
    return ban


@operation
def lift_ban(*, actor, ban, now) -> None:
    """Let somebody in again who was sent out, and their phone. Twice is once."""
    require("live.lift_ban", actor, ban, now)
    run = lock_run(ban.run_id)
    gone, _rows = Ban.objects.filter(pk=ban.pk).delete()
    if gone:
        append(run, "ban_lifted", {}, now, by=actor)
        record_audit(actor=actor, action="lift_ban", obj=run, now=now)


def check_not_blocked(card) -> None:
    """Refuse a card that was reported lost."""
    if card.blocked:
        raise Refused(_("Card %d is blocked. Ask for a new card.") % card.number, code="forbidden")


def make_codes(run) -> None:
    """Draw both codes of a run, each with its word. Saved by the caller, the rows of the codes here."""
    for lane in (Lane.HALL, Lane.ONLINE):
        code = _free_code()
        setattr(run, f"{lane}_code", code)
        if run.pk:
            JoinCode.objects.create(code=code, run=run, lane=lane)


def check_not_banned(run, actor, device="") -> None:
    """Refuse who was banned, and, where a `device` is given, the phone that looks like theirs."""
    known = Q(participant=actor) | (Q(device=device) if device else Q())
    bans = set(run.bans.filter(known).values_list("participant_id", flat=True))
    if actor.pk in bans:
        raise Refused(BANNED, code="forbidden")
    if bans:
        raise Refused(
            _("We can't let this phone in with a code. Ask the organisation for a card."),
            code="forbidden",
        )


def remember_device(attendance, device: str) -> None:
    """Remember for this evening which phone it is: not in the database, and for nothing but a ban."""
    if device:
        counters.set(_device_key(attendance), device, AN_EVENING)


def has_voted(attendance) -> bool:
    """Tell whether this attendance used a vote in any round of the run."""
    return Spent.objects.filter(attendance=attendance).exists()


def _check_strictness(run, actor) -> None:
    if run.strictness == Strictness.CARD:
        reason = _("You need a card for this session. Scan it, or type the code that stands on it.")
        raise Refused(reason, code="state", field="card")
    if run.strictness == Strictness.ACCOUNT and actor.user_id is None:
        raise Refused(_("Sign in first. In this session an account has one vote."), code="state")


def _move(attendance, lane) -> None:
    for one in (attendance, *attendance.companions.all()):  # who shares the phone sits beside them
        if not has_voted(one):
            one.lane = lane
            one.save(update_fields=["lane"])


def _device_key(attendance) -> str:
    return f"live-device-{attendance.pk}"


def _free_code() -> str:
    """Draw a code that no run has. The primary key guards it: the tries only make a clash rare."""
    for _attempt in range(CODE_TRIES):
        code = randomness.join_code()
        if not JoinCode.objects.filter(code=code).exists():
            return code
    raise Refused(_("No join code is free. Try again."))
