"""The page that a request came from, when it is one of ours."""

from urllib.parse import urlsplit

from django.utils.http import escape_leading_slashes, url_has_allowed_host_and_scheme


def came_from(request, otherwise: str) -> str:
    """Give the path of the page with the form that was sent or the link that was followed; else the other one."""
    page = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure()):
        # A path may begin with two slashes, and a browser reads what follows as a host.
        return escape_leading_slashes(urlsplit(page)._replace(scheme="", netloc="").geturl())
    return otherwise
