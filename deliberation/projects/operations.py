"""Operations on municipalities, roles, projects, decision points and answers, for people, demo and commands alike."""

import re

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from compass import operations as compass
from compass.queries import parsed
from compass.refusal import Refused
from deliberation.people.names import clean_line, clean_text
from deliberation.people.operations import operation, record_audit
from deliberation.people.permissions import require
from deliberation.people.staff_session import sensitive

from .assessing.validation import checked_answers, checked_reasons
from .deciding.choosing import decide_level  # noqa: F401 (a way in like the others)
from .deciding.frames import UNCHECKED, fill, follow_decider, lock_point
from .english import beside, put_english
from .extension_points import promise_changed
from .models import (
    AssessmentDraft,
    DecisionPoint,
    Municipality,
    Phase,
    Project,
    RoleAssignment,
)
from .phasing import refuse_wrong_days
from .queries import facts_told, framework_for, level_in_force
from .roles.lifecycle import (
    end_role,
    refuse_last_administrator,
    refuse_wrong_place,
    role_detail,
    start_role,
)
from .search import findable_changed

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_SLUG = 50


@operation
def create_municipality(*, actor, slug, name, now) -> Municipality:
    """Make a municipality. Only the account that installed the platform may.

    Refused: a slug that fits in no address.
    """
    require("projects.create_municipality", actor, actor, now)
    if len(slug) > LONGEST_SLUG or not SLUG.fullmatch(slug):
        reason = _(
            "A short name is at most 50 small letters, digits and hyphens. It stays for good."
        )
        raise Refused(reason, field="slug")
    municipality = Municipality.objects.create(slug=slug, name=name)
    record_audit(actor=actor, action="create_municipality", obj=municipality, now=now)
    return municipality


@sensitive
@operation
def assign_role(*, actor, user, role, municipality, project=None, now) -> RoleAssignment:
    """Give a role at once. For who installs the platform, from the command line: no screen leads here.

    Everybody else invites (invitations/), and the role starts when its owner accepts.
    """
    require("projects.assign_role", actor, municipality, now)
    refuse_wrong_place(role, municipality, project)
    return start_role(
        actor=actor, user=user, role=role, municipality=municipality, project=project, now=now
    )


@sensitive
@operation
def withdraw_role(*, actor, assignment, now) -> None:
    """Take a role back; it ends at once, open sockets included."""
    # One after another, or two administrators could take each other's role and leave none.
    Municipality.objects.select_for_update().get(pk=assignment.municipality_id)
    require("projects.withdraw_role", actor, assignment.municipality, now)
    detail = role_detail(assignment)
    refuse_last_administrator(assignment)
    end_role(assignment)
    record_audit(actor=actor, action="withdraw_role", obj=assignment.user, now=now, detail=detail)


@operation
def create_project(
    *, actor, municipality, slug, title, summary, contact, english=None, now
) -> Project:
    """Make a project; its address part (slug) is used once in a municipality."""
    require("projects.create_project", actor, municipality, now)
    if not slug:
        raise Refused(_("Give the project an address of letters and digits."), field="slug")
    try:
        with transaction.atomic():
            texts = _project_texts(title, summary, contact)
            texts["english"] = beside(Project, texts, english)
            project = Project.objects.create(municipality=municipality, slug=slug, **texts)
    except IntegrityError as error:
        taken = _("There is already a project with this address.")
        raise Refused(taken, field="slug") from error
    record_audit(actor=actor, action="create_project", obj=project, now=now)
    return project


@operation
def change_project(*, actor, project, title, summary, contact, english=None, now) -> Project:
    """Give a project other texts. Its address stays, and pages keep what editors wrote on them.

    What it says of the project elsewhere follows at once: feeds and calendar read it, the search
    indexes again after commit. The audit row keeps the old texts.
    """
    require("projects.change_project", actor, project, now)
    project = Project.objects.select_for_update().get(pk=project.pk)
    texts = _project_texts(title, summary, contact)
    texts["english"] = beside(Project, texts, english, project.english)
    before = {name: getattr(project, name) for name in texts}
    if before == texts:
        return project
    for name, text in texts.items():
        setattr(project, name, text)
    project.save(update_fields=list(texts))
    detail = {"before": before, "after": texts}
    record_audit(actor=actor, action="change_project", obj=project, now=now, detail=detail)
    findable_changed(project.pk)
    return project


