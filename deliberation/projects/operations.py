"""How do projects, roles and levels change? Every way in, for people, demo and commands alike."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from compass import operations as compass
from compass.engine.advise import AnswerErrors, check_answers
from compass.queries import framework_in_force, parsed
from compass.refusal import Refused
from deliberation.people.operations import operation, record_audit
from deliberation.people.permissions import require

from .hooks import roles_changed
from .models import (
    AssessmentDraft,
    DecisionPoint,
    LevelDecision,
    Municipality,
    Phase,
    Project,
    Role,
    RoleAssignment,
)
from .queries import level_in_force

FOR_THE_WHOLE_MUNICIPALITY = {Role.ADMINISTRATOR, Role.COUNCIL}
DECISION_POINT_FIELDS = (
    "question",
    "decided_by",
    "decides_on",
    "formal_track",
    "formal_track_until",
    "fixed",
    "open",
    "outside",
    "groups",
)


@operation
def create_municipality(*, actor, slug, name, now) -> Municipality:
    """Make a municipality. Only the account that installed the platform may."""
    require("projects.create_municipality", actor, actor)
    municipality = Municipality.objects.create(slug=slug, name=name)
    record_audit(actor=actor, action="create_municipality", obj=municipality, now=now)
    return municipality


@operation
def assign_role(*, actor, user, role, municipality, project=None, now) -> RoleAssignment:
    """Give a role in a project, or in the whole municipality without one. Giving it twice is giving it once."""
    require("projects.assign_role", actor, municipality)
    if project and (role in FOR_THE_WHOLE_MUNICIPALITY or project.municipality != municipality):
        raise Refused(_("This role belongs to the whole municipality."), field="role")
    assignment, made = RoleAssignment.objects.get_or_create(
        user=user, role=role, municipality=municipality, project=project
    )
    if made:
        record_audit(
            actor=actor, action="assign_role", obj=user, now=now, detail=_role_detail(assignment)
        )
        transaction.on_commit(lambda: roles_changed(municipality.pk))
    return assignment


@operation
def withdraw_role(*, actor, assignment, now) -> None:
    """Take a role back; it ends at once, open sockets included."""
    require("projects.withdraw_role", actor, assignment.municipality)
    detail = _role_detail(assignment)
    record_audit(actor=actor, action="withdraw_role", obj=assignment.user, now=now, detail=detail)
    assignment.delete()
    transaction.on_commit(lambda: roles_changed(detail["municipality"]))


@operation
def create_project(*, actor, municipality, slug, title, summary, contact, now) -> Project:
    """Make a project; its address part (slug) is used once in a municipality."""
    require("projects.create_project", actor, municipality)
    if Project.objects.filter(municipality=municipality, slug=slug).exists():
        raise Refused(_("There is already a project with this address."), field="slug")
    project = Project.objects.create(
        municipality=municipality, slug=slug, title=title, summary=summary, contact=contact
    )
    record_audit(actor=actor, action="create_project", obj=project, now=now)
    return project


@operation
def add_phase(*, actor, project, kind, title, starts_on, ends_on, now) -> Phase:
    """Add a dated phase, both days included. Overlap is refused; a gap is allowed and closes the tools."""
    require("projects.add_phase", actor, project)
    if ends_on < starts_on:
        raise Refused(_("The last day is before the first day."), field="ends_on")
    Project.objects.select_for_update().get(pk=project.pk)
    overlapping = project.phases.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).first()
    if overlapping:
        raise Refused(
            _("These days overlap with the phase “%s”.") % overlapping.title, field="starts_on"
        )
    phase = Phase.objects.create(
        project=project, kind=kind, title=title, starts_on=starts_on, ends_on=ends_on
    )
    record_audit(actor=actor, action="add_phase", obj=phase, now=now)
    return phase


@operation
def name_decision_point(*, actor, phase, now, **fields) -> DecisionPoint:
    """Name what is being decided: step 0 of the compass. `fields` are DECISION_POINT_FIELDS."""
    require("projects.name_decision_point", actor, phase)
    point = DecisionPoint(phase=phase)
    _fill(point, fields)
    record_audit(actor=actor, action="name_decision_point", obj=point, now=now)
    return point


@operation
def change_decision_point(*, actor, decision_point, now, **fields) -> DecisionPoint:
    """Correct a decision point, as long as nobody chose a level: after that it is a promise."""
    require("projects.change_decision_point", actor, decision_point)
    if level_in_force(decision_point):
        raise Refused(_("A level was chosen for this decision point, so its text is fixed."))
    _fill(decision_point, fields)
    record_audit(actor=actor, action="change_decision_point", obj=decision_point, now=now)
    return decision_point


@operation
def save_answers(*, actor, decision_point, answers, public_reasons, now) -> AssessmentDraft:
    """Keep the answers so far. Unknown keys and codes are refused; what was adopted is no longer current."""
    require("projects.assess_decision_point", actor, decision_point)
    draft = AssessmentDraft.objects.filter(decision_point=decision_point).first()
    if draft is None:
        key = decision_point.project.municipality.framework_key
        framework = framework_in_force(key, now.date())
        draft = AssessmentDraft(decision_point=decision_point, framework=framework)
    try:
        checked = check_answers(parsed(draft.framework), answers)
    except AnswerErrors as errors:
        raise Refused(str(errors), code="malformed") from errors
    if (checked, public_reasons) != (draft.answers, draft.public_reasons):
        draft.adopted = None
    draft.answers, draft.public_reasons, draft.updated_at = checked, public_reasons, now
    draft.save()
    return draft


@operation
def adopt_assessment(*, actor, decision_point, now):
    """Turn the draft into an assessment that never changes. Adopting the same answers twice gives the same one."""
    require("projects.assess_decision_point", actor, decision_point)
    draft = AssessmentDraft.objects.select_for_update().filter(decision_point=decision_point).first()
    if draft is None:
        raise Refused(_("Answer the questions first."), code="state")
    if draft.adopted is None:
        draft.adopted = compass.record_assessment(
            framework=draft.framework,
            answers=draft.answers,
            public_reasons=draft.public_reasons,
            now=now,
        )
        draft.save()
        record_audit(actor=actor, action="adopt_assessment", obj=draft.adopted, now=now)
    return draft.adopted


@operation
def decide_level(*, actor, decision_point, level, motivation="", decider="", now) -> LevelDecision:
    """Choose the level for a decision point, on the assessment that was adopted last.

    Refused without a motivation when `level` differs from the advice, and without a named decider
    when it is what can be afforded now while more would fit.
    """
    require("projects.decide_level", actor, decision_point)
    draft = AssessmentDraft.objects.filter(decision_point=decision_point).first()
    if draft is None or draft.adopted is None:
        raise Refused(_("Adopt an assessment first."), code="state")
    chosen = _chosen_level(draft.framework, level)
    _check_deviation(draft.adopted.advice, level, motivation.strip(), decider.strip())
    try:
        with transaction.atomic():
            decision = LevelDecision.objects.create(
                decision_point=decision_point,
                assessment=draft.adopted,
                level=level,
                influence=chosen.influence,
                motivation=motivation.strip(),
                decider=decider.strip(),
                decided_by=actor,
                decided_at=now,
                supersedes=level_in_force(decision_point),
            )
    except IntegrityError as error:
        raise Refused(_("A colleague chose a level just before you."), code="state") from error
    record_audit(
        actor=actor, action="decide_level", obj=decision, now=now, detail={"level": level}
    )
    return decision


def _role_detail(assignment) -> dict:
    return {
        "role": str(assignment.role),
        "municipality": assignment.municipality_id,
        "project": assignment.project_id,
    }


def _fill(point, fields) -> None:
    unknown = set(fields) - set(DECISION_POINT_FIELDS)
    if unknown:
        raise Refused(_("Unknown fields: %s") % ", ".join(sorted(unknown)), code="malformed")
    for name, value in fields.items():
        setattr(point, name, value)
    point.save()


def _chosen_level(framework, key):
    levels = {level.key: level for level in parsed(framework).levels}
    if key not in levels:
        raise Refused(_("Choose one of the levels."), code="malformed", field="level")
    return levels[key]


def _check_deviation(advice, level, motivation, decider) -> None:
    if level != advice["outcome"] and not motivation:
        raise Refused(
            _("You choose another level than the advice. Explain why."), field="motivation"
        )
    chooses_less_for_means = level == advice["now"] and level != advice["outcome"]
    if chooses_less_for_means and not decider:
        raise Refused(
            _("More would fit than there are means for. Name who decides this."), field="decider"
        )
