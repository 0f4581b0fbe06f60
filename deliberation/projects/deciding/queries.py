"""Queries: moments, changes and unsettled conflicts of decision points, for screens, reports and documents."""

from dataclasses import dataclass

from django.utils.translation import get_language

from compass.models import Assessment

from ..models import AssessmentDraft, DecisionPoint, FrameChange, LevelDecision, Moment
from ..queries import levels_in_force
from .versions import FramesChange, in_words


@dataclass(frozen=True)
class WaitingConflict:
    """An adopted advice with a conflict that nobody settled yet. `decision` None: nobody chose a level on it."""

    decision_point: DecisionPoint
    assessment: Assessment
    decision: LevelDecision | None

    @property
    def conflicts(self) -> list[str]:
        """C1, C2: the codes of compass.md."""
        return self.assessment.advice["conflicts"]


def moments_of(points) -> dict[int, list[Moment]]:
    """List when college and council speak about decision points, by point id, in order of days. One query."""
    found: dict[int, list[Moment]] = {}
    for moment in Moment.objects.filter(decision_point__in=points):
        found.setdefault(moment.decision_point_id, []).append(moment)
    return found


def changes_of(points, language: str = "") -> dict[int, list[FramesChange]]:
    """List what changed after it was promised, by point id, the newest first. One query."""
    found: dict[int, list[FramesChange]] = {}
    for change in frame_changes().filter(decision_point__in=points):
        told = in_words(change, language or get_language())
        found.setdefault(change.decision_point_id, []).append(told)
    return found


def frame_changes():
    """Find changes with all that is needed to put them into words."""
    found = FrameChange.objects.select_related(
        "decision_point__phase__project__municipality",
        "old_decision__assessment__framework",
        "new_decision__assessment__framework",
    )
    return found.defer(
        "old_decision__assessment__framework__source", "new_decision__assessment__framework__source"
    )


def waiting_conflicts(points) -> list[WaitingConflict]:
    """List the adopted advices of decision points with a conflict that waits for a decider. Two queries."""
    points = {point.pk: point for point in points}
    decisions = levels_in_force(points)
    drafts = AssessmentDraft.objects.filter(
        decision_point__in=points, adopted__isnull=False
    ).select_related("adopted__framework")
    drafts = drafts.defer("adopted__framework__source")
    adopted = {draft.decision_point_id: draft.adopted for draft in drafts}
    waiting = []
    for pk, point in points.items():
        decision = decisions.get(pk)
        assessment = adopted.get(pk) or (decision.assessment if decision else None)
        if assessment and assessment.advice["conflicts"] and not _settles(decision, assessment):
            same = decision if decision and decision.assessment_id == assessment.pk else None
            waiting.append(WaitingConflict(point, assessment, same))
    return waiting


def _settles(decision, assessment) -> bool:
    same = decision is not None and decision.assessment_id == assessment.pk
    return same and bool(decision.conflict_decider)
