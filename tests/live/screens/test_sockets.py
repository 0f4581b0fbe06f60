"""Does a screen hear over its socket what it may hear, resume, and end when its person may not stay?"""

import asyncio
import json
import time

import pytest
from channels.layers import get_channel_layer

from deliberation.live.command_validation import COMMANDS
from deliberation.live.models import Op
from deliberation.live.sockets import channel, hub
from deliberation.live.sockets.close_codes import Closing
from deliberation.live.sockets.presence import presence
from deliberation.people.models import User
from tests.builders import a_project, a_user
from tests.live.builders import an_evening, stored_votes
from tests.live.screens.browsers import Browser, in_thread, live

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def evening():
    return an_evening(hall_mode="H3", headcount=20, poll_open=True, commits=False)


@pytest.fixture
def resident(evening):
    return Browser(evening).join()


@pytest.fixture
def staff(evening):
    return Browser(evening, evening.facilitator)


@live
async def test_hello_gives_a_snapshot_and_then_only_what_changed(evening, resident):
    socket = resident.socket()
    first = await socket.open()
    assert first["seq"] == evening.run.seq
    assert first["epoch"] == str(evening.run.epoch)
    assert {"stage", "ballot", "promise", "result"} <= set(first["regions"])
    assert evening.activity.question in first["regions"]["stage"]
    await in_thread(evening.lead, "pause_activity")
    then = await socket.until(lambda one: one.get("seq", 0) > first["seq"])
    assert "stage" in then["regions"]
    assert "ballot" not in then["regions"]
    await socket.disconnect()


@live
async def test_a_screen_that_resumes_is_told_the_counts_also_when_the_others_know_them(
    evening, resident
):
    known = [str(evening.run.epoch), evening.run.seq]
    there = resident.socket()
    await there.open()
    await in_thread(resident.vote)
    await there.until(lambda one: one.get("live", {}).get("turnout.online") == 1)
    back = Browser(evening)
    await in_thread(back.join)
    socket = back.socket()
    await socket.open(*known, hello=False)
    await there.until(lambda one: one.get("live", {}).get("joined.online") == 2)
    await socket.send_json_to({"hello": {"epoch": known[0], "seq": known[1]}})
    told = await socket.until(lambda one: "live" in one)
    assert told["live"]["turnout.online"] == 1
    await there.disconnect()
    await socket.disconnect()


@live
async def test_resuming_gives_what_was_missed_and_another_epoch_everything(evening, resident):
    epoch, seq = str(evening.run.epoch), evening.run.seq
    await in_thread(evening.lead, "pause_activity")
    socket = resident.socket()
    missed = await socket.open(epoch, seq)
    assert set(missed["regions"]) == {"stage", "promise"}
    await socket.send_json_to({"hello": {"epoch": "another", "seq": seq}})
    whole = await socket.until(lambda one: "ballot" in one.get("regions", {}))
    assert set(whole["regions"]) > {"stage", "promise", "ballot", "notice"}
    await socket.disconnect()


@live
async def test_a_vote_over_the_socket_is_answered_after_commit_and_me_never_says_what(
    evening, resident
):
    socket = resident.socket()
    await socket.open()
    body = resident.body("cast_ballot", activity=evening.activity.pk, choice=1)
    answer = await socket.submit(body)
    assert (answer["status"], answer["code"]) == ("applied", 200)
    assert await in_thread(stored_votes) == [[1]]
    await socket.send_json_to({"hello": {}})
    mine = (await socket.until(lambda one: "me" in one.get("regions", {})))["regions"]["me"]
    assert answer["receipt"] in mine
    assert not [option for option in evening.activity.options if f">{option}<" in mine]
    again = await socket.submit(body)
    assert (again["status"], again["receipt"]) == ("duplicate", answer["receipt"])
    counts = await socket.until(lambda one: one.get("live", {}).get("turnout.online") == 1)
    assert "regions" not in counts
    await socket.disconnect()


