"""Request parsing for the API: parameters and JSON body, read within bounds, every error told at once."""

import json

from django.conf import settings
from django.utils.translation import gettext as _

from compass.engine.answers import AnswerErrors, check_answers
from compass.engine.conditions import Code
from compass.forms import code_as_text
from compass.text import clean_value

from .problems import MOST_ERRORS, ApiProblem, in_body, in_query

LARGEST_BODY = 16 * 1024  # bytes
LONGEST_QUERY = 1_000  # characters


def is_too_long(request) -> bool:
    """Say whether the part after the question mark is longer than anything we ask for."""
    return len(request.META.get("QUERY_STRING", "")) > LONGEST_QUERY


def parameters(request, *texts: str, **numbers: tuple[int, int]) -> dict:
    """Read the parameters an address may have, `language` always; all others are refused.

    Each number has what it is when it isn't given, and the highest; the lowest is 1.
    """
    if is_too_long(request):
        raise ApiProblem(400, _("This address is too long."))
    errors, known = [], {"language", *texts, *numbers}
    for name, values in request.GET.lists():
        if wrong := _wrong(name, values, known, numbers):
            errors.append(in_query(name, wrong))
    if errors:
        raise ApiProblem(400, _("The address holds something we don't understand."), errors)
    found = {name: request.GET.get(name, "") for name in texts}
    return found | {
        name: int(request.GET.get(name, usual)) for name, (usual, _highest) in numbers.items()
    }


def _wrong(name: str, values: list[str], known, numbers) -> str:
    """Say what is wrong with a parameter; nothing when it is right."""
    if name not in known:
        return _("We don't know this.")
    if len(values) > 1:
        return _("Give this once.")
    text = values[0]
    if name == "language" and text not in dict(settings.LANGUAGES):
        return _("Choose nl or en.")
    if name in numbers:
        highest = numbers[name][1]
        whole = text.isascii() and text.isdigit() and len(text) < 10
        if not whole or not 1 <= int(text) <= highest:
            return _("Give a whole number from 1 to %d.") % highest
    return ""


def json_body(request) -> object:
    """Read a JSON body of at most 16 KiB; a member that stands in it twice is refused."""
    if request.content_type != "application/json":
        raise ApiProblem(415, _("Send JSON, with Content-Type application/json."))
    body = request.read(LARGEST_BODY + 1)
    if len(body) > LARGEST_BODY:
        raise ApiProblem(413, _("Send at most 16 KiB."))
    try:
        return clean_value(json.loads(body, object_pairs_hook=_once, parse_constant=_no_constant))
    except (ValueError, RecursionError) as error:
        raise ApiProblem(400, _("This is not JSON that we can read.")) from error


def _once(pairs: list[tuple]) -> dict:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a member stands here twice")
    return members


def _no_constant(name: str):
    raise ValueError(name)


def answers_in(body: object, framework) -> dict[str, Code]:
    """Read answers to a framework. An advice or anything else that is sent along is refused."""
    if not isinstance(body, dict):
        raise ApiProblem(400, _("Send an object with answers."))
    errors = [
        in_body((name,), _("We don't read this. Send only answers."))
        for name in body
        if name != "answers"
    ]
    answers = body.get("answers")
    if not isinstance(answers, dict):
        errors.append(in_body(("answers",), _("Give an object with a code for each question.")))
        answers = {}
    asked = {key: answers[key] for key in answers if key in framework.accepted_codes}
    strangers = [key for key in answers if key not in asked]
    told = _("There is no such question in this framework.")
    errors += [in_body(("answers", key), told) for key in strangers[:MOST_ERRORS]]
    try:  # the engine would look for a near key for every stranger, so those are left out
        known = check_answers(framework, asked)
    except AnswerErrors as wrong:
        errors += [in_body(("answers", key), _codes_of(framework, key)) for key in wrong.errors]
    if errors:
        raise ApiProblem(400, _("These answers don't fit the framework."), errors)
    return known


def _codes_of(framework, key: str) -> str:
    codes = ", ".join(code_as_text(code) for code in framework.question(key).codes)
    return _("Choose one of these codes, or null: %s.") % codes
