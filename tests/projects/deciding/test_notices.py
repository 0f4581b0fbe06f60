"""Does everybody who took part see what changed, and does one mail reach who agreed to it?"""

import logging
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from deliberation.live.models import Attendance, Event
from deliberation.people.operations import (
    create_participant,
    erase_person,
    give_consent,
    withdraw_consent,
)
from deliberation.people.privacy.own_data import gave
from deliberation.projects.deciding import notices
from deliberation.projects.deciding.frames import change_frames
from deliberation.projects.extension_points import took_part
from deliberation.projects.models import FrameChange, MailedNotice
from deliberation.projects.phasing import change_phase
from tests.builders import a_decision_point, a_resident, committed, the_officer
from tests.live.builders import an_evening, stored_votes
from tests.questions.builders import a_desk

pytestmark = pytest.mark.django_db
REASON = "De brandweer wil een bredere rijbaan."


@pytest.fixture
def evening():
    return an_evening()


def change(point, fixed="Er rijdt verkeer.", now=None):
    with committed():
        return change_frames(
            actor=the_officer(point.project.municipality), decision_point=point, reason=REASON,
            fixed=[fixed], now=now or timezone.now() + timedelta(hours=1),
        )  # fmt: skip


def a_member(evening, agrees=True, place=None):
    """Make somebody with an account who joined the evening."""
    user = a_resident()
    person = evening.join(participant=create_participant(user=user))
    if agrees:
        place = place or evening.run.project.municipality.slug
        give_consent(actor=user, purpose=notices.PURPOSE, place=place, now=timezone.now())
    return user, person


def seen_by(person, project):
    return [one for one in gave([person], project.municipality) if one.changed]


def test_who_was_there_sees_it_and_who_was_not_does_not(evening):
    point = evening.activity.decision_point
    there, elsewhere = evening.join(), create_participant()
    change(point)
    [told] = seen_by(there, point.project)
    assert told.why == REASON
    assert [(one.before, one.after) for one in told.differences] == [
        (["Het riool wordt vervangen."], ["Er rijdt verkeer."])
    ]
    assert seen_by(elsewhere, point.project) == []


def test_another_decision_of_the_project_is_not_theirs(evening):
    other = a_decision_point(evening.activity.decision_point.phase)
    there = evening.join()
    assert {one.point_id for one in took_part([other], [there])} == set()


def test_who_comes_after_the_change_reads_it_as_it_is(evening):
    point = evening.activity.decision_point
    there = evening.join()
    change(point, now=evening.run.session.starts_at - timedelta(days=1))
    assert seen_by(there, point.project) == []


def test_voting_or_not_makes_no_difference():
    """Attendance says who was there. Nothing here reads, or could read, who voted."""
    evening = an_evening(poll_open=True)
    point = evening.activity.decision_point
    voter, silent = evening.join(), evening.join()
    assert evening.submit(voter, "cast_ballot", choice=0).code == 200
    assert len(stored_votes()) == 1
    told = {one.participant_id: one for one in took_part([point])}
    assert told[voter.pk].since == told[silent.pk].since
    assert set(told) == set(Attendance.objects.values_list("participant", flat=True))


def test_who_agreed_is_mailed_that_a_phase_ends_earlier(evening):
    phase = evening.activity.decision_point.phase
    user, person = a_member(evening)
    days = {"starts_on": phase.starts_on, "ends_on": timezone.localdate()}
    with committed():
        change_phase(
            actor=the_officer(phase.project.municipality), phase=phase, kind=phase.kind, title=phase.title,
            reason=REASON, now=timezone.now() + timedelta(hours=1), **days,
        )  # fmt: skip
    [sent] = mail.outbox
    assert sent.to == [user.email]
    assert REASON in sent.body
    assert "Laatste dag waarop u mee kunt doen" in sent.body
    [told] = seen_by(person, phase.project)
    assert told.why == REASON