@live
async def test_a19_a_resident_leads_nothing_over_the_own_socket(evening, resident):
    socket = resident.socket()
    await socket.open()
    activity = {"activity": evening.activity.pk, "seen": "open"}
    for body in (
        resident.body("close_activity", **activity),
        resident.body("reveal_result", **activity, to="public"),
        resident.body("close_run", seen="open"),
        resident.body("record_headcount", seen="open", count=3),
    ):
        answer = await socket.submit(body)
        assert (answer["status"], answer["code"]) == ("refused", 403), body
    assert (await socket.submit({"do": "poll.open", "op_id": "x"}))["code"] == 400
    assert (await in_thread(evening.refresh)).activity.state == "open"
    answer = await socket.submit(
        resident.body("cast_ballot", activity=evening.activity.pk, choice=0)
    )
    assert answer["status"] == "applied", "the socket stays"
    await socket.disconnect()


@live
async def test_a20_other_audiences_and_other_sessions_are_closed_before_they_open(
    evening, resident
):
    other = await in_thread(an_evening, commits=False)
    for audience in ("mod", "screen", "tbl:1", "pub,mod"):
        connected, _code = await resident.socket(audience).connect(timeout=10)
        assert not connected, audience
    resident.evening = other
    assert not (await resident.socket().connect(timeout=10))[0]
    nobody = Browser(evening)
    assert not (await nobody.socket().connect(timeout=10))[0]
    elsewhere = await in_thread(lambda: a_user("facilitator", project=a_project()))
    stranger = await in_thread(Browser, evening, elsewhere)
    assert not (await stranger.socket("mod").connect(timeout=10))[0]


@pytest.mark.parametrize(
    "origin",
    [
        None,
        b"null",
        b"http://elders.example",
        b"http://testserver.evil.example",
        b"https://evil.example/http://testserver",
        b"http://test\x0bserver",
        b"http://user@evil.example",
    ],
)
def test_a21_a_foreign_origin_never_reaches_the_consumer(evening, resident, origin):
    @live
    async def attempt():
        socket = resident.socket(origin=(b"origin", origin) if origin else None)
        assert not (await socket.connect(timeout=10))[0]
        assert not hub._hubs, "the consumer was reached"

    attempt()


@live
async def test_a22_who_signs_out_loses_the_socket_and_at_once_the_next_action(
    evening, staff, monkeypatch
):
    watching, acting = staff.socket("mod"), staff.socket("mod")
    await watching.open()
    await acting.open()
    await in_thread(staff.client.logout)
    started = time.monotonic()
    body = staff.body("close_activity", activity=evening.activity.pk, seen="open")
    await acting.send_json_to(body)
    assert await acting.until_closed() == Closing.FORBIDDEN
    answer = json.loads(acting.frames[-1])
    assert (answer["status"], answer["code"]) == ("refused", 403)
    assert await watching.until_closed() == Closing.FORBIDDEN
    assert time.monotonic() - started < 5
    assert (await in_thread(evening.refresh)).activity.state == "open"


@pytest.mark.parametrize("how", ["role", "blocked", "session"])
def test_a22_a_withdrawn_role_blocked_account_or_expired_session_ends_the_socket(
    evening, staff, how
):
    def end():
        if how == "role":
            evening.facilitator.roleassignment_set.all().delete()
        elif how == "blocked":
            User.objects.filter(pk=evening.facilitator.pk).update(is_active=False)
        else:
            staff.client.session.flush()

    @live
    async def attempt():
        socket = staff.socket("mod")
        await socket.open()
        await in_thread(end)
        started = time.monotonic()
        assert await socket.until_closed() == Closing.FORBIDDEN
        assert time.monotonic() - started < 5

    attempt()


@live
async def test_a22_a_resident_whose_session_ended_is_closed_too(resident):
    socket = resident.socket()
    await socket.open()
    await in_thread(resident.client.session.flush)
    assert await socket.until_closed() == Closing.FORBIDDEN


@live
async def test_a22_what_is_sent_after_the_end_of_a_socket_does_nothing(evening, resident):
    """A browser that doesn't answer the closing may go on sending."""
    socket = resident.socket()
    await socket.open()
    await in_thread(resident.client.session.flush)
    assert await socket.until_closed() == Closing.FORBIDDEN
    await socket.send_json_to(resident.body("cast_ballot", activity=evening.activity.pk, choice=0))
    await socket.wait(timeout=10)
    assert await in_thread(stored_votes) == []


