"""What was promised here, and what is open now?"""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from compass.queries import parsed
from deliberation import tools

from .models import DecisionPoint, LevelDecision, Phase


@dataclass(frozen=True)
class ToolStatus:
    """Whether a tool is open for a decision point, and if not, why and what would open it."""

    open: bool
    reason: str = ""


@dataclass(frozen=True)
class Promise:
    """What the municipality promises at one decision point, in the reader's language."""

    decision_point: DecisionPoint
    level_key: str
    influence: int
    plain: str
    official: str
    text: str
    who_decides: str
    decides_on: date
    formal_warning: str
    deviation: str
    decider: str
    advice: dict


def level_in_force(decision_point) -> LevelDecision | None:
    """Find the level decision that nothing supersedes; None while nobody chose."""
    return (
        LevelDecision.objects.filter(decision_point=decision_point, superseded_by=None)
        .select_related("assessment__framework")
        .first()
    )


def decision_points(project) -> list[DecisionPoint]:
    """List a project's decision points in order of phase."""
    return list(
        DecisionPoint.objects.filter(phase__project=project).select_related(
            "phase__project__municipality"
        )
    )


def levels_in_force(points) -> dict[int, LevelDecision]:
    """Find the level decisions of many decision points in one query, by decision point id."""
    decisions = LevelDecision.objects.filter(
        decision_point__in=points, superseded_by=None
    ).select_related("assessment__framework")
    return {decision.decision_point_id: decision for decision in decisions}


def current_phase(project, now) -> Phase | None:
    """Find the phase of this day; None before, between and after the phases."""
    day = timezone.localdate(now)
    return next((phase for phase in project.phases.all() if phase.is_current(day)), None)


def tool_status(name: str, decision_point, now) -> ToolStatus:
    """Say whether a tool is open for a decision point now. Its own phase has to run: a gap closes."""
    decision = level_in_force(decision_point)
    influence = decision.influence if decision else None
    phase = decision_point.phase
    kind = phase.kind if phase.is_current(timezone.localdate(now)) else None
    closed = tools.why_closed(name, influence, kind)
    return ToolStatus(True) if closed is None else ToolStatus(False, _why(closed, phase))


def promise_for(decision_point, language: str, decision: LevelDecision | None = None) -> Promise | None:
    """Put the level in force into the words residents read; None while nobody chose."""
    decision = decision or level_in_force(decision_point)
    if decision is None:
        return None
    advice = decision.assessment.advice
    framework = parsed(decision.assessment.framework)
    level = framework.level(decision.level)
    return Promise(
        decision_point=decision_point,
        level_key=level.key,
        influence=level.influence,
        plain=level.plain[language],
        official=level.name[language],
        text=level.promise[language],
        who_decides=decision_point.get_decided_by_display(),
        decides_on=decision_point.decides_on,
        formal_warning=_formal_warning(decision_point),
        deviation=decision.motivation if decision.level != advice["outcome"] else "",
        decider=decision.decider,
        advice=advice,
    )


def _why(closed, phase) -> str:
    return {
        tools.Closed.NO_LEVEL: _("Nobody has chosen yet how far residents may go. This opens then."),
        tools.Closed.LEVEL_TOO_LOW: _(
            "At the chosen level residents are informed only. A higher level would open this."
        ),
        tools.Closed.NO_PHASE: _("The phase “%(title)s” does not run today (%(start)s to %(end)s).")
        % {
            "title": phase.title,
            "start": phase.starts_on.strftime("%d-%m-%Y"),
            "end": phase.ends_on.strftime("%d-%m-%Y"),
        },
        tools.Closed.OTHER_PHASE: _("This is not open in the phase “%(title)s”.")
        % {"title": phase.title},
    }[closed]


def _formal_warning(point) -> str:
    if not point.formal_track:
        return ""
    warning = _("Please note: this is not a formal view.")
    if not point.formal_track_until:
        return warning
    return _(
        "Please note: this is not a formal view. Do you want it to count officially? "
        "Do that in “%(track)s”, before %(date)s."
    ) % {
        "track": point.formal_track,
        "date": point.formal_track_until.strftime("%d-%m-%Y"),
    }
