"""Does a full hall of impatient people give one ballot each, by whatever way they send it?"""

import asyncio
import json
import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from deliberation.live.models import Op, Spent
from tests.live.builders import an_evening, stored_votes
from tests.live.screens.browsers import Browser, in_thread, live

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 10
CROWDS = [30, pytest.param(100, marks=pytest.mark.exhaustive)]


@pytest.mark.parametrize("crowd", CROWDS)
@live
async def test_a4_a_crowd_voting_ten_times_in_parallel_gives_a_ballot_each(crowd):
    evening = await in_thread(
        an_evening, hall_mode="H3", headcount=200, poll_open=True, commits=False
    )
    with ThreadPoolExecutor(6) as threads:
        people = list(threads.map(lambda n: joined(evening, n), range(crowd)))
        sockets = await asyncio.gather(*(opened(person) for person in people))
        dice = random.Random(3)
        orders = [(n, time, dice.randrange(2)) for n in range(crowd) for time in range(TIMES)]
        dice.shuffle(orders)
        loop = asyncio.get_running_loop()
        told = await asyncio.gather(
            *(
                over_socket(sockets[n], people[n], choice)
                if time % 2
                else loop.run_in_executor(threads, over_http, people[n], choice)
                for n, time, choice in orders
            )
        )
        for socket in sockets:
            await socket.disconnect()
    assert len(told) == crowd * TIMES
    assert {answer["status"] for answer in told} == {"applied"}
    receipts = [answer["receipt"] for answer in told]
    stored = await in_thread(
        lambda: set(Op.objects.exclude(receipt="").values_list("receipt", flat=True))
    )
    assert set(receipts) == stored, "every 'received' is stored"
    assert len(await in_thread(stored_votes)) == crowd
    assert await in_thread(Spent.objects.count) == crowd


def joined(evening, number):
    try:
        return Browser(evening).join("hall" if number % 3 else "online")
    finally:
        connections.close_all()


async def opened(person):
    socket = await in_thread(person.socket)
    await socket.open()
    socket.turn = asyncio.Lock()
    return socket


async def over_socket(socket, person, choice):
    body = person.body("cast_ballot", activity=person.evening.activity.pk, choice=choice)
    async with socket.turn:  # the test reads one answer at a time; the server takes all at once
        await socket.send_json_to(body)
        return await socket.until(lambda one: one.get("op_id") == body["op_id"], timeout=120)


def over_http(person, choice):
    try:
        return json.loads(person.vote(choice).content)
    finally:
        connections.close_all()
