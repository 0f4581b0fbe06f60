"""Operation: choose the level of a decision point, once and again."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from compass.queries import parsed
from compass.refusal import Refused
from deliberation.people.names import clean_line, clean_text
from deliberation.people.operations import operation, record_audit
from deliberation.people.permissions import require

from ..english import beside
from ..extension_points import promise_changed
from ..models import AssessmentDraft, FrameChange, LevelDecision
from ..queries import level_in_force, promise_line
from .explanations import EXPLANATIONS, missing_explanations, ranks_of
from .frames import UNCHECKED, lock_point, record_change
from .versions import snapshot

LINES = ("decider", "conflict_decider", "confirmed_by")


@operation
def decide_level(
    *, actor, decision_point, level, seen=UNCHECKED, english=None, now, **explanations
) -> LevelDecision:
    """Choose the level for a decision point, on the assessment that was adopted last.

    `explanations` are EXPLANATIONS: `motivation` where `level` differs from the advice, `decider`
    where it is less than fits for lack of means, `conflict_decider` and `conflict_reason` where the
    advice holds a conflict, `confirmed_by` where a manager must confirm an exclusion, `change_reason`
    where residents were promised something else before. Then the change is kept and everybody who
    took part is told. `seen` is what the actor looked at, `(assessment id, id of the level decision
    in force or None)`: another one by now is refused (state). Left out, it is not checked. `english` is
    what was typed beside the explanations (english.py).
    """
    require("projects.decide_level", actor, decision_point, now)
    point = lock_point(decision_point)
    draft = AssessmentDraft.objects.filter(decision_point=point).first()
    if draft is None or draft.adopted is None:
        raise Refused(_("Adopt an assessment first."), code="state")
    before = level_in_force(point)
    if seen is not UNCHECKED and seen != (draft.adopted_id, before and before.pk):
        raise Refused(_("A colleague chose a level just before you."), code="state")
    chosen = _chosen_level(draft.framework, level)
    told = _told(explanations)
    advice, ranks = draft.adopted.advice, ranks_of(parsed(draft.framework))
    for field, reason in missing_explanations(advice, ranks, level, told).items():
        raise Refused(reason, field=field)
    change_reason, english = told.pop("change_reason"), dict(english or {})
    why = {"reason": english.pop("change_reason", "")}
    decision = _decide(
        decision_point=point,
        assessment=draft.adopted,
        level=level,
        influence=chosen.influence,
        decided_by=actor,
        decided_at=now,
        supersedes=before,
        english=beside(LevelDecision, told, english),
        **told,
    )
    if changes_promise(before, decision):
        _keep_change(actor, point, before, decision, change_reason, why, now)
    else:
        promise_changed([point.project], now)
    record_audit(actor=actor, action="decide_level", obj=decision, now=now, detail={"level": level})
    return decision


def changes_promise(before: LevelDecision | None, after: LevelDecision) -> bool:
    """Tell whether residents were promised something else before; the same promise again is no change."""
    if before is None:
        return False
    return before.level != after.level or promise_line(before) != promise_line(after)


def _keep_change(actor, point, before, decision, reason, why, now) -> None:
    if not reason:
        missing = _("Residents were promised something else. Say why this changes.")
        raise Refused(missing, field="change_reason")
    frames = snapshot(point)
    record_change(
        actor=actor, point=point, before=frames, reason=reason, now=now, action="change_level",
        old=before, new=decision, english=beside(FrameChange, {"reason": reason}, why),
    )  # fmt: skip


def _decide(**values) -> LevelDecision:
    try:
        with transaction.atomic():
            return LevelDecision.objects.create(**values)
    except IntegrityError as error:
        raise Refused(_("A colleague chose a level just before you."), code="state") from error


def _told(explanations: dict) -> dict:
    unknown = set(explanations) - set(EXPLANATIONS)
    if unknown:
        raise Refused(_("Unknown fields: %s") % ", ".join(sorted(unknown)), code="malformed")
    return {
        name: (clean_line if name in LINES else clean_text)(explanations.get(name, ""), most, name)
        for name, most in EXPLANATIONS.items()
    }


def _chosen_level(framework, key):
    levels = {level.key: level for level in parsed(framework).levels}
    if key not in levels:
        raise Refused(_("Choose one of the levels."), code="malformed", field="level")
    return levels[key]
