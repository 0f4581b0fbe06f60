"""Does a page let its own socket in without looking anybody up, and nobody else's?"""

import asyncio
import json
from contextlib import AsyncExitStack
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.request_queue import FOR_ONE
from deliberation.live import operations
from deliberation.live.joining import access
from deliberation.live.models import Silence
from deliberation.live.sockets import hub, serving
from deliberation.live.sockets.close_codes import Closing
from deliberation.live.sockets.presence import presence
from deliberation.people import participant_session
from deliberation.people.models import Participant
from tests.builders import a_municipality
from tests.cms.site import a_site
from tests.live.builders import an_evening, stored_votes
from tests.live.screens.browsers import Browser, in_thread, live

pytestmark = pytest.mark.django_db(transaction=True)


def ticket_on(page) -> str:
    return parse_qs(urlsplit(page.context["page"].socket).query).get("ticket", [""])[0]


def scope_of(browser, host="testserver") -> dict:
    cookies = {name: one.value for name, one in browser.client.cookies.items()}
    where = {"kwargs": {"run_id": browser.run.pk}}
    headers = [(b"host", host.encode())]
    told = {"type": "websocket", "path": "/", "headers": headers, "query_string": b"as=pub&lang=nl"}
    return told | {"cookies": cookies, "url_route": where}


def arrival(browser, ticket, host="testserver", key=""):
    scope = scope_of(browser, host)
    visitor, language, _none = serving.visitor_from(scope)
    visitor = replace(visitor, key=key)
    with CaptureQueriesContext(connection) as asked:
        came = serving.arrive(visitor, language, ticket, scope)
    return came, len([one for one in asked if "wagtailcore" not in one["sql"]])


def test_a_socket_with_a_ticket_looks_nobody_up_and_is_present_as_who_it_is():
    evening = an_evening(poll_open=True, commits=False)
    browser = Browser(evening).join()
    ticket = ticket_on(browser.page())
    there = presence.connected(evening.run.pk)  # who an earlier test left lingers a while
    mine = str(evening.run.attendances.get(participant=browser.participant).pk)
    presence.lost(evening.run.pk, mine)
    came, asked = arrival(browser, ticket)
    assert presence.connected(evening.run.pk) == there, "who comes is present"
    without, more = arrival(browser, "")
    assert (came.visitor, came.kind, came.key) == (without.visitor, without.kind, without.key)
    assert asked <= 1 < more, "at most whose host it is"


@live
async def test_a_vote_over_a_socket_with_a_ticket_counts():
    evening = await in_thread(an_evening, poll_open=True, commits=False)
    browser = await in_thread(Browser(evening).join)
    socket = browser.socket(ticket=ticket_on(await in_thread(browser.page)))
    first = await socket.open()
    answer = await socket.submit(
        browser.body("cast_ballot", activity=evening.activity.pk, choice=1)
    )
    assert first["epoch"] == str(evening.run.epoch)
    assert answer["status"] == "applied"
    await socket.disconnect()


def test_what_somebody_invented_costs_one_question_at_most():
    evening = an_evening(poll_open=True, commits=False)
    stranger = Browser(evening)
    stranger.client.cookies["sessionid"] = "invented0123456789"
    assert arrival(stranger, "") == (None, 1)
    assert arrival(stranger, "invented") == (None, 1)
    assert arrival(Browser(evening), "", key="invented") == (None, 0)


@live
async def test_who_comes_without_a_ticket_waits_in_the_row_of_their_network():
    """As their requests do: else who invents cookies would have the process to themselves."""
    from cms.asgi import in_turn  # here, as in `Socket`

    evening = await in_thread(an_evening, poll_open=True, commits=False)
    browser = await in_thread(Browser(evening).join)
    ticket = ticket_on(await in_thread(browser.page))
    without, with_one = browser.socket(), browser.socket(ticket=ticket)
    async with AsyncExitStack() as busy:
        for _ in range(FOR_ONE):
            await busy.enter_async_context(in_turn.handshake(without.scope))
        waits = asyncio.ensure_future(without.connect(timeout=10))
        await with_one.open()
        assert not waits.done()
    connected, _code = await waits
    assert connected
    await with_one.disconnect()
    await without.disconnect()


