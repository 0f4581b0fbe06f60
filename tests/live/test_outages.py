"""Does a database that hiccups throw nothing away: is the same sent again until it is known?"""

import re
import uuid
from html import unescape

import pytest
from django.db import IntegrityError, OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from deliberation.live import operations
from deliberation.live.command_validation import COMMANDS
from deliberation.live.commands import submit
from deliberation.live.models import Op, Spent
from tests.live.builders import an_evening, stored_votes
from tests.live.screens.browsers import Browser

pytestmark = pytest.mark.django_db


class FailsAt:
    """Let one question to the database fail, the n-th; where a row is refused, the n-th that writes a new one."""

    def __init__(self, number, failure=OperationalError):
        self.left, self.failure = number, failure

    def __call__(self, execute, *question):
        counts = self.failure is OperationalError or question[0].startswith("INSERT")
        self.left -= counts
        if self.left == 0 and counts:
            raise self.failure("database is locked")
        return execute(*question)


@pytest.fixture
def resident():
    evening = an_evening(headcount=0, poll_open=True)
    resident = Browser(evening).join()
    resident.client.raise_request_exception = False
    return resident


def voted(resident, number, send, failure=OperationalError):
    """Vote while the n-th question fails; give the answer, and what sending the same again gives."""
    body = resident.body("cast_ballot", activity=resident.evening.activity.pk, choice=0)
    with connection.execute_wrapper(FailsAt(number, failure)):
        first = send(resident, body)
    return body, first, resident.send(body)


def as_json(resident, body):
    return resident.send(body)


def as_form(resident, body):
    path = f"/s/run/{resident.run.pk}/do/"
    return resident.client.post(path, {key: str(value) for key, value in body.items()})


def questions(resident, send) -> int:
    body = resident.body("cast_ballot", activity=resident.evening.activity.pk, choice=0)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        send(resident, body)
    return len(asked)


@pytest.mark.parametrize("failure", [OperationalError, IntegrityError])
@pytest.mark.parametrize("send", [as_json, as_form])
def test_whichever_question_fails_the_vote_is_kept_until_it_is_known(resident, send, failure):
    codes, most = [], questions(resident, send)
    assert most > 10, "or nothing is tried here"
    for number in range(1, most + 1):
        body, first, again = voted(resident, number, send, failure)
        codes.append(first.status_code)
        assert first.status_code in (503, 200, 302), (number, first.content[:200])
        assert again.status_code == 200 and again.json()["status"] in ("applied", "duplicate")
        if first.status_code == 503:
            assert first["Retry-After"]
            assert send is as_json or body["op_id"] in first.content.decode(), "input is kept"
    assert codes.count(503) > (most / 2 if failure is OperationalError else 0)
    assert (len(stored_votes()), Spent.objects.count()) == (1, 1)


def test_what_a_form_sent_comes_back_with_a_button_that_works(resident):
    """Also when the session itself can't be read: that is before any view."""
    body, first, _again = voted(resident, 1, as_form)
    html = unescape(first.content.decode())
    kept = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html))
    assert kept == {key: str(value) for key, value in body.items()}
    assert re.search(r'<form method="post" action="([^"]+)"', html)[1].endswith("/do/")
    assert "sqlite" not in html and "locked" not in html


def test_a_password_is_never_sent_back():
    client = Client(raise_request_exception=False)
    an_evening()
    fields = {"login": "iemand@example.org", "password": "hemelsblauw-paard-9"}
    with connection.execute_wrapper(FailsAt(1)):
        answer = client.post("/account/login/", fields)
    assert answer.status_code == 503
    assert "hemelsblauw" not in answer.content.decode()


def test_every_command_of_every_screen_says_again_when_the_database_is_away():
    evening = an_evening(headcount=0, poll_open=True)
    voter, codes = evening.join(), {}
    for name, command in COMMANDS.items():
        actor = evening.facilitator if command.staff else voter
        body = {"do": name, "op_id": str(uuid.uuid4()), "activity": evening.activity.pk, "seen": 1}
        if command.about != "activity":
            del body["activity"]
        if not command.staff:
            del body["seen"]
        with connection.execute_wrapper(FailsAt(1)):
            codes[name] = (
                submit(run_id=evening.run.pk, actor=actor, body=body, now=evening.now).result().code
            )
    assert set(codes.values()) <= {400, 503}, codes  # 400: wrong before anything is asked
    assert Op.objects.filter(status="refused").count() == 0
    assert [*codes.values()].count(503) > len(codes) / 2, codes


@pytest.mark.parametrize("back", [{"seconds": 4}, {"hours": 1}, {"days": 3}])
def test_a_clock_that_is_put_back_in_the_grace_holds_no_poll_open(back):
    evening = an_evening(headcount=0, poll_open=True)
    evening.votes("online", 2, 1)
    evening.lead("close_activity")
    evening.pass_time(**{unit: -number for unit, number in back.items()})
    evening.vote(evening.join(), 0)
    for _second in range(evening.run.grace_seconds + 5):
        evening.pass_time(seconds=1)
        operations.finish_closing(run=evening.run, now=evening.now)
    assert evening.refresh().activity.state == "closed"
    assert sum(evening.activity.rounds.get().tally["total"]) == 4, "who was received counts"
