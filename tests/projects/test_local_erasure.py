"""Does a municipality that erases somebody by letter leave alone what another one keeps of them?"""

from importlib import import_module
from io import StringIO

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.db.models import CharField, EmailField, QuerySet
from django.utils import timezone
from wagtail.models import Page

from cms.tenants.page_rights import sync_page_rights
from compass.refusal import Refused
from deliberation.live.models import Attendance, Op, Run, Silence
from deliberation.participation.operations.mailing import may_mail
from deliberation.people.models import (
    NOBODY,
    AuditEntry,
    Consent,
    LocalErasure,
    Participant,
    User,
)
from deliberation.people.operations import (
    claim_participant,
    create_participant,
    give_consent,
    record_audit,
)
from deliberation.people.privacy.erased_list import digest_of
from deliberation.people.privacy.erasure import rows_pointing_at
from deliberation.people.queries import broken_audit_entries
from deliberation.projects.erasure import erase_by_letter, is_known_in
from deliberation.projects.models import LevelDecision, Municipality, Project, RoleInvitation
from deliberation.projects.tenancy import path_to, rows_of
from deliberation.questions.models import Question
from tests.builders import (
    a_decided_point,
    a_decision_point,
    a_municipality,
    a_phase,
    a_project,
    a_resident,
    a_user,
    an_installer,
    committed,
    give_role,
)
from tests.cms.site import a_project_page, a_site
from tests.live.builders import an_evening
from tests.people.traces import traces
from tests.questions.builders import a_desk

pytestmark = pytest.mark.django_db
NOW = timezone.now()
migrate = import_module(
    "deliberation.projects.migrations.0009_erasures_gone_through"
).note_gone_through
# What hangs on the account itself, or is a municipality's by its page or file (cms/erasure.py).
OF_THE_ACCOUNT = {"account", "mfa", "socialaccount", "usersessions", "people"}
OF_THE_SITE = {"wagtailcore", "wagtailadmin", "wagtailusers", "wagtaildocs", "wagtailimages"}
OF_THE_SITE |= {"wagtail_localize"}


def a_place(slug):
    """Make a municipality with an evening, a desk for questions and an administrator."""
    municipality = a_municipality(slug)
    point = a_decided_point(point=a_decision_point(a_phase(project=a_project(municipality))))
    a_site(municipality, hostname=f"{slug}.example")
    a_project_page(point.project)
    evening = an_evening(point=point, poll_open=True)
    sync_page_rights(municipality.pk)
    return municipality, evening, a_desk(point=point, page=False)


def leave_traces(person, participant, place):
    """Let somebody vote, ask, agree, work, decide and write a page in a municipality."""
    municipality, evening, desk = place
    evening.join(participant=participant)
    evening.vote(participant, 0)
    evening.close()
    attended = evening.run.attendances.get(participant=participant)
    Silence.objects.create(attendance=attended, at=NOW)
    desk.ask(participant, name="Gerda", email=person.email, mail_consent=True)
    give_consent(actor=person, purpose="test_mail", place=municipality.slug, now=NOW)
    give_role(person, "observer", municipality=municipality)
    point = evening.activity.decision_point
    QuerySet(LevelDecision).filter(decision_point=point).update(decided_by=person)
    record_audit(actor=person, action="look", obj=point, now=NOW, detail={"to": person.email})
    page = Page.objects.get(projectpage__project=point.project)
    page.owner = person
    page.save()
    page.specific.save_revision(user=person).publish(user=person, skip_permission_checks=True)


def kept_in(municipality, person, participants) -> list[str]:
    """Name every row that leads from this municipality to somebody, by table."""
    found = [
        f"{relation.related_model._meta.label} {pk}"
        for one in (person, *participants)
        for relation, rows in rows_pointing_at(one)
        if (here := rows_of(relation.related_model, municipality))
        for pk in rows.filter(**here).values_list("pk", flat=True)
    ]
    of_place = Consent.objects.filter(place=municipality.slug)
    found += [f"consent {one.pk}" for one in of_place.filter(user=person)]
    projects = Project.objects.filter(municipality=municipality)
    for page in Page.objects.filter(projectpage__project__in=projects):
        found += [f"page {page.pk}"] if page.owner == person else []
        found += [f"revision {one.pk}" for one in page.revisions.filter(user=person)]
    runs = Run.objects.filter(**rows_of(Run, municipality))
    who = [f"u:{person.pk}", *(f"p:{one.pk}" for one in participants)]
    found += [f"op {one.pk}" for one in Op.objects.filter(actor__in=who, run__in=runs)]
    quiet = Silence.objects.filter(attendance__run__in=runs)
    found += [f"silence {one.pk}" for one in quiet]
    questions = Question.objects.filter(project__in=projects, email=person.email)
    return found + [f"address in question {one.pk}" for one in questions]


