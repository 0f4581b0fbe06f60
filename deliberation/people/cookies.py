"""Cookies: the one way to leave one in a browser, with the attributes that all of ours have.

In production each name begins with `__Host-`: a browser then takes it over https and from this very host only, so no
other site under the municipality's domain can plant one.
"""

from django.conf import settings
from django.core.signing import BadSignature


def cookie_name(name: str) -> str:
    """Give the name by which browsers keep a cookie here."""
    return f"{settings.COOKIE_PREFIX}{name}"


def leave_cookie(response, name: str, value: str, lasts: int | None = None) -> None:
    """Leave a cookie under its full name; `lasts` in seconds, None: until the browser closes."""
    response.set_cookie(name, value, max_age=lasts, **_attributes())


def leave_signed_cookie(response, name: str, value: str, lasts: int) -> None:
    """Leave a cookie that only we can have made; `lasts` in seconds."""
    response.set_signed_cookie(cookie_name(name), value, max_age=lasts, **_attributes())


def signed_cookie(request, name: str, lasts: int) -> str:
    """Read a signed cookie; empty when there is none, when it is too old or not ours."""
    try:
        return request.get_signed_cookie(cookie_name(name), "", max_age=lasts)
    except BadSignature:
        return ""


def _attributes() -> dict:
    return {"httponly": True, "samesite": "Lax", "secure": settings.SESSION_COOKIE_SECURE}
