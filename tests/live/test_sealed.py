"""What do files, logs of the database and dead rows tell of who chose what, to whoever reads every byte of them?"""

import hmac
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from deliberation.live import round_secrets
from deliberation.live.models import Attendance, Ballot, Event, Round, SealedBallot, Spent
from deliberation.live.randomness import NONCE
from deliberation.live.sockets.serving import finish_closing
from tests.live.builders import an_evening, stored_votes

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 24
# A choice in the clear as it lies in a file, with what was written just before it: `hall[0]`, `online[1]`.
ON_SQLITE = re.compile(rb"([0-9a-f]{32})([0-9a-f]{64})?(?:hall|online)?\[([0-9])\]")
# The same in PostgreSQL's log: a key, the lane and a jsonb array with the number 0 or 1, each after its length.
ON_POSTGRESQL = re.compile(
    rb"([0-9a-f]{64}).(?:hall|online).\x01\x00\x00\x40(?:"
    rb"\x08\x00\x00\x90\x20\x00\x00\x00\x00\x80(\x01)\x00|\x06\x00\x00\x90\x18\x00\x00\x00\x00\x80)",
    re.DOTALL,
)
SEGMENT = 2**24  # bytes of one file of PostgreSQL's log


class Reader:
    """Somebody who copies all files of the database again and again, as a backup of files does."""

    def __init__(self):
        self.seen, self.everything, self.at = set(), b"", self._position()
        self.new()

    def new(self) -> list[int]:
        """List the choices that were not yet there to be read the last time."""
        found = self._found()
        new = found - self.seen
        self.seen |= found
        return sorted(choice for _row, choice in new)

    def _found(self) -> set:
        if connection.vendor == "sqlite":
            content = b"".join(path.read_bytes() for path in self._files())
            self.everything += content
            return {(one[1], int(one[3])) for one in ON_SQLITE.finditer(content)}
        content = self._log()
        self.everything += content
        return {(one[1], int(one[2] is not None)) for one in ON_POSTGRESQL.finditer(content)}

    def _files(self):
        data = Path(connection.settings_dict["NAME"])
        return [one for one in (data, data.with_name(f"{data.name}-wal")) if one.exists()]

    def _position(self) -> int:
        if connection.vendor == "sqlite":
            return 0
        with connection.cursor() as cursor:
            cursor.execute("SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint")
            return cursor.fetchone()[0]

    def _log(self) -> bytes:
        begin, self.at = self.at, self._position()
        content = b""
        with connection.cursor() as cursor:
            while begin < self.at:
                place = begin % SEGMENT
                length = min(self.at - begin, SEGMENT - place)
                cursor.execute(
                    "SELECT pg_read_binary_file('pg_wal/' || pg_walfile_name('0/0'::pg_lsn + %s::numeric), %s, %s)",
                    [begin + 1, place, length],
                )
                content += bytes(cursor.fetchone()[0])
                begin += length
        return content


def test_whoever_copies_every_file_after_every_vote_links_nobody():
    evening = an_evening(headcount=0, poll_open=True, commits=False)
    people = [evening.join() for _ in range(MANY)]
    reader, links = Reader(), 0
    for number, person in enumerate(people):
        evening.vote(person, number % 2)
        links += reader.new() == [number % 2]
    assert links == 0, f"{links} of {MANY} voters linked to what they chose"
    before = reader.everything
    evening.close()
    reader.new()
    assert Ballot.objects.count() == MANY
    for ballot in Ballot.objects.all():
        assert ballot.pk.bytes not in before and ballot.pk.hex.encode() not in before


def test_the_reader_finds_what_is_written_in_the_clear_so_the_test_can_fail():
    evening = an_evening(headcount=0, poll_open=True, commits=False)
    reader = Reader()
    for number in range(4):
        row = {"round": evening.activity.rounds.get(), "voter_key": f"{number:064x}"}
        Ballot.objects.create(lane="online", choices=[number % 2], **row)
        assert reader.new() == [number % 2]


def test_sealed_ballots_are_of_one_size_and_differ_each_time():
    options = [str(number) for number in range(8)]
    evening = an_evening(
        headcount=0, hall_mode="H2", options=options, max_choices=8, poll_open=True, commits=False
    )
    voter, sealed = evening.join(), []
    for choice in ([0], [0], [*range(8)]):
        evening.vote(voter, choice)
        sealed.append(bytes(SealedBallot.objects.get().sealed))
    assert len({len(one) for one in sealed}) == 1 and len(set(sealed)) == 3
    assert len({one[:NONCE] for one in sealed}) == 3