@pytest.fixture
def scene(mails):
    here, there = a_place("kompasdorp"), a_place("anderdorp")
    person = User.objects.create_user("gerda@example.org", "x", first_name="Gerda")
    participant = create_participant(user=person)
    for place in (here, there):
        leave_traces(person, participant, place)
    return person, participant, here, there


def erase(email, municipality):
    manager = a_user("administrator", municipality=municipality)
    with committed():
        erase_by_letter(actor=manager, email=email, municipality=municipality, now=NOW)


def actors(person, participant, municipality):
    points = LevelDecision.objects.filter(**rows_of(LevelDecision, municipality))
    ids = [str(pk) for pk in points.values_list("decision_point", flat=True)]
    rows = AuditEntry.objects.filter(object_label="projects.DecisionPoint", object_id__in=ids)
    return set(rows.filter(action="look").values_list("actor_id", "detail"))


def test_erasing_here_leaves_what_is_kept_elsewhere_and_the_last_one_erases_the_account(scene):
    person, participant, (here, evening, _), (there, other, _) = scene
    before = kept_in(there, person, [participant])
    results = [evening.result(), other.result()]
    signed = actors(person, participant, there)
    assert len(before) >= 7 and len(kept_in(here, person, [participant])) == len(before)
    assert all(row[0] for row in signed)
    erase("Gerda@example.org", here)
    assert kept_in(here, person, [participant]) == []
    assert kept_in(there, person, [participant]) == before
    assert actors(person, participant, here) == {("", "")}
    assert actors(person, participant, there) == signed
    assert [evening.result(), other.result()] == results
    person.refresh_from_db()
    assert person.is_staff and person.has_usable_password() and person.email
    with pytest.raises(Refused) as refusal:
        erase(person.email, here)
    assert refusal.value.field == "email", "as of somebody who never was here"
    erase(person.email, there)
    assert not User.objects.filter(pk=person.pk).exists()
    assert not Participant.objects.filter(pk=participant.pk).exists()
    assert [evening.result(), other.result()] == results
    assert broken_audit_entries() == []


def erase_again():
    with committed():
        call_command("erase_again", stdout=StringIO())


def come_back(person, participant, place):
    """Let somebody do it all once more, on another evening; give what is kept of it here."""
    municipality, evening, desk = place
    later = an_evening(point=evening.activity.decision_point, poll_open=True)
    leave_traces(person, participant, (municipality, later, desk))
    return kept_in(municipality, person, [participant])


def test_who_is_erased_here_is_erased_here_again_after_an_old_copy(scene):
    """The list knows the place too; what was kept elsewhere is not on it."""
    person, participant, here, (there, *_) = scene
    before = kept_in(there, person, [participant])
    copy = transaction.savepoint()
    erase(person.email, here[0])
    transaction.savepoint_rollback(copy)
    assert kept_in(here[0], person, [participant])
    erase_again()
    assert kept_in(here[0], person, [participant]) == []
    assert kept_in(there, person, [participant]) == before


def test_what_somebody_gave_after_they_came_back_stays_at_a_restore(scene):
    person, participant, here, _ = scene
    old = kept_in(here[0], person, [participant])
    erase(person.email, here[0])
    given = come_back(person, participant, here)
    assert len(given) == len(old), "of every kind"
    said = list(Question.objects.order_by("pk").values())
    erase_again()
    assert kept_in(here[0], person, [participant]) == given
    assert list(Question.objects.order_by("pk").values()) == said


def test_each_copy_is_rid_of_the_erasures_it_has_not_been_through(scene):
    """Erased, back, erased once more: a copy of before, one of between and one of after are put back."""
    person, participant, here, _ = scene
    oldest = transaction.savepoint()
    erase(person.email, here[0])
    come_back(person, participant, here)
    between = transaction.savepoint()
    erase(person.email, here[0])
    listed_now = settings.ERASED_LIST.read_text()
    given = come_back(person, participant, here)
    erase_again()
    assert kept_in(here[0], person, [participant]) == given, "it went through both"
    for copy in (between, oldest):
        transaction.savepoint_rollback(copy)
        assert kept_in(here[0], person, [participant])
        erase_again()
        assert kept_in(here[0], person, [participant]) == []
    given = come_back(person, participant, here)
    erase_again()
    assert kept_in(here[0], person, [participant]) == given
    assert settings.ERASED_LIST.read_text() == listed_now, "what is done again is not listed again"


def test_a_copy_from_before_somebody_had_an_account_is_rid_of_them_too(mails):
    here, there = a_place("kompasdorp"), a_municipality("anderdorp")
    participant = create_participant()
    here[2].ask(participant, name="Gerda", text="Ik woon op nummer 12")
    copy = transaction.savepoint()
    person = User.objects.create_user("gerda@example.org", "x")
    claim_participant(participant=participant, user=person)
    give_role(person, "observer", municipality=there)
    erase(person.email, here[0])
    transaction.savepoint_rollback(copy)
    erase_again()
    question = Question.objects.get()
    assert (question.participant, question.name, question.text) == (None, "", "")


