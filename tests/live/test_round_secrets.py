"""Is a key that is lost or broken never used, and does no vote go with it?"""

import hmac
import resource
import signal

import pytest
from django.db import transaction
from django.utils import timezone

from deliberation.live import round_secrets
from deliberation.live.models import Attendance, Ballot, Event, Round
from deliberation.live.screens import regions
from tests.live.builders import an_evening

pytestmark = pytest.mark.django_db
BROKEN = {"empty": b"", "cut short": bytes(range(31)), "only zeros": bytes(32), "gone": None}


class Undo(Exception):
    """Take a transaction back."""


def break_secret(round_, content) -> None:
    path = round_secrets._path(round_)
    path.unlink()
    if content is not None:
        path.write_bytes(content)


def linked_by(content) -> list[str]:
    """List the ballots that whoever has this key finds the voter of."""
    keys = {
        hmac.new(content or b"", one.pk.bytes, "sha256").hexdigest()
        for one in Attendance.objects.all()
    }
    return [one for one in Ballot.objects.values_list("voter_key", flat=True) if one in keys]


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_broken_key_is_a_lost_one(content):
    evening = an_evening(headcount=0, poll_open=True)
    early, late = evening.join(), evening.join()
    evening.vote(early, 0)
    break_secret(Round.objects.get(), content)
    answer = evening.submit(early, "cast_ballot", choice=1)
    assert (answer.status, answer.code) == ("refused", 409), "their first vote counts"
    evening.vote(late, 1)
    evening.vote(late, 0)
    assert linked_by(content) == []
    assert Ballot.objects.filter(voter_key=None).count() == 1, "no key leads to the earlier vote"
    assert Event.objects.filter(run=evening.run, kind="secret_lost").count() == 1
    evening.close()
    assert Round.objects.get().tally["total"] == [2, 0]


def test_the_console_says_so_and_offers_another_round():
    evening = an_evening(headcount=0, poll_open=True)
    evening.vote(evening.join(), 0)

    def console():
        news = regions.snapshot(evening.run, "mod", "nl", 0, "", timezone.now())["regions"]
        return news["next"] + news["more"]

    assert "sleutel" not in console()
    break_secret(Round.objects.get(), None)
    for _ in range(2):  # before and after somebody new votes
        assert "sleutel van deze ronde" in console() and "void_activity" in console()
        evening.vote(evening.join(), 1)
    evening.close()
    assert "sleutel" not in console()


def test_a_full_disk_leaves_no_half_key_and_the_old_one_stays():
    evening = an_evening(headcount=0, poll_open=True)
    round_ = Round.objects.get()
    before = round_secrets._path(round_).read_bytes()
    usual, handler = (
        resource.getrlimit(resource.RLIMIT_FSIZE),
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN),
    )
    resource.setrlimit(resource.RLIMIT_FSIZE, (16, usual[1]))  # the kernel stops half-way
    try:
        with pytest.raises(OSError):
            round_secrets.make_secret(round_)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
        signal.signal(signal.SIGXFSZ, handler)
    assert [file.name for file in round_secrets._path(round_).parent.iterdir()] == [
        round_secrets._path(round_).name
    ]
    assert round_secrets._path(round_).read_bytes() == before
    evening.vote(evening.join(), 0)


def test_a_closing_that_is_taken_back_keeps_the_key():
    evening = an_evening(headcount=0, poll_open=True)
    voter = evening.join()
    evening.vote(voter, 0)
    evening.commits = False
    with pytest.raises(Undo), transaction.atomic():
        evening.close()
        raise Undo
    evening.refresh()
    evening.vote(voter, 1)
    assert Ballot.objects.get().choices == [1]


def test_a_key_that_a_stopped_process_left_goes_at_the_next_opening():
    evening = an_evening(headcount=0, poll_open=True)
    round_ = Round.objects.get()
    path = round_secrets._path(round_)
    left, elsewhere = path.read_bytes(), path.with_name(f"round-{'0' * 32}-{round_.pk}")
    evening.close()
    assert not path.exists()
    path.write_bytes(left)
    elsewhere.write_bytes(left)
    evening.lead("reopen_activity", reason="Nog eens")
    assert not path.exists()
    assert elsewhere.exists(), "of another database that shares the folder"
