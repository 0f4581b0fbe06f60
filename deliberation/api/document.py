"""The OpenAPI 3.0.3 description of the API, in the reader's language, from what its addresses declare."""

import json
from functools import cache

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from .reading import parameters
from .schemas import AnswersSchema, ProblemSchema
from .serving import VERSION, api

PROBLEMS = {
    "400": gettext_lazy("The request is not right; the answer names everything that is wrong."),
    "404": gettext_lazy("This does not exist here."),
    "413": gettext_lazy("The body is larger than 16 KiB."),
    "415": gettext_lazy("The body is not JSON."),
    "429": gettext_lazy("Too much was asked in this minute, by everybody together."),
}
LANGUAGES = [
    {"name": "language", "in": "query", "schema": {"type": "string", "enum": ["nl", "en"]}},
    {"name": "Accept-Language", "in": "header", "schema": {"type": "string"}},
]
SENT_ANSWERS = {
    "required": True,
    "description": gettext_lazy(
        "At most 16 KiB. Only answers: an advice that is sent along is refused."
    ),
    "content": {
        "application/json": {
            "schema": {"$ref": "#/components/schemas/Answers"},
            "example": {"answers": {"room": 2, "impact": 2, "g_crisis": False}},
        }
    },
}


def described(operation_id: str, summary, answer, *problems: int, takes=(), body=None) -> dict:
    """Give what an address declares: its answer, the problems it may tell besides 400, what it takes."""
    return {
        "operation_id": operation_id,
        "summary": summary,
        "response": {200: answer, **dict.fromkeys((400, *problems), ProblemSchema)},
        "by_alias": True,
        "openapi_extra": {
            "parameters": [*takes, *LANGUAGES],
            **({"requestBody": body} if body else {}),
        },
    }


def in_query(name: str, **schema) -> dict:
    """Describe a parameter of the address; reading.py checks it."""
    return {"name": name, "in": "query", "schema": schema}


@api.get("/openapi.json", url_name="openapi", include_in_schema=False)
def openapi(request):
    """Describe every address, what it takes and every answer it gives."""
    parameters(request)
    name = request.municipality.name
    return {
        "openapi": "3.0.3",
        "info": {
            "title": _("Participation compass of %s") % name,
            "version": VERSION,
            "description": _(
                "Read how the municipality chooses a level of participation, ask the compass for "
                "advice, and read which levels were chosen. Open to everybody, without a key. "
                "Nothing that you send is kept."
            ),
            "contact": {"name": name, "url": request.build_absolute_uri("/")},
        },
        "servers": [{"url": request.build_absolute_uri("/api/v1")}],
        "tags": [{"name": "frameworks"}, {"name": "decision-points"}],
        **_declared(get_language()),
    }


@cache
def _declared(language: str) -> dict:
    """Give paths and components as our addresses declare them; once for each language."""
    text = json.dumps(api.get_openapi_schema(path_prefix=""), cls=DjangoJSONEncoder)
    text = text.replace("{pk}", "{id}").replace('"name": "pk"', '"name": "id"')
    found = json.loads(text.replace('Schema"', '"'))  # outside they are plain names
    answers = json.loads(json.dumps(AnswersSchema.json_schema(), cls=DjangoJSONEncoder))
    paths = {path: _paths(path, methods) for path, methods in found["paths"].items()}
    return {
        "paths": _in_3_0(paths),
        "components": {
            "schemas": _in_3_0(found["components"]["schemas"] | {"Answers": answers}),
            "headers": _headers(),
        },
    }


def _paths(path: str, methods: dict) -> dict:
    """Add what holds for every address: its tag, the headers, how problems are told."""
    for operation in methods.values():
        operation["tags"] = [path.split("/")[1]]
        del operation["description"]  # our docstring: for programmers, not for readers
        for status, answer in operation["responses"].items():
            answer["headers"] = _sent(status == "429")
            answer["description"] = str(PROBLEMS.get(status, _("OK")))
            if status in PROBLEMS:
                answer["content"] = {"application/problem+json": answer["content"].popitem()[1]}
    return methods


def _sent(wait: bool) -> dict:
    names = ("API-Version", "Content-Language", *(("Retry-After",) if wait else ()))
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _headers() -> dict:
    told = {
        "API-Version": (_("The whole version of the API."), "string"),
        "Content-Language": (_("The language of the texts."), "string"),
        "Retry-After": (_("Wait so many seconds."), "integer"),
    }
    return {
        name: {"description": description, "schema": {"type": kind}}
        for name, (description, kind) in told.items()
    }


def _in_3_0(part):
    """Write schemas of JSON Schema 2020-12 as OpenAPI 3.0 has them: there null is no type."""
    if isinstance(part, list):
        return [_in_3_0(one) for one in part]
    if not isinstance(part, dict):
        return part
    part = {
        name: _in_3_0(one)
        for name, one in part.items()
        if not (name == "title" and isinstance(one, str))  # made of our names: tells nothing
    }
    if len(part) > 1 and "$ref" in part:
        return {"allOf": [{"$ref": part.pop("$ref")}], **part}
    if {"type": "null"} not in part.get("anyOf", ()):
        return part
    kinds = [kind for kind in part.pop("anyOf") if kind != {"type": "null"}]
    if len(kinds) > 1:
        return {**part, "nullable": True, "anyOf": [{**kind, "nullable": True} for kind in kinds]}
    if "$ref" in kinds[0]:
        return {**part, "anyOf": [*kinds, {"type": "object", "nullable": True, "enum": [None]}]}
    if "enum" in kinds[0]:
        kinds[0]["enum"].append(None)
    return {**part, **kinds[0], "nullable": True}