def test_what_a_version_before_listed_is_known_from_the_audit_trail(scene):
    """Its lines held a whole digest, and its database had only the audit row of the erasure."""
    person, participant, here, _ = scene
    copy = transaction.savepoint()
    erase(person.email, here[0])
    given = come_back(person, participant, here)
    LocalErasure.objects.all().delete()
    line = f"2026-01-01 {digest_of(person, here[0].slug)}\n"
    settings.ERASED_LIST.write_text(line)
    migrate(apps, None)
    erase_again()
    assert kept_in(here[0], person, [participant]) == given
    transaction.savepoint_rollback(copy)
    migrate(apps, None)
    erase_again()
    assert kept_in(here[0], person, [participant]) == []


def test_only_what_is_known_here_can_be_erased_here():
    here, there = a_municipality(), a_municipality("anderdorp")
    manager = a_user("administrator", municipality=here)
    strangers = [a_resident(), a_user("observer", municipality=there), an_installer()]
    for email in (*(one.email for one in strangers), "niemand@example.org", NOBODY):
        with pytest.raises(Refused) as refusal:
            erase_by_letter(actor=manager, email=email, municipality=here, now=NOW)
        assert (refusal.value.code, refusal.value.field) == ("refused", "email")
    installer = an_installer()
    give_role(installer, "observer", municipality=here)
    erase(installer.email, here)
    installer.refresh_from_db()
    assert installer.is_superuser and not installer.roleassignment_set.exists()
    erase_by_letter(actor=installer, email=strangers[0].email, municipality=here, now=NOW)
    assert not User.objects.filter(pk=strangers[0].pk).exists()


def invited(email, project):
    about = {"role": "observer", "municipality": project.municipality, "project": project}
    return RoleInvitation.objects.create(email=email, expires_at=NOW, **about)


def asked(email, project):
    """Let somebody ask without an account, and give the same address."""
    desk = a_desk(
        point=a_decided_point(point=a_decision_point(a_phase(project=project))), page=False
    )
    about = {"email": email, "mail_consent": True, "changes_consent": True}
    question = desk.ask(name=NAME, text=TEXT, **about)
    desk.do("publish_question", question, shown="Hoe wordt de straat?", show_name=True)
    return question


BY_ADDRESS = {RoleInvitation: invited, Question: asked}
WITHOUT_ACCOUNT, NAME, TEXT = "gerda@zonder.example", "Gerda Zonderling", "Ik woon op nummer 12"


def found() -> list[str]:
    """Find who left something without an account, wherever it is."""
    return traces(WITHOUT_ACCOUNT, NAME, TEXT)


@pytest.mark.parametrize("model", BY_ADDRESS)
def test_a_letter_reaches_who_has_no_account_by_the_address_they_left(model):
    here, there = a_municipality(), a_municipality("anderdorp")
    _, other = [BY_ADDRESS[model](WITHOUT_ACCOUNT, a_project(place)) for place in (here, there)]
    manager = a_user("administrator", municipality=here)
    record_audit(
        actor=manager, action="look", obj=here, now=NOW, detail={"to": WITHOUT_ACCOUNT.title()}
    )
    copy = transaction.savepoint()
    erase("Gerda@Zonder.example", here)
    kept = model.objects.get(email=WITHOUT_ACCOUNT)
    assert (kept.pk, kept.email) == (other.pk, WITHOUT_ACCOUNT), "what another keeps is its own"
    with pytest.raises(Refused) as refusal:
        erase(WITHOUT_ACCOUNT, here)
    assert refusal.value.field == "email", "as of somebody who never was here"
    erase(WITHOUT_ACCOUNT, there)
    assert found() == []
    assert broken_audit_entries() == []
    transaction.savepoint_rollback(copy)
    assert found()
    erase_again()
    assert found() == []
    anew = BY_ADDRESS[model](WITHOUT_ACCOUNT, a_project(here))
    erase_again()
    assert model.objects.get(pk=anew.pk).email == WITHOUT_ACCOUNT, "given since"
    assert WITHOUT_ACCOUNT not in settings.ERASED_LIST.read_text()


