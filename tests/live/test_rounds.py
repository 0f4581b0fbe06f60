"""Does what was sent about one round of a poll ever count in another one?"""

import re
import uuid
from html import unescape

import pytest

from deliberation.live.commands import COMMANDS
from deliberation.live.models import HallCount, Spent
from tests.live.builders import a_card, an_evening, stored_votes
from tests.live.screens.browsers import Browser, in_thread, live
from tests.live.test_commands import ARGUMENTS

AGAIN = "Deze peiling is opnieuw geopend."


def opened_again(evening):
    evening.close()
    evening.lead("reopen_activity", reason="De vraag was niet goed te horen.")


def button(browser, do="cast_ballot", screen=""):
    page = browser.page(screen).content.decode()
    return unescape(re.search(rf'value="({do}\?[^"]+)"', page)[1])


def as_body(browser, value, **more):
    """Read a button as the script does that sends it over the socket."""
    about = dict(part.split("=") for part in value.partition("?")[2].split("&"))
    return browser.body("cast_ballot", **{name: int(text) for name, text in about.items()}, **more)


@pytest.mark.django_db
def test_a_vote_that_was_kept_over_a_new_round_does_not_count_in_it():
    evening = an_evening(headcount=0, poll_open=True)
    browser = Browser(evening).join()
    kept = button(browser)
    opened_again(evening)
    answers = [
        browser.form(kept, choice=0, screen="pub"),
        browser.send(as_body(browser, kept, choice=0)),
    ]
    assert [answer.status_code for answer in answers] == [409, 409]
    page, told = answers[0].content.decode(), answers[1].json()
    assert (
        told["status"] == "refused" and told["reason"].startswith(AGAIN) and told["reason"] in page
    )
    assert not stored_votes() and not Spent.objects.exists()
    # The page that says so has the new round on it.
    assert browser.form(button(browser), choice=1, screen="pub").status_code == 302
    assert stored_votes() == [[1]]


@pytest.mark.django_db(transaction=True)
def test_over_the_socket_it_does_not_count_either():
    evening = an_evening(headcount=0, poll_open=True, commits=False)
    browser = Browser(evening).join()
    kept = button(browser)
    opened_again(evening)

    @live
    async def vote():
        socket = browser.socket()
        await socket.open()
        told = await socket.submit(as_body(browser, kept, choice=0))
        assert (told["code"], told["status"]) == (409, "refused")
        assert told["reason"].startswith(AGAIN)
        new = as_body(browser, await in_thread(button, browser), choice=1)
        assert (await socket.submit(new))["status"] == "applied"
        await socket.disconnect()

    vote()
    assert stored_votes() == [[1]]


@pytest.mark.django_db
def test_of_one_voter_in_one_moment_only_the_vote_for_this_round_counts():
    evening = an_evening(headcount=0, poll_open=True)
    voter = evening.join()
    opened_again(evening)
    assert evening.submit(voter, "cast_ballot", choice=1).status == "applied"
    assert evening.submit(voter, "cast_ballot", choice=0, round=1).code == 409
    assert stored_votes() == [[1]]


@pytest.mark.django_db
def test_who_says_no_round_means_the_first():
    """So a page of an older version keeps working in a first round, and its vote never lands in a later one."""
    evening = an_evening(hall_mode="H2", headcount=2, poll_open=True)
    a_card(evening.run, 1)
    voter, staff = evening.join(), evening.facilitator
    phone = {"activity": evening.activity.pk, "choice": 0}
    typed = {**phone, "card": 1, "seen": "open"}

    def sent(number):
        bodies = ((voter, "cast_ballot", phone), (staff, "cast_card_ballot", typed))
        op_ids = (f"{number}{at}111111-1111-4111-8111-111111111111" for at in (1, 2))
        return [
            evening.send(actor, {"do": do, "op_id": op_id, **body})
            for (actor, do, body), op_id in zip(bodies, op_ids, strict=True)
        ]

    assert [answer.code for answer in sent(1)] == [200, 200]
    opened_again(evening)
    answers = sent(2)
    assert [answer.code for answer in answers] == [409, 409]
    # Not to vote again: on that page a new vote would say no round either.
    assert all("Vernieuw de pagina" in str(answer.reason) for answer in answers)
    # Sent again, what was counted in the first round is known, and no vote of this one.
    assert [answer.status for answer in sent(1)] == ["duplicate", "duplicate"]
    assert not Spent.objects.filter(round__number=2).exists()


@pytest.mark.django_db
def test_no_command_about_a_poll_does_anything_to_another_round():
    """The console keeps what it could not send as well: a count, a close, a poll declared void."""
    evening = an_evening(hall_mode="H3", headcount=20, poll_open=True)
    a_card(evening.run, 1)
    voter = evening.join()
    evening.count(0, 0)
    opened_again(evening)
    for do, command in COMMANDS.items():
        if command.about != "activity":
            continue
        actor = evening.facilitator if command.staff else voter
        arguments = ARGUMENTS.get(do, {} if command.staff else {"choice": 0})
        for number in (1, 3):
            answer = evening.submit(actor, do, round=number, **arguments)
            assert (answer.code, str(answer.reason)[: len(AGAIN)]) == (409, AGAIN), do
    assert evening.refresh().activity.state == "open"
    assert not stored_votes() and not HallCount.objects.filter(round__number=2).exists()


@pytest.mark.django_db
def test_a_console_of_an_earlier_version_goes_on_with_what_it_saw():
    """It says what it saw, and of a poll that is closed nothing is drawn anew that would say the round."""
    evening = an_evening(hall_mode="H3", headcount=0, poll_open=True)
    opened_again(evening)
    evening.close()
    seen = evening.activity
    body = {"do": "reveal_result", "op_id": str(uuid.uuid4()), "activity": seen.pk}
    body |= {"seen": seen.state, "to": "public"}
    assert evening.send(evening.facilitator, body).code == 200


@pytest.mark.django_db
def test_once_the_new_round_is_closed_too_a_kept_vote_is_too_late():
    evening = an_evening(headcount=0, poll_open=True)
    voter = evening.join()
    opened_again(evening)
    evening.close()
    answer = evening.submit(voter, "cast_ballot", choice=0, round=1)
    assert answer.code == 409 and answer.reason.startswith("Te laat")
