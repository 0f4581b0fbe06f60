"""API endpoints for frameworks: list them, read one, get advice. Nothing that is sent is kept."""

from typing import Annotated

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from ninja import Field, Path

from compass.engine.advise import advise
from compass.engine.framework_serializer import framework_as_dict
from deliberation.open_compass.budget import thinking
from deliberation.open_compass.shelf import framework_here, versions_by_key
from deliberation.projects.naming import named_framework

from .document import SENT_ANSWERS, described, in_query
from .problems import not_found
from .reading import answers_in, json_body, parameters
from .schemas import AdviceSchema, FrameworkSchema, FrameworksSchema
from .serving import api

Key = Path[Annotated[str, Field(description=_("The key of a framework."))]]
VERSION = in_query(
    "version", type="string", description=_("A version; without it the one in force.")
)


@api.get(
    "/frameworks",
    url_name="api_frameworks",
    **described("listFrameworks", _("List the frameworks that count here"), FrameworksSchema),
)
def list_frameworks(request):
    """List the frameworks that count here today, each with its versions so far."""
    parameters(request)
    found = versions_by_key(request.municipality, timezone.localdate())
    return {"results": [_in_list(request.municipality, versions) for versions in found.values()]}


def _in_list(municipality, versions) -> dict:
    in_force = versions[0]
    return {
        **_heading(in_force, municipality),
        "title": named_framework(in_force, municipality).title[get_language()],
        "versions": versions,
    }


def _heading(record, municipality) -> dict:
    return {
        "key": record.key,
        "version": record.version,
        "valid_from": record.valid_from,
        "in_use": record.key == municipality.framework_key,
        "owned_by": "municipality" if record.owner else "platform",
    }


@api.get(
    "/frameworks/{slug:key}",
    url_name="api_framework",
    **described("showFramework", _("Read one framework"), FrameworkSchema, 404, takes=[VERSION]),
)
def show_framework(request, key: Key):
    """Tell one framework: levels, questions, scores, rules. Without a version, the one in force."""
    record, rulebook = _opened(request, key)
    return framework_as_dict(rulebook, get_language()) | _heading(record, request.municipality)


@api.post(
    "/frameworks/{slug:key}/advice",
    url_name="api_advice",
    **described(
        "giveAdvice",
        _("Ask advice on answers; nothing is kept"),
        AdviceSchema,
        *(404, 413, 415, 429),
        takes=[VERSION],
        body=SENT_ANSWERS,
    ),
)
def give_advice(request, key: Key):
    """Advise on answers. What is sent is checked, advised on, and forgotten."""
    _record, rulebook = _opened(request, key)
    answers = answers_in(json_body(request), rulebook)
    with thinking("api"):
        told = advise(rulebook, answers).as_dict(get_language())
    reasons = [_reason(reason) for reason in told["reasons"]]
    return told | {"bounds": _bounds(told), "notes": _notes(told), "reasons": reasons}


def _bounds(told: dict) -> dict:
    levels, rules = told["bounds"], told["bound_rules"]
    return {
        name: {"level": level, "rules": rules[name]} if level else None
        for name, level in levels.items()
    }


def _notes(told: dict) -> list[dict]:
    """Give what has to be said beside the advice: what collides, and what a flag means."""
    notes = [{"about": code, **said} for code, said in told["explanations"].items()]
    rules = {reason["name"]: reason["rule"] for reason in told["reasons"]}
    return notes + [
        {"about": name, "text": text, "rules": [rules[name]]}
        for name, text in told["flag_texts"].items()
    ]


def _reason(reason: dict) -> dict:
    answers = [
        {
            "question": one["key"],
            "code": reason["answers"][one["key"]],
            "name": one["question"],
            "label": one["answer"],
        }
        for one in reason["in_words"]
    ]
    return reason | {"kind": reason["kind"] or None, "answers": answers}


def _opened(request, key):
    """Find a framework as this municipality names it; another municipality's own doesn't exist here."""
    version = parameters(request, "version")["version"]
    if "\x00" in version:
        raise not_found()
    record = framework_here(request.municipality, timezone.localdate(), key, version)
    if record is None:
        raise not_found()
    return record, named_framework(record, request.municipality)
