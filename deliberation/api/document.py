"""The OpenAPI 3.0.3 description of the API, in the reader's language."""

from django.utils.translation import gettext as _

from .points import LARGEST_PAGE, LAST_PAGE, PAGE_SIZE
from .reading import parameters
from .schemas import schemas
from .serving import VERSION
from .shapes import number, shared, text


def openapi(request) -> dict:
    """Describe every address, what it takes and every answer it gives."""
    parameters(request)
    municipality = request.municipality
    return {
        "openapi": "3.0.3",
        "info": {
            "title": _("Participation compass of %s") % municipality.name,
            "version": VERSION,
            "description": _(
                "Read how the municipality chooses a level of participation, ask the compass for "
                "advice, and read which levels were chosen. Open to everybody, without a key. "
                "Nothing that you send is kept."
            ),
            "contact": {"name": municipality.name, "url": request.build_absolute_uri("/")},
        },
        "servers": [{"url": request.build_absolute_uri("/api/v1")}],
        "tags": [{"name": "frameworks"}, {"name": "decision-points"}],
        "paths": _paths(),
        "components": {"schemas": schemas(), "headers": _headers(), "responses": _problems()},
    }


def _paths() -> dict:
    version = _parameter("version", text(_("A version; without it the one in force.")))
    return {
        "/frameworks": _get(
            "listFrameworks", _("List the frameworks that count here"), "Frameworks", []
        ),
        "/frameworks/{key}": _get(
            "showFramework", _("Read one framework"), "Framework", [_key(), version], "404"
        ),
        "/frameworks/{key}/advice": _advice([_key(), version]),
        "/decision-points": _get(
            "listDecisionPoints",
            _("List the decision points that everybody may read"),
            "DecisionPoints",
            _paging(),
            "404",
        ),
        "/decision-points/{id}": _get(
            "showDecisionPoint",
            _("Read one decision point"),
            "DecisionPoint",
            [_in_path("id", number())],
            "404",
        ),
    }


def _get(name: str, summary: str, schema: str, asks: list, *problems: str) -> dict:
    return {"get": _operation(name, summary, schema, asks, *problems)}


def _operation(name: str, summary: str, schema: str, asks: list, *problems: str) -> dict:
    content = {"application/json": {"schema": shared(schema)}}
    answers = {"200": {"description": _("OK"), "headers": _sent(), "content": content}}
    for status in ("400", *problems):
        answers[status] = {"$ref": f"#/components/responses/Problem{status}"}
    tag = "decision-points" if "DecisionPoint" in name else "frameworks"
    return {
        "operationId": name,
        "summary": summary,
        "tags": [tag],
        "parameters": [*asks, *_language()],
        "responses": answers,
    }


def _advice(asks: list) -> dict:
    operation = _operation(
        "giveAdvice",
        _("Ask advice on answers; nothing is kept"),
        "Advice",
        asks,
        *("404", "413", "415", "429"),
    )
    example = {"answers": {"room": 2, "impact": 2, "g_crisis": False}}
    operation["requestBody"] = {
        "required": True,
        "description": _("At most 16 KiB. Only answers: an advice that is sent along is refused."),
        "content": {"application/json": {"schema": shared("Answers"), "example": example}},
    }
    return {"post": operation}


def _key() -> dict:
    return _in_path("key", text(_("The key of a framework.")))


def _in_path(name: str, schema: dict) -> dict:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _parameter(name: str, schema: dict) -> dict:
    return {"name": name, "in": "query", "schema": schema}


def _language() -> list[dict]:
    spoken = text(choices=("nl", "en"))
    return [
        _parameter("language", spoken),
        {"name": "Accept-Language", "in": "header", "schema": text()},
    ]


def _paging() -> list[dict]:
    return [
        _parameter("page", number(minimum=1, maximum=LAST_PAGE, default=1)),
        _parameter("pageSize", number(minimum=1, maximum=LARGEST_PAGE, default=PAGE_SIZE)),
    ]


def _sent() -> dict:
    return {
        name: {"$ref": f"#/components/headers/{name}"}
        for name in ("API-Version", "Content-Language")
    }


def _headers() -> dict:
    return {
        "API-Version": {"description": _("The whole version of the API."), "schema": text()},
        "Content-Language": {"description": _("The language of the texts."), "schema": text()},
        "Retry-After": {"description": _("Wait so many seconds."), "schema": number()},
    }


def _problems() -> dict:
    told = {
        "400": _("The request is not right; the answer names everything that is wrong."),
        "404": _("This does not exist here."),
        "413": _("The body is larger than 16 KiB."),
        "415": _("The body is not JSON."),
        "429": _("Too much was asked in this minute, by everybody together."),
    }
    return {f"Problem{status}": _problem(status, words) for status, words in told.items()}


def _problem(status: str, words: str) -> dict:
    headers = _sent()
    if status == "429":
        headers["Retry-After"] = {"$ref": "#/components/headers/Retry-After"}
    content = {"application/problem+json": {"schema": shared("Problem")}}
    return {"description": words, "headers": headers, "content": content}
