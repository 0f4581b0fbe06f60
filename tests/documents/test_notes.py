"""Who fills in the details for the documents, and is nothing lost on the way?"""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from compass.refusal import Refused
from deliberation.documents.notes import notes_of
from deliberation.people.models import AuditEntry
from deliberation.projects.models import PointNotes, Role
from tests.builders import (
    a_decided_point,
    a_decision_point,
    a_municipality,
    a_project,
    a_user,
    the_officer,
)
from tests.documents.written import TOLD, a_desk, note

pytestmark = pytest.mark.django_db


def typed(**changed):
    lines = {name: "\n".join(TOLD[name]) for name in ("hard_to_reach", "messages", "success")}
    agreed = (timezone.localdate() - timedelta(days=1)).isoformat()
    return {**TOLD, **lines, "agreed_on": agreed, "seen": "0", **changed}


def test_what_was_noted_is_kept_cleaned_and_audited():
    point = a_decided_point("co_create")
    notes = note(point, goal="  De straat \x00 kiest.  ", success=["", " Een ding. "])
    assert notes.told["goal"] == "De straat kiest."
    assert notes.told["success"] == ["Een ding."]
    assert notes.revision == 1
    assert AuditEntry.objects.filter(action="note_point").count() == 1
    assert note(point, goal="Anders.").revision == 2
    assert PointNotes.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"agreed_on": None}, "agreed_on"),
        ({"agreed_by": " "}, "agreed_by"),
        ({"messages": ["Raad; brief"]}, "messages"),
        ({"success": ["x"] * 13}, "success"),
        ({"goal": "x" * 601}, "goal"),
        ({"owner": "x" * 161}, "owner"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(changed, field):
    point = a_decided_point()
    with pytest.raises(Refused) as refusal:
        note(point, **changed)
    assert refusal.value.field == field
    assert notes_of(point).revision == 0


def test_a_day_ahead_is_refused():
    with pytest.raises(Refused) as refusal:
        note(a_decided_point(), agreed_on=timezone.localdate() + timedelta(days=1))
    assert refusal.value.field == "agreed_on"


def test_a_field_nobody_knows_is_refused():
    with pytest.raises(Refused) as refusal:
        note(a_decided_point(), secret="x")
    assert refusal.value.code == "malformed"


def test_a_colleagues_change_is_not_overwritten_unseen():
    point = a_decided_point()
    note(point)
    with pytest.raises(Refused) as refusal:
        note(point, seen=0)
    assert refusal.value.code == "state"


@pytest.mark.parametrize("role", [Role.COUNCIL, Role.FACILITATOR, Role.OBSERVER])
def test_who_does_not_prepare_reads_but_does_not_write(role):
    point = a_decided_point()
    desk = a_desk(a_user(role, municipality=point.project.municipality))
    assert desk.get(reverse("documents:see_documents", args=[point.pk])).status_code == 200
    assert desk.post(reverse("documents:note_point", args=[point.pk]), typed()).status_code == 403
    with pytest.raises(Refused):
        note(point, actor=a_user(role, project=point.project) if role != Role.COUNCIL else a_user())
    assert not PointNotes.objects.exists()


def test_staff_of_another_municipality_or_project_sees_no_word():
    point = a_decided_point()
    note(point)
    elsewhere = a_user(Role.ADMINISTRATOR, municipality=a_municipality("verderop"))
    neighbour = a_user(Role.OFFICER, project=a_project(point.project.municipality))
    for user in (elsewhere, neighbour):
        desk = a_desk(user)
        for name, about in (
            ("see_documents", ()),
            ("note_point", ()),
            ("see_document", ("startnotitie",)),
            ("document_pdf", ("startnotitie",)),
            ("document_docx", ("startnotitie",)),
        ):
            answer = desk.get(reverse(f"documents:{name}", args=[point.pk, *about]))
            assert answer.status_code == 403, name
            assert point.question not in answer.content.decode()


def test_the_form_saves_and_shows_what_was_saved():
    point = a_decided_point("co_create")
    desk = a_desk(the_officer(point.project.municipality))
    address = reverse("documents:note_point", args=[point.pk])
    assert desk.post(address, typed()).status_code == 302
    assert notes_of(point).told["methods"] == TOLD["methods"]
    form = desk.get(address).context["form"]
    assert form.initial["goal"] == TOLD["goal"]
    assert form["hard_to_reach"].value() == "\n".join(TOLD["hard_to_reach"])


def test_what_was_typed_stays_when_something_is_wrong():
    point = a_decided_point("co_create")
    desk = a_desk(the_officer(point.project.municipality))
    answer = desk.post(
        reverse("documents:note_point", args=[point.pk]), typed(messages="Raad; brief")
    )
    assert answer.status_code == 400
    assert answer.context["form"].errors["messages"]
    assert "De straat kiest mee." in answer.content.decode()


def test_after_a_colleague_the_text_stays_and_a_second_press_saves_it():
    point = a_decided_point("co_create")
    desk = a_desk(the_officer(point.project.municipality))
    address = reverse("documents:note_point", args=[point.pk])
    note(point, goal="Van de collega.")
    answer = desk.post(address, typed(goal="Van mij."))
    assert answer.status_code == 400
    assert "Van mij." in answer.content.decode()
    assert notes_of(point).told["goal"] == "Van de collega."
    again = answer.context["form"]["seen"].value()
    assert desk.post(address, typed(goal="Van mij.", seen=again)).status_code == 302
    assert notes_of(point).told["goal"] == "Van mij."


def test_the_form_opens_before_anybody_began():
    point = a_decision_point()
    desk = a_desk(the_officer(point.project.municipality))
    address = reverse("documents:note_point", args=[point.pk])
    assert "methods" not in desk.get(address).context["form"].fields
    assert desk.post(address, typed()).status_code == 302


def test_the_desk_leads_to_the_documents():
    point = a_decided_point()
    desk = a_desk(the_officer(point.project.municipality))
    page = desk.get(reverse("projects:see_decision_point", args=[point.pk])).content.decode()
    assert reverse("documents:see_documents", args=[point.pk]) in page
    shown = desk.get(reverse("documents:see_documents", args=[point.pk])).content.decode()
    assert shown.count("sk-documents__one") == 6
    assert "<th" in shown and reverse("documents:note_point", args=[point.pk]) in shown
