"""Does somebody who asks to be erased go everywhere, and does what was counted stay?"""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone
from wagtail.models import PageLogEntry
from wagtail.users.models import UserProfile

from compass.refusal import Refused
from deliberation.live.events import verify
from deliberation.live.models import Attendance, EventNote, HallCount, Op, Spent
from deliberation.people.models import NOBODY, AuditEntry, Consent, Participant, User
from deliberation.people.operations import (
    create_participant,
    erase_person,
    give_consent,
    record_audit,
)
from deliberation.people.participant_session import KEY
from deliberation.people.privacy import consents
from deliberation.people.queries import broken_audit_entries
from deliberation.projects.models import LevelDecision
from tests.builders import a_user, an_installer, committed, the_officer
from tests.cms.site import a_project_page
from tests.live.builders import an_evening, stored_votes
from tests.people.traces import traces
from tests.questions.builders import a_desk

pytestmark = pytest.mark.django_db
NOW = timezone.now()
MAIL, NAME = "gerda.verdwijnt@example.org", "Gerda Verdwijnt"


def gerda(**fields):
    first, last = NAME.split()
    user = User.objects.create_user(MAIL, first_name=first, last_name=last, **fields)
    EmailAddress.objects.create(user=user, email=MAIL, verified=True, primary=True)
    return user


def erase(user=None, participants=()):
    with committed():
        erase_person(
            actor=user or participants[0], user=user, participants=list(participants), now=NOW
        )


def leave_traces(user, participant):
    """Let somebody sign in, agree, be named in the trail, be written to and try a wrong code."""
    Client().post("/account/login/", {"login": MAIL, "password": "niet dit wachtwoord"})
    client = Client()
    client.force_login(user)
    session = client.session
    session[KEY] = str(participant.pk)
    session.save()
    waiting = SessionStore()
    waiting["account_login"] = {"email": MAIL.title()}
    waiting.save()
    give_consent(actor=user, purpose="test_mail", now=NOW)
    give_consent(actor=participant, purpose="test_mail", now=NOW)
    record_audit(actor=user, action="look", obj=user, now=NOW, detail={"name": NAME})
    other = a_user()
    record_audit(actor=other, action="look", obj=other, now=NOW, detail={"to": MAIL})
    record_audit(actor=participant, action="ask", obj=None, now=NOW)
    mail = Path(settings.EMAIL_FILE_PATH)
    mail.mkdir(parents=True, exist_ok=True)
    (mail / "to-gerda.log").write_text(f"To: {MAIL}\n\nUw code is 123456")
    (mail / "to-another.log").write_text("To: bert@example.org\n\nUw code is 654321")
    return hashlib.sha256(MAIL.encode()).hexdigest()


def test_a38_a_resident_goes_everywhere_and_the_result_stays(mails):
    evening = an_evening(hall_mode="H3", headcount=20, poll_open=True)
    user = gerda()
    participant = evening.join("hall", create_participant(user=user))
    evening.vote(participant, 0)
    evening.votes("hall", 6, 5)
    evening.close()
    number = leave_traces(user, participant)
    words = (MAIL, NAME, "Verdwijnt", participant.pk.hex, str(participant.pk), number)
    before = traces(*words)
    for place in (
        "people_user.email",
        "people_auditentry.detail",
        "to-gerda.log",
    ):
        assert any(place in one for one in before), "the search must be able to find this"
    counted = [Attendance.objects.count(), len(stored_votes()), Spent.objects.count()]
    result = evening.result()
    erase(user, [participant])
    assert traces(*words) == []
    assert not User.objects.filter(pk=user.pk).exists()
    assert not Participant.objects.filter(pk=participant.pk).exists()
    assert counted == [Attendance.objects.count(), len(stored_votes()), Spent.objects.count()]
    assert evening.result() == result
    assert broken_audit_entries() == []
    assert (Path(settings.EMAIL_FILE_PATH) / "to-another.log").exists()


def test_a38_somebody_who_worked_here_goes_and_the_work_stays():
    evening = an_evening(headcount=20, poll_open=True)
    user = gerda(is_staff=True)
    evening.votes("online", 3, 2)
    evening.lead("close_activity")
    evening.pass_time(seconds=evening.run.grace_seconds)
    evening.close()
    evening.count(4, 5)
    for model, field in ((HallCount, "counted_by"), (LevelDecision, "decided_by")):
        QuerySet(model).update(**{field: user})  # behind the refusal of rows that never change
    page = a_project_page(evening.run.project)
    page.owner = user
    page.save_revision(user=user).publish(user=user, skip_permission_checks=True)
    profile = UserProfile.objects.create(user=user)
    profile.avatar.save("gerda-verdwijnt.png", ContentFile(b"a picture of her"))
    picture = Path(profile.avatar.path)
    result, rows = evening.result(), HallCount.objects.count()
    erase(user)
    assert traces(MAIL, NAME, "Verdwijnt") == []
    assert evening.result() == result
    assert HallCount.objects.count() == rows > 0
    assert {count.counted_by.email for count in HallCount.objects.all()} == {NOBODY}
    assert not PageLogEntry.objects.filter(user_id=user.pk).exists()
    assert not picture.exists()
    assert verify(evening.run) == []
    assert broken_audit_entries() == []


