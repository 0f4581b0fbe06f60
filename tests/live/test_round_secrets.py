"""Is a secret that is lost never used, and is what happens then said: the round is void, and there can be another?"""

import re
import resource
import signal
import uuid
from html import unescape
from io import StringIO
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from cms.background import keep_house
from cms.checks import close_polls_first
from deliberation.live import events, operations, round_secrets
from deliberation.live.models import Attendance, Ballot, Event, Round
from deliberation.live.screens import regions
from deliberation.live.screens.forms import body_from_form
from tests.builders import committed
from tests.live.builders import an_evening, stored_votes

pytestmark = pytest.mark.django_db
BROKEN = {"empty": b"", "cut short": bytes(range(31)), "only zeros": bytes(32), "gone": None}


class Undo(Exception):
    """Take a transaction back."""


def break_secret(round_, content) -> None:
    path = round_secrets._path(round_)
    path.unlink()
    if content is not None:
        path.write_bytes(content)


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_round_whose_secret_is_lost_is_void_and_the_next_one_counts(content):
    evening = an_evening(headcount=0, poll_open=True)
    early, late = evening.join(), evening.join()
    evening.vote(early, 0)
    break_secret(Round.objects.get(), content)
    answer = evening.submit(late, "cast_ballot", choice=1)
    assert (answer.status, answer.code) == ("refused", 409) and "sleutel" in answer.reason
    voided = Event.objects.get(run=evening.run, kind="activity_voided")
    assert voided.data["why"] == "secret_lost"
    round_ = Round.objects.get()
    assert (evening.refresh().activity.state, round_.secret_lost) == ("voided", True)
    assert round_.closed_at and round_.tally is None and stored_votes() == []
    assert not round_secrets._path(round_).exists()
    evening.lead("reopen_activity", reason="De sleutel was kwijt")
    evening.vote(early, 1)
    evening.close()
    assert Round.objects.get(number=2).tally["total"] == [0, 1]
    assert events.verify(evening.run) == []


def test_a_lost_secret_is_noticed_at_closing_too():
    evening = an_evening(headcount=0, poll_open=True)
    evening.vote(evening.join(), 0)
    evening.lead("close_activity")
    break_secret(Round.objects.get(), bytes(range(32)))
    evening.pass_time(seconds=evening.run.grace_seconds)
    with committed():
        operations.finish_closing(run=evening.run, now=evening.now)
    assert evening.refresh().activity.state == "voided"
    assert Round.objects.get().secret_lost and not Ballot.objects.exists()


def test_a_secret_that_cannot_be_read_is_an_outage_and_no_loss():
    evening = an_evening(headcount=0, poll_open=True)
    voter = evening.join()
    evening.vote(voter, 0)
    path = round_secrets._path(Round.objects.get())
    kept = path.read_bytes()
    path.unlink()
    path.symlink_to(path.name)  # the system says no to whoever opens it, whatever account that is
    with pytest.raises(OSError):
        path.read_bytes()
    with committed():
        operations.finish_closing(run=evening.run, now=evening.now)
    assert evening.refresh().activity.state == "open"
    path.unlink()
    path.write_bytes(kept)
    evening.vote(voter, 1)
    assert stored_votes() == [[1]]


def test_console_and_phone_say_so_and_one_press_opens_another_round():
    evening = an_evening(headcount=0, poll_open=True)
    voter = evening.join()
    evening.vote(voter, 0)

    def shown(audience):
        regions_now = regions.snapshot(evening.run, audience, "nl", 0, "", timezone.now())[
            "regions"
        ]
        return "".join(regions_now.values())

    assert "sleutel" not in shown("mod") + shown("pub") + shown("screen")
    break_secret(Round.objects.get(), None)
    with committed():
        operations.finish_closing(run=evening.run, now=evening.now)
    evening.refresh()
    for audience in ("mod", "pub", "screen"):
        assert "De sleutel van de stemmen in deze ronde is kwijt" in shown(audience)
    attendance = Attendance.objects.get(participant=voter)
    assert "Ontvangen" not in regions.me(evening.run, attendance, "nl", evening.now)
    pressed = re.search(r'value="(reopen_activity\?[^"]+)"', shown("mod"))[1]
    body = body_from_form(QueryDict(urlencode({"do": unescape(pressed)})))
    seen = {"op_id": str(uuid.uuid4())}
    assert evening.send(evening.facilitator, body | seen).status == "applied"
    assert evening.refresh().activity.state == "open"
    assert "sleutel" not in shown("mod") + shown("pub") + shown("screen")


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
    assert stored_votes() == [[1]]


def test_a_key_that_a_stopped_process_left_goes_before_anybody_opens_a_screen(caplog):
    """When all stopped with it: the worker does it, when it starts and every five minutes."""
    evenings = [an_evening(headcount=0, poll_open=True) for _number in range(3)]
    stuck, left, still_open = (
        round_secrets._path(Round.objects.get(activity=one.activity)) for one in evenings
    )
    secret = left.read_bytes()
    for evening in evenings[:2]:
        evening.close()
    left.write_bytes(secret)
    stuck.symlink_to(stuck.name)  # the system says no to whoever opens it
    keep_house(timezone.now())
    assert not left.exists() and "can't be destroyed" in caplog.text
    assert still_open.exists()


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


def test_who_upgrades_or_goes_back_is_told_to_close_what_is_open():
    evening = an_evening(headcount=0, poll_open=True)

    def told():
        said = StringIO()
        call_command("check", databases=["default"], stderr=said)
        return "Polls that are open now: 1." in said.getvalue()

    assert told()
    evening.close()
    assert not told() and close_polls_first(None) == []


def test_what_others_left_where_keys_are_kept_stops_nobody():
    evening = an_evening(headcount=0, poll_open=True)
    path = round_secrets._path(Round.objects.get())
    for name in (
        "round-x",
        f"{path.name}-old",
        path.name.replace(path.name[6:38], "z" * 32),
        "round-",
    ):
        (path.parent / name).write_bytes(b"")
    evening.close()
    path.write_bytes(bytes(32))
    round_secrets.destroy_old_secrets()
    assert not path.exists() and len(list(path.parent.iterdir())) == 4