def test_a_letter_with_a_receipt_reaches_what_was_asked_without_an_address():
    here, there = a_municipality(), a_municipality("anderdorp")
    question, other = [asked("", a_project(place)) for place in (here, there)]
    manager = a_user("administrator", municipality=here)
    about = {"actor": manager, "municipality": here, "now": NOW}
    for code in (other.code, "", "ABCD"):
        with pytest.raises(Refused) as refusal:
            erase_by_letter(receipt=code, **about)
        assert refusal.value.field == "receipt", (
            "of another municipality it is as unknown as of none"
        )
    giver, copy = question.participant, transaction.savepoint()
    erase_by_letter(receipt=question.code, **about)
    other.refresh_from_db()
    assert (other.name, other.text) == (NAME, TEXT)
    assert Question.objects.get(pk=question.pk).participant is None
    assert not AuditEntry.objects.filter(actor_id=giver.pk, object_id=question.pk).exists()
    transaction.savepoint_rollback(copy)
    erase_again()
    question.refresh_from_db()
    assert (question.participant, question.name, question.text) == (None, "", question.shown)


def test_a_letter_that_names_one_thing_that_is_unknown_erases_nothing():
    here = a_municipality()
    question = asked(WITHOUT_ACCOUNT, a_project(here))
    person = a_user("observer", municipality=here)
    for about in (
        {"email": person.email, "receipt": "ABCD"},
        {"email": "niemand@example.org", "receipt": question.code},
    ):
        manager = a_user("administrator", municipality=here)
        with pytest.raises(Refused):
            erase_by_letter(actor=manager, municipality=here, now=NOW, **about)
    question.refresh_from_db()
    assert question.name and User.objects.filter(pk=person.pk).exists()
    assert not settings.ERASED_LIST.exists()


def test_an_address_in_what_somebody_else_gave_with_an_account_leaves_that_alone():
    here = a_municipality()
    desk = a_desk(point=a_decided_point(point=a_decision_point(a_phase(project=a_project(here)))))
    theirs = desk.ask(
        create_participant(user=a_resident()), email=WITHOUT_ACCOUNT, mail_consent=True
    )
    with pytest.raises(Refused):
        erase(WITHOUT_ACCOUNT, here)
    theirs.refresh_from_db()
    assert theirs.text and theirs.email


def test_who_left_another_address_in_the_same_browser_is_still_mailed_there():
    desk = a_desk(page=False)
    one, other = [
        desk.ask(browser, email=f"{name}@example.org", mail_consent=True)
        for browser in [create_participant()]
        for name in ("gerda", "bert")
    ]
    erase(one.email, desk.project.municipality)
    other.refresh_from_db()
    assert other.email and other.participant == one.participant and may_mail(other)
    erase(other.email, desk.project.municipality)
    assert not Consent.objects.filter(participant=one.participant).exists()


@pytest.mark.parametrize("model", BY_ADDRESS)
def test_what_is_known_elsewhere_by_its_address_only_is_left_alone(model):
    here, there = a_municipality(), a_municipality("anderdorp")
    user = a_user("observer", municipality=here)
    rows = [BY_ADDRESS[model](user.email, a_project(place)) for place in (there, there, here)]
    wanted = model.objects.filter(pk__in=[row.pk for row in rows[:2]])
    before = list(wanted.values())
    erase(user.email, here)
    assert len(before) == 2 and list(wanted.values()) == before
    assert not RoleInvitation.objects.filter(municipality=here).exists()
    assert not user.roleassignment_set.exists()
    stays = model is RoleInvitation  # a question that was asked without an account isn't of it
    assert User.objects.filter(pk=user.pk).exists() == stays


def test_every_table_with_an_address_or_the_name_of_who_has_no_account_is_tried_above():
    """A new one has to be reached by a letter too, or hang on the account."""
    kinds = {
        model._meta.concrete_model
        for model in apps.get_models()
        if model._meta.app_label not in OF_THE_ACCOUNT and holds_address_or_name(model)
    }
    assert kinds == {model._meta.concrete_model for model in BY_ADDRESS}
    assert all(path_to(model, Municipality) is not None for model in kinds)


def holds_address_or_name(model) -> bool:
    """Tell whether a row holds an address, or what somebody in a browser is called."""
    fields = model._meta.concrete_fields
    named = any(isinstance(one, CharField) and "name" in one.name for one in fields)
    of_somebody = any(one.related_model is Participant for one in fields)
    return any(isinstance(one, EmailField) for one in fields) or (named and of_somebody)


def test_every_table_that_holds_a_person_belongs_to_a_municipality_or_to_the_account():
    """A new table has to lead to a municipality by keys that are always filled in, or be named above."""
    loose = [
        f"{relation.related_model._meta.label}.{relation.field.name}"
        for person in (User(pk=1), Participant())
        for relation, _rows in rows_pointing_at(person)
        if path_to(relation.related_model, Municipality) is None
        and relation.related_model._meta.app_label not in OF_THE_ACCOUNT | OF_THE_SITE
    ]
    assert loose == []
    assert path_to(Attendance, Municipality) == "run__session__project__municipality"
    assert path_to(Consent, Municipality) is None
    assert not is_known_in(a_municipality(), a_resident(), [])
