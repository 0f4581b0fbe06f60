"""Is who was erased gone again after an old backup is put back, and nobody else?"""

import sqlite3
from contextlib import closing
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from compass.refusal import Refused
from deliberation.live.models import Ballot
from deliberation.people.models import Participant, User
from deliberation.people.operations import create_participant, erase_person
from deliberation.people.privacy.erased_list import digest_of, listed
from deliberation.people.queries import broken_audit_entries
from tests.builders import a_user, committed
from tests.live.builders import an_evening

from .test_erasure import MAIL, NAME, erase, gerda, leave_traces
from .traces import traces

NOW = timezone.now()
ON_SQLITE = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="puts back a file of SQLite")


def again(*options) -> str:
    said = StringIO()
    with committed():
        call_command("erase_again", *options, stdout=said)
    return said.getvalue()


def back_up(file) -> None:
    """Copy the database as it is now, as an administrator does."""
    with closing(sqlite3.connect(file)) as copy:
        connection.connection.backup(copy)


def put_back(file) -> None:
    """Put the whole copy in place of what is there now."""
    with closing(sqlite3.connect(file)) as copy:
        copy.backup(connection.connection)


def traces_of(participant) -> list[str]:
    """Find a participant without an account; that a number was erased is told by the audit row of it."""
    found = traces(participant.pk.hex, str(participant.pk))
    return [one for one in found if not one.startswith("people_auditentry.object_id")]


@ON_SQLITE
@pytest.mark.django_db(transaction=True)
def test_a38_an_old_copy_of_the_database_is_put_back_and_no_trace_is_left(
    tmp_path, settings, mails
):
    evening = an_evening(hall_mode="H3", headcount=20, poll_open=True, commits=False)
    user = gerda()
    participant = evening.join("hall", create_participant(user=user))
    anonymous = evening.join()
    evening.vote(participant, 0)
    evening.votes("hall", 6, 5)
    evening.close()
    number = leave_traces(user, participant)
    words = (MAIL, NAME, "Verdwijnt", participant.pk.hex, str(participant.pk), number)
    back_up(tmp_path / "backup.sqlite3")
    result = evening.result()

    erase(user, [participant])
    erase(participants=[anonymous])
    assert traces(*words) == [] and traces_of(anonymous) == []
    listed_now = settings.ERASED_LIST.read_text()
    named = (*words, anonymous.pk.hex, str(anonymous.pk))
    assert not [word for word in named if word.lower() in listed_now.lower()]
    assert len(listed_now.splitlines()) == 3

    put_back(tmp_path / "backup.sqlite3")
    back = traces(*words)
    assert any("people_user.email" in one for one in back)
    assert any("live_attendance.participant_id" in one for one in traces_of(anonymous))
    assert again().startswith("2 erased again; 3 on the list")
    assert traces(*words) == [] and traces_of(anonymous) == []
    assert evening.result() == result and Ballot.objects.count() == 12
    assert broken_audit_entries() == []
    assert again().startswith("0 erased again")
    assert settings.ERASED_LIST.read_text() == listed_now, "nobody stands there twice"


@pytest.mark.django_db
def test_somebody_new_with_an_old_number_stays():
    """After a backup is put back a number is given out once more: it means another person then."""
    user = gerda()
    number = user.pk
    erase(user)
    other = User(pk=number, email="nieuw@example.org")
    other.save()
    assert again().startswith("0 erased again")
    assert User.objects.filter(pk=number, email="nieuw@example.org").exists()


@pytest.mark.django_db
def test_a_list_kept_elsewhere_counts_too_and_none_at_all_is_refused(tmp_path, settings):
    user = a_user()
    with pytest.raises(CommandError, match="no list"):
        again()
    with pytest.raises(CommandError, match="can't be read"):
        again("--list", str(tmp_path / "nowhere.txt"))
    copy = tmp_path / "copy.txt"
    copy.write_text(f"2026-01-01 {digest_of(user)}\n\n")
    assert again("--list", str(copy)).startswith("1 erased again")
    assert not User.objects.filter(pk=user.pk).exists()


@pytest.mark.django_db
def test_who_voted_in_a_poll_that_the_backup_holds_open_waits_and_the_command_says_so(settings):
    evening = an_evening(hall_mode="H3", headcount=5, poll_open=True)
    voter, other = evening.votes("online", 2)
    settings.ERASED_LIST.write_text(
        "".join(f"2026-01-01 {digest_of(one)}\n" for one in (voter, other))
    )
    with pytest.raises(CommandError, match="2 could not go yet"):
        again()
    assert Participant.objects.filter(pk=voter.pk).exists()
    evening.close()
    assert again().startswith("2 erased again")


@pytest.mark.django_db
def test_who_could_not_be_erased_is_not_listed():
    evening = an_evening(hall_mode="H3", headcount=5, poll_open=True)
    (voter,) = evening.votes("online", 1)
    with pytest.raises(Refused), committed():
        erase_person(actor=voter, user=None, participants=[voter], now=NOW)
    assert listed() == set()
