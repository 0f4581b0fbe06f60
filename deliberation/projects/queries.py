"""Queries: the level and the promise in force at a decision point, and whether a tool is open there."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from compass.engine.promise import promise_texts
from compass.models import Assessment, Framework
from compass.queries import advice_in, framework_in_force, parsed
from compass.refusal import Refused
from compass.templatetags.compass_text import english_text
from deliberation import tools

from .decision_standing import DecisionStanding, days_taken, standing_of, standings_of, taken
from .models import (
    AssessmentDraft,
    DecisionPoint,
    LevelDecision,
    Phase,
)
from .naming import named_framework

# The code of the compass question "How far is the plan?"; designing can be options or a design.
STAGE_OF_PHASE = {Phase.Kind.PREPARE: 0, Phase.Kind.EXECUTE: 3, Phase.Kind.EVALUATE: 4}

LONG = ("answers", "advice", "public_reasons")  # of an assessment
MUCH_ATTENTION = 2  # the highest answer to `attention` in the framework: veel


@dataclass(frozen=True)
class ToolStatus:
    """Whether a tool is open for a decision point, and if not, why and what would open it."""

    open: bool
    reason: str = ""
    closed: tools.Closed | None = None


@dataclass(frozen=True)
class Promise:
    """What the municipality promises at one decision point, in the reader's language."""

    decision_point: DecisionPoint
    level_key: str
    level_sign: str
    influence: int
    plain: str
    official: str
    promised: str  # what was promised when it was still to be decided
    standing: DecisionStanding
    formal_warning: str
    deviation: str
    decider: str
    less_than: str  # the level that fits, in plain words, where less was chosen for lack of means
    conflict_decider: str
    conflict_reason: str
    confirmed_by: str
    advice: dict
    reasons: list["AdviceReason"]
    levels: list[tuple[str, str]]  # every level of the framework, least first: key and plain name
    english: dict  # of what who chose wrote with it; english.py

    @property
    def text(self) -> str:
        """What residents read now: what was promised, or what was decided as soon as that stands."""
        return self.standing.told or self.promised


@dataclass(frozen=True)
class AdviceReason:
    """Why the compass advises what it advises: the rule's sentence, its source, and what the officer added."""

    because: str
    reference: str
    added: list[str]


def level_in_force(decision_point) -> LevelDecision | None:
    """Find the level decision that nothing supersedes; None while nobody chose."""
    return (
        LevelDecision.objects.filter(decision_point=decision_point, superseded_by=None)
        .select_related("assessment__framework", "decision_point")
        .defer("assessment__framework__source")
        .first()
    )


def decision_points(project) -> list[DecisionPoint]:
    """List a project's decision points in order of phase."""
    return list(
        DecisionPoint.objects.filter(phase__project=project).select_related(
            "phase__project__municipality"
        )
    )


def draws_much_attention(decision_point) -> bool:
    """Tell whether the assessment behind the level in force found much attention or unrest."""
    return decision_point.pk in with_much_attention([decision_point])


def with_much_attention(points) -> set[int]:
    """Find, by id, the decision points whose assessment found much attention; one query for all."""
    chosen = LevelDecision.objects.filter(decision_point__in=points, superseded_by=None)
    found = dict(chosen.values_list("decision_point_id", "assessment__answers__attention"))
    return {key for key, code in found.items() if type(code) is int and code >= MUCH_ATTENTION}


def level_of(decision: LevelDecision):
    """Read the level of a decision as its framework describes it."""
    return parsed(decision.assessment.framework).level(decision.level)


def levels_in_force(points) -> dict[int, LevelDecision]:
    """Find the level decisions of many decision points in one query, by decision point id."""
    decisions = LevelDecision.objects.filter(
        decision_point__in=points, superseded_by=None
    ).select_related("assessment__framework", "decision_point")
    decisions = decisions.defer("assessment__framework__source")
    return {decision.decision_point_id: decision for decision in decisions}


def levels_without_advice(points) -> dict[int, LevelDecision]:
    """Find the same, for who reads only which level it is: what was advised is long, and there are many."""
    decisions = LevelDecision.objects.filter(decision_point__in=points, superseded_by=None)
    decisions = decisions.select_related("assessment__framework").defer(
        "assessment__framework__source", *(f"assessment__{name}" for name in LONG)
    )
    return {decision.decision_point_id: decision for decision in decisions}


