"""Does a browser's session lead to its own participant, and to nobody else's?"""

import uuid

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import IntegrityError, transaction

from deliberation.people.models import Participant
from deliberation.people.operations import create_participant
from deliberation.people.participant_session import (
    KEY,
    participant_for,
    participant_of,
    remember_participant,
    welcome,
)
from tests.builders import a_resident, a_user

pytestmark = pytest.mark.django_db


def test_a_session_leads_to_its_participant():
    session, other = SessionStore(), SessionStore()
    one, two = create_participant(), create_participant()
    remember_participant(session, one)
    remember_participant(other, two)
    assert (participant_of(session), participant_of(other)) == (one, two)


@pytest.mark.parametrize(
    "kept", ["", "1", "niets", "' OR 1=1 --", str(uuid.UUID(int=0)), "0" * 32, "ü" * 40]
)
def test_a_session_that_holds_something_else_leads_to_nobody(kept):
    create_participant()
    assert participant_of({KEY: kept}) is None


def test_an_empty_session_leads_to_nobody():
    create_participant()
    assert participant_of({}) is None


def test_a_participant_that_is_gone_leads_to_nobody():
    session, participant = SessionStore(), create_participant()
    remember_participant(session, participant)
    participant.delete()
    assert participant_of(session) is None


def test_the_session_holds_no_name():
    session = SessionStore()
    remember_participant(session, create_participant(user=a_user("officer")))
    assert set(session.keys()) == {KEY}
    assert uuid.UUID(session[KEY])


def test_an_account_that_goes_leaves_the_participant():
    user = a_user()
    participant = create_participant(user=user)
    user.delete()
    participant.refresh_from_db()
    assert participant.user is None


def test_somebody_who_is_not_signed_in_is_not_tied_to_an_account():
    from django.contrib.auth.models import AnonymousUser

    assert create_participant(user=AnonymousUser()).user is None


def test_an_account_has_one_participant():
    user = a_resident()
    assert participant_for(user) == participant_for(user) == create_participant(user=user)
    with pytest.raises(IntegrityError), transaction.atomic():
        Participant.objects.create(user=user)
    Participant.objects.create()
    Participant.objects.create()


def test_who_signs_in_takes_over_what_this_browser_did():
    user, here, session = a_resident(), create_participant(), SessionStore()
    remember_participant(session, here)
    welcome(session, user)
    assert participant_of(session) == here == participant_for(user)


def test_who_has_a_participant_goes_on_as_that_one():
    user, session = a_resident(), SessionStore()
    mine, here = participant_for(user), create_participant()
    remember_participant(session, here)
    welcome(session, user)
    assert participant_of(session) == mine
    here.refresh_from_db()
    assert here.user is None


def test_staff_is_nobodys_participant_until_it_joins():
    session, here = SessionStore(), create_participant()
    remember_participant(session, here)
    welcome(session, a_user("officer"))
    here.refresh_from_db()
    assert here.user is None
