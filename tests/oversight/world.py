"""Which advices and choices does a test of looking back need? One of each kind, made by the operations."""

from datetime import timedelta

from django.utils import timezone

from compass.models import Assessment
from deliberation.projects import operations as projects
from deliberation.projects.models import DecisionPoint, LevelDecision
from deliberation.projects.reporting.outcomes import record_outcome
from tests.builders import (
    a_decided_point,
    a_decision_point,
    a_framework,
    a_phase,
    a_project,
    an_assessed_point,
    answers_for,
    reasons_for,
    the_officer,
)
from tests.cms.site import a_project_page

HASTE = "Er is haast bij het riool."
GAP = {**answers_for("co_create"), "time": 1}  # together fits, there is time for asking only
CLASH = {**answers_for("consult"), "room": 0, "g_law_requires": True}  # C1
CRISIS = {**answers_for("consult"), "g_crisis": True}


def published(municipality=None, **about):
    """Make a phase of a project with a page."""
    phase = a_phase(project=a_project(municipality, **about))
    a_project_page(phase.project)
    return phase


def decide(point, level, **explanations):
    """Choose a level on what was adopted, as the officer of the whole municipality."""
    actor, now = the_officer(point.project.municipality), timezone.now()
    return projects.decide_level(
        actor=actor, decision_point=point, level=level, now=now, **explanations
    )


def a_deviation(phase=None, reason=HASTE, **about):
    """Choose less than was advised."""
    point = an_assessed_point("consult", a_decision_point(phase, **about))
    decide(point, "inform", motivation=reason)
    return point


def an_exclusion(phase=None, reason="", **about):
    """Use an exclusion ground with its public reason."""
    point = a_decision_point(phase, **about)
    weigh(point, CRISIS, {"g_crisis": reason} if reason else None)
    decide(point, "inform")
    return point


def weigh(point, answers, reasons=None):
    """Answer the questions anew, and adopt the advice."""
    a_framework()
    actor, now = the_officer(point.project.municipality), timezone.now()
    about = {"actor": actor, "decision_point": point, "now": now}
    reasons = reasons or reasons_for(answers)
    projects.save_answers(answers=answers, public_reasons=reasons, **about)
    return projects.adopt_assessment(**about)


def a_draft(phase=None, **about):
    """Answer a few questions, and adopt nothing."""
    a_framework()
    point = a_decision_point(phase, **about)
    actor = the_officer(point.project.municipality)
    projects.save_answers(
        actor=actor,
        decision_point=point,
        answers={"room": 2, "impact": 2},
        public_reasons={},
        now=timezone.now(),
    )
    return point


def one_of_each(phase=None) -> dict[str, DecisionPoint]:
    """Make a decision point of every kind that the report looks for, in one project."""
    phase = phase or a_phase()
    gap, clash = a_decision_point(phase), a_decision_point(phase)
    weigh(gap, GAP)
    weigh(clash, CLASH)
    return {
        "as advised": a_decided_point("consult", a_decision_point(phase)),
        "deviation": a_deviation(phase),
        "exclusion": an_exclusion(phase),
        "gap": gap,
        "clash": clash,
        "draft": a_draft(phase),
        "named": a_decision_point(phase),
    }


def copies(point, number: int) -> None:
    """Put as many decided points beside one, by the row: operations would take minutes."""
    decision = point.level_decisions.get()
    assessment = decision.assessment
    points = DecisionPoint.objects.bulk_create(
        DecisionPoint(
            phase_id=point.phase_id,
            question=f"Vraag {at}?",
            decided_by=point.decided_by,
            decides_on=point.decides_on,
        )
        for at in range(number)
    )
    weighed = Assessment.objects.bulk_create(
        Assessment(
            framework_id=assessment.framework_id,
            answers=assessment.answers,
            public_reasons=assessment.public_reasons,
            advice=assessment.advice,
            created_at=assessment.created_at,
        )
        for _at in range(number)
    )
    LevelDecision.objects.bulk_create(
        LevelDecision(
            decision_point=one,
            assessment=its,
            level=decision.level,
            influence=decision.influence,
            motivation=decision.motivation,
            decided_by=decision.decided_by,
            decided_at=decision.decided_at,
        )
        for one, its in zip(points, weighed, strict=True)
    )


def outcome(point, result="taken", days_ago=0, **fields):
    """Write down what was decided."""
    return record_outcome(
        actor=the_officer(point.project.municipality),
        decision_point=point,
        decided_on=timezone.localdate() - timedelta(days=days_ago),
        result=result,
        outcome="De raad nam het voorstel aan.",
        what_we_did="De bomen komen er.",
        now=timezone.now(),
        **fields,
    )
