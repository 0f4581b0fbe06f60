"""API errors in the words of RFC 9457 (problem details): every error at once, and nothing of the inside."""

from django.http import JsonResponse
from django.utils.translation import gettext as _

MOST_ERRORS = 50  # more tells nobody more
LONGEST_POINTER = 80


class ApiProblem(Exception):
    """Answer with a status and a sentence; `errors` says per place in the request what is wrong."""

    def __init__(self, status: int, detail: str, errors=(), headers: dict | None = None):
        super().__init__(detail)
        self.status, self.detail = status, detail
        self.errors, self.headers = list(errors)[:MOST_ERRORS], headers or {}

    def response(self) -> JsonResponse:
        """Put it into an answer."""
        body = {"status": self.status, "title": title_of(self.status), "detail": self.detail}
        if self.errors:
            body["errors"] = self.errors
        return JsonResponse(
            body,
            status=self.status,
            content_type="application/problem+json",
            headers=self.headers,
        )


def title_of(status: int) -> str:
    """Name a kind of problem."""
    return {
        400: _("This request is not right"),
        404: _("This does not exist"),
        405: _("This can't be done here"),
        413: _("This request is too large"),
        415: _("We don't read this kind of request"),
        429: _("Too much was asked in this minute"),
        500: _("Something went wrong with us"),
        503: _("We could not reach our database"),
    }[status]


def not_found() -> ApiProblem:
    """Say that there is nothing here: never whether it exists elsewhere."""
    return ApiProblem(404, _("There is nothing at this address."))


def in_query(name: str, detail: str) -> dict:
    """Point at a parameter of the address."""
    return {"parameter": name[:LONGEST_POINTER], "detail": detail}


def in_body(place: tuple[str, ...], detail: str) -> dict:
    """Point at a place in the body, as a JSON pointer."""
    steps = (step[:LONGEST_POINTER].replace("~", "~0").replace("/", "~1") for step in place)
    return {"pointer": "".join(f"/{step}" for step in steps), "detail": detail}