def influences_in_force(points) -> dict[int, int]:
    """Find the influence that was promised, by decision point id: one small query, without any framework's text."""
    found = LevelDecision.objects.filter(decision_point__in=points, superseded_by=None)
    return dict(found.values_list("decision_point_id", "influence"))


def current_phase(project, now) -> Phase | None:
    """Find the phase of this day; None before, between and after the phases."""
    day = timezone.localdate(now)
    return next((phase for phase in project.phases.all() if phase.is_current(day)), None)


def draft_of(decision_point) -> AssessmentDraft | None:
    """Find the answers so far; None while nobody began."""
    drafts = AssessmentDraft.objects.select_related("framework", "adopted__framework")
    drafts = drafts.defer("framework__source", "adopted__framework__source")
    return drafts.filter(decision_point=decision_point).first()


def adopted_assessment(decision_point) -> Assessment | None:
    """Find the adopted assessment of a draft; None while its answers can still change it."""
    draft = draft_of(decision_point)
    return draft.adopted if draft else None


def framework_for(decision_point, now) -> Framework:
    """Find the framework version that counts for a new draft on this day. Refused while there is none."""
    key = decision_point.project.municipality.framework_key
    try:
        return framework_in_force(key, timezone.localdate(now))
    except Framework.DoesNotExist as error:
        reason = _("No framework has been published yet. Ask the administrator.")
        raise Refused(reason, code="state") from error


def facts_told(decision_point, framework, begun: bool) -> dict:
    """Give the answers that the decision point itself holds.

    Who decides always comes from there. How far the plan is only where somebody begins: after that
    the officer says so, because a plan moves within a phase.
    """
    told = {"decider": decision_point.decided_by}
    if not begun and decision_point.phase.kind in STAGE_OF_PHASE:
        told["phase"] = STAGE_OF_PHASE[decision_point.phase.kind]
    asked = {question.key: question.codes for question in framework.questions}
    return {key: code for key, code in told.items() if code in asked.get(key, ())}


def tool_status(name: str, decision_point, now, *, rehearsal: bool = False) -> ToolStatus:
    """Say whether a tool is open for a decision point now. Its own phase has to run: a gap closes.

    So does a decision that stands: nothing can change it any more. A rehearsal asks nobody, so it goes on.
    """
    return tool_statuses(name, [decision_point], now, rehearsal=rehearsal)[decision_point.pk]


def tool_statuses(name: str, points, now, *, rehearsal: bool = False) -> dict[int, ToolStatus]:
    """Say it for many decision points, by their id. The number of queries is constant."""
    found = influences_in_force(points)
    days = {} if rehearsal else days_taken(points)
    return {
        point.pk: _tool_status(name, point, found.get(point.pk), days.get(point.pk), now)
        for point in points
    }


def is_open(name: str, decision_point_id: int, now, *, rehearsal: bool = False) -> bool:
    """Tell whether a tool is open, by level, decision and phase as they are stored now. One query."""
    found = LevelDecision.objects.filter(decision_point=decision_point_id, superseded_by=None)
    stands = Exists(taken().filter(decision_point=OuterRef("decision_point")))
    found = found.select_related("decision_point__phase").annotate(stands=stands)
    decision = found.first()
    if decision is None:
        return False
    phase = decision.decision_point.phase
    kind = phase.kind if phase.is_current(timezone.localdate(now)) else None
    decided = decision.stands and not rehearsal
    return tools.why_closed(name, decision.influence, kind, decided) is None


def closed_for_good(name: str, points, now, *, rehearsal: bool = False) -> dict[int, str]:
    """Say by point id why a tool opens in no phase: by the level in force, or by the decision that stands."""
    good = (tools.Closed.LEVEL_TOO_LOW, tools.Closed.DECIDED)
    statuses = tool_statuses(name, points, now, rehearsal=rehearsal)
    return {pk: status.reason for pk, status in statuses.items() if status.closed in good}