def test_a_ticket_is_nothing_in_another_browser_for_another_evening_or_later(monkeypatch):
    evening, other = an_evening(poll_open=True, commits=False), an_evening(commits=False)
    browser, stranger = Browser(evening).join(), Browser(evening)
    stranger.page()
    ticket = ticket_on(browser.page())
    assert arrival(stranger, ticket)[0] is None
    thief = Browser(evening).join()
    assert arrival(thief, ticket)[0].visitor.participant == thief.participant.pk
    elsewhere, elsewhere.evening = Browser(evening), other
    elsewhere.client = browser.client
    assert arrival(elsewhere, ticket)[0] is None
    for wrong in ("", "x", ticket + "x", signing.dumps([1], salt="live.ticket"), "\x00"):
        assert arrival(browser, wrong)[0].visitor.participant == browser.participant.pk
    monkeypatch.setattr(access, "TICKET_LASTS", -1)
    _came, asked = arrival(browser, ticket)
    assert asked > 1, "looked up anew"


def end_session(browser):
    browser.client.session.flush()


def let_session_expire(browser):
    Session.objects.filter(pk=browser.client.session.session_key).update(expire_date=timezone.now())


def come_in_as_another(browser):
    session = browser.client.session
    session[participant_session.KEY] = str(Participant.objects.create().pk)
    session.save()


def send_out(browser):
    operations.ban_participant(
        actor=browser.evening.facilitator,
        run=browser.run,
        participant=browser.participant,
        reason="Roept door alles heen",
        now=browser.evening.now,
    )


@pytest.mark.parametrize("do", ["cast_ballot", "report_silence"])
@pytest.mark.parametrize("end", [end_session, let_session_expire, come_in_as_another, send_out])
def test_a22_who_may_not_come_back_does_nothing_with_a_ticket_in_hand(end, do):
    evening = an_evening(poll_open=True, commits=False)
    browser = Browser(evening).join()
    ticket = ticket_on(browser.page())
    about = {"activity": evening.activity.pk, "choice": 1} if do == "cast_ballot" else {}
    body = browser.body(do, **about)
    end(browser)

    @live
    async def attempt():
        socket = browser.socket(ticket=ticket)
        await socket.open()
        await socket.send_json_to(body)
        assert await socket.until_closed(timeout=hub.RECHECK / 2) == Closing.FORBIDDEN
        answers = [one for one in map(json.loads, socket.frames) if "status" in one]
        assert [(one["status"], one["code"]) for one in answers] == [("refused", 403)]

    attempt()
    assert stored_votes() == [] and not Silence.objects.exists()


def test_looking_up_who_came_with_a_ticket_costs_three_queries_and_once():
    evening = an_evening(poll_open=True, commits=False)
    browser = Browser(evening).join()
    came, _asked = arrival(browser, ticket_on(browser.page()))
    assert came.by_ticket and not arrival(browser, "")[0].by_ticket
    with CaptureQueriesContext(connection) as asked:
        assert access.no_longer_allowed({came.visitor}) == set()
    assert len(asked) == 3


def test_a_ticket_opens_nothing_on_the_host_of_another_municipality(settings):
    settings.ALLOWED_HOSTS = ["testserver", "buurdorp.testserver"]
    evening, theirs = an_evening(poll_open=True, commits=False), a_municipality("buurdorp")
    a_site(evening.run.municipality)
    a_site(theirs, hostname="buurdorp.testserver")
    browser = Browser(evening).join()
    ticket = ticket_on(browser.page())
    assert arrival(browser, ticket, "buurdorp.testserver")[0] is None
    for one in (ticket, ""):
        came, _asked = arrival(browser, one)
        assert access.no_longer_allowed({came.visitor}) == set()
        moved = replace(came.visitor, municipality=theirs)
        assert access.no_longer_allowed({moved}) == {moved}


def test_who_was_sent_out_with_a_ticket_in_hand_does_not_stay():
    evening = an_evening(poll_open=True, commits=False)
    browser = Browser(evening).join()
    ticket = ticket_on(browser.page())
    send_out(browser)
    came, _asked = arrival(browser, ticket)
    assert access.no_longer_allowed([came.visitor]) == {came.visitor}


@pytest.mark.parametrize("who", ["observer", "card"])
def test_only_who_votes_on_their_own_phone_gets_one(who):
    evening = an_evening(poll_open=True, commits=False)
    if who == "observer":
        browser, query = Browser(evening, evening.facilitator), {}
    else:
        browser, query = Browser(evening).join(), {"kaart": "1"}
    page = browser.page(**query)
    assert page.context is None or "page" not in page.context or not ticket_on(page)