@pytest.mark.parametrize("order", ["hello first", "hello last"])
@pytest.mark.parametrize("at", ["first", "later"])
@pytest.mark.parametrize("screen", ["pub", "mod"])
def test_a_hello_is_nothing_else_and_who_said_none_does_nothing(
    evening, resident, staff, screen, at, order
):
    """Whatever a socket takes: beside a hello it is not done, and the socket ends."""
    about = {"activity": evening.activity.pk, "seen": "open", "round": 1, "choice": 0}
    sender, before = resident if screen == "pub" else staff, Op.objects.count()
    seq = evening.refresh().run.seq

    @live
    async def attempt():
        for name in (*COMMANDS, "", "hello", None, 7):
            body = sender.body(name, **about)
            both = {"hello": {}} | body if order == "hello first" else body | {"hello": {}}
            socket = sender.socket(screen)
            await socket.open(hello=at == "later")
            await socket.send_json_to(both)
            assert await socket.until_closed() == Closing.MALFORMED, name
            assert not [text for text in socket.frames if "op_id" in text], name
            if at == "first":
                silent = sender.socket(screen)
                await silent.open(hello=False)
                await silent.send_json_to(body)
                assert await silent.until_closed() == Closing.MALFORMED, name

    attempt()
    assert Op.objects.count() == before and stored_votes() == []
    assert evening.refresh().run.seq == seq


@pytest.mark.parametrize(
    ("text", "data", "code"),
    [
        ("{", None, Closing.MALFORMED),
        ("[" * 1001 + "]" * 1001, None, Closing.MALFORMED),
        ('{"a":' * 3000 + "1" + "}" * 3000, None, Closing.TOO_LARGE),
        ("[" * 8000, None, Closing.MALFORMED),
        ("null", None, Closing.MALFORMED),
        ('"x"', None, Closing.MALFORMED),
        (None, b"\x00\xff", Closing.MALFORMED),
        ('{"do": "' + "x" * 17_000 + '"}', None, Closing.TOO_LARGE),
        # Who says no hello first is not looked up every few seconds, and does nothing.
        ('{"do": "cast_ballot", "activity": 1, "choice": 0}', None, Closing.MALFORMED),
        ("{}", None, Closing.MALFORMED),
    ],
)
def test_a23_what_is_no_message_closes_the_socket_and_nobody_else(
    evening, resident, caplog, text, data, code
):
    @live
    async def attempt():
        other = resident.socket()
        await other.open()
        socket = resident.socket()
        await socket.open(hello=False)
        await socket.send_to(text_data=text, bytes_data=data)
        assert await socket.until_closed() == code
        await in_thread(evening.lead, "pause_activity")
        await other.until(lambda one: "stage" in one.get("regions", {}))
        await other.disconnect()

    attempt()
    assert "Traceback" not in caplog.text


@live
async def test_a23_a_flood_of_messages_closes_the_socket(resident):
    socket = resident.socket()
    await socket.open(hello=False)
    for _ in range(100):
        await socket.send_json_to({"hello": "?"})
    assert await socket.until_closed(timeout=20) == Closing.TOO_MANY


WRONG = [None, [], [1], {}, {"epoch": {}}, "x", "", 7, 0, -1, 1.5, 10**30, True, False]


@pytest.mark.parametrize(
    "hello",
    [
        *WRONG,
        {"seq": -1, "epoch": "x"},
        {"seq": "1", "epoch": 4},
        *({"seq": wrong, "epoch": "x"} for wrong in WRONG if type(wrong) is not int),
        *({"seq": 1, "epoch": wrong} for wrong in WRONG if type(wrong) is not str),
    ],
    ids=str,
)
def test_a3_a_wrong_hello_gives_a_snapshot(resident, hello):
    @live
    async def attempt():
        socket = resident.socket()
        await socket.open(hello=False)
        await socket.send_json_to({"hello": hello})
        whole = await socket.until(lambda one: "epoch" in one)
        assert "ballot" in whole["regions"]
        await socket.disconnect()

    attempt()


@live
async def test_the_language_comes_with_the_socket(resident):
    dutch, english = resident.socket(lang="nl"), resident.socket(lang="en")
    told = [(await one.open())["regions"]["promise"] for one in (dutch, english)]
    assert told[0] != told[1]
    assert "U geeft uw mening" in told[0]
    await dutch.disconnect()
    await english.disconnect()