def _tool_status(
    name: str, point, influence: int | None, decided_on: date | None, now
) -> ToolStatus:
    phase = point.phase
    kind = phase.kind if phase.is_current(timezone.localdate(now)) else None
    closed = tools.why_closed(name, influence, kind, decided_on is not None)
    if closed is None:
        return ToolStatus(True)
    if closed == tools.Closed.DECIDED:
        return ToolStatus(False, _("This was decided on %s.") % _day(decided_on), closed)
    return ToolStatus(False, _why(closed, phase), closed)


def promise_for(
    decision_point,
    language: str,
    decision: LevelDecision | None = None,
    standing: DecisionStanding | None = None,
) -> Promise | None:
    """Put the level in force into the words residents read; None while nobody chose.

    `decision` and `standing` are given by who found them for many decision points at once.
    """
    decision = decision or level_in_force(decision_point)
    if decision is None:
        return None
    municipality = decision_point.project.municipality
    framework = named_framework(decision.assessment.framework, municipality)
    advice = advice_in(decision.assessment, language, framework)
    level = framework.level(decision.level)
    return Promise(
        decision_point=decision_point,
        level_key=level.key,
        level_sign=level.sign,
        influence=level.influence,
        plain=level.plain[language],
        official=level.name[language],
        promised=promise_text(framework, level.key, _answers_now(decision), language),
        standing=standing or standing_of(decision_point),
        formal_warning=_formal_warning(decision_point),
        deviation=decision.motivation if decision.level != advice["outcome"] else "",
        decider=decision.decider,
        less_than=_less_than(framework, decision, language),
        conflict_decider=decision.conflict_decider,
        conflict_reason=decision.conflict_reason,
        confirmed_by=decision.confirmed_by,
        advice=advice,
        reasons=_reasons(advice, decision.assessment.public_reasons),
        levels=[(one.key, one.plain[language]) for one in framework.levels],
        english=decision.english,
    )


def promises_for(points, language: str) -> list[Promise]:
    """Put the promises of many decision points into words, in their order. Two queries for all."""
    found, standings = levels_in_force(points), standings_of(points)
    return [
        promise_for(one, language, found[one.pk], standings[one.pk])
        for one in points
        if one.pk in found
    ]


def _reasons(advice, public_reasons) -> list[AdviceReason]:
    """List the rules that led to the level; a gate that was answered with yes brings its public reason."""
    return [
        AdviceReason(
            rule["because"],
            rule["reference"],
            [public_reasons[key] for key in rule["answers"] if key in public_reasons],
        )
        for rule in advice["reasons"]
        if rule["effect"] not in ("flag", "mode")
    ]


def promise_line(decision: LevelDecision) -> str:
    """Give the promise of a level decision as its framework words it, to compare two of them."""
    answers = decision.assessment.answers
    return promise_text(parsed(decision.assessment.framework), decision.level, answers, "nl")


def _answers_now(decision) -> dict:
    """Read the answers of a decision; who decides may have changed since (deciding/frames.py)."""
    answers = decision.assessment.answers
    told = {"decider": decision.decision_point.decided_by}
    return {**answers, **told} if "decider" in answers else answers


def _less_than(framework, decision, language: str) -> str:
    advice = decision.assessment.advice
    if not (advice["gap"] and decision.decider):
        return ""
    fits = framework.level(advice["outcome"])
    return fits.plain[language] if framework.level(decision.level).rank < fits.rank else ""


def promise_text(framework, level: str, answers, language: str) -> str:
    """Put what a level promises into one text, in a language."""
    return " ".join(line[language] for line in promise_texts(framework, level, answers))


def _why(closed, phase) -> str:
    return {
        tools.Closed.NO_LEVEL: _(
            "Nobody has chosen yet how far residents may go. This opens then."
        ),
        tools.Closed.LEVEL_TOO_LOW: _(
            "At the chosen level residents are informed only. A higher level would open this."
        ),
        tools.Closed.NO_PHASE: _("The phase “%(title)s” does not run today (%(start)s to %(end)s).")
        % {
            "title": phase.title,
            "start": _day(phase.starts_on),
            "end": _day(phase.ends_on),
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
        "Do that in “%(track)s”, on %(date)s at the latest."
    ) % {
        "track": english_text(point.formal_track, point) or point.formal_track,
        "date": _day(point.formal_track_until),
    }


def _day(date) -> str:
    return date_format(date, "j F Y")
