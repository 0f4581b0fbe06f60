"""Posted forms of live pages without script, read as the body of a command."""

import re
from urllib.parse import parse_qsl

from deliberation.people.codes import plain_digits

from ..command_validation import (
    COMMANDS,
    a_choice,
    a_number,
    a_part,
    a_yes_or_no,
    an_id,
    numbers,
    what_was_seen,
)

# Every live screen has one form; what belongs to the other commands on it is left out of this one.
ON_THE_SCREEN = {name for one in COMMANDS.values() for name in (*one.needs, *one.allows)}
SENT_AGAIN = "kept_text"  # it waited until its sender signed in
SHELL = {"csrfmiddlewaretoken", "do", "screen", SENT_AGAIN}
OF_A_PART = re.compile(r"\.([0-9]{1,2})$")
KEPT = (
    "do", "choice", "choices", "count", "remark", "hands", "voters", "part", "reason", "due", "blocks", "card",
    "anyway",
)  # fmt: skip


def body_from_form(posted) -> dict:
    """Read a posted form as the body of a command.

    The pressed button says `open_activity?activity=5&seen=ready`; a field belongs to a command by its
    plain name or as `void_activity.reason`. What nobody knows stays in, so that it is refused.
    """
    name, _mark, query = posted.get("do", "").partition("?")
    command = COMMANDS.get(name)
    belongs = {"op_id", "activity", "seen", *command.needs, *command.allows} if command else set()
    body = {"do": name}
    pressed = dict(parse_qsl(query, keep_blank_values=True))
    for field in posted:
        if of_another_part(field, pressed.get("part", "0")):
            continue
        of, _dot, plain = OF_A_PART.sub("", field).rpartition(".")
        if of in COMMANDS and of != name:
            continue
        if field in SHELL or (plain in ON_THE_SCREEN and plain not in belongs):
            continue
        body[plain] = _value(command, plain, posted.getlist(field))
    for field, value in parse_qsl(query, keep_blank_values=True):
        body[field] = _value(command, field, [value])
    return body


def of_another_part(field: str, part: str) -> bool:
    """Tell whether a field counts another part of the hall: `hands.2` is of part 2, `hands` of part 0."""
    if OF_A_PART.sub("", field).rpartition(".")[2] not in ("hands", "voters", "reason", "anyway"):
        return False
    mark = OF_A_PART.search(field)
    return (mark[1] if mark else "0") != part


def kept_from(body: dict) -> dict:
    """Give what somebody filled in, to show it again when it was not accepted."""
    return {name: body[name] for name in KEPT if name in body}


def _value(command, name: str, given: list[str]):
    kind = _kind(command, name)
    if kind in (numbers, a_choice):
        return [_whole(text) for text in given]
    if len(given) != 1:
        return given  # twice the same field is not a value: the check refuses it
    if kind in (a_number, a_part, an_id):
        return _whole(given[0])
    if kind is what_was_seen:
        return _whole(given[0]) if given[0].isascii() and given[0].isdigit() else given[0]
    return given[0] in ("1", "on", "true") if kind is a_yes_or_no else given[0]


def _kind(command, name: str):
    shared = {"activity": an_id, "seen": what_was_seen}
    return ({**shared, **command.needs, **command.allows} if command else shared).get(name)


def _whole(text: str):
    text = text.strip()
    plain = plain_digits(text) if len(text) < 20 else ""
    return int(plain) if plain.isascii() and plain.isdigit() else text
