"""Copying answers of an earlier decision point to the next one, as far as they hold there too."""

from typing import NamedTuple

from django.db.models import Case, Value, When
from django.utils.translation import gettext_lazy as _

from compass.engine.anatomy import Rulebook
from compass.queries import parsed
from compass.refusal import Refused
from deliberation.people.operations import operation, record_audit
from deliberation.people.permissions import require

from .. import operations
from ..models import AssessmentDraft, DecisionPoint, RoleAssignment
from ..queries import draft_of, facts_told, framework_for

MOST_SHOWN = 12  # earlier decision points to choose from; of the same project first


class EarlierAnswers(NamedTuple):
    """What one decision point can give another: answers that fit here, and keys that don't exist here."""

    framework: Rulebook
    answers: dict
    dropped: list[str]
    reasons: dict[str, str]


class Taken(NamedTuple):
    """What was taken over: how many answers, which keys no longer exist, which reasons to check."""

    count: int
    dropped: list[str]
    reasons_to_check: list[str]


def earlier_drafts(decision_point, user) -> list[AssessmentDraft]:
    """List the newest answers of other decision points that this person works on: of this project first."""
    project = decision_point.project
    drafts = AssessmentDraft.objects.filter(
        decision_point__phase__project__municipality=project.municipality_id
    )
    held = RoleAssignment.objects.filter(user=user, municipality=project.municipality_id)
    projects = set(held.values_list("project_id", flat=True))
    if None not in projects:
        drafts = drafts.filter(decision_point__phase__project__in=projects)
    here = When(decision_point__phase__project=project.pk, then=Value(0))
    return list(
        drafts.exclude(decision_point=decision_point)
        .exclude(answers={})
        .select_related("decision_point__phase__project__municipality", "framework")
        .defer("framework__source")
        .order_by(Case(here, default=Value(1)), "-updated_at")[:MOST_SHOWN]
    )


def offer(decision_point, given: AssessmentDraft, now) -> EarlierAnswers:
    """Work out what other answers give here. Who decides and the phase come from the decision point itself."""
    here = draft_of(decision_point)
    framework = parsed(here.framework if here else framework_for(decision_point, now))
    told = facts_told(decision_point, framework, begun=False)
    wanted = {key: code for key, code in given.answers.items() if key not in told}
    known = {key: code for key, code in wanted.items() if accepts(framework, key, code)}
    gates = {gate.key for gate in framework.gates if known.get(gate.key)}
    reasons = {key: text for key, text in given.public_reasons.items() if key in gates}
    return EarlierAnswers(framework, known, sorted(set(wanted) - set(known)), reasons)


@operation
def take_over_answers(
    *, actor, decision_point, source: DecisionPoint, except_keys, seen=operations.UNCHECKED, now
) -> Taken:
    """Take the answers of another decision point over, except those named in `except_keys`.

    What this decision point has already is kept where nothing is taken over. Who decides and the
    phase come from the decision point itself. Answers the newer framework doesn't know stay behind
    and are named. Public reasons of gates come along as a text to check. Refused: a source one may
    not see, one without answers, and (state) another draft than the one that was looked at.
    """
    require("projects.assess_decision_point", actor, decision_point, now)
    require("projects.see_desk", actor, source, now)
    given, here = draft_of(source), draft_of(decision_point)
    if given is None or not given.answers or source.pk == decision_point.pk:
        raise Refused(_("There are no answers to take over."), field="source")
    offered = offer(decision_point, given, now)
    known = {key: code for key, code in offered.answers.items() if key not in except_keys}
    reasons = {key: text for key, text in offered.reasons.items() if key in known}
    told = facts_told(decision_point, offered.framework, begun=False)
    operations.save_answers(
        actor=actor,
        decision_point=decision_point,
        answers={**(here.answers if here else {}), **known, **told},
        public_reasons={**(here.public_reasons if here else {}), **reasons},
        seen=seen,
        now=now,
    )
    detail = {"source": source.pk, "keys": sorted(known)}
    record_audit(
        actor=actor, action="take_over_answers", obj=decision_point, now=now, detail=detail
    )
    dropped = [key for key in offered.dropped if key not in except_keys]
    return Taken(len(known), dropped, sorted(reasons))


def accepts(framework: Rulebook, key: str, code) -> bool:
    """Tell whether a framework knows this question with this answer."""
    return (type(code), code) in framework.accepted_codes.get(key, ())