def test_a_grace_that_ends_is_told_without_anybody_asking():
    evening = an_evening(headcount=0, poll_open=True, commits=False)
    evening.run.grace_seconds = 1
    evening.run.save(update_fields=["grace_seconds"])
    resident = Browser(evening).join()

    @live
    async def attempt():
        socket = resident.socket()
        await socket.open()
        body = {"do": "close_activity", "op_id": resident.body("")["op_id"], "seen": "open"}
        body["activity"] = evening.activity.pk
        evening.now = __import__("django.utils.timezone", fromlist=["now"]).now()
        await in_thread(evening.send, evening.facilitator, body)
        await socket.until(lambda one: one.get("regions", {}).get("ballot") == "")
        assert (await in_thread(evening.refresh)).activity.state == "closed"
        await socket.disconnect()

    attempt()


def test_a_lost_doorbell_is_repaired_by_the_heartbeat(evening, resident, monkeypatch):
    monkeypatch.setattr(hub, "HEARTBEAT", 0.3)

    @live
    async def attempt():
        socket = resident.socket()
        first = await socket.open()
        with monkeypatch.context() as lost:
            lost.setattr(hub, "ring", lambda *_args, **_named: None)
            await in_thread(evening.lead, "pause_activity")
        late = await socket.until(lambda one: one.get("seq", 0) > first["seq"])
        assert "stage" in late["regions"]
        beat = await socket.until(lambda one: "beat" in one)
        assert beat["beat"] == late["seq"]
        assert beat["now"]
        await socket.disconnect()

    attempt()


def test_counts_come_at_most_once_per_second_and_the_latest_wins(evening, resident):
    voters = [Browser(evening).join() for _ in range(12)]

    @live
    async def attempt():
        socket = resident.socket()
        await socket.open()
        started = time.monotonic()
        for voter in voters:
            await in_thread(voter.vote)
        await socket.until(lambda one: one.get("live", {}).get("turnout.online") == 12)
        told = [one for one in map(json.loads, socket.frames) if "live" in one]
        assert len(told) <= 2 + (time.monotonic() - started) / channel.LIVE_PAUSE
        await socket.disconnect()

    attempt()


@live
async def test_readiness_is_told_by_the_hub(resident):
    assert hub.is_healthy()
    socket = resident.socket()
    await socket.open()
    assert hub.is_healthy()
    (one,) = hub._hubs.values()
    (followed,) = one.channels.values()
    followed.healthy = False
    assert not hub.is_healthy()
    await socket.disconnect()
    assert hub.is_healthy(), "what nobody follows any more says nothing"


@live
async def test_the_last_screen_out_ends_the_work_for_its_run(resident):
    socket = resident.socket()
    await socket.open()
    (one,) = hub._hubs.values()
    assert one.channels
    await socket.disconnect()
    for _ in range(50):
        await asyncio.sleep(0.02)
    assert not one.channels


def test_another_process_rings_through_the_layer_and_tells_who_it_serves(
    evening, resident, settings, monkeypatch
):
    settings.REDIS_URL = "redis://said-so"  # the layer itself is the in-memory one of the tests

    @live
    async def attempt():
        socket = resident.socket()
        first = await socket.open()
        await asyncio.sleep(0.1)
        with monkeypatch.context() as lost:
            lost.setattr(hub, "ring", lambda *_args, **_named: None)
            await in_thread(evening.lead, "pause_activity")
        elsewhere = {"type": "ring", "run": evening.run.pk, "live": False, "process": "another"}
        layer = get_channel_layer()
        await layer.group_send(hub.GROUP, {**elsewhere, "seq": 1, "connected": {"attends": 7}})
        late = await socket.until(lambda one: one.get("seq", 0) > first["seq"])
        assert "stage" in late["regions"]
        assert presence.connected(evening.run.pk) == presence.here(evening.run.pk) + 7
        await socket.disconnect()

    attempt()


def test_a_ring_is_published_for_other_processes(evening, resident, settings):
    settings.REDIS_URL = "redis://said-so"

    @live
    async def attempt():
        socket = resident.socket()
        await socket.open()
        layer = get_channel_layer()
        name = await layer.new_channel("other-process")
        await layer.group_add(hub.GROUP, name)
        await in_thread(evening.lead, "pause_activity")
        message = await asyncio.wait_for(layer.receive(name), 5)
        assert (message["run"], message["process"]) == (evening.run.pk, hub.PROCESS)
        assert message["seq"] == (await in_thread(evening.refresh)).run.seq
        await socket.disconnect()

    attempt()