def test_a_sealed_ballot_that_was_put_under_another_voter_or_round_opens_nowhere():
    evening = an_evening(headcount=0, poll_open=True, commits=False)
    for choice in (0, 1):
        evening.vote(evening.join(), choice)
    one, other = SealedBallot.objects.all()
    keys = round_secrets.keys_of(Round.objects.get())
    assert keys.unseal(one.pk, one.sealed) and keys.unseal(other.pk, one.sealed) is None
    elsewhere = round_secrets.RoundKeys(keys.round_id + 1, keys._secret)
    assert elsewhere.unseal(one.pk, one.sealed) is None
    SealedBallot.objects.filter(pk=one.pk).update(sealed=other.sealed)
    evening.close()
    assert evening.activity.state == "voided", "what can't be read can't be counted"


# --- The software is renewed while a round is open ---------------------------------------------------


def cast_by_yesterday(evening, voter, choice):
    """Store a vote as the version before this one did: in the clear, under a key of the secret itself."""
    round_, attendance = Round.objects.get(), Attendance.objects.get(participant=voter)
    secret = round_secrets._read(round_secrets._path(round_))
    key = hmac.new(secret, attendance.pk.bytes, "sha256").hexdigest()
    Spent.objects.create(round=round_, attendance=attendance)
    row = {"lane": attendance.lane, "choices": [choice]}
    Ballot.objects.create(round=round_, voter_key=key, **row)


def test_votes_of_before_an_upgrade_count_and_can_still_be_changed():
    evening = an_evening(headcount=0, poll_open=True, commits=False)
    early, changes, late = (evening.join() for _ in range(3))
    cast_by_yesterday(evening, early, 0)
    cast_by_yesterday(evening, changes, 0)
    evening.vote(changes, 1)
    evening.vote(late, 1)
    evening.close()
    assert Round.objects.get().tally["total"] == [1, 2]
    assert Ballot.objects.count() == Spent.objects.count() == 3
    assert not Ballot.objects.exclude(voter_key=None).exists()


# --- A process dies while it closes ------------------------------------------------------------------

CLOSE = """
import os, signal, sys
from datetime import timedelta
from pathlib import Path
import django
from django.conf import settings
run_id, moment, settings.DATABASES["default"]["NAME"], folder = sys.argv[1:]
settings.RUNTIME_DIR = Path(folder)
django.setup()
from django.db import connection, transaction
from django.utils import timezone
from deliberation.live import operations
from deliberation.live.models import Run

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def at_the_event(execute, sql, params, many, context):
    answer = execute(sql, params, many, context)
    if "live_event" in sql and sql.startswith("INSERT"):
        die()
    return answer

run = Run.objects.get(pk=run_id)
with transaction.atomic():
    if moment == "after":
        transaction.on_commit(die)  # the first of all that follows the commit
    else:
        connection.execute_wrappers.append(at_the_event)
    operations.finish_closing(run=run, now=timezone.now() + timedelta(seconds=20))
"""


@pytest.mark.parametrize("moment", ["before", "after"])
def test_kill_9_around_the_commit_of_a_closing_loses_no_vote_and_leaves_no_secret(moment):
    evening = an_evening(headcount=0, poll_open=True, commits=False)
    evening.votes("online", 3, 2)
    evening.lead("close_activity")
    path = round_secrets._path(Round.objects.get())
    about = [evening.run.pk, moment, connection.settings_dict["NAME"], path.parent]
    ended = subprocess.run(
        [sys.executable, "-c", CLOSE, *map(str, about)],
        cwd=settings.BASE_DIR, timeout=60,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
    )  # fmt: skip
    assert ended.returncode == -signal.SIGKILL
    assert path.exists()
    before = moment == "before"
    assert Round.objects.filter(closed_at=None).exists() == before
    assert len(stored_votes()) == 5
    evening.pass_time(seconds=20)
    finish_closing(evening.run.pk, evening.now)
    assert not path.exists()
    assert Round.objects.get().tally["total"] == [3, 2]
    assert not SealedBallot.objects.exists() and Ballot.objects.count() == 5
    assert Event.objects.filter(kind="activity_closed").count() == 1
