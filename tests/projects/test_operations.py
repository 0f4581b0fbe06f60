"""Do projects, roles and drafts change only the way they should?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from compass.refusal import Refused
from deliberation.people.models import AuditEntry
from deliberation.people.queries import broken_audit_entries
from deliberation.projects import operations
from deliberation.projects.models import AssessmentDraft, DecisionPoint, Project, RoleAssignment
from deliberation.projects.operations import (
    adopt_assessment,
    change_decision_point,
    create_project,
    name_decision_point,
    save_answers,
    withdraw_role,
)
from tests.builders import (
    a_decided_point,
    a_decision_point,
    a_framework,
    a_municipality,
    a_phase,
    a_project,
    a_user,
    an_assessed_point,
    an_installer,
    answers_for,
    give_role,
    the_officer,
)

pytestmark = pytest.mark.django_db


def about(point):
    actor = the_officer(point.project.municipality)
    return {"actor": actor, "decision_point": point, "now": timezone.now()}


def project_with(slug, municipality=None):
    municipality = municipality or a_municipality()
    return create_project(
        actor=the_officer(municipality),
        municipality=municipality,
        slug=slug,
        title="Speeltuin",
        summary="Een nieuwe speeltuin.",
        contact="Het team",
        now=timezone.now(),
    )


def test_every_public_function_of_operations_is_an_operation():
    made_here = [
        function
        for name, function in vars(operations).items()
        if callable(function)
        and getattr(function, "__module__", "") == operations.__name__
        and not name.startswith("_")
    ]
    assert len(made_here) >= 10
    assert all(getattr(function, "is_operation", False) for function in made_here)


def test_an_address_is_used_once_in_a_municipality():
    project_with("speeltuin")
    with pytest.raises(Refused) as refusal:
        project_with("speeltuin")
    assert refusal.value.field == "slug"
    project_with("speeltuin", a_municipality("anderdorp"))
    assert Project.objects.count() == 2


def test_a_project_without_an_address_is_refused():
    with pytest.raises(Refused) as refusal:
        project_with("")
    assert refusal.value.field == "slug"


# Roles


def test_a_role_given_twice_is_one_role_and_one_row_in_the_trail():
    user = a_user()
    give_role(user, "observer")
    give_role(user, "observer")
    assert RoleAssignment.objects.filter(user=user).count() == 1
    assert AuditEntry.objects.filter(action="assign_role", object_id=user.pk).count() == 1


@pytest.mark.parametrize("role", ["administrator", "council"])
def test_some_roles_belong_to_the_whole_municipality(role):
    with pytest.raises(Refused) as refusal:
        give_role(a_user(), role, project=a_project())
    assert refusal.value.field == "role"


def test_a_role_in_another_municipalitys_project_is_refused():
    with pytest.raises(Refused):
        give_role(a_user(), "officer", a_project(), municipality=a_municipality("anderdorp"))


def test_the_last_administrator_stays():
    administrator = a_user("administrator")
    only = RoleAssignment.objects.get(user=administrator)
    with pytest.raises(Refused):
        withdraw_role(actor=administrator, assignment=only, now=timezone.now())
    give_role(a_user(), "administrator")
    withdraw_role(actor=administrator, assignment=only, now=timezone.now())
    assert not RoleAssignment.objects.filter(user=administrator).exists()


def test_others_hear_of_a_role_after_it_is_kept(plugged):
    heard = []

    def hear(municipality_id):
        heard.append((municipality_id, RoleAssignment.objects.filter(user=user).exists()))

    plugged(roles_changed=hear)
    user = a_user()
    assignment = give_role(user, "facilitator")
    assert heard == [(assignment.municipality_id, True)]


# Decision points


@pytest.mark.parametrize("stranger", ["phase_id", "id", "level", "project"])
def test_a34_a_decision_point_takes_its_own_fields_only(stranger):
    phase = a_phase()
    fields = {"question": "Waar komt het bankje?", "decided_by": "college"}
    with pytest.raises(Refused) as refusal:
        name_decision_point(
            actor=the_officer(phase.project.municipality),
            phase=phase,
            now=timezone.now(),
            decides_on=timezone.localdate(),
            **fields,
            **{stranger: 1},
        )
    assert refusal.value.code == "malformed"
    assert not DecisionPoint.objects.exists()


def test_a_promise_is_not_rewritten():
    point = a_decided_point()
    with pytest.raises(Refused) as refusal:
        change_decision_point(**about(point), fixed=["Toch nog iets."])
    assert refusal.value.code == "state"
    assert DecisionPoint.objects.get().fixed == ["Het riool wordt vervangen."]


def test_another_body_that_decides_is_another_answer():
    point = an_assessed_point("consult")
    change_decision_point(**about(point), decided_by="raad")
    draft = AssessmentDraft.objects.get()
    assert draft.answers["decider"] == "raad"
    assert draft.adopted is None


# Drafts


def save(point, answers, reasons=None, **more):
    return save_answers(**about(point), answers=answers, public_reasons=reasons or {}, **more)


def test_a_draft_starts_with_what_the_decision_point_says():
    a_framework()
    draft = save(a_decision_point(a_phase("execute"), decided_by="raad"), {"room": 1})
    assert draft.answers == {"room": 1, "decider": "raad", "phase": 3}


def test_designing_can_be_two_answers_so_the_draft_leaves_it_open():
    a_framework()
    assert "phase" not in save(a_decision_point(a_phase("design")), {}).answers


@pytest.mark.parametrize(
    ("answers", "named"),
    [
        ({"rooom": 1}, "rooom"),
        ({"room": 9}, "room"),
        ({"room": "1"}, "room"),
        ({"room": True}, "room"),
        ({"room": 1.0}, "room"),
        ({"g_tax": "ja"}, "g_tax"),
        ({"g_promised": True}, "g_promised"),
        ({"outcome": "co_create"}, "outcome"),
    ],
)
def test_a36_a_wrong_answer_is_malformed_and_nothing_is_kept(answers, named):
    a_framework()
    with pytest.raises(Refused) as refusal:
        save(a_decision_point(), answers)
    assert refusal.value.code == "malformed"
    assert named in str(refusal.value)
    assert not AssessmentDraft.objects.exists()


def test_a36_who_decides_is_not_for_the_form_to_say():
    a_framework()
    with pytest.raises(Refused) as refusal:
        save(a_decision_point(decided_by="college"), {"decider": "raad"})
    assert refusal.value.code == "malformed"


@pytest.mark.parametrize(
    "reasons", [{"room": "Daarom."}, {"g_tax": 5}, {"g_tax": "x" * 1001}, {"nonsense": "Daarom."}]
)
def test_a36_a_reason_belongs_to_a_gate(reasons):
    a_framework()
    with pytest.raises(Refused) as refusal:
        save(a_decision_point(), {}, reasons)
    assert refusal.value.code == "malformed"
    assert not AssessmentDraft.objects.exists()


def test_the_second_of_two_officers_is_told_and_nothing_is_lost():
    a_framework()
    point = a_decision_point()
    seen = save(point, {"room": 1}).updated_at
    save(point, {"room": 2}, seen=seen)
    with pytest.raises(Refused) as refusal:
        save(point, {"room": 3}, seen=seen)
    assert refusal.value.code == "state"
    assert AssessmentDraft.objects.get().answers["room"] == 2


def test_two_officers_with_the_same_answers_have_no_quarrel():
    a_framework()
    point = a_decision_point()
    seen = save(point, {"room": 1}).updated_at
    save(point, {"room": 2}, seen=seen)
    save(point, {"room": 2, "decider": "college"}, seen=seen)


def test_who_saw_no_draft_does_not_overwrite_one():
    a_framework()
    point = a_decision_point()
    save(point, {"room": 1}, seen=None)
    with pytest.raises(Refused) as refusal:
        save(point, {"room": 2}, seen=None)
    assert refusal.value.code == "state"


def test_a_yes_without_its_public_reason_cannot_be_adopted():
    a_framework()
    point = a_decision_point()
    save(point, answers_for("none"))
    with pytest.raises(Refused) as refusal:
        adopt_assessment(**about(point))
    assert refusal.value.field == "g_internal"
    save(point, answers_for("none"), {"g_internal": "Dit gaat over ons eigen archief."})
    assert adopt_assessment(**about(point)).public_reasons == {
        "g_internal": "Dit gaat over ons eigen archief."
    }


def test_an_advice_that_can_still_change_cannot_be_adopted():
    a_framework()
    point = a_decision_point()
    with pytest.raises(Refused):
        adopt_assessment(**about(point))
    save(point, {"room": 2})
    with pytest.raises(Refused) as refusal:
        adopt_assessment(**about(point))
    assert refusal.value.code == "state"


def test_a_draft_keeps_its_framework_when_a_newer_one_comes():
    framework = a_framework()
    point = a_decision_point()
    save(point, {"room": 1})
    newer = framework.source.replace('version = "2026-4"', 'version = "2026-9"').replace(
        "valid_from = 2026-01-01", f"valid_from = {timezone.localdate() - timedelta(days=1)}"
    )
    from compass.operations import publish_framework

    publish_framework(source=newer, actor_id="tests", now=timezone.now())
    assert save(point, {"room": 2}).framework == framework
    assert save(a_decision_point(), {"room": 2}).framework.version == "2026-9"


def test_without_a_framework_there_is_nothing_to_answer():
    with pytest.raises(Refused) as refusal:
        save(a_decision_point(), {"room": 1})
    assert refusal.value.code == "state"


def test_all_of_this_leaves_an_unbroken_trail():
    a_decided_point()
    an_installer()
    done = list(AuditEntry.objects.order_by("id").values_list("action", flat=True))
    assert done == [
        "create_municipality",
        "assign_role",
        "create_project",
        "add_phase",
        "name_decision_point",
        "save_answers",
        "adopt_assessment",
        "decide_level",
    ]
    assert broken_audit_entries() == []
