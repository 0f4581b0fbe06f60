"""Does a hostile text in any place of any command leave nothing unclean in a row, an answer or a page?"""

import json
import uuid

import pytest

from deliberation.live.command_validation import COMMANDS
from tests.live.builders import an_evening
from tests.live.screens.browsers import Browser, live
from tests.test_hostile_texts import HOSTILE, tables_with_dirt

# A reason, and the names of two blocks of rows: each as short as that has to be.
LINE = HOSTILE.replace("\x0b", "")[:32] + ", balkon"
SIGNS = ("\ufffe", "\x0b", "\\ufffe", "\\u000b")
# The commands in which somebody's words stand, and what has to happen first: a new one needs a place here.
WORDS = {
    "divide_hall": ("blocks", []),
    "record_headcount": ("remark", ["record_headcount"]),
    "void_activity": ("reason", ["open_activity"]),
    "reopen_activity": ("reason", ["open_activity", "count", "close"]),
    "correct_hall_count": ("reason", ["open_activity", "count", "close"]),
    "reopen_run": ("reason", ["close_run"]),
}
MORE = {"record_headcount": {"count": 12}, "correct_hall_count": {"hands": [3, 2]}}


def an_open_evening(**about):
    return an_evening(hall_mode="H3", headcount=20, **about)


def bring_to(evening, steps):
    for step in steps:
        if step == "count":
            evening.count(2, 2)
        elif step == "close":
            evening.close()
        else:
            evening.lead(step, **({"count": 9} if step == "record_headcount" else {}))
    evening.refresh()


def bodies(evening):
    """Give every command with the text in one of its places: each argument, each key, and in lists."""
    for name, command in COMMANDS.items():
        usual = {"do": name, "op_id": "", "seen": evening.run.seq, **MORE.get(name, {})}
        usual |= {"activity": evening.activity.pk} if command.about == "activity" else {}
        for place in [*usual, *command.needs, *command.allows, HOSTILE]:
            for text in (HOSTILE, {HOSTILE: [HOSTILE]}):
                yield command, usual | {"op_id": str(uuid.uuid4()), place: text}


def shown(evening, *browsers):
    """Give all that people see of an evening, on each screen and as regions."""
    for browser in browsers:
        for screen in ("", "console", "projector"):
            yield browser.page(screen).content.decode()
        for audience in ("pub", "mod", "screen"):
            yield browser.regions(**{"as": audience}).content.decode()


def is_clean(text: str) -> bool:
    return not any(sign in text for sign in SIGNS)


def test_every_command_with_words_has_a_place_here():
    takes = {
        name: argument
        for name, command in COMMANDS.items()
        for argument, check in (command.needs | command.allows).items()
        if check("Woorden van iemand")
    }
    assert takes == {name: argument for name, (argument, _steps) in WORDS.items()}


@pytest.mark.django_db
@pytest.mark.parametrize("name", WORDS)
def test_words_in_a_command_are_clean_in_rows_and_on_screens(name):
    argument, steps = WORDS[name]
    evening = an_open_evening()
    staff, resident = Browser(evening, evening.facilitator), Browser(evening).join()
    bring_to(evening, steps)
    command = COMMANDS[name]
    about = {"activity": evening.activity.pk} if command.about == "activity" else {}
    answer = staff.json(
        name, seen=evening.run.seq, **{argument: LINE}, **about, **MORE.get(name, {})
    )
    assert answer.json()["status"] == "applied", answer.json()
    assert tables_with_dirt() == []
    assert all(map(is_clean, [answer.content.decode(), *shown(evening, staff, resident)]))


@pytest.mark.django_db
def test_the_text_in_any_place_of_any_command_leaves_nothing_unclean():
    evening, tried = an_open_evening(), 0
    staff, resident = Browser(evening, evening.facilitator), Browser(evening).join()
    for command, body in bodies(evening):
        answer = (staff if command.staff else resident).send(body)
        assert answer.status_code < 500 and is_clean(answer.content.decode()), body
        tried += 1
    assert tables_with_dirt() == [] and tried > 250
    assert all(map(is_clean, shown(evening, staff, resident)))


@pytest.mark.django_db(transaction=True)
def test_a_socket_cleans_as_the_address_does():
    evening = an_open_evening(commits=False)
    staff = Browser(evening, evening.facilitator)

    @live
    async def by_socket():
        socket = staff.socket("mod")
        await socket.open()
        texts = [(name, argument) for name, (argument, steps) in WORDS.items() if not steps]
        for name, argument in [*texts, ("record_headcount", "remark")]:
            body = staff.body(name, seen=evening.run.seq, **{argument: LINE}, **MORE.get(name, {}))
            answer = await socket.submit(body)
            assert answer["status"] == "applied", answer
        for _command, body in [*bodies(evening)][::20]:
            assert is_clean(json.dumps(await socket.submit(body)))
        await socket.disconnect()
        assert all(map(is_clean, socket.frames))

    by_socket()
    assert tables_with_dirt() == []
