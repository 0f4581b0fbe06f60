"""The sound alarm for who online hears nothing of the hall: at three, or a fifth, within a minute."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused
from deliberation.people.operations import operation, record_audit
from deliberation.people.permissions import require

from ..events import append, lock_run, ring_live
from ..models import Lane, Run, Silence
from ..queries import silence_alarm

# live.md section 4: three, or 20% of online, within a minute.
ENOUGH, ENOUGH_OF, WITHIN = 3, 0.2, timedelta(minutes=1)
State = Run.State
UNDER_WAY = (State.LOBBY, State.OPEN, State.PAUSED)


@transaction.atomic
def report_silence(*, actor, run, now) -> Run:
    """Note that somebody online hears nothing; enough of them within a minute raise an alarm for staff.

    Again moves the moment and counts once. Refused in the hall, and while the evening is not under way.
    No audit row: who heard nothing is theirs.
    """
    run = lock_run(run.pk)
    require("live.report_silence", actor, run, now)
    if run.state not in UNDER_WAY:
        raise Refused(_("This session is not under way."), code="state")
    attendance = run.attendances.filter(participant=actor).first()
    if attendance.lane != Lane.ONLINE:
        raise Refused(_("You take part in the hall. Say it to somebody there."), code="state")
    Silence.objects.update_or_create(attendance=attendance, defaults={"at": now})
    if not silence_alarm(run):
        _raise_alarm(run, now)
    ring_live(run)
    return run


@transaction.atomic
def withdraw_silence(*, actor, run, now) -> Run:
    """Take back that somebody hears nothing: it came back by itself. An alarm stays until staff settles it."""
    run = lock_run(run.pk)
    require("live.withdraw_silence", actor, run, now)
    Silence.objects.filter(attendance__run=run, attendance__participant=actor).delete()
    ring_live(run)
    return run


@operation
def tell_sound(*, actor, run, sound, now) -> Run:
    """Say whether people at home hear the hall now, and settle an alarm. Everybody online reads it."""
    run = lock_run(run.pk)
    require("live.tell_sound", actor, run, now)
    if run.state not in UNDER_WAY:
        raise Refused(_("This session is not under way."), code="state")
    forget_silence(run)
    run.heard_online = sound
    run.save(update_fields=["heard_online"])
    append(run, "sound_told", {"sound": sound}, now, by=actor)
    record_audit(actor=actor, action="tell_sound", obj=run, now=now, detail={"sound": sound})
    return run


def forget_silence(run) -> None:
    """Forget who heard nothing: it was settled, or the evening is over."""
    Silence.objects.filter(attendance__run=run).delete()


def _raise_alarm(run, now) -> None:
    online = run.attendances.filter(lane=Lane.ONLINE).count()
    lately = Silence.objects.filter(attendance__run=run, at__gt=now - WITHIN, at__lte=now).count()
    if lately >= ENOUGH or lately >= ENOUGH_OF * online:
        append(run, "silence_alarmed", {"silent": lately, "online": online}, now)
