"""Operation: change the frames within which residents take part, after these were promised."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused
from deliberation.people.names import clean_line, clean_text
from deliberation.people.operations import operation, record_audit
from deliberation.people.permissions import require
from deliberation.people.tasks import do_later

from ..decision_standing import standing_of
from ..english import LONGEST_LINE, beside, put_english
from ..extension_points import promise_changed
from ..models import AssessmentDraft, DecisionPoint, FrameChange
from ..queries import level_in_force
from . import notices
from .versions import FRAMES, changed_fields, snapshot

UNCHECKED = object()
LONGEST_REASON = 600
DECISION_POINT_FIELDS = ("question", *FRAMES)


@operation
def change_frames(
    *, actor, decision_point, reason, seen=UNCHECKED, english=None, now, **frames
) -> FrameChange:
    """Change what was promised beside the level, with the reason that residents read.

    `frames` are FRAMES. The earlier version stays, everybody who took part is told, screens ring.
    Refused: while nobody chose a level (then it is no promise yet), after the decision, without a
    reason, a new day in the past, and when nothing differs. `seen` is the id of the change the actor
    looked at last (None: there was none); another one by now is refused (state). `english` is what was
    typed beside `frames` and `reason` (english.py); alone it is no change.
    """
    require("projects.change_frames", actor, decision_point, now)
    point = lock_point(decision_point)
    refuse_seen_before(point, seen)
    reason = clean_text(reason, LONGEST_REASON, "reason")
    _refuse_what_cannot_change(point, reason)
    before = snapshot(point)
    told, english = point.english, dict(english or {})
    why = {"reason": english.pop("reason", "")}
    fill(point, frames, FRAMES)
    put_english(point, english)
    _refuse_wrong_days(point, before, now)
    if snapshot(point) == before:
        raise Refused(_("Nothing is different from what it was."))
    point.save()
    follow_decider(AssessmentDraft.objects.filter(decision_point=point).first(), point)
    return record_change(
        actor=actor,
        point=point,
        before=before,
        reason=reason,
        now=now,
        action="change_frames",
        english=_english_of_both(told, point.english)
        | beside(FrameChange, {"reason": reason}, why),
    )


def record_change(
    *, actor, point, before, reason, now, action, english, old=None, new=None
) -> FrameChange:
    """Keep a change, ring the screens and let everybody who took part know; inside an operation."""
    change = FrameChange.objects.create(
        decision_point=point,
        before=before,
        after=snapshot(point),
        old_decision=old,
        new_decision=new,
        reason=reason,
        english=english,
        changed_by=actor,
        changed_at=now,
    )
    promise_changed([point.project], now)
    about = {"changed": changed_fields(change)}
    record_audit(actor=actor, action=action, obj=change, now=now, detail=about)
    do_later(notices.mail_change, change.pk)
    return change


def lock_point(decision_point) -> DecisionPoint:
    """Lock a decision point and read it anew: writers come one after another.

    Who only refers to it goes on: adding a poll holds a run, for which a changed promise waits (PostgreSQL).
    """
    return DecisionPoint.objects.select_for_update(no_key=True).get(pk=decision_point.pk)


def last_change(decision_point) -> FrameChange | None:
    """Find what changed last; None while nothing did."""
    return FrameChange.objects.filter(decision_point=decision_point).first()


def refuse_seen_before(point, seen) -> None:
    """Refuse when something else changed since the actor looked."""
    last = last_change(point)
    if seen is not UNCHECKED and seen != (last and last.pk):
        raise Refused(_("A colleague changed this just before you."), code="state")


def fill(point, fields, allowed=DECISION_POINT_FIELDS) -> None:
    """Put cleaned values on a decision point, without saving it. Unknown names are refused."""
    unknown = set(fields) - set(allowed)
    if unknown:
        raise Refused(_("Unknown fields: %s") % ", ".join(sorted(unknown)), code="malformed")
    for name, value in fields.items():
        setattr(point, name, _clean(name, value))


def _english_of_both(before: dict, after: dict) -> dict:
    """Keep the English of what went as well as of what came: a change never changes."""
    return {name: before.get(name, {}) | after.get(name, {}) for name in {*before, *after}}


def follow_decider(draft, point) -> None:
    """Keep the draft's answer to "who decides" equal to what its decision point says."""
    if draft and draft.answers.get("decider") not in (None, point.decided_by):
        draft.answers["decider"] = point.decided_by
        draft.adopted = None
        draft.save()


def _clean(name, value):
    if isinstance(value, list):
        return [clean_line(line, LONGEST_LINE, name) for line in value]
    return clean_line(value, 200, name) if isinstance(value, str) else value


def _refuse_what_cannot_change(point, reason) -> None:
    if level_in_force(point) is None:
        early = _("Nobody chose a level yet. Change the decision point itself.")
        raise Refused(early, code="state")
    if standing_of(point).decided:
        raise Refused(
            _("This was decided already. What was promised stays as it is."), code="state"
        )
    if not reason:
        raise Refused(_("Say why this changes. Residents read it."), field="reason")


def _refuse_wrong_days(point, before, now) -> None:
    if before["decides_on"] == point.decides_on.isoformat():
        return
    if point.decides_on < timezone.localdate(now):
        raise Refused(_("This day has passed already."), field="decides_on")
    if point.outcomes.exists():
        postponed = _("It was postponed. Give the new day with “Write down the decision”.")
        raise Refused(postponed, field="decides_on")