@operation
def add_phase(*, actor, project, kind, title, starts_on, ends_on, english=None, now) -> Phase:
    """Add a dated phase, both days included. Overlap is refused; a gap is allowed and closes the tools."""
    require("projects.add_phase", actor, project, now)
    Project.objects.select_for_update().get(pk=project.pk)
    refuse_wrong_days(project, starts_on, ends_on)
    title = clean_line(title, 100, "title")
    phase = Phase(project=project, kind=kind, title=title, starts_on=starts_on, ends_on=ends_on)
    put_english(phase, english)
    phase.save()
    record_audit(actor=actor, action="add_phase", obj=phase, now=now)
    return phase


@operation
def name_decision_point(*, actor, phase, english=None, now, **fields) -> DecisionPoint:
    """Name what is being decided: step 0 of the compass. `fields` are DECISION_POINT_FIELDS."""
    require("projects.name_decision_point", actor, phase, now)
    point = DecisionPoint(phase=phase)
    fill(point, fields)
    put_english(point, english)
    point.save()
    record_audit(actor=actor, action="name_decision_point", obj=point, now=now)
    return point


@operation
def change_decision_point(*, actor, decision_point, english=None, now, **fields) -> DecisionPoint:
    """Correct a decision point, as long as nobody chose a level: after that it is a promise."""
    require("projects.change_decision_point", actor, decision_point, now)
    draft = _locked_draft(decision_point)
    if level_in_force(decision_point):
        fixed = _("A level was chosen here, so this is a promise. Change it with the reason.")
        raise Refused(fixed, code="state")
    fill(decision_point, fields)
    put_english(decision_point, english)
    decision_point.save()
    follow_decider(draft, decision_point)
    record_audit(actor=actor, action="change_decision_point", obj=decision_point, now=now)
    return decision_point


@operation
def translate_decision_point(*, actor, decision_point, english, now) -> DecisionPoint:
    """Put English texts beside those of a decision point, also of one that is a promise: the Dutch text counts.

    `english` is what was typed, by field (english.py).
    """
    require("projects.translate_decision_point", actor, decision_point, now)
    point = lock_point(decision_point)
    before = point.english
    put_english(point, english)
    point.save(update_fields=["english"])
    if point.english != before:
        promise_changed([point.project], now)
    detail = {"before": before, "after": point.english}
    record_audit(actor=actor, action="translate_decision_point", obj=point, now=now, detail=detail)
    return point


@operation
def save_answers(
    *, actor, decision_point, answers, public_reasons, seen=UNCHECKED, now
) -> AssessmentDraft:
    """Keep the answers so far; what was adopted is no longer current once they change.

    Who decides comes from the decision point, and so does the phase where it can mean one thing.
    Unknown keys and codes are refused. `seen` is the `updated_at` of the draft the actor looked at
    (None: there was none): when a colleague saved something else since, this is refused (state) and
    nothing is lost. Left out, it is not checked.
    """
    require("projects.assess_decision_point", actor, decision_point, now)
    draft = _draft(decision_point, now)
    framework = parsed(draft.framework)
    told = facts_told(decision_point, framework, begun=bool(draft.pk))
    checked = checked_answers(framework, told, answers)
    reasons = checked_reasons(framework, public_reasons)
    if draft.pk and (checked, reasons) == (draft.answers, draft.public_reasons):
        return draft
    if seen is not UNCHECKED and seen != draft.updated_at:
        raise Refused(_("A colleague changed these answers just before you."), code="state")
    draft.answers, draft.public_reasons, draft.updated_at = checked, reasons, now
    draft.adopted = None
    draft.save()
    record_audit(actor=actor, action="save_answers", obj=draft, now=now)
    return draft


@operation
def adopt_assessment(*, actor, decision_point, now):
    """Turn the draft into an assessment that never changes. Adopting the same answers twice gives the same one."""
    require("projects.assess_decision_point", actor, decision_point, now)
    draft = _locked_draft(decision_point)
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


def _project_texts(title, summary, contact) -> dict[str, str]:
    texts = {
        "title": clean_line(title, 120, "title"),
        "summary": clean_text(summary, 600, "summary"),
        "contact": clean_line(contact, 200, "contact"),
    }
    for name, text in texts.items():
        if not text:
            raise Refused(_("Fill this in."), field=name)
    return texts


def _locked_draft(decision_point) -> AssessmentDraft | None:
    # The decision point is the lock: nobody may have begun yet, and then there is no draft to lock.
    lock_point(decision_point)
    return AssessmentDraft.objects.filter(decision_point=decision_point).first()


def _draft(decision_point, now) -> AssessmentDraft:
    found = _locked_draft(decision_point)
    return found or AssessmentDraft(
        decision_point=decision_point, framework=framework_for(decision_point, now)
    )
