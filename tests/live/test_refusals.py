"""Is every refused command told in words that a person can act on, with the field that has to change?"""

import re

import pytest
from django.db import transaction

from deliberation.live.command_validation import ASKED, COMMANDS

from .builders import an_evening

pytestmark = pytest.mark.django_db
WRONG = (None, "", "x\ny", [], {}, -1, 3.5, True, 10**12, ["a", "b"], "nergens")
# Names that a command is built of: none is a word for a person.
CODES = re.compile(
    r"\b(op_id|seen|activity|hands|voters|count|remark|blocks|due|lane|page|part|alone|sound|choices?)\b"
)

OP = "6d2bb2c4-5a52-4f4e-8d52-5e1f3b7a9c11"


@pytest.fixture
def evening():
    return an_evening(hall_mode="H3", headcount=20, poll_open=True)


def bodies():
    """Give every command with every argument missing, and with every wrong value in its place."""
    for name, command in COMMANDS.items():
        arguments = {
            "op_id": None,
            "seen": None,
            "activity": None,
            **command.needs,
            **command.allows,
        }
        for argument in arguments:
            yield name, argument, ...
            for value in WRONG:
                yield name, argument, value
    yield "no_such_command", "do", ...
    yield "close_run", "surprise", 1


def test_no_refusal_shows_a_name_of_the_code(evening):
    good = {
        "activity": evening.activity.pk, "seen": 0, "hands": [3, 4], "count": 20, "choice": 0,
        "reason": "Daarom", "due": "2027-01-01", "card": 1, "lane": "hall", "to": "public", "page": 1,
        "blocks": "rij 1, rij 2", "sound": True,
    }  # fmt: skip
    said = set()
    for name, argument, value in bodies():
        command = COMMANDS.get(name)
        needed = ["seen", "activity", *command.needs] if command else []
        body = {key: good[key] for key in needed} | {"do": name, "op_id": OP, argument: value}
        if value is ...:
            del body[argument]
        with transaction.atomic():
            answer = evening.send(evening.facilitator, body)
            transaction.set_rollback(True)
        if answer.code == 400:
            said.add((argument, answer.field, answer.reason))
    print(f"{len(said)} refusals, {len({reason for _argument, _field, reason in said})} sentences")
    assert [one for one in said if CODES.search(one[2]) or not one[2].endswith(".")] == []
    assert {field for _argument, field, _reason in said} <= {"", *ASKED}
    assert len(said) > 20


def test_what_somebody_fills_in_is_named_with_its_field(evening):
    answer = evening.submit(evening.facilitator, "enter_hall_count", hands=["", ""])
    assert (answer.code, answer.field) == (400, "hands")
    assert answer.reason == "Vul bij elk antwoord een getal in. Niemand? Vul 0 in."


def test_everything_that_is_filled_in_has_words_of_its_own():
    arguments = {name for one in COMMANDS.values() for name in (*one.needs, *one.allows)}
    pressed = {"to", "sound", "at_home", "alone", "anyway", "part", "round"}
    assert arguments - set(ASKED) == pressed, "these come with a button or a tick"