def test_who_agreed_gets_one_mail(evening):
    point = evening.activity.decision_point
    user, _person = a_member(evening)
    a_member(evening, agrees=False)
    kept = change(point)
    [sent] = mail.outbox
    assert sent.to == [user.email]
    assert REASON in sent.body
    assert "Er rijdt verkeer." in sent.body
    notices.mail_change.enqueue(kept.pk)  # a worker that does its work again
    assert len(mail.outbox) == 1
    assert MailedNotice.objects.count() == 1


def test_consent_elsewhere_or_taken_back_is_none(evening):
    user, _person = a_member(evening)
    a_member(evening, place="anderdorp")
    withdraw_consent(actor=user, consent=user.consents.get(), now=timezone.now())
    change(evening.activity.decision_point)
    assert mail.outbox == []


def test_a_mailbox_gets_three_an_hour_and_no_more(evening, caplog):
    a_member(evening)
    for number in range(5):
        change(evening.activity.decision_point, fixed=f"Versie {number}.")
    assert len(mail.outbox) == notices.CHANGES.most
    assert FrameChange.objects.count() == 5
    assert any("later" in row.message for row in caplog.records if row.levelno == logging.WARNING)


class PartlyAway(EmailBackend):
    """A mail server that is away for some addresses."""

    away: set = set()

    def send_messages(self, messages):
        if any(one.to[0] in self.away for one in messages):
            raise OSError("the mail server is away")
        return super().send_messages(messages)


def test_a_mail_that_fails_stops_no_other_and_can_go_again(evening, settings):
    first, _one = a_member(evening)
    second, _two = a_member(evening)
    settings.EMAIL_BACKEND = f"{__name__}.PartlyAway"
    PartlyAway.away = {first.email}
    kept = change(evening.activity.decision_point)
    assert [one.to for one in mail.outbox] == [[second.email]]
    PartlyAway.away = set()
    notices.mail_change.enqueue(kept.pk)
    assert sorted(one.to[0] for one in mail.outbox) == sorted([first.email, second.email])


def test_a_title_with_a_line_break_makes_no_header(evening):
    project = evening.run.project
    project.title = "Straat\nBcc: iedereen@example.org"
    project.save()
    a_member(evening)
    change(evening.activity.decision_point)
    assert "\n" not in mail.outbox[0].subject
    assert mail.outbox[0].bcc == []


def test_who_was_erased_is_told_nothing_and_leaves_nothing(evening):
    user, person = a_member(evening)
    change(evening.activity.decision_point)
    assert MailedNotice.objects.count() == 1
    with committed():
        erase_person(actor=user, user=user, participants=[person], now=timezone.now())
    assert not MailedNotice.objects.exists()
    assert FrameChange.objects.count() == 1


def test_screens_of_an_evening_ring(evening):
    before = evening.refresh().run.seq
    change(evening.activity.decision_point)
    assert evening.refresh().run.seq > before
    assert Event.objects.filter(run=evening.run).latest("seq").kind == "promise_changed"


def test_who_asked_and_ticked_it_is_mailed_as_long_as_the_address_is_kept():
    desk = a_desk()
    about = {"email": "bewoner@example.org", "mail_consent": True}
    desk.ask(**about, changes_consent=True)
    desk.ask(email="ander@example.org", mail_consent=True)
    change(desk.point)
    assert [one.to for one in mail.outbox] == [["bewoner@example.org"]]


def test_after_the_answer_the_address_is_gone_and_so_is_the_mail():
    desk = a_desk()
    person = create_participant()
    asked = desk.published(
        person, email="bewoner@example.org", mail_consent=True, changes_consent=True
    )
    desk.answered(asked)
    mail.outbox.clear()
    change(desk.point)
    assert mail.outbox == []
    assert len(seen_by(person, desk.project)) == 1


def test_who_asked_about_the_project_took_part_in_all_of_it():
    desk = a_desk()
    person = create_participant()
    desk.ask(person, about=desk.project)
    change(desk.point)
    assert len(seen_by(person, desk.project)) == 1
