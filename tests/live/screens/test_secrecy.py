"""Does anything that leaves the server tell who chose what, before the result is shown?

Two evenings with the same people, order, turnout, clock and chance, that differ in the choices alone,
must look the same to the byte: every frame, page, JSON body and log line, for every audience.
"""

import itertools
import logging
import random
import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

import tests.builders
from deliberation.live import randomness
from deliberation.live.screens import scene
from deliberation.live.sockets import channel, hub, presence
from tests.live.builders import an_evening
from tests.live.screens.browsers import Browser, in_thread, live

pytestmark = pytest.mark.django_db(transaction=True)
START = datetime(2026, 9, 10, 18, 0, tzinfo=UTC)
VOTERS = 6
# What is signed with the name of a session or a person, which is chance: it is of a browser, and of no vote.
SIGNED = re.compile(r'((?:csrfmiddlewaretoken" value="|ticket=|data-whose="))[^"]+')


class Dealt:
    """Chance that deals the same twice."""

    def __init__(self):
        self._random = random.Random(7)

    def bits(self, count):
        return self._random.getrandbits(count)

    def below(self, limit):
        return self._random.randrange(limit)


class Clock:
    """A clock that moves one second at every step of the evening."""

    def __init__(self):
        self.now = START

    def tick(self, seconds=1):
        self.now += timedelta(seconds=seconds)

    def __call__(self):
        return self.now


@pytest.fixture
def evenings(monkeypatch, caplog):
    """Play an evening with given choices, from the same beginning each time."""

    def play(choices, changed=()):
        call_command("flush", interactive=False, reset_sequences=True, verbosity=0)
        clock, numbers = Clock(), itertools.count(1)
        caplog.clear()
        caplog.set_level(logging.INFO)
        with monkeypatch.context() as same, randomness.drawn_from(Dealt()):
            same.setattr(timezone, "now", clock)
            same.setattr("django.core.signing.time.time", lambda: clock.now.timestamp())
            same.setattr(tests.builders, "_numbers", numbers)
            for name in ("HEARTBEAT", "RECHECK"):
                same.setattr(hub, name, 3600.0)
            same.setattr(channel, "LIVE_PAUSE", 0.0)
            # Who has a connection is an estimate that moves with the machine; nobody has one here.
            same.setattr(presence, "FRESH", -1.0)
            for where, name, value in changed:
                same.setattr(where, name, value)
            seen = Seen(clock, caplog)
            play_evening(seen, choices)
        return seen.everything()

    return play


class Seen:
    """All that left the server, in the order of the screens."""

    def __init__(self, clock, caplog):
        self.clock, self.caplog, self.told, self.sockets = clock, caplog, {}, {}
        self.ops = itertools.count(1)

    def page(self, name, answer):
        self.told[name] = SIGNED.sub(r"\1", answer.content.decode())

    def body(self, do, **arguments):
        return {"do": do, "op_id": str(uuid.UUID(int=next(self.ops), version=4)), **arguments}

    def everything(self):
        # A screen that opens gets its own part and everybody's; which of the two is first is chance.
        frames = {
            name: sorted(one.frames[:2]) + one.frames[2:] for name, one in self.sockets.items()
        }
        lines = [re.sub(r"^.*?(WARNING|INFO|ERROR)", r"\1", line) for line in self.caplog.messages]
        return {**self.told, "frames": frames, "log": lines}


def play_evening(seen, choices):
    evening = an_evening(hall_mode="H3", headcount=30, poll_open=True, commits=False)
    evening.now = seen.clock.now
    staff, counter = Browser(evening, evening.facilitator), Browser(evening, evening.counter)
    watcher = Browser(evening).join()
    voters = [Browser(evening).join("hall" if n % 2 else "online") for n in range(VOTERS)]

    @live
    async def follow():
        sockets = {"pub": watcher.socket(), "mod": staff.socket("mod")}
        sockets["screen"] = staff.socket("screen")
        for name, socket in sockets.items():
            await socket.open()
            seen.sockets[name] = socket
        for number, (voter, choice) in enumerate(zip(voters, choices, strict=True)):
            await vote(seen, evening, voter, choice, number)
            lane = "hall" if number % 2 else "online"
            for socket in sockets.values():
                expected = number // 2 + 1
                await socket.until(
                    lambda one, lane=lane, n=expected: (
                        one.get("live", {}).get(f"turnout.{lane}") == n
                    )
                )
            if number == 2:
                await in_thread(look, seen, "voted", watcher, staff, voter)
        for do, more in (
            ("pause_activity", {}),
            ("resume_activity", {}),
            ("enter_hall_count", {"hands": [4, 3]}),
            ("close_activity", {}),
        ):
            await lead(seen, evening, staff, sockets, do, **more)
        await in_thread(look, seen, "closing", watcher, staff, voters[0])
        seen.clock.tick(11)
        await in_thread(watcher.page)
        await lead(
            seen,
            evening,
            counter,
            sockets,
            "confirm_hall_count",
            hands=[4, 3],
        )
        await in_thread(look, seen, "closed", watcher, staff, voters[0])
        late = await in_thread(
            voters[0].send, seen.body("cast_ballot", activity=evening.activity.pk, choice=0)
        )
        seen.page("late", late)
        for socket in sockets.values():
            await socket.disconnect()

    follow()