def test_a38_what_somebody_asked_is_found_no_more_than_others_may_read():
    """What was approved stays, of nobody; what named the asker is in no table and not in the search."""
    desk = a_desk(now=NOW)
    user = gerda()
    participant = create_participant(user=user)
    about = {"name": NAME, "email": MAIL, "mail_consent": True}
    read = desk.ask(participant, text=f"Ik ben {NAME}. Komen er esdoorns?", **about)
    desk.do("publish_question", read, shown="Komen er esdoorns?", show_name=True)
    hidden = desk.published(participant, text="Wanneer komt de zilvermeeuw?")
    desk.do("hide_question", hidden)
    assert any("cms_searchentry.text: esdoorns" in one for one in traces("esdoorns"))
    assert any("questions_question.text: verdwijnt" in one for one in traces("Verdwijnt"))
    erase(user, [participant])
    assert traces(MAIL, NAME, "Verdwijnt", str(participant.pk), participant.pk.hex) == []
    found = {where.partition(":")[0] for where in traces("esdoorns")}
    assert {"questions_question.shown", "cms_searchentry.title"} <= found
    assert not [one for one in traces("zilvermeeuw") if one.startswith("cms_search")]
    assert broken_audit_entries() == []


def test_who_is_nobody_cannot_sign_in_and_has_no_name():
    evening = an_evening(headcount=3)
    erase(evening.facilitator)
    nobody = User.objects.get(email=NOBODY)
    assert not nobody.is_active
    assert not nobody.has_usable_password()
    assert "@" not in str(nobody)


def test_a38_who_led_an_evening_goes_from_its_log_which_still_verifies():
    evening = an_evening(headcount=20, poll_open=True)
    user = evening.facilitator
    assert EventNote.objects.filter(by=user).exists()
    assert Op.objects.filter(actor=f"u:{user.pk}").exists()
    erase(user)
    assert not EventNote.objects.filter(by__email=NOBODY).exists()
    assert not Op.objects.filter(actor=f"u:{user.pk}").exists()
    assert verify(evening.refresh().run) == []


def test_an_anonymous_browser_goes_too():
    evening = an_evening(poll_open=True)
    participant = evening.join()
    evening.vote(participant, 0)
    evening.close()
    session = SessionStore()
    session[KEY] = str(participant.pk)
    session.save()
    erase(participants=[participant])
    assert not Participant.objects.filter(pk=participant.pk).exists()
    assert not Session.objects.filter(pk=session.session_key).exists()
    assert len(stored_votes()) == Spent.objects.count() == 1


def test_two_runs_of_one_person_are_no_longer_one_person():
    first, second = an_evening(), an_evening()
    participant = first.join()
    second.join(participant=participant)
    erase(participants=[participant])
    left = set(Attendance.objects.values_list("participant", flat=True))
    assert len(left) == 2


def test_nobody_erases_somebody_else():
    mine, other = gerda(), a_user()
    for actor in (other, an_installer(), create_participant(), create_participant(user=other)):
        with pytest.raises(Refused) as refusal:
            erase_person(actor=actor, user=mine, participants=[], now=NOW)
        assert refusal.value.code == "forbidden"
    with pytest.raises(Refused):
        erase_person(actor=other, user=None, participants=[create_participant(user=mine)], now=NOW)
    assert User.objects.filter(pk=mine.pk).exists()


def test_the_only_installer_stays():
    installer = an_installer()
    User.objects.filter(is_superuser=True).exclude(pk=installer.pk).delete()
    with pytest.raises(Refused) as refusal:
        erase(installer)
    assert refusal.value.code == "state"


def test_what_others_did_about_the_person_stays_theirs():
    """The one who gave the role answers for it, also after the person is gone."""
    user = gerda()
    officer = the_officer(an_evening().run.project.municipality)
    record_audit(actor=officer, action="assign_role", obj=user, now=NOW)
    erase(user)
    row = AuditEntry.objects.get(action="assign_role", object_id=str(user.pk), actor_id=officer.pk)
    assert row.salt


def test_consent_holds_for_the_text_that_was_read(mails, plugged):
    person, now = create_participant(), NOW
    assert consents.has_consent(person, "test_mail") is False
    given = give_consent(actor=person, purpose="test_mail", place="kompasdorp", now=now)
    assert give_consent(actor=person, purpose="test_mail", place="kompasdorp", now=now) == given
    assert consents.has_consent(person, "test_mail", "kompasdorp")
    assert not consents.has_consent(person, "test_mail", "anderdorp")
    plugged(purposes=(consents.Purpose("test_mail", "2", "U mag mij vaker schrijven."),))
    assert not consents.has_consent(person, "test_mail", "kompasdorp")
    again = give_consent(
        actor=person, purpose="test_mail", place="kompasdorp", now=now + timedelta(days=1)
    )
    given.refresh_from_db()
    assert (given.withdrawn_at is not None, again.text_version) == (True, "2")
    assert given.text == "U mag mij schrijven."
    assert Consent.objects.count() == 2
