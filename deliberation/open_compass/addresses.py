"""Query strings of the open compass: answers read from an address, and written into one.

An address is all there is: nobody's answers are kept. Names with a hyphen are ours, the others are the
framework's own questions, so the two never meet.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from compass.engine.anatomy import Rulebook
from compass.engine.conditions import Code
from compass.forms import code_as_text
from compass.refusal import Refused

VERSION, GO_TO, OTHER = "of-version", "go-to", "other-answer"
# What a letter or a social medium adds to an address that somebody shares. A question of that name wins.
OF_OTHERS = re.compile(r"utm_\w+|[a-z]{1,7}clid")
LONGEST_ADDRESS = 4_000  # characters: all questions of a large framework take about a thousand
MOST_OTHER = 2  # other answers at once: more is another story, not a difference


@dataclass(frozen=True)
class CompassQuery:
    """What somebody asks: answers so far, the button that was used, and one or two other answers to try."""

    answers: Mapping[str, Code]
    go_to: str
    other: Mapping[str, Code]


def query_of(request) -> QueryDict:
    """Read the part of an address after the question mark. Refused: more than we could have written."""
    if len(request.META.get("QUERY_STRING", "")) > LONGEST_ADDRESS:
        raise not_ours()
    return request.GET


def version_in(query: QueryDict) -> str:
    """Read which version of the framework was answered; blank: the one in force."""
    version = _only(query, VERSION)
    if "\x00" in version:
        raise not_ours()
    return version


def read(framework: Rulebook, query: QueryDict) -> CompassQuery:
    """Read an address. Refused: a question or an answer that isn't the framework's, and one asked twice."""
    answers: dict[str, Code] = {}
    codes = {question.key: _by_text(question.codes) for question in framework.questions}
    for key in query:
        if key in (VERSION, GO_TO, OTHER) or (key not in codes and OF_OTHERS.fullmatch(key)):
            continue
        text = _only(query, key)
        if key not in codes or (text and text not in codes[key]):
            raise not_ours()
        if text:
            answers[key] = codes[key][text]
    ordered = {key: answers[key] for key in codes if key in answers}
    return CompassQuery(ordered, _only(query, GO_TO), _read_other(codes, query.getlist(OTHER)))


def _read_other(codes: Mapping[str, Mapping[str, Code]], texts: list[str]) -> dict[str, Code]:
    other: dict[str, Code] = {}
    for text in filter(None, texts):
        key, _colon, code = text.partition(":")
        if code not in codes.get(key, {}) or len(other) == MOST_OTHER:
            raise not_ours()
        other[key] = codes[key][code]
    return other


def written(framework: Rulebook, answers: Mapping[str, Code], other: Mapping = {}) -> str:
    """Write answers as the part of an address after the question mark; one address for the same answers."""
    pairs = [
        (key, code_as_text(answers[key])) for key in framework.accepted_codes if key in answers
    ]
    pairs += [(OTHER, f"{key}:{code_as_text(code)}") for key, code in other.items()]
    if pairs:
        pairs.insert(0, (VERSION, framework.version))
    return urlencode(pairs)


def not_ours() -> Refused:
    """Say that an address holds what we never asked."""
    return Refused(_("This address holds answers that we did not ask for."), code="malformed")


def _only(query: QueryDict, key: str) -> str:
    """Read what is asked once; Refused when it is asked more often."""
    values = query.getlist(key)
    if len(values) > 1:
        raise not_ours()
    return values[0] if values else ""


def _by_text(codes) -> dict[str, Code]:
    return {code_as_text(code): code for code in codes}