async def vote(seen, evening, voter, choice, number):
    """Vote: by JSON, by form, or over the voter's own socket, of which the answer is kept."""
    body = seen.body("cast_ballot", activity=evening.activity.pk, choice=choice)
    seen.clock.tick()
    if number % 3 == 0:
        seen.page(f"answer {number}", await in_thread(voter.send, body))
    elif number % 3 == 1:
        path = f"/s/run/{evening.run.pk}/do/"
        await in_thread(voter.client.post, path, {**body, "screen": "pub"})
        seen.page(f"answer {number}", await in_thread(voter.page))
    else:
        socket = voter.socket()
        await socket.open()
        await socket.submit(body)
        frames = [frame for frame in socket.frames if '"live"' not in frame]
        seen.told[f"answer {number}"] = frames
        await socket.disconnect()


async def lead(seen, evening, staff, sockets, do, **more):
    seen.clock.tick()
    seq = (await in_thread(evening.refresh)).run.seq
    body = seen.body(do, activity=evening.activity.pk, seen=seq, **more)
    answer = await in_thread(staff.send, body)
    assert answer.status_code == 200, answer.content
    seq = (await in_thread(evening.refresh)).run.seq
    for socket in sockets.values():
        await socket.until(lambda one: one.get("seq", 0) >= seq)


def look(seen, when, watcher, staff, voter):
    """Open every page and ask for all regions, as everybody."""
    seen.page(f"{when} resident", watcher.page())
    seen.page(f"{when} voter", voter.page())
    seen.page(f"{when} console", staff.page("console"))
    seen.page(f"{when} projector", staff.page("projector"))
    for name in ("pub", "mod", "screen"):
        seen.page(f"{when} regions {name}", staff.regions(**{"as": name}, since=0))
    desk = staff.client.get(f"/admin/participatie/sessies/{staff.run.session_id}/")
    assert desk.status_code == 200
    html = re.sub(r"<script.*?</script>", "", desk.content.decode(), flags=re.DOTALL)
    # A form on it has a number of its own each time it is drawn, of no round and no vote.
    seen.told[f"{when} desk"] = re.sub(r'csrf[^>]+|name="op_id" value="[^"]+"', "", html)


def differences(one, other):
    return [name for name in one if one[name] != other.get(name)]


A, B = (0, 0, 1, 1, 0, 1), (1, 1, 0, 0, 1, 0)


def test_two_evenings_that_differ_in_choices_alone_look_the_same_to_the_byte(evenings):
    """On a busy machine two changes may come in one frame, which tells nothing: so a few tries are
    allowed. What depends on a choice differs in every one."""
    for _try in range(4):
        one, other = evenings(A), evenings(B)
        assert set(one) == set(other)
        assert len(one) > 25, "too little was looked at to mean anything"
        assert all(len(frames) > 10 for frames in one["frames"].values())
        if not differences(one, other):
            return
    assert differences(one, other) == []


def test_another_turnout_does_look_different(evenings, monkeypatch):
    one = evenings(A)
    other = evenings(A, changed=[(tests.live.builders, "QUESTION", "Een andere vraag?")])
    assert "closing resident" in differences(one, other)


def test_a_planted_leak_is_found(evenings):
    """The count of one answer beside the turnout, on staff screens only: the smallest leak there is."""
    honest = scene._counts

    def leaking(snapshot, audience):
        counts = honest(snapshot, audience)
        if audience == "mod" and snapshot.activity:
            counts["away"] = tests.live.builders.stored_votes().count([0])
        return counts

    changed = [(scene, "_counts", leaking)]
    found = differences(evenings((0,) * VOTERS, changed), evenings((1,) * VOTERS, changed))
    assert "frames" in found
    assert "closing console" in found
